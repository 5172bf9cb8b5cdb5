"""Kept macros write once for the same plain arguments, and never mix up what must differ."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from web.i18n import speaking
from web.keeping import Macro, kept


def counting() -> tuple[Macro, list[tuple[Any, ...]]]:
    calls: list[tuple[Any, ...]] = []

    def macro(*args: Any, **named: Any) -> Markup:
        calls.append((*args, *named.items()))
        return Markup("<b>{}</b>").format(escape(args[0]))

    return kept(macro), calls


def test_the_same_words_are_written_once() -> None:
    macro, calls = counting()
    assert macro("Open", tone="info") == macro("Open", tone="info") == Markup("<b>Open</b>")
    assert len(calls) == 1


def test_text_and_markup_of_the_same_signs_are_written_apart() -> None:
    macro, _calls = counting()
    assert macro("<i>") == Markup("<b>&lt;i&gt;</b>")
    assert macro(Markup("<i>")) == Markup("<b><i></b>")
    assert macro("<i>") == Markup("<b>&lt;i&gt;</b>")


def test_one_and_true_and_each_language_are_written_apart() -> None:
    macro, calls = counting()
    macro(1)
    macro(True)
    with speaking("de_DE"):
        macro(1)
    assert len(calls) == 3


def test_what_may_change_is_written_anew() -> None:
    macro, calls = counting()
    for _ in range(2):
        macro(["a", "list"])
    assert len(calls) == 2
