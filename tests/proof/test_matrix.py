"""Nobody reaches another company's records: every route, every role, own and foreign.

It goes by the url map. A route with a new kind of parameter is red until tests/proof/estate.py
says what it may be; a route that nobody can reach counts against the floor.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from models.accounts import Actor, Role, permissions_of
from models.insight import check_invariants
from tests.proof import filling
from tests.proof.everybody import STRANGERS, Read, actor_of, may
from tests.proof.walking import (
    FormSeen,
    Walk,
    addresses,
    belongs_to_a_company,
    routes,
    unknown_address,
)

pytestmark = pytest.mark.serial
FLOOR = 0.95
MOST_TRIES = 25
VARYING = re.compile(r'nonce-[\w-]+|nonce="[\w-]+"|csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"'
                     r"|[0-9a-f]{32}|next=[^\"&]+|/\w[\w/.-]*")  # fmt: skip
"""What differs between two answers that say the same."""


def test_no_page_fails_and_who_may_not_is_told_so(walk: Walk, read: Read) -> None:
    wrong = []
    for rule in routes(walk.app, "GET"):
        for who in walk.cookies:
            for address, reply in read[who, rule.rule]:
                if reply.status >= 500:
                    wrong.append((who, address, reply.status, reply.body[:500]))
                elif not may(walk, who, rule) and reply.status != (
                    302 if who == "anonymous" else 403
                ):
                    wrong.append((who, address, reply.status))
    assert wrong == []


def test_no_page_of_ones_own_shows_a_word_of_another_company(walk: Walk, read: Read) -> None:
    leaks = [
        (who, address, excerpt(reply.words, walk.estate.foreign.mark))
        for (who, _rule), answers in read.items()
        if who in STRANGERS
        for address, reply in answers
        if walk.estate.foreign.mark.lower() in reply.words.lower()
        and not _is_a_mailed_link(address)
    ]
    assert leaks == []


def test_a_strangers_record_is_as_if_it_did_not_exist(walk: Walk) -> None:
    wrong = []
    unknown: dict[tuple[str, str], str] = {}
    mark = walk.estate.foreign.mark
    for rule in routes(walk.app, "GET"):
        if not belongs_to_a_company(walk.estate, rule) or _is_a_mailed_link(rule.rule):
            continue
        for who in STRANGERS:
            for address in addresses(walk.estate, rule, walk.estate.foreign)[:3]:
                reply = walk.ask(who, address)
                expected = _told(walk, who, rule, address)
                if reply.status != expected:
                    wrong.append((who, address, reply.status))
                elif mark.lower() in reply.words.replace(address, "").lower():
                    wrong.append((who, address, excerpt(reply.words, mark)))
                elif reply.status == 404:
                    if (who, rule.rule) not in unknown:
                        told = walk.ask(who, unknown_address(rule))
                        unknown[who, rule.rule] = VARYING.sub("", told.body)
                    if unknown[who, rule.rule] != VARYING.sub("", reply.body):
                        wrong.append((who, address, "differs from an unknown record"))
    assert wrong == []


def test_a_refused_write_changes_nothing(walk: Walk, forms: list[FormSeen]) -> None:
    wrong: list[Any] = []
    for rule in routes(walk.app, "POST"):
        sent = _sent_to(walk, forms, rule)
        for who in walk.cookies:
            allowed = may(walk, who, rule)
            if allowed and (who not in STRANGERS or not belongs_to_a_company(walk.estate, rule)):
                continue
            if allowed and _is_a_mailed_link(rule.rule):
                continue
            company = walk.estate.foreign if allowed else walk.estate.own
            for address in addresses(walk.estate, rule, company)[: 2 if allowed else 1]:
                reply = walk.ask(who, address, sent, watches=True)
                if reply.status != _told(walk, who, rule, address):
                    wrong.append((who, address, reply.status))
                if reply.changed:
                    wrong.append((who, address, sorted(reply.changed)))
                if walk.estate.foreign.mark.lower() in reply.words.replace(address, "").lower():
                    wrong.append((who, address, excerpt(reply.words, walk.estate.foreign.mark)))
    assert wrong == []


def test_nearly_every_route_was_reached_by_somebody(
    walk: Walk, read: Read, forms: list[FormSeen]
) -> None:
    rules = [*routes(walk.app, "GET"), *routes(walk.app, "POST")]
    missed = [
        rule.rule
        for rule in routes(walk.app, "GET")
        if not any(reply.is_reached for who in walk.cookies for _, reply in read[who, rule.rule])
    ]
    told = {rule.rule: _posts(walk, forms, rule) for rule in routes(walk.app, "POST")}
    missed += [f"POST {rule}: {why}" for rule, why in told.items() if why]
    reached = 1 - len(missed) / len(rules)
    assert reached >= FLOOR, (
        f"{reached:.1%} of the routes were reached; these were not:\n" + "\n".join(missed)
    )


def test_another_companys_id_in_a_field_does_nothing_to_it(
    walk: Walk, forms: list[FormSeen]
) -> None:
    swaps = filling.swaps(walk.estate)
    wrong, tried = [], 0
    for form in _distinct(forms):
        if form.who not in STRANGERS or form.who == "anonymous":
            continue
        for sent in filling.with_foreign(form.fields, swaps):
            tried += 1
            problem = filling.send_foreign(walk, form, sent)
            if problem:
                wrong.append((form.who, form.action, problem))
    assert tried > 20
    assert wrong == []


def test_every_field_that_names_a_record_is_known(walk: Walk, forms: list[FormSeen]) -> None:
    unknown = {
        (form.action, name)
        for form in _distinct(forms)
        for name, value in form.fields
        if filling.looks_like_an_id(name, value) and not filling.is_known(name)
    }
    assert unknown == set(), (
        "say in tests/proof/filling.py whether the field names a record of a company (RECORDS) "
        "or not (OTHER)"
    )


def excerpt(words: str, mark: str) -> str:
    at = words.lower().index(mark.lower())
    return words[max(0, at - 120) : at + 60]


def _is_a_mailed_link(address: str) -> bool:
    """Whoever holds the link is its person: that is what it proves."""
    return address.startswith(("/new-password/", "/invitation/", "/new-email/"))


def _told(walk: Walk, who: str, rule: Rule, _address: str) -> int:
    if who == "acting" and rule.endpoint == "acting.start":
        return 409  # they order for somebody already
    if may(walk, who, rule):
        return 404
    return 302 if who == "anonymous" else 403


@cache
def _endpoint_of(app: Flask, action: str) -> str:
    """Where a form leads; empty where to nothing."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(action, method="POST")
    except HTTPException:
        return ""
    return str(endpoint)


