"""The form by which a placed order is changed, the same for the office and for buyers.

The first look at it shows what the wishes come to; only what was shown is saved.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.catalog import notes_at_lines
from models.checkout import (
    Addition,
    Amendment,
    Change,
    ChargeWish,
    HeadWish,
    LinePlan,
    LineWish,
    Wishes,
    addition_of,
    folded,
    foresee,
    propose_change,
    ship_tos,
)
from models.kernel.errors import Refused
from models.kernel.quantity import parse_quantity, plain
from models.orders import Order, OrderLine
from models.pricing import PriceList
from web.changes import difference_lines
from web.i18n import _
from web.presenting import day_in_words, money, quantity, unit_price

Errors = list[tuple[str, str]]
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """What was typed, read: the wishes, and how the fields read now."""

    wishes: Wishes
    fields: dict[str, str]


def lines_of(session: Session, order: Order) -> Sequence[OrderLine]:
    """The order's lines in their order."""
    return session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    ).all()


def read_form(session: Session, order: Order) -> ChangeForm:
    """The form of this request. Refused, naming the field, for what cannot be read."""
    lines = lines_of(session, order)
    wishes = Wishes(
        lines=tuple(_line_wishes(lines)),
        added=(*_added(), *_typed_addition(session, order)),
        head=_head(),
    )
    wishes = folded(wishes, lines)
    fields = {name: text for name, text in request.form.items() if not name.startswith("added-")}
    fields |= {f"quantity-{wish.line_id}": plain(wish.quantity) for wish in wishes.lines}
    fields |= {f"added-{each.product_id}": plain(each.quantity) for each in wishes.added}
    if not _is_half_typed():
        fields |= {"add_code": "", "add_quantity": ""}
    return ChangeForm(wishes, fields)


def with_charges(form: ChangeForm, charges: tuple[ChargeWish, ...]) -> ChangeForm:
    """The form with what the desk wants of the order's charges."""
    return replace(form, wishes=replace(form.wishes, charges=charges))


def is_look() -> bool:
    """Whether the request only wants to see what it comes to; nothing unseen is ever saved."""
    return request.form.get("do") == "look" or not request.form.get("shown_total")


def amendment_of(form: ChangeForm) -> Amendment:
    """The form as it was confirmed. Refused where its hidden fields were lost."""
    try:
        version, total = int(request.form["version"]), Decimal(request.form["shown_total"])
    except (KeyError, ValueError, InvalidOperation):
        raise Refused("Load the form again and send it once more.") from None
    key = request.form.get("submission_key", "")[:64]
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    return Amendment(key, version, total, form.wishes, reason)


def change_context(
    session: Session, order: Order, by: Actor, form: ChangeForm | None, errors: Errors
) -> dict[str, Any]:
    """What the form's template shows: fields, and what they come to where they could be read."""
    change = propose_change(session, order, form.wishes, by=by) if form else None
    if change is not None:
        known = {sentence for _field, sentence in errors}
        found = [(each.field or "", _(each.sentence)) for each in change.problems]
        errors = [*errors, *(each for each in found if each[1] not in known)]
    fields = form.fields if form else dict(request.form.items())
    lines = lines_of(session, order)
    return {
        "order": order,
        "errors": errors,
        "wrong": dict(reversed(errors)),
        "fields": fields,
        "rows": _rows(
            order, lines, change, fields, _reasons(session, lines) if by.is_staff else {}
        ),
        "added": _added_rows(order, change, _alerts(session, change, by)) if change else [],
        "places": _places(session, order),
        "requested_on": fields.get("requested_on", str(order.requested_on or "")),
        "key": request.form.get("submission_key") or uuid.uuid4().hex,
        "version": order.version,
        "change": change,
        "preview": _preview(session, order, change, by) if change else None,
    }


def _line_wishes(lines: Sequence[OrderLine]) -> list[LineWish]:
    found = []
    for line in lines:
        name = f"quantity-{line.id}"
        text = request.form.get(name, "").strip()
        if text:
            units = parse_quantity(text, decimals=3, field=name)
            takes_new = request.form.get(f"price-{line.id}") == "today"
            splits = bool(request.form.get(f"pack-{line.id}"))
            found.append(LineWish(line.id, units, takes_new, splits))
    return found


def _added() -> list[Addition]:
    found = []
    for name, text in request.form.items():
        key = name.removeprefix("added-")
        if name.startswith("added-") and key.isascii() and key.isdigit() and len(key) < 18:
            units = parse_quantity(text, decimals=3, field=name)
            if units:
                found.append(Addition(int(key), units, bool(request.form.get(f"pack-{name}"))))
    return found


