"""What a changed order adds up to, and its differences in the form that the timeline keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor
from models.checkout.cart import IMPORTED
from models.checkout.change import (
    Change,
    ChargeWish,
    HeadWish,
    LinePlan,
    Wishes,
)
from models.checkout.change_charges import ByHand, differences_of, settled_by_hand
from models.checkout.change_place import ChangePlace
from models.checkout.pads import FREIGHT_CHOICES, asks_for_po_number
from models.checkout.summing import (
    CHARGE_TAX_CATEGORY,
    CHARGED_ONCE,
    ProposedCharge,
    charge_rows,
    charged_for,
    split_pack_row,
    usual_split_pack,
)
from models.kernel.errors import Problem
from models.kernel.money import ZERO
from models.kernel.quantity import plain
from models.orders import Order, OrderCharge, fallen_away
from models.pricing import CarriageGround, TaxedAmount, tax_breakdown
from models.receivables import tax_of

LONGEST_PO_NUMBER = 80
NONE_FOLLOWS = "Nothing would be left to ship: no invoice follows that could bear a charge."
RECKONED = tuple(CHARGED_ONCE)
"""The charges that follow from the goods and the place; others were agreed and stay."""


@dataclass(frozen=True, slots=True)
class _Charges:
    """The charges as they would be: as they are, set by hand, reckoned anew."""

    kept: tuple[OrderCharge, ...]
    by_hand: ByHand
    fresh: tuple[ProposedCharge, ...]
    carriage_unknown: bool
    changes: tuple[dict[str, Any], ...]

    def taxed(self) -> list[TaxedAmount]:
        return [
            *(TaxedAmount(row.amount, tax_of(row)) for row in self.kept),
            *(TaxedAmount(each.amount, each.tax) for each in self.by_hand.settled),
            *(TaxedAmount(each.amount, each.tax) for each in self.fresh),
        ]


def sum_up(
    session: Session,
    place: ChangePlace,
    plans: Sequence[LinePlan],
    *,
    wishes: Wishes,
    by: Actor,
    problems: list[Problem],
) -> Change:
    """The change with its charges, tax and total."""
    order = place.order
    goods_change = any(plan.is_changed for plan in plans)
    amounts = [
        plan.amount if goods_change or plan.line is None else plan.line.line_amount
        for plan in plans
    ]
    goods = sum(amounts, ZERO)
    charges = _charges_of(session, place, plans, goods, wishes.charges, by)
    taxed = charges.taxed()
    breakdown = tax_breakdown(
        [TaxedAmount(amount, plan.tax) for amount, plan in zip(amounts, plans, strict=True)],
        taxed, order.currency,
    )  # fmt: skip
    changes = changes_of(order, place, plans, wishes.head)
    return Change(
        plans=tuple(plans), changes=(*changes, *charges.changes), kept_charges=charges.kept,
        settled_charges=tuple(charges.by_hand.settled),
        charges_by_rule=frozenset(charges.by_hand.by_rule), charges=charges.fresh, goods=goods,
        charged=sum((each.amount for each in taxed), ZERO), tax=breakdown.tax,
        total_before=order.total_amount, total=breakdown.gross,
        carriage_unknown=charges.carriage_unknown,
        calendar=place.calendar, ships_from=place.ships_from, moves_dates=place.moves_dates,
        ship_to=place.ship_to, warehouse_id=place.warehouse_ids[0],
        problems=(*problems, *charges.by_hand.problems),
    )  # fmt: skip


def _charges_of(
    session: Session,
    place: ChangePlace,
    plans: Sequence[LinePlan],
    goods: Decimal,
    wishes: Sequence[ChargeWish],
    by: Actor,
) -> _Charges:
    """Charges that were invoiced or set by hand stay; the others are reckoned anew where goods or
    place change, as are those that shall follow the rules again. Where nothing is left to ship, no
    invoice follows, and what none bears falls away."""
    existing = session.scalars(
        select(OrderCharge).where(OrderCharge.order_id == place.order.id).order_by(OrderCharge.id)
    ).all()
    hand = settled_by_hand(session, place, existing, wishes, by)
    rows = [each.row for each in hand.settled]
    kept, unknown = tuple(row for row in existing if row not in rows), False
    fresh: tuple[ProposedCharge, ...] = ()
    anew = place.moves_place or any(plan.is_changed for plan in plans)
    if ships_no_more(plans):
        kept = tuple(row for row in kept if row.invoiced_at is not None)
        if hand.settled or hand.by_rule:
            hand.problems.append(Problem(NONE_FOLLOWS))
    elif anew or hand.by_rule:
        kept = tuple(
            row for row in kept if row.kind not in hand.by_rule and (_stays(row) or not anew)
        )
        kinds = {row.kind for row in kept} | {each.kind for each in hand.settled}
        kinds |= set() if anew else set(RECKONED) - hand.by_rule
        split = sum(plan.is_split for plan in plans)
        fresh, unknown = _fresh(session, place, goods, split, kinds)
    gone = [row for row in existing if row not in kept and row not in rows]
    changes = (*_charge_changes(gone, fresh), *differences_of(hand.settled))
    return _Charges(kept, hand, fresh, unknown, changes)


def ships_no_more(plans: Sequence[LinePlan]) -> bool:
    """Whether part of the order has left, and nothing would be left to follow it."""
    shipped = [plan.line.shipped if plan.line else ZERO for plan in plans]
    return any(shipped) and all(
        plan.after <= gone for plan, gone in zip(plans, shipped, strict=True)
    )


def _stays(row: OrderCharge) -> bool:
    by_hand = row.changed_by_id is not None
    return row.kind not in RECKONED or row.invoiced_at is not None or by_hand


def _fresh(
    session: Session, place: ChangePlace, goods: Decimal, split: int, settled: set[str]
) -> tuple[tuple[ProposedCharge, ...], bool]:
    """Today's charges of the kinds that are not settled yet; whether no zone covers the place.
    `split` lines are sold otherwise than by the pack; `settled` are the kinds that are."""
    if not goods:
        return (), False
    charges = charged_for(session, place.terms, goods, place.destination, place.seller_id)
    if place.order.channel == IMPORTED:  # nothing is added to what was agreed in another system
        settled = settled | {"small_order", "split_pack"}
    tax = place.tax_on(CHARGE_TAX_CATEGORY)
    rows = charge_rows(charges, tax)
    splitting = usual_split_pack(session, split, place.order.currency, place.seller_id)
    if splitting:
        rows += (split_pack_row(splitting, tax),)
    unknown = charges.ground is CarriageGround.UNKNOWN and "carriage" not in settled
    return tuple(row for row in rows if row.kind not in settled), unknown


def changes_of(
    order: Order, place: ChangePlace, plans: Sequence[LinePlan], head: HeadWish | None
) -> list[dict[str, Any]]:
    """The differences, lines first: `what` names the sentence that is made of it."""
    found: list[dict[str, Any]] = []
    for plan in plans:
        if plan.line is None:
            what = "added" if plan.has_price else "unpriced"
            found.append({"what": what, "sku": plan.sku, "after": plain(plan.after),
                          "price": str(plan.unit_price)})  # fmt: skip
            continue
        if plan.before != plan.after:
            what = "quantity" if plan.after else "dropped"
            found.append({"what": what, "sku": plan.sku, "before": plain(plan.before),
                          "after": plain(plan.after)})  # fmt: skip
        if plan.unit_price != plan.line.unit_price:
            found.append({"what": "price", "sku": plan.sku, "before": str(plan.line.unit_price),
                          "after": str(plan.unit_price)})  # fmt: skip
    return found + (_head_changes(order, place, head) if head else [])


def _head_changes(order: Order, place: ChangePlace, head: HeadWish) -> list[dict[str, Any]]:
    pairs: list[tuple[str, Any, Any]] = [
        ("po_number", order.po_number, head.po_number.strip()),
        ("requested_on", order.requested_on, head.requested_on),
        ("freight", order.freight_choice, head.freight_choice),
    ]
    if place.ship_to is not None:
        pairs.append(("ship_to", _in_short(order.ship_to), _in_short(place.ship_to.copy())))
    return [
        {"what": what, "before": str(before or ""), "after": str(after or "")}
        for what, before, after in pairs
        if (before or "") != (after or "")
    ]


def _in_short(address: dict[str, str]) -> str:
    parts = (address.get(name, "") for name in ("company", "line1", "city", "postcode"))
    return ", ".join(part for part in parts if part)


def _charge_changes(
    gone: Sequence[OrderCharge], fresh: Sequence[ProposedCharge]
) -> list[dict[str, Any]]:
    """What the charges cost that were reckoned anew, and those that fall away."""
    before = {row.kind: row.amount for row in gone if row.kind in RECKONED}
    after = {row.kind: row.amount for row in fresh}
    found = [
        {"what": kind, "before": str(before.get(kind, ZERO)), "after": str(after.get(kind, ZERO))}
        for kind in RECKONED
        if before.get(kind, ZERO) != after.get(kind, ZERO)
    ]
    return found + fallen_away([row for row in gone if row.kind not in RECKONED])


def problems_of_head(
    session: Session, place: ChangePlace, head: HeadWish | None, by: Actor
) -> list[Problem]:
    """What is wrong with the facts of the whole order."""
    if head is None:
        return []
    order = place.order
    problems: list[Problem] = []
    account = session.get_one(Account, order.account_id)
    if account.requires_po_number and order.po_number and not head.po_number.strip():
        problems.append(Problem(asks_for_po_number(by), "po_number"))
    if head.freight_choice not in FREIGHT_CHOICES:
        problems.append(Problem("Choose one of the offered answers.", "freight_choice"))
    if len(head.po_number.strip()) > LONGEST_PO_NUMBER:
        problems.append(Problem("A PO number has at most 80 signs.", "po_number"))
    moves_day = head.requested_on != order.requested_on
    if moves_day and head.requested_on is not None and head.requested_on < place.today:
        problems.append(Problem("Choose a delivery day from today on.", "requested_on"))
    if order.picking_since is not None and (place.moves_place or moves_day):
        where = "ship_to_id" if place.moves_place else "requested_on"
        problems.append(
            Problem(
                "Part of it is with the warehouse now. Address, day and freight can be changed "
                "again when that has left.", where,
            )
        )  # fmt: skip
    return problems
