"""The money of a changed order: credit checked again, more asked for, or the rest given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.checkout.change import Change
from models.checkout.credit_holding import credit_without, hold_for_credit
from models.checkout.placing import TRANSFER_HOLD_DAYS
from models.kernel import clock
from models.kernel.money import ZERO
from models.kernel.outbox import announce
from models.kernel.seller import day_at
from models.kernel.settings import get
from models.orders import Order, OrderHold, place_hold, release_hold, take_what_is_due
from models.receivables import (
    due_by_card,
    due_in_advance,
    end_pro_forma,
    give_back,
    issue_pro_forma,
    open_payment_hold,
    paid_for,
)

CARD_LINK_DAYS = 5
"""How long goods are kept for the card payment of what was added."""
REFUND_REASON = "The order was changed."
COVERED = "What was paid covers it now."
NOTHING_DUE = "It comes to nothing now."


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a change will do about money: by how much it passes the credit limit, what more is
    asked for, what goes back. Zero where nothing does."""

    over: Decimal = ZERO
    more: Decimal = ZERO
    back: Decimal = ZERO


def foresee(session: Session, order: Order, change: Change) -> Foresight:
    """What saving the change would do about its money, to be said before it is saved."""
    if order.payment_means == "on_account":
        if not change.rises:
            return Foresight()
        left = change.total - order.invoiced_amount
        return Foresight(over=credit_without(session, order).over_by(left))
    paid = paid_for(session, order.id)
    if paid:
        return Foresight(more=max(ZERO, change.total - paid), back=max(ZERO, paid - change.total))
    return Foresight(more=max(ZERO, change.total - change.total_before))


def settle_money(session: Session, order: Order, change: Change, *, by: Actor) -> None:
    """Asks for more or gives back, by the order's way to pay; called when the lines are written.

    On account: a total that rises is checked against the credit again, one that falls may lift
    the hold. By card: what is due beyond what was paid is asked for with a link, what was paid
    beyond the order goes back to the card. Paid in advance: a new pro-forma asks for what is due,
    and accounting sees what it has to give back.
    """
    if order.payment_means == "on_account":
        _settle_credit(session, order, rises=change.rises)
    elif order.payment_means == "card":
        _settle_card(session, order, rises=change.rises)
    elif change.total != change.total_before:
        give_back(session, order, reason=REFUND_REASON)
        ask_in_advance(session, order, rises=change.rises)
    _settle_address(session, order, change)


def ask_in_advance(session: Session, order: Order, *, rises: bool) -> None:
    """The pro-forma of an order paid in advance says what is due now; nothing due lets it go."""
    due, hold = due_in_advance(session, order), open_payment_hold(session, order.id)
    until = clock.now() + timedelta(days=get(session, TRANSFER_HOLD_DAYS, order.seller_id))
    if hold is not None and due <= ZERO:
        end_pro_forma(session, order.id)
        _let_go(session, order, "awaiting_payment", COVERED)
    elif hold is not None:
        issue_pro_forma(
            session, order, pay_by=day_at(session, order.seller_id, hold.stock_kept_until or until)
        )
    elif rises and due > ZERO:
        place_hold(session, order, "awaiting_payment", by=None, stock_kept_until=until)
        issue_pro_forma(session, order, pay_by=day_at(session, order.seller_id, until))


def _settle_credit(session: Session, order: Order, *, rises: bool) -> None:
    if rises:
        hold_for_credit(session, order)
        return
    if not _is_held(session, order, "credit_limit"):
        return
    left = order.total_amount - order.invoiced_amount
    if not credit_without(session, order).over_by(left):
        _let_go(session, order, "credit_limit", "It is within the credit limit now.")


def _settle_card(session: Session, order: Order, *, rises: bool) -> None:
    give_back(session, order, reason=REFUND_REASON)
    due = due_by_card(session, order)
    hold = open_payment_hold(session, order.id)
    if hold is None and rises and due > 0:
        until = clock.now() + timedelta(days=CARD_LINK_DAYS)
        place_hold(session, order, "awaiting_payment", by=None, stock_kept_until=until)
        announce(session, "payment.due", account_id=order.account_id, order_id=order.id)
    elif hold is not None and due <= ZERO < paid_for(session, order.id):
        _let_go(session, order, "awaiting_payment", COVERED)
    elif hold is not None and not order.total_amount:
        _let_go(session, order, "awaiting_payment", NOTHING_DUE)


def _settle_address(session: Session, order: Order, change: Change) -> None:
    """Where no zone covers a new place, the desk settles the carriage before it is released: it has
    when it says what that costs."""
    held = _is_held(session, order, "address")
    if change.carriage_unknown and not held:
        place_hold(
            session, order, "address", by=None, reason="No carriage zone covers this address."
        )
    elif held and change.settles_carriage:
        _let_go(session, order, "address", "The desk has settled the carriage.")
    elif held and change.ship_to is not None and not change.carriage_unknown:
        _let_go(session, order, "address", "A carriage zone covers the new address.")


def _let_go(session: Session, order: Order, code: str, reason: str) -> None:
    release_hold(session, order, code, by=None, reason=reason)
    waits = select(OrderHold.id).where(
        OrderHold.order_id == order.id, OrderHold.released_at.is_(None)
    )
    if session.scalar(waits.limit(1)) is None:
        take_what_is_due(session, order)


def _is_held(session: Session, order: Order, code: str) -> bool:
    held = select(OrderHold.id).where(
        OrderHold.order_id == order.id, OrderHold.code == code, OrderHold.released_at.is_(None)
    )
    return session.scalar(held) is not None