def _typed_addition(session: Session, order: Order) -> list[Addition]:
    code = request.form.get("add_code", "").strip()
    if not code or _is_half_typed():
        return []
    return [addition_of(session, order, code, request.form.get("add_quantity", ""))]


def _is_half_typed() -> bool:
    """A code whose quantity is being typed yet: the page asked by itself, nobody pressed a key."""
    return bool(request.headers.get("HX-Request")) and not request.form.get("add_quantity")


def _head() -> HeadWish | None:
    if "freight_choice" not in request.form:
        return None
    place, text = request.form.get("ship_to_id", ""), request.form.get("requested_on", "").strip()
    try:
        requested_on = date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(_("Enter the date as 2026-11-30."), field="requested_on") from None
    is_id = place.isascii() and place.isdigit() and len(place) < 18
    return HeadWish(
        ship_to_id=int(place) if is_id else None,
        requested_on=requested_on,
        po_number=request.form.get("po_number", ""),
        freight_choice=request.form["freight_choice"],
    )


def _reasons(session: Session, lines: Sequence[OrderLine]) -> dict[int, str]:
    """Why each line costs what it does, in short, for staff: the list and the break."""
    ids = {line.price_list_id for line in lines if line.price_list_id}
    found = session.execute(select(PriceList.id, PriceList.name).where(PriceList.id.in_(ids)))
    names = {row.id: row.name for row in found}
    return {
        line.id: ", ".join(filter(None, (_reason(line, names), _pack_reason(line))))
        for line in lines
    }


def _pack_reason(line: OrderLine) -> str:
    return _("not by the pack: %(reason)s", reason=line.pack_reason) if line.pack_reason else ""


def _reason(line: OrderLine, names: dict[int, str]) -> str:
    if line.original_price is not None:
        return _("by hand: %(reason)s", reason=line.override_reason)
    name = names.get(line.price_list_id or 0, "")
    if line.tier is not None and line.tier > 1:
        return _("%(list)s, from %(units)s", list=name, units=quantity(line.tier))
    return name


def _rows(
    order: Order,
    lines: Sequence[OrderLine],
    change: Change | None,
    fields: dict[str, str],
    reasons: dict[int, str],
) -> list[dict[str, Any]]:
    plans = {plan.line.id: plan for plan in change.plans if plan.line} if change else {}
    return [
        {**_row(order, line, plans.get(line.id), fields), "why": reasons.get(line.id, "")}
        for line in lines
        if line.live > 0 or f"quantity-{line.id}" in fields
    ]


def _row(
    order: Order, line: OrderLine, plan: LinePlan | None, fields: dict[str, str]
) -> dict[str, Any]:
    name = f"quantity-{line.id}"
    amount = plan.amount if plan else line.line_amount
    offer = plan.offer if plan else None
    return {
        "id": line.id,
        "field": name,
        "sku": line.sku,
        "name": line.name,
        "now": quantity(line.live),
        "value": fields.get(name, plain(line.live)),
        "each": unit_price(plan.unit_price if plan else line.unit_price, order.currency),
        "per": line.price_per,
        "amount": money(amount, order.currency),
        "gone": _gone(line),
        "ships": _ships(plan) if plan and plan.is_changed else _promised(line),
        "old": unit_price(offer.old, order.currency) if offer else "",
        "new": unit_price(offer.new, order.currency) if offer else "",
        "takes_new": bool(offer and offer.takes_new),
        "may_split": bool(plan and plan.may_split and not line.pack_reason),
        "is_split": bool(plan and plan.is_split),
    }


def _promised(line: OrderLine) -> str:
    if not line.open:
        return ""
    if line.promised_on is None:
        return _("no date yet")
    return _("ships %(day)s", day=day_in_words(line.promised_on))


def _gone(line: OrderLine) -> str:
    """What of a line is out of reach already."""
    said = []
    if line.shipped:
        said.append(_("%(units)s shipped", units=quantity(line.shipped)))
    if line.picked:
        said.append(_("%(units)s picked", units=quantity(line.picked)))
    return ", ".join(said)


def _ships(plan: LinePlan) -> str:
    if not plan.after:
        return _("taken off")
    day = day_in_words(plan.ship_on) if plan.ship_on else ""
    if plan.short:
        units = quantity(plan.short)
        if day:
            return _("%(units)s follow %(day)s", units=units, day=day)
        return _("%(units)s follow, no date yet", units=units)
    return _("ships %(day)s", day=day) if day else ""


