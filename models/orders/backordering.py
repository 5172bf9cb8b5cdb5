"""Demand without stock behind it: stated, promised a date, and filled when goods come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from models.accounts import Account
from models.catalog import SPECIAL, Product
from models.inventory import (
    Cause,
    Demand,
    OpenDemand,
    Taken,
    Want,
    calendars,
    give,
    lock_stock,
    outlooks,
    serving,
    state_demand,
)
from models.kernel import clock
from models.kernel.database import lock
from models.kernel.money import ZERO
from models.kernel.settings import define, get
from models.orders.bought_alone import follow_later
from models.orders.order import Order, OrderHold, OrderLine
from models.orders.timeline import tell

HORIZON = define(
    "stock.horizon_days", 10, "Working days ahead of its ship date that an order gets its stock"
)
TOLD_AFTER_DAYS = define(
    "stock.promise_told_after_days", 2, "Working days a promise may move before the buyer is told"
)
FAR = date(9999, 1, 1)


def restate_demand(session: Session, order: Order, lines: Iterable[OrderLine]) -> None:
    """Writes what these lines still need without stock: their backorder, or what is yet to be
    allocated. Called after every change of a line's quantities."""
    priority = session.get_one(Account, order.account_id).priority
    state_demand(
        session,
        [
            Demand(
                order_line_id=line.id,
                product_id=line.product_id,
                warehouse_id=order.warehouse_id,
                quantity=line.open - line.allocated,
                ship_on=line.promised_on or FAR,
                is_backorder=line.backordered > 0,
                account_priority=priority,
                first_promised_on=line.first_promised_on,
            )
            for line in lines
            if line.product_id is not None
        ],
    )


def lose_stock(session: Session, lost: Sequence[Taken], *, reason: str) -> list[Order]:
    """Turns allocations that a count or a short pick took away into backorders.

    Returns the orders, so that the desk can be told; each has it on its timeline. That specials
    are bought again is the caller's to ask for: `follow_later`.
    """
    if not lost:
        return []
    units: dict[int, Decimal] = defaultdict(Decimal)
    for item in lost:
        units[item.order_line_id] += item.quantity
    ids = session.scalars(select(OrderLine.order_id).where(OrderLine.id.in_(units)))
    orders = {row.id: row for row in lock(session, Order, ids)}
    lines = lock(session, OrderLine, units)
    for line in lines:
        line.allocated -= units[line.id]
        line.backordered += units[line.id]
        tell(
            session, line.order_id, "line.backordered", by=None, sku=line.sku,
            quantity=units[line.id], reason=reason,
        )  # fmt: skip
    session.flush()
    for order in orders.values():
        restate_demand(session, order, [line for line in lines if line.order_id == order.id])
    repromise(session, {line.product_id for line in lines if line.product_id})
    return list(orders.values())


def lock_waiting(session: Session, product_ids: Collection[int]) -> None:
    """Locks the orders that wait for these products, and their lines.

    Called before stock is locked that `fill_backorders` then gives them: who changes an order locks
    in this order, too.
    """
    rows = session.execute(
        select(OrderLine.order_id, OrderLine.id)
        .join(OpenDemand, OpenDemand.order_line_id == OrderLine.id)
        .where(OpenDemand.product_id.in_(product_ids))
    ).all()
    lock(session, Order, [row.order_id for row in rows])
    lock(session, OrderLine, [row.id for row in rows])


def fill_backorders(
    session: Session, product_ids: Iterable[int], *, cause: Cause
) -> dict[int, Decimal]:
    """Allocates free stock to waiting lines: by account priority, then first promise, then age.

    Lines beyond their allocation horizon wait on; so do those of orders on hold, but for specials,
    which are nobody else's. Returns the units that each line got. Promises that hold now, or
    better, are moved; what is bought for a line that got some follows.
    """
    ids = set(product_ids)
    waiting = _waiting(session, ids)
    if not waiting:
        return {}
    orders = {row.id: row for row in lock(session, Order, {w.order_id for w in waiting})}
    lines = {row.id: row for row in lock(session, OrderLine, {w.order_line_id for w in waiting})}
    order = next(iter(orders.values()))
    warehouses = serving(session, order.seller_id, None)
    rows = lock_stock(session, ids, warehouses)
    got: dict[int, Decimal] = defaultdict(Decimal)
    for want in waiting:
        line = lines[want.order_line_id]
        home = orders[line.order_id].warehouse_id
        ranked = [home, *(identity for identity in warehouses if identity != home)]
        missing = line.open - line.allocated
        wants = [Want(line.id, line.product_id or 0, missing, line.promised_on)]
        for taken in give(session, wants, rows, warehouses=ranked, cause=cause):
            got[line.id] += taken.quantity
        _fill(session, line, got[line.id])
    session.flush()
    for order in orders.values():
        restate_demand(session, order, [row for row in lines.values() if row.order_id == order.id])
    repromise(session, ids)
    filled = {line_id: units for line_id, units in got.items() if units}
    follow_later(session, {lines[line_id].product_id or 0 for line_id in filled})
    return filled


