"""Orders on account that their account's credit does not cover: accepted, and held."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from models.accounts import Account
from models.kernel import clock
from models.kernel.seller import Seller
from models.kernel.settings import define, get
from models.orders import Order, place_hold
from models.receivables import CreditStanding, standing

CREDIT_HOLD_DAYS = define("checkout.hold_days", 5, "Days that an order on hold keeps its stock")


def hold_for_credit(session: Session, order: Order) -> None:
    """Holds the order where its account is over the limit with it, or overdue.

    Checked under the lock on the bill-to account; the order itself counts once, with what of it is
    not invoiced.
    """
    state = credit_without(session, order)
    until = clock.now() + timedelta(days=get(session, CREDIT_HOLD_DAYS, order.seller_id))
    over = state.over_by(order.total_amount - order.invoiced_amount)
    if over:
        place_hold(
            session, order, "credit_limit", by=None, stock_kept_until=until,
            over=over, limit=state.limit, exposure=state.exposure,
        )  # fmt: skip
    if state.is_overdue:
        place_hold(
            session, order, "overdue", by=None, stock_kept_until=until,
            overdue=state.overdue, days=state.overdue_days,
        )  # fmt: skip


def credit_without(session: Session, order: Order) -> CreditStanding:
    """Where the account that pays stands, this order left out."""
    bill_to = session.get_one(Account, order.bill_to_account_id)
    today = clock.today(session.get_one(Seller, order.seller_id).time_zone)
    return standing(session, bill_to, today=today, without_order_id=order.id)
