"""What an order comes to, tax and charges included, and what of it a card still has to pay."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.money import ZERO, line_amount
from models.kernel.settings import define, get
from models.orders import Order, OrderCharge, OrderLine
from models.pricing import Tax, TaxedAmount, tax_breakdown
from models.receivables.payment import Payment

SHORT_BY = define(
    "prepayment.tolerance", Decimal("0.50"), "Amount that a payment in advance may fall short by"
)


def due_by_card(session: Session, order: Order) -> Decimal:
    """What a card has to pay now: all that is allocated or shipped, less what was paid already.

    A backorder is charged when its goods have come. Zero or less: nothing is due.
    """
    return _worth(session, order, lambda line: line.allocated + line.shipped) - paid_for(
        session, order.id
    )


def overpaid(session: Session, order: Order) -> Decimal:
    """What was paid beyond all that the order may still come to; zero or less where it was not."""
    return paid_for(session, order.id) - _worth(
        session, order, lambda line: line.ordered - line.cancelled
    )


def due_in_advance(session: Session, order: Order) -> Decimal:
    """What has to come before the order goes out: all that it may come to, less what was paid."""
    return -overpaid(session, order)


def due_now(session: Session, order: Order) -> Decimal:
    """What the order waits for: all of it where it is paid in advance, else what a card pays."""
    if order.payment_means == "transfer":
        return due_in_advance(session, order)
    return due_by_card(session, order)


def is_unpaid(session: Session, order: Order) -> bool:
    """Whether what the order waits for is more than may be missing."""
    return due_now(session, order) > get(session, SHORT_BY, order.seller_id)


def paid_for(session: Session, order_id: int) -> Decimal:
    """The money that came in for this order itself, less what was given back of it."""
    total = session.scalar(
        select(func.sum(Payment.amount - Payment.refunded_amount)).where(
            Payment.order_id == order_id
        )
    )
    return total or ZERO


def _worth(session: Session, order: Order, units_of: Callable[[OrderLine], Decimal]) -> Decimal:
    if order.cancelled_at is not None:
        return ZERO
    session.flush()
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    wanted = [line for line in lines if units_of(line) > 0]
    if not wanted:
        return ZERO
    charges = session.scalars(select(OrderCharge).where(OrderCharge.order_id == order.id)).all()
    goods = [
        TaxedAmount(
            line_amount(line.unit_price, units_of(line), line.price_per, order.currency),
            _tax(line),
        )
        for line in wanted
    ]
    carried = [TaxedAmount(charge.amount, _tax(charge)) for charge in charges]
    return tax_breakdown(goods, carried, order.currency).gross


def _tax(part: OrderLine | OrderCharge) -> Tax:
    return Tax(part.tax_rate, part.tax_code, part.tax_reason, part.tax_exemption_code)
