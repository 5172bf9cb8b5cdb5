"""Orders that are paid in advance wait for their money, again where it goes back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.orders import Order, OrderHold, place_hold, release_hold, take_stock_again
from models.receivables.cancelled import cancel_short
from models.receivables.order_worth import is_unpaid
from models.receivables.payment import Payment


def open_payment_hold(session: Session, order_id: int) -> OrderHold | None:
    """The hold under which an order waits for its payment."""
    return session.scalars(
        select(OrderHold).where(
            OrderHold.order_id == order_id,
            OrderHold.code == "awaiting_payment",
            OrderHold.released_at.is_(None),
        )
    ).first()


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
    let_go(session, order, f"The money of {payment.number} stayed")


def let_go(session: Session, order: Order, reason: str) -> None:
    """An order whose money is there takes the stock again that it gave back, and goes on. The
    caller has locked account and order."""
    take_stock_again(session, order)
    cancel_short(session, order)
    if open_payment_hold(session, order.id) is not None:
        release_hold(session, order, "awaiting_payment", by=None, reason=reason)
