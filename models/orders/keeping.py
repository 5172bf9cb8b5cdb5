"""Stock that an order keeps while it waits for its payment: given back, and taken again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.inventory import Cause, Want, allocate, calendars, release, serving
from models.kernel.database import lock
from models.kernel.money import ZERO
from models.kernel.settings import get
from models.orders.backordering import HORIZON, restate_demand
from models.orders.order import Order, OrderLine
from models.orders.status import refresh
from models.orders.timeline import tell


def give_back_stock(session: Session, order: Order, *, reason: str) -> Decimal:
    """Frees what is allocated to the order and not picked; says how many units that were.

    The lines want it again when the order goes on: `take_stock_again`. The caller has locked the
    order.
    """
    lines = _lines(session, order)
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
    due = _within_horizon(session, order, lines)
    wants = [Want(line.id, line.product_id or 0, line.unpromised, line.promised_on) for line in due]
    if not wants:
        return
    by_id = {line.id: line for line in due}
    warehouses = serving(session, order.seller_id, order.warehouse_id)
    for item in allocate(session, wants, warehouses=warehouses, cause=Cause("order", order.id)):
        by_id[item.order_line_id].allocated += item.quantity
    restate_demand(session, order, due)


def settle_short(session: Session, order: Order) -> Decimal:
    """What is short now follows the order's choice: backordered, or cancelled.

    Goods that may not be backordered are cancelled. Says how many units were cancelled; what was
    paid for them is the caller's to refund.
    """
    lines = [line for line in _lines(session, order) if line.unpromised > 0]
    cancelled = ZERO
    short = _within_horizon(session, order, lines)
    allowed = _may_wait(session, short)
    for line in short:
        units = line.unpromised
        if order.backorder_choice != "cancel_rest" and line.product_id in allowed:
            line.backordered += units
            kind = "line.backordered"
        else:
            line.cancelled += units
            cancelled += units
            kind = "line.cancelled"
        tell(session, order.id, kind, by=None, sku=line.sku, quantity=units)
    if short:
        restate_demand(session, order, short)
        refresh(session, order)
    return cancelled


def _lines(session: Session, order: Order) -> Sequence[OrderLine]:
    ids = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).all()
    return lock(session, OrderLine, ids)


def _within_horizon(session: Session, order: Order, lines: list[OrderLine]) -> list[OrderLine]:
    calendar = calendars(session, [order.warehouse_id])[order.warehouse_id]
    days = get(session, HORIZON, order.seller_id)
    return [
        line
        for line in lines
        if line.product_id is not None
        and (line.promised_on is None or calendar.within(line.promised_on, days))
    ]


def _may_wait(session: Session, lines: Sequence[OrderLine]) -> set[int]:
    ids = {line.product_id for line in lines if line.product_id is not None}
    return set(
        session.scalars(
            select(Product.id).where(
                Product.id.in_(ids),
                Product.backorder_policy != "deny",
                Product.lifecycle == "active",
            )
        )
    )