def _alerts(session: Session, change: Change, by: Actor) -> Mapping[int, list[str]]:
    """What staff are to know of the products that are added: {product id: texts}."""
    added = {plan.product_id for plan in change.plans if plan.line is None}
    return notes_at_lines(session, "alert", added) if added and by.is_staff else {}


def _added_rows(
    order: Order, change: Change, alerts: Mapping[int, list[str]]
) -> list[dict[str, Any]]:
    """What is added; units of a line that are priced today stand beside it without a field."""
    with_line = {plan.product_id for plan in change.plans if plan.line and plan.line.live > 0}
    return [
        {
            "field": plan.field,
            "is_beside": plan.product_id in with_line,
            "may_split": plan.may_split,
            "is_split": plan.is_split,
            "alerts": alerts.get(plan.product_id or 0, ()),
            "sku": plan.sku,
            "name": plan.name,
            "value": plain(plan.after),
            "each": unit_price(plan.unit_price, order.currency) if plan.has_price else "",
            "per": plan.price_per,
            "amount": money(plan.amount, order.currency) if plan.has_price else "–",
            "if_split": _if_split(order, plan),
            "ships": _ships(plan),
        }
        for plan in change.plans
        if plan.line is None
    ]


def _if_split(order: Order, plan: LinePlan) -> str:
    """What so few cost if the pack is split, where they have no price otherwise."""
    if plan.price_if_split is None:
        return ""
    price = unit_price(plan.price_if_split, order.currency)
    if plan.price_per == 1:
        return _("%(price)s each", price=price)
    return _("%(price)s per %(units)s", price=price, units=plan.price_per)


def _places(session: Session, order: Order) -> list[tuple[str, str]]:
    """The addresses to choose; the order's own copy stays as it is."""
    now = ", ".join(p for p in (order.ship_to.get("company"), order.ship_to.get("city")) if p)
    found = [("", _("%(place)s, as it is", place=now))]
    return found + [
        (str(place.id), f"{place.company}, {place.line1}, {place.city}")
        for place in ship_tos(session, order.account_id)
        if place.id != order.ship_to_address_id
    ]


def _preview(session: Session, order: Order, change: Change, by: Actor) -> dict[str, Any]:
    currency = order.currency
    charges = [(row.text, money(row.amount, currency)) for row in change.kept_charges]
    charges += [(row.text, money(row.amount, currency)) for row in change.settled_charges]
    charges += [(row.text, money(row.amount, currency)) for row in change.charges]
    return {
        "differences": difference_lines(change.changes, currency),
        "figures": [(_("Goods"), money(change.goods, currency)), *charges,
                    (_("VAT"), money(change.tax, currency)),
                    (_("Total before"), money(change.total_before, currency))],
        "total": (_("Total now"), money(change.total, currency)),
        "total_text": money(change.total, currency),
        "shown_total": str(change.total),
        "may_save": not change.problems and not change.is_empty,
        "may_choose_price": by.can(Permission.PRICE_OVERRIDE),
        "notes": _notes(session, order, change),
    }  # fmt: skip


def _notes(session: Session, order: Order, change: Change) -> list[tuple[str, str]]:
    """What saving will do beside the lines, each with its tone."""
    if change.is_empty or change.problems:
        return []
    found, ahead = [], foresee(session, order, change)
    if ahead.over:
        words = _("It goes on hold: %(over)s over the credit limit.",
                  over=money(ahead.over, order.currency))  # fmt: skip
        found.append(("warn", words))
    if ahead.more:
        more = money(ahead.more, order.currency)
        found.append(("warn", _("%(more)s more must be paid before it ships.", more=more)))
    if ahead.back:
        back = money(ahead.back, order.currency)
        words = _("%(back)s were paid beyond it and go back.", back=back)
        found.append(("info", words))
    if change.newly_split:
        skus = ", ".join(dict.fromkeys(plan.sku for plan in change.newly_split))
        found.append(("warn", _("Say why the pack of %(skus)s is split.", skus=skus)))
    if change.sets_charges:
        found.append(("warn", _("Say why a charge is changed: the customer reads it.")))
    if change.carriage_unknown:
        found.append(("warn", _("No carriage zone covers this address: the desk settles it.")))
    found.append(("info", _("A revised acknowledgement is mailed.")))
    return found
