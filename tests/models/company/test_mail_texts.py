"""A company's own words for mails: what they may name, how they are filled in, and versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.company import (
    MAIL_KINDS,
    change_mail_text,
    check_text,
    fill,
    latest_text,
    mail_kind,
    reset_mail_text,
    versions_of,
)
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from tests.world import World, make_world
from web.i18n import locale_of_language, paper_languages
from web.mail_words import built_in

SHIPPED = MAIL_KINDS["shipped"]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_facts_are_put_in_place_whatever_their_case_and_blanks() -> None:
    assert fill("No. {order number} / { Order  Number }", {"order number": "SO-1"}) == (
        "No. SO-1 / SO-1"
    )


def test_a_line_that_names_only_empty_facts_is_left_out() -> None:
    words = "Hello,\n\nTracking: {tracking number}\n\nYours"
    assert fill(words, {"tracking number": ""}) == "Hello,\n\nYours"
    assert fill("PO {PO number}, order {order number}", {"PO number": "", "order number": "7"}) == (
        "PO , order 7"
    )


def test_brackets_around_an_empty_fact_go_with_it() -> None:
    words = "Your order {order number} ({PO number})"
    assert fill(words, {"order number": "SO-1", "PO number": ""}) == "Your order SO-1"
    assert fill(words, {"order number": "SO-1", "PO number": "W ()"}) == "Your order SO-1 (W ())"


def test_what_a_fact_says_is_never_filled_in_again() -> None:
    facts = {"reason": "{link} {{ 7 * 7 }} %(x)s", "link": "secret"}
    assert fill("It is: {reason}", facts) == "It is: {link} {{ 7 * 7 }} %(x)s"


@given(st.text(max_size=80), st.text(max_size=20).filter(lambda each: "\n" not in each))
def test_no_text_and_no_fact_can_break_the_filling(words: str, fact: str) -> None:
    filled = fill(words, {"name": fact})
    if "{" not in words:
        assert filled.split() == words.split()


def test_an_unknown_placeholder_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(Refused) as refused:
        check_text(SHIPPED, "Sent {order number}", "Hello {customer}")
    (problem,) = refused.value.problems
    assert problem.field == "body"
    assert problem.sentence.startswith("There is no {customer} in this mail. It may name {")
    assert "{tracking number}" in problem.sentence


@pytest.mark.parametrize(
    ("subject", "body", "field", "sentence"),
    [
        ("", "x", "subject", "Write a subject, or go back to the built-in one."),
        ("x", " \n", "body", "Write a text, or go back to the built-in one."),
        ("x" * 201, "x", "subject", "That is longer than 200 characters."),
        ("x", "Hello {name", "body", "A brace { or } stands alone. A placeholder has both."),
        ("x", "Hello }", "body", "A brace { or } stands alone. A placeholder has both."),
        ("x", "{{ 7 }}", "body", "There is no {7} in this mail."),
        ("two\nlines", "x", "subject", "The subject is one line."),
    ],
)
def test_each_thing_that_is_wrong_has_its_sentence(
    subject: str, body: str, field: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_text(SHIPPED, subject, body)
    assert any(
        each.field == field and each.sentence.startswith(sentence)
        for each in refused.value.problems
    ), refused.value.problems


def test_a_mail_that_is_of_no_use_without_its_link_keeps_it() -> None:
    with pytest.raises(Refused, match=r"needs \{link\}"):
        check_text(MAIL_KINDS["reset"], "New password", "Hello {name}")
    check_text(MAIL_KINDS["reset"], "New password", "Hello {name}: { LINK }")


@pytest.mark.parametrize("language", paper_languages())
@pytest.mark.parametrize("kind", sorted(MAIL_KINDS))
def test_the_built_in_words_would_be_accepted_as_a_companys_own(kind: str, language: str) -> None:
    check_text(mail_kind(kind), *built_in(kind, locale_of_language(language)))


def change(world: World, subject: str, seen: int = 0) -> None:
    change_mail_text(
        world.session, "shipped", "en", subject=subject, body="{what left}", seen_version=seen,
        by=world.ada,
    )  # fmt: skip


def test_versions_are_kept_with_who_wrote_them_and_the_way_back(world: World) -> None:
    change(world, "Off it goes {order number}")
    change(world, "Gone: {order number}", seen=1)
    reset_mail_text(world.session, "shipped", "en", seen_version=2, by=world.ada)
    found = versions_of(world.session, "shipped", "en")
    assert [(each.version, each.subject, name) for each, name in found] == [
        (3, None, "Ada"),
        (2, "Gone: {order number}", "Ada"),
        (1, "Off it goes {order number}", "Ada"),
    ]
    kinds = world.session.scalars(select(Activity.kind).where(Activity.kind.like("mail_text.%")))
    assert sorted(kinds) == ["mail_text.changed", "mail_text.changed", "mail_text.reset"]
    assert latest_text(world.session, "shipped", "de") is None


def test_two_who_write_at_once_do_not_lose_each_others_words(world: World) -> None:
    change(world, "First")
    with pytest.raises(Conflict, match="Somebody else"):
        change(world, "Second")
    with pytest.raises(Conflict, match="hold already"):
        reset_mail_text(world.session, "invoice", "en", seen_version=0, by=world.ada)


def test_only_an_administrator_changes_words(world: World) -> None:
    with pytest.raises(Denied):
        change_mail_text(
            world.session, "shipped", "en", subject="x", body="x", seen_version=0, by=world.olu
        )
    with pytest.raises(NotFound):
        change_mail_text(
            world.session, "nothing", "en", subject="x", body="x", seen_version=0, by=world.ada
        )


def test_the_database_keeps_versions_as_they_were_written(world: World) -> None:
    change(world, "First")
    world.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        world.session.execute(text("UPDATE mail_text SET subject = 'Other'"))
