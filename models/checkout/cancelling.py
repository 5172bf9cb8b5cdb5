"""Cancelling a placed order, or what is still open of it: stock, charges and money go back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.checkout.amending import (
    finish,
    lock_lines,
    lock_order,
    made_before,
    require_window,
)
from models.checkout.change_money import ask_in_advance
from models.fulfilment import begun_with, listed_units, recall_pick_lists
from models.inventory import Cause
from models.kernel.database import lock
from models.kernel.errors import Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.orders import Order, OrderLine, take_off, take_stock_again
from models.purchasing import Special
from models.receivables import NOT_THERE, cancel_short, give_back, note_cancelled


def cancel_order(
    session: Session, order_id: int, *, key: str, reason: str, by: Actor, rest: bool = False
) -> Order:
    """Cancels the order, or with `rest` what of it the warehouse has not begun with.

    Pick lists that nobody has begun are taken back, stock goes to those who wait for it, what a
    card has paid beyond what was shipped is refunded, and the customer is told. The same form
    again changes nothing more. Refused without a reason, and where nothing is open; the whole
    order, too, once goods are picked or shipped: what is left of it can be cancelled then.
    """
    order = lock_order(session, order_id, by)
    if made_before(session, order, key) is not None:
        return order
    if by.is_staff and by.acting_for_id is None:
        by.require(Permission.ORDERS_CANCEL, "Cancelling needs the permission for it.")
    require_window(session, order, by)
    if not reason.strip():
        raise Refused("Say why it is cancelled.", field="reason")
    lines = lock_lines(session, order)
    _require_no_special(session, order, by)
    if not rest:
        _require_untouched(session, order, lines)
    recall_pick_lists(session, order, by=by)
    kept = listed_units(session, order.id)
    units = _open_units(lines, kept)
    if not units:
        raise Refused("Nothing is open that the warehouse has not begun with.")
    cause = Cause("order", order.id, by.id, reason.strip())
    freed = take_off(session, order, units, kept=kept, cause=cause, cancels=True)
    fail_at("cancel.stock_moved")
    note_cancelled(session, order, units, reason=reason, by=by, key=key, is_rest=True)
    _settle_money(session, order, reason.strip())
    finish(session, order, freed, by=by)
    fail_at("cancel.before_commit")
    return order


def cancel_what_is_short(session: Session, order_id: int) -> None:
    """Cancels what an order wants now and cannot have, where it shall not wait for it: the order
    comes to what is left, the customer is told, and what was paid beyond that goes back. Nothing
    where it is on hold, or all of it has come meanwhile."""
    accounts = select(Order.account_id, Order.bill_to_account_id).where(Order.id == order_id)
    lock(session, Account, session.execute(accounts).one())
    order = lock(session, Order, [order_id])[0]
    if order.status not in ("open", "picking", "partly_shipped"):
        return
    take_stock_again(session, order)
    if cancel_short(session, order):
        give_back(session, order, reason=NOT_THERE)


def _settle_money(session: Session, order: Order, reason: str) -> None:
    give_back(session, order, reason=reason)
    if order.payment_means == "transfer" and order.cancelled_at is None:
        ask_in_advance(session, order, rises=False)


def _require_no_special(session: Session, order: Order, by: Actor) -> None:
    """What is bought for an order alone is cancelled by the desk, which asks the supplier."""
    if by.can(Permission.ORDERS_CANCEL):
        return
    if session.scalar(
        select(OrderLine.id)
        .join(Special, Special.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order.id, OrderLine.ordered > OrderLine.cancelled)
        .limit(1)
    ):
        raise Refused(f"Part of {order.number} is bought for you alone. Ask us to cancel it.")


def _require_untouched(session: Session, order: Order, lines: Sequence[OrderLine]) -> None:
    begun = begun_with(session, order.id)
    if begun:
        raise Refused(
            f"{begun}. Ask the warehouse to put it back, or cancel only what is still open."
        )
    if any(line.shipped for line in lines):
        raise Refused(
            f"Part of {order.number} has left. Cancel only what is still open; the rest can be "
            "returned."
        )


def _open_units(
    lines: Sequence[OrderLine], kept: dict[tuple[int, int], Decimal]
) -> dict[int, Decimal]:
    """What of each line is neither shipped, picked nor on a list that somebody has begun."""
    listed: dict[int, Decimal] = {}
    for (line_id, _stock_id), units in kept.items():
        listed[line_id] = listed.get(line_id, ZERO) + units
    found = {line.id: line.open - line.picked - listed.get(line.id, ZERO) for line in lines}
    return {line_id: units for line_id, units in found.items() if units > 0}