def _matches(walk: Walk, form: FormSeen, rule: Rule) -> bool:
    return _endpoint_of(walk.app, form.action) == rule.endpoint


def _sent_to(walk: Walk, forms: list[FormSeen], rule: Rule) -> list[tuple[str, str]]:
    """What somebody who may would send there."""
    seen = next((form for form in forms if _matches(walk, form, rule)), None)
    return filling.filled(
        seen.fields if seen else (), seen.action if seen else rule.rule, walk.estate
    )


def _posts(walk: Walk, forms: list[FormSeen], rule: Rule) -> str:
    """Empty when somebody's form leads on; else what the last one was told."""
    told, tried = "no form leads there", set()
    for form in forms:
        if form in tried or len(tried) >= MOST_TRIES or not _matches(walk, form, rule):
            continue
        tried.add(form)
        sent = filling.filled(form.fields, form.action, walk.estate)
        reply = walk.ask(form.who, form.action, sent)
        if reply.is_reached:
            return ""
        told = f"{form.who} {sent}: {reply.status} {refusal(reply.body)}"
    for address in addresses(walk.estate, rule, walk.estate.own)[:6]:
        for who in ("ada", "company_admin", "acting", "anonymous"):
            if walk.ask(who, address, filling.filled((), address, walk.estate)).is_reached:
                return ""
    return told


def refusal(body: str) -> str:
    """What the page says is wrong."""
    found = re.search(r'id="errors".*?</(?:section|div)>|class="err.*?</', body, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found.group())[:300] if found else ""


def _distinct(forms: list[FormSeen]) -> list[FormSeen]:
    """One of each form: by who sees it, where it leads, and what it asks."""
    found: dict[Any, FormSeen] = {}
    for form in forms:
        place = re.sub(r"\d+", "0", form.action)
        names = tuple(sorted({re.sub(r"\d+", "0", name) for name, _ in form.fields}))
        found.setdefault((form.who, place, names), form)
    return list(found.values())


def test_the_companies_are_sound(walk: Walk) -> None:
    with Session(walk.connection, join_transaction_mode="create_savepoint") as session:
        assert check_invariants(session) == {}
    assert permissions_of({Role.SALES_REP}) == actor_of(walk, "ron").permissions
    assert isinstance(actor_of(walk, "ron"), Actor)
