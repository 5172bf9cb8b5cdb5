"""What a door must not do: fetch a record by an id it was sent, put text into a page unescaped,
run text as a template, or send a browser where it was told to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
DOORS = ("storefront", "admin", "web", "api")
CODE = (*DOORS, "models", "integrations", "jobs")
IN_SCOPE = "# in scope:"
FETCHING = {"get", "get_one"}
TEMPLATES_OF_TEXT = {"from_string", "render_template_string"}


def modules(folders: tuple[str, ...]) -> list[Path]:
    return sorted(path for folder in folders for path in (TOP / folder).rglob("*.py"))


def calls(source: str) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the last name of what is called."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node, node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id


def bare_fetches(source: str) -> list[int]:
    """The lines that fetch a record by an id, where the id is not another record's own key."""
    lines = source.splitlines()
    return [
        call.lineno
        for call, name in calls(source)
        if name in FETCHING
        and len(call.args) >= 2
        and isinstance(call.args[0], ast.Name)
        and call.args[0].id[:1].isupper()
        and not isinstance(call.args[1], ast.Attribute)
        and IN_SCOPE not in lines[call.lineno - 1]
    ]


def unescaping(source: str) -> list[int]:
    """The lines that mark text as safe: `Markup` of anything but a text that stands in the code."""
    return [
        call.lineno
        for call, name in calls(source)
        if name == "Markup" and not all(isinstance(each, ast.Constant) for each in call.args)
    ]


def test_a_door_starts_from_what_the_person_may_see_never_from_a_bare_id() -> None:
    wrong = [
        f"{path.relative_to(TOP)}:{line}"
        for path in modules(DOORS)
        for line in bare_fetches(path.read_text())
    ]
    assert wrong == [], f"ask a query that knows the actor, or say why: {IN_SCOPE} ..."


def test_nothing_but_our_own_words_is_put_into_a_page_unescaped() -> None:
    wrong = [
        f"{path.relative_to(TOP)}:{line}"
        for path in modules(CODE)
        for line in unescaping(path.read_text())
        if f"{path.relative_to(TOP)}" not in DRAWN
    ]
    assert wrong == []


DRAWN: dict[str, str] = {}
"""Modules that draw marks themselves, each with what they draw of."""


def test_no_text_is_run_as_a_template() -> None:
    wrong = [
        f"{path.relative_to(TOP)}:{call.lineno}"
        for path in modules(CODE)
        for call, name in calls(path.read_text())
        if name in TEMPLATES_OF_TEXT
    ]
    assert wrong == []


def test_only_the_helpers_redirect_and_what_was_sent_goes_through_safe_next() -> None:
    """`go_to(request.form["next"])` would send a browser anywhere."""
    sent = re.compile(r"(?:go_to|redirect)\([^\n]*request\.(?:form|args|values|referrer)")
    wrong = [
        f"{path.relative_to(TOP)}: {found.group()}"
        for path in modules(DOORS)
        for found in sent.finditer(path.read_text())
        if "safe_next" not in found.group() and "url_for(" not in found.group()
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "is_wrong"),
    [
        ("order = session().get(Order, order_id)", True),
        ("order = session().get_one(Order, int(text))", True),
        ("order = session().get(Order, payment.order_id)", False),
        ("vendor = session().get(Vendor, id)  # in scope: vendors are no account's", False),
        ("value = request.form.get('name', '')", False),
    ],
)
def test_the_check_of_bare_fetches_catches_what_it_should(source: str, is_wrong: bool) -> None:
    assert bool(bare_fetches(source)) is is_wrong


@pytest.mark.parametrize(
    ("source", "is_wrong"), [("Markup(name)", True), ("Markup('<b>{}</b>').format(name)", False)]
)
def test_the_check_of_unescaped_text_catches_what_it_should(source: str, is_wrong: bool) -> None:
    assert bool(unescaping(source)) is is_wrong