def repromise(session: Session, product_ids: Iterable[int]) -> list[Order]:
    """Works out the promise of every waiting line of these products anew, first come first.

    Returns the orders whose date moved; the first promise is never touched.
    """
    ids = set(product_ids)
    rows = session.execute(
        select(OpenDemand.order_line_id, OpenDemand.product_id, OrderLine.order_id)
        .join(OrderLine, OrderLine.id == OpenDemand.order_line_id)
        .where(OpenDemand.product_id.in_(ids))
        .order_by(OpenDemand.since, OpenDemand.order_line_id)
    ).all()
    if not rows:
        return []
    orders = {row.id: row for row in lock(session, Order, {r.order_id for r in rows})}
    lines = {row.id: row for row in lock(session, OrderLine, {r.order_line_id for r in rows})}
    moved: dict[int, Order] = {}
    dates = _new_dates(session, [lines[r.order_line_id] for r in rows], orders)
    for line_id, day in dates.items():
        line = lines[line_id]
        if day != line.promised_on and line.backordered > 0:
            _move_promise(session, orders[line.order_id], line, day)
            moved[line.order_id] = orders[line.order_id]
    session.flush()
    for order in moved.values():
        restate_demand(session, order, [row for row in lines.values() if row.order_id == order.id])
    return list(moved.values())


def move_passed_promises(session: Session, order: Order) -> None:
    """Lines that were promised for a day that can no longer be met, because the order was held,
    are promised for the first day on which it can ship now. The caller has locked the order."""
    calendar = calendars(session, [order.warehouse_id])[order.warehouse_id]
    earliest = calendar.ship_date(clock.now())
    ids = session.scalars(
        select(OrderLine.id).where(OrderLine.order_id == order.id, OrderLine.promised_on < earliest)
    ).all()
    passed = [line for line in lock(session, OrderLine, ids) if line.open > 0]
    for line in passed:
        _move_promise(session, order, line, earliest)
    if passed:
        restate_demand(session, order, passed)


def _waiting(session: Session, product_ids: set[int]) -> Sequence[Row[int, int]]:
    held = select(OrderHold.id).where(
        OrderHold.order_id == OrderLine.order_id, OrderHold.released_at.is_(None)
    )
    return session.execute(
        select(OpenDemand.order_line_id, OrderLine.order_id)
        .join(OrderLine, OrderLine.id == OpenDemand.order_line_id)
        .join(Product, Product.id == OpenDemand.product_id)
        .where(
            OpenDemand.product_id.in_(product_ids),
            OpenDemand.is_backorder,
            or_(~held.exists(), Product.lifecycle == SPECIAL),
        )
        .order_by(
            OpenDemand.account_priority.desc(),
            OpenDemand.first_promised_on.asc().nulls_last(),
            OpenDemand.since,
            OpenDemand.order_line_id,
        )
    ).all()


def _fill(session: Session, line: OrderLine, units: Decimal) -> None:
    if not units:
        return
    line.allocated += units
    line.backordered = max(ZERO, line.backordered - units)
    tell(session, line.order_id, "line.filled", by=None, sku=line.sku, quantity=units)


def _new_dates(
    session: Session, lines: list[OrderLine], orders: dict[int, Order]
) -> dict[int, date | None]:
    """First come, first served: each line takes its units out of the supplies in turn."""
    by_seller = {order.seller_id for order in orders.values()}
    warehouses = [w for seller_id in by_seller for w in serving(session, seller_id, None)]
    calendar_of = calendars(session, warehouses)
    outlook = outlooks(session, {line.product_id for line in lines if line.product_id}, warehouses)
    days = {key: [day for day, _ in value.supplies] for key, value in outlook.items()}
    left = {key: [units for _, units in value.supplies] for key, value in outlook.items()}
    dates: dict[int, date | None] = {}
    for line in lines:
        calendar = calendar_of[orders[line.order_id].warehouse_id]
        today = clock.today(calendar.time_zone)
        missing = line.open - line.allocated
        units = left.get(line.product_id or 0, [])
        dates[line.id] = None
        for index, expected_on in enumerate(days.get(line.product_id or 0, [])):
            taken = min(missing, units[index])
            units[index] -= taken
            missing -= taken
            if taken and not missing:
                dates[line.id] = calendar.next_working(max(expected_on, today))
    return dates


def _move_promise(session: Session, order: Order, line: OrderLine, day: date | None) -> None:
    before = line.promised_on
    line.promised_on = day
    if line.first_promised_on is None:
        line.first_promised_on = day
    promised = [order.promised_on, day]
    order.promised_on = max((d for d in promised if d), default=None)
    far = get(session, TOLD_AFTER_DAYS, order.seller_id)
    is_news = before is None or day is None or abs((day - before).days) > far
    tell(
        session, order.id, "promise.moved", by=None, staff_only=not is_news, sku=line.sku,
        before=before, after=day,
    )  # fmt: skip
