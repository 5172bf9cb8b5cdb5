"""Stock that an order keeps while it waits: given back, and taken again.

An order on hold keeps its stock for a set time; one for a far day gets its stock when the day comes
into the allocation horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from models.accounts import CANCEL_REST, Actor
from models.catalog import SPECIAL, Product
from models.inventory import Cause, OpenDemand, Want, allocate, calendars, release, serving
from models.kernel.database import lock
from models.kernel.money import ZERO
from models.kernel.outbox import defer
from models.kernel.seller import day_within, first_zone
from models.kernel.settings import get
from models.orders.backordering import HORIZON, fill_backorders, repromise, restate_demand
from models.orders.bought_alone import specials_among
from models.orders.holding import release_hold
from models.orders.order import Order, OrderHold, OrderLine
from models.orders.status import refresh
from models.orders.timeline import tell

CUTTING = "order.cut_short"
"""The task that cancels what is short of an order that shall not wait for it."""


def give_back_stock(session: Session, order: Order, *, reason: str) -> Decimal:
    """Frees what is allocated to the order and not picked; says how many units that were.

    Specials stay: nobody else can have them. The lines want the rest again when the order goes on:
    `take_stock_again`. The caller has locked the order.
    """
    lines = _lines(session, order)
    special = specials_among(session, lines)
    lines = [line for line in lines if line.product_id not in special]
    wanted = {line.id: line.allocated - line.picked for line in lines}
    freed = release(session, wanted, cause=Cause("order", order.id, reason=reason))
    by_id = {line.id: line for line in lines}
    for item in freed:
        by_id[item.order_line_id].allocated -= item.quantity
    units = sum((item.quantity for item in freed), ZERO)
    if units:
        restate_demand(session, order, lines)
        tell(session, order.id, "stock.given_back", by=None, reason=reason, quantity=units)
    return units


def take_stock_again(session: Session, order: Order) -> None:
    """Allocates what the order's lines within their horizon have no promise for yet."""
    lines = [line for line in _lines(session, order) if line.unpromised > 0]
    due = within_horizon(session, order, lines)
    wants = [Want(line.id, line.product_id or 0, line.unpromised, line.promised_on) for line in due]
    if not wants:
        return
    by_id = {line.id: line for line in due}
    warehouses = serving(session, order.seller_id, order.warehouse_id)
    for item in allocate(session, wants, warehouses=warehouses, cause=Cause("order", order.id)):
        by_id[item.order_line_id].allocated += item.quantity
    restate_demand(session, order, due)


def settle_short(session: Session, order: Order) -> dict[int, Decimal]:
    """What is short now follows the order's choice: backordered, or cancelled.

    Goods that may not be backordered are cancelled; specials, which are bought for it, never. Gives
    the units that were cancelled, by line id: to tell of them, to state what the order comes to now
    and to give back what was paid for them is the caller's.
    """
    lines = [line for line in _lines(session, order) if line.unpromised > 0]
    cancelled: dict[int, Decimal] = {}
    short = within_horizon(session, order, lines)
    allowed, special = _may_wait(session, short), specials_among(session, short)
    for line in short:
        units = line.unpromised
        waits = order.backorder_choice != CANCEL_REST or line.product_id in special
        if waits and line.product_id in allowed:
            line.backordered += units
            tell(session, order.id, "line.backordered", by=None, sku=line.sku, quantity=units)
        else:
            line.cancelled += units
            cancelled[line.id] = units
    if short:
        restate_demand(session, order, short)
        refresh(session, order)
    return cancelled


def lift_hold(session: Session, order: Order, code: str, *, by: Actor, reason: str) -> OrderHold:
    """Releases a hold, as `release_hold`. After the last one the order gets the stock again that
    it gave back while it waited; what has gone meanwhile is short as in `take_what_is_due`."""
    lock(session, Order, [order.id])
    hold = release_hold(session, order, code, by=by, reason=reason)
    if session.scalars(_open_holds(order.id).limit(1)).first() is None:
        take_what_is_due(session, order)
    return hold


