"""Pieces of pages that are written again and again, remembered with the words they hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup

from web.i18n import locale_name

REMEMBERED = 4_000
PLAIN = frozenset({str, Markup, int, bool, Decimal, type(None)})
"""What is told apart by type and value. "<" as a text and as Markup are written differently."""

Macro = Callable[..., Markup]


def install(app: Flask) -> None:
    """Gives templates `kept`."""
    app.jinja_env.globals["kept"] = kept


def kept(macro: Macro) -> Macro:
    """The same macro, which remembers what it wrote for these arguments in this language.

    For one that depends on nothing else: no token, nonce, cookie, clock or caller. Arguments that
    are not plain words and numbers are written anew. {%- set status = kept(_status) -%}
    """

    def written(*args: Any, **named: Any) -> Markup:
        values = (*args, *named.values())
        if PLAIN.issuperset(map(type, values)):
            return _written(macro, locale_name(), tuple(named), *values)
        return macro(*args, **named)

    return written


@lru_cache(REMEMBERED, typed=True)
def _written(macro: Macro, _locale: str, names: tuple[str, ...], *values: Any) -> Markup:
    first = len(values) - len(names)
    return macro(*values[:first], **dict(zip(names, values[first:], strict=True)))
