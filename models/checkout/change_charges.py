"""Charges of a placed order that somebody sets by hand: another amount, none, or one more.

A charge that an invoice bears is beyond this: a credit note corrects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.checkout.change import Change, ChargeWish, SettledCharge
from models.checkout.change_place import ChangePlace
from models.checkout.summing import AGREED_CARRIAGE, CHARGE_TAX_CATEGORY, CHARGED_ONCE, WAIVED
from models.kernel.errors import NotFound, Problem
from models.kernel.money import round_amount
from models.orders import Order, OrderCharge
from models.pricing import Tax
from models.receivables import charged_on, tax_of

LONGEST_CHARGE_NAME = 80
LARGEST = Decimal(1_000_000)


@dataclass(slots=True)
class ByHand:
    """What was decided on charges: those set, the kinds that follow the rules again, and what is
    wrong with the others."""

    settled: list[SettledCharge] = field(default_factory=list)
    by_rule: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def field_of(wish: ChargeWish) -> str:
    """The form's field of the amount."""
    if wish.kind in CHARGED_ONCE:
        return f"charge-{wish.kind}"
    return f"charge-{wish.charge_id}" if wish.charge_id else "charge_amount"


def settled_by_hand(
    session: Session,
    place: ChangePlace,
    existing: Sequence[OrderCharge],
    wishes: Sequence[ChargeWish],
    by: Actor,
) -> ByHand:
    """The charges that are wished for.

    Denied without the permission to settle charges by hand, NotFound for a charge of another order.
    """
    found = ByHand()
    if not wishes:
        return found
    by.require(
        Permission.ORDERS_OVERRIDE, "Changing the charges of an order needs the permission for it."
    )
    for wish in {(wish.kind, wish.charge_id, wish.name): wish for wish in wishes}.values():
        row = _row_of(existing, wish)
        fault = _fault_of(session, row, wish)
        if fault is not None:
            found.problems.append(fault)
        elif wish.amount is not None:
            found.settled.append(_settled(place, row, wish, wish.amount))
        elif row is not None and row.changed_by_id is not None:
            found.by_rule.add(wish.kind)
    return found


def differences_of(settled: Sequence[SettledCharge]) -> list[dict[str, Any]]:
    """The charges that cost something else than before, or are new, as the timeline keeps them."""
    return [
        {
            "what": each.kind,
            "name": each.text.removesuffix(WAIVED),
            "before": str(each.row.amount) if each.row else "",
            "after": str(each.amount),
            "by_hand": True,
        }
        for each in settled
        if each.row is None or each.row.amount != each.amount
    ]


def write_charges(
    session: Session, order: Order, change: Change, *, reason: str, by: Actor
) -> None:
    """Writes the charges: those that stay keep their rows, those set by hand say why and who."""
    found = session.scalars(select(OrderCharge).where(OrderCharge.order_id == order.id)).all()
    stay = {row.id for row in change.kept_charges}
    for each in change.settled_charges:
        row = each.row
        if row is None:
            row = OrderCharge(order_id=order.id, kind=each.kind, **_taxed(each.tax))
            row.tax_category = each.tax_category
            session.add(row)
        else:
            stay.add(row.id)
        row.text, row.amount, row.reason, row.changed_by_id = each.text, each.amount, reason, by.id
    for row in found:
        if row.id not in stay:
            session.delete(row)
    session.add_all(
        OrderCharge(
            order_id=order.id, kind=charge.kind, text=charge.text, amount=charge.amount,
            **_taxed(charge.tax),
        )
        for charge in change.charges
    )  # fmt: skip
    session.flush()


def _row_of(existing: Sequence[OrderCharge], wish: ChargeWish) -> OrderCharge | None:
    if wish.kind in CHARGED_ONCE:
        return next((row for row in existing if row.kind == wish.kind), None)
    if wish.charge_id is None and wish.kind == "fee":
        return None
    row = next((row for row in existing if row.id == wish.charge_id), None)
    if row is None or row.kind != "fee":
        raise NotFound("This charge is not on the order.")
    return row


def _fault_of(session: Session, row: OrderCharge | None, wish: ChargeWish) -> Problem | None:
    at = field_of(wish)
    if row is not None and row.invoiced_at is not None:
        name, number = row.text.removesuffix(WAIVED), charged_on(session, [row.id]).get(row.id, "")
        sentence = f"{name} is on invoice {number} already: correct it with a credit note for it."
        return Problem(sentence, at)
    if wish.amount is None:
        if wish.kind in CHARGED_ONCE:
            return None
        return Problem("No rule says what this charge costs: type an amount.", at)
    if wish.amount < 0:
        return Problem("A charge cannot be below zero.", at)
    if wish.amount > LARGEST:
        return Problem(f"A charge is {LARGEST:,} at most.", at)
    if row is None and wish.kind not in CHARGED_ONCE:
        return _fault_of_name(wish.name)
    return None


def _fault_of_name(name: str) -> Problem | None:
    if not name.strip():
        return Problem("Say what the charge is for: the customer reads it.", "charge_name")
    if len(name.strip()) > LONGEST_CHARGE_NAME:
        return Problem(f"A charge's name has at most {LONGEST_CHARGE_NAME} signs.", "charge_name")
    return None


def _settled(
    place: ChangePlace, row: OrderCharge | None, wish: ChargeWish, amount: Decimal
) -> SettledCharge:
    """What is on the order keeps its tax; what is added is taxed as of today."""
    category = CHARGE_TAX_CATEGORY if wish.kind in CHARGED_ONCE else wish.tax_category
    amount = round_amount(amount, place.order.currency)
    return SettledCharge(
        row=row,
        kind=wish.kind,
        text=_name_of(row, wish) if amount else _name_of(row, wish) + WAIVED,
        amount=amount,
        tax=tax_of(row) if row else place.tax_on(category),
        tax_category=row.tax_category if row else category,
    )


def _name_of(row: OrderCharge | None, wish: ChargeWish) -> str:
    """Carriage that was agreed is no zone's any more."""
    if wish.kind == "carriage":
        return AGREED_CARRIAGE if wish.amount else CHARGED_ONCE["carriage"]
    if row is not None:
        return row.text.removesuffix(WAIVED)
    return CHARGED_ONCE.get(wish.kind) or wish.name.strip()


def _taxed(tax: Tax) -> dict[str, Any]:
    return {
        "tax_code": tax.vat_category, "tax_rate": tax.rate, "tax_reason": tax.exemption_reason,
        "tax_exemption_code": tax.exemption_code,
    }  # fmt: skip
