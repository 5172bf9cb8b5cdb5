"""Orders that are paid in advance wait for their money, again where it goes back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.accounts import Actor
from models.orders import Order, place_hold, release_hold, settle_short, take_stock_again
from models.receivables.card_starting import open_payment_hold
from models.receivables.order_worth import is_unpaid
from models.receivables.payment import Payment


def wait_again(session: Session, payment: Payment, by: Actor | None) -> None:
    """An order that was paid with money that is gone does not go out without it. The caller has
    locked account, order and payment."""
    order = session.get(Order, payment.order_id) if payment.order_id else None
    if order is None or order.shipped_at is not None or order.cancelled_at is not None:
        return
    if is_unpaid(session, order):
        place_hold(session, order, "awaiting_payment", by=by)


def go_on(session: Session, payment: Payment) -> None:
    """An order whose money stayed after all is let go, if it waited for nothing but that. The
    caller has locked account, order and payment."""
    order = session.get(Order, payment.order_id) if payment.order_id else None
    if order is None or open_payment_hold(session, order.id) is None or is_unpaid(session, order):
        return
    take_stock_again(session, order)
    settle_short(session, order)
    release_hold(
        session, order, "awaiting_payment", by=None, reason=f"The money of {payment.number} stayed"
    )
