"""An account's own rhythm: what it buys again and again, how much, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel import clock
from models.kernel.seller import day_within
from models.orders.order import Order, OrderLine

LOOKED_BACK_DAYS = 730
FEWEST_PURCHASES = 3
DUE_FROM = 0.9
"""Due from nine tenths of the usual interval on."""
LAPSED_AFTER = 3
"""After three intervals it is not due any more but given up."""


@dataclass(frozen=True, slots=True)
class Habit:
    """A product bought at least three times. The interval is the median between purchases."""

    product_id: int
    times: int
    interval_days: int
    last_on: date
    usual_quantity: Decimal

    @property
    def due_on(self) -> date:
        return self.last_on + timedelta(days=self.interval_days)

    def is_due(self, today: date) -> bool:
        """Whether the next purchase is near or overdue, and not long given up."""
        waited = (today - self.last_on).days
        return self.interval_days * DUE_FROM <= waited <= self.interval_days * LAPSED_AFTER


def habits(session: Session, account_id: int, time_zone: str) -> list[Habit]:
    """What the account buys regularly, the longest due first, in one statement."""
    since = clock.now() - timedelta(days=LOOKED_BACK_DAYS)
    day = day_within(time_zone, Order.placed_at).label("day")
    bought = (
        select(OrderLine.product_id, day, func.sum(OrderLine.ordered).label("quantity"))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.account_id == account_id,
            OrderLine.product_id.is_not(None),
            ~OrderLine.is_sample,
            OrderLine.ordered > OrderLine.cancelled,
            Order.placed_at >= since,
        )
        .group_by(OrderLine.product_id, day)
        .subquery()
    )
    before = func.lag(bought.c.day).over(partition_by=bought.c.product_id, order_by=bought.c.day)
    gaps = select(bought, (bought.c.day - before).label("gap")).subquery()
    interval = func.percentile_disc(0.5).within_group(gaps.c.gap)
    usual = func.percentile_disc(0.5).within_group(gaps.c.quantity)
    rows = session.execute(
        select(gaps.c.product_id, func.count(), interval, func.max(gaps.c.day), usual)
        .group_by(gaps.c.product_id)
        .having(func.count() >= FEWEST_PURCHASES)
        .order_by((func.max(gaps.c.day) + interval).asc(), gaps.c.product_id)
    )
    return [Habit(*row) for row in rows]