def take_what_is_due(session: Session, order: Order, *, keeps_promises: bool = False) -> Decimal:
    """Allocates what the order's lines within their horizon want; what is short is backordered.

    Where the order shall not wait for what is short, that is cancelled by the task `CUTTING` after
    the commit, which gives back what was paid; specials wait always. Says how many units were
    short. The caller has locked the order; with `keeps_promises` it has promised the lines a day
    already, and no other order is touched.
    """
    take_stock_again(session, order)
    lines = [line for line in _lines(session, order) if line.unpromised > 0]
    short = within_horizon(session, order, lines)
    units = sum((line.unpromised for line in short), ZERO)
    if short and order.backorder_choice == CANCEL_REST:
        special = specials_among(session, short)
        waiting = [line for line in short if line.product_id in special]
        if len(waiting) < len(short):
            defer(session, CUTTING, order_id=order.id)
        short = waiting
    for line in short:
        tell(session, order.id, "line.backordered", by=None, sku=line.sku, quantity=line.unpromised)
        line.backordered += line.unpromised
    if short:
        restate_demand(session, order, short)
        if not keeps_promises:
            repromise(session, {line.product_id for line in short if line.product_id})
        refresh(session, order)
    return units


def orders_coming_due(session: Session, now: datetime) -> list[int]:
    """The orders, not on hold, with lines that wait for their day; the earliest promised first.

    A coarse choice by calendar days: `take_what_is_due` looks at each line's working days.
    """
    latest = day_within(first_zone(), now) + (2 * get(session, HORIZON) + 14)
    on_hold = select(OrderHold.id).where(
        OrderHold.order_id == OrderLine.order_id, OrderHold.released_at.is_(None)
    )
    rows = session.execute(
        select(OrderLine.order_id)
        .join(OpenDemand, OpenDemand.order_line_id == OrderLine.id)
        .where(~OpenDemand.is_backorder, OpenDemand.ship_on <= latest, ~on_hold.exists())
        .order_by(OpenDemand.first_promised_on.asc().nulls_last(), OpenDemand.since)
    )
    return list(dict.fromkeys(row.order_id for row in rows))


def orders_kept_too_long(session: Session, now: datetime) -> list[int]:
    """The orders on hold whose time to keep stock is over. Orders by card are asked about at the
    card's provider first, and are not among them."""
    rows = session.scalars(
        select(Order.id)
        .join(OrderHold, OrderHold.order_id == Order.id)
        .where(Order.payment_means != "card", *_is_over(now))
        .order_by(Order.id)
    )
    return list(dict.fromkeys(rows))


def end_keeping(session: Session, order_id: int, now: datetime) -> list[int]:
    """Takes the stock back from an order that `orders_kept_too_long` named, if it still is one.

    The order stays on hold and is told so on its timeline. Gives the products that others may
    have now: `fill_backorders`, in a transaction of its own.
    """
    order = lock(session, Order, [order_id])[0]
    over = session.scalars(_open_holds(order_id).where(*_is_over(now))).all()
    if not over:
        return []
    for hold in over:
        hold.stock_kept_until = None
    give_back_stock(session, order, reason="It waited for longer than its stock is kept.")
    return [line.product_id for line in _lines(session, order) if line.product_id]


def pass_on(
    session: Session,
    product_ids: Sequence[int],
    order_id: int,
    *,
    reason: str = "Another order waited too long.",
) -> None:
    """Gives what an order gave back to those who wait for it."""
    fill_backorders(session, product_ids, cause=Cause("order", order_id, reason=reason))


def _open_holds(order_id: int) -> Select[OrderHold]:
    return select(OrderHold).where(OrderHold.order_id == order_id, OrderHold.released_at.is_(None))


def _is_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return OrderHold.released_at.is_(None), OrderHold.stock_kept_until < now


def _lines(session: Session, order: Order) -> Sequence[OrderLine]:
    ids = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).all()
    return lock(session, OrderLine, ids)


def within_horizon(session: Session, order: Order, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Those of the order's lines whose day is near enough to have their stock now."""
    calendar = calendars(session, [order.warehouse_id])[order.warehouse_id]
    days = get(session, HORIZON, order.seller_id)
    near = []
    for line in lines:
        day = order.promised_on if order.backorder_choice == "complete" else line.promised_on
        if line.product_id is not None and (day is None or calendar.within(day, days)):
            near.append(line)
    return near


def _may_wait(session: Session, lines: Sequence[OrderLine]) -> set[int]:
    ids = {line.product_id for line in lines if line.product_id is not None}
    return set(
        session.scalars(
            select(Product.id).where(
                Product.id.in_(ids),
                Product.backorder_policy != "deny",
                Product.lifecycle.in_(("active", SPECIAL)),
            )
        )
    )
