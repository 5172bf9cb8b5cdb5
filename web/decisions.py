"""Rows of a list that need an answer, as questions with their answers as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.checkout import Question
from web.i18n import _
from web.presenting import day_month

ICONS = {
    "unknown": "search", "ambiguous": "split", "not_for_sale": "ban", "short": "calendar-clock",
    "on_request": "tag", "sample": "package", "bad_quantity": "circle-question-mark",
}  # fmt: skip


def decision_views(
    rows: Sequence[tuple[Question, str | None, str | None]], *, at_desk: bool = False
) -> list[dict[str, Any]]:
    """The questions in the order of the list. `at_desk` they are told to staff, who may remember
    a code for the account and give a price that is on request."""
    return [
        {
            "id": row.id,
            "icon": ICONS.get(row.problem, "package"),
            "question": _question(row, sku, name, at_desk=at_desk),
            "detail": _detail(row, at_desk=at_desk),
            "answers": [*_answers(row, at_desk=at_desk), ("drop", _("Drop"), True)],
            "problem": row.problem,
            "code": row.code,
            "asked": row.quantity_text,
            "first_tier": row.offers.get("first_tier", ""),
        }
        for row, sku, name in rows
    ]


def _question(row: Question, sku: str | None, name: str | None, *, at_desk: bool) -> str:
    what = name or row.code
    asked = f"{what} × {row.quantity_text}" if row.quantity_text else what
    words = {
        "unknown": _("Row %(n)s: %(what)s is not a code we know"),
        "ambiguous": _("Row %(n)s: %(what)s names more than one product"),
        "not_for_sale": _("Row %(n)s: %(what)s is not on sale to you"),
        "short": _("Row %(n)s: %(what)s, more than is in stock"),
        "sample": _("Row %(n)s: %(what)s stands on this order as a sample"),
        "on_request": _("Row %(n)s: %(what)s has its price on request"),
        "bad_quantity": _("Row %(n)s: %(what)s, we could not read how many"),
        "above_maximum": _("Row %(n)s: %(what)s is more than one order may hold"),
    }.get(row.problem, _("Row %(n)s: %(what)s does not fit how it is packed"))
    if at_desk and row.problem == "not_for_sale":
        words = _("Row %(n)s: %(what)s is not on sale to them")
    return words % {"n": row.row_number, "what": asked}


def _detail(row: Question, *, at_desk: bool) -> str:
    facts = row.offers
    if row.problem == "short":
        return _short(facts)
    if row.problem == "unknown" and facts.get("products"):
        near = facts["products"][0]
        return _("Closest is %(sku)s, %(name)s.", sku=near["sku"], name=near["name"])
    if row.problem == "unknown":
        return _("Check the code, or search for the product and add it.")
    if at_desk and facts.get("first_tier"):
        return _("It has no price below %(units)s. Sell it at the price from %(units)s on, or take "
                 "it and say another.", units=facts["first_tier"])  # fmt: skip
    if row.problem == "on_request" and at_desk:
        return _("Take it, then say its price on the line.")
    if row.problem == "on_request":
        return _("Ask us for a price, then it can be ordered.")
    if row.problem == "sample":
        return _("Sell it on an order of its own, or take the sample off first.")
    before = facts.get("before", "0")
    said = str(facts.get("sentence", ""))
    if before != "0" and said:
        return _("%(before)s are on the pad already. %(said)s", before=before, said=said)
    return said


def _short(facts: dict[str, Any]) -> str:
    there = facts.get("available", "0")
    now = _("None in stock.") if there == "0" else _("%(units)s in stock.", units=there)
    if facts.get("on"):
        on = day_month(date.fromisoformat(facts["on"]))
        return _("%(now)s All of it by %(day)s.", now=now, day=on)
    return _("%(now)s No date for the rest yet.", now=now) if facts.get("backorder") else now


def _answers(row: Question, *, at_desk: bool) -> list[tuple[str, str, bool]]:
    facts = row.offers
    answers = []
    if at_desk and row.problem == "on_request" and row.quantity_text.isdecimal():
        answers.append((f"make-{row.quantity_text}", _("Take it, price to be said"), False))
    if facts.get("backorder"):
        label = _("Backorder %(quantity)s", quantity=facts["backorder"])
        answers.append((f"make-{facts['backorder']}", label, False))
    words = _("Take %(quantity)s") if row.problem == "short" else _("Make it %(quantity)s")
    for quantity in facts.get("quantities", ()):
        answers.append((f"make-{quantity}", words % {"quantity": quantity}, False))
    for each in facts.get("products", ()):
        label = _("Use %(sku)s", sku=each["sku"])
        answers.append((f"use-{each['id']}", label, False))
        if at_desk and row.problem == "unknown":
            keep = _("Use %(sku)s and remember their code", sku=each["sku"])
            answers.append((f"keep-{each['id']}", keep, False))
    return answers
