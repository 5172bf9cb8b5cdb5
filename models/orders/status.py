"""An order's status: derived from its facts, never typed.

`refresh` writes it (and the sums it follows from) to the order, so that lists can filter by it;
`check_invariants` compares what is written with what the facts say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import Session

from models.kernel import clock
from models.orders.order import Order, OrderHold, OrderLine


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the lines of an order have come, in base units summed over them."""

    ordered: Decimal
    cancelled: Decimal
    shipped: Decimal
    invoiced: Decimal
    open_hold_codes: frozenset[str]

    @property
    def open(self) -> Decimal:
        return self.ordered - self.cancelled - self.shipped


def status_of(order: Order, progress: Progress) -> str:
    """The status that the facts add up to; the first that holds, from the end of the story."""
    if order.cancelled_at or progress.ordered == progress.cancelled:
        return "cancelled"
    if progress.open == 0:
        return _finished_status(order, progress)
    if "approval" in progress.open_hold_codes:
        return "awaiting_approval"
    if progress.open_hold_codes:
        return "on_hold"
    if progress.shipped:
        return "partly_shipped"
    return "picking" if order.picking_since else "open"


def told_status(status: str, open_hold_codes: Iterable[str] | None) -> str:
    """What people are told of an order's status: its own, but one that is on hold for nothing
    except its payment is `awaiting_payment`. Every page asks here."""
    is_unpaid = status == "on_hold" and set(open_hold_codes or ()) == {"awaiting_payment"}
    return "awaiting_payment" if is_unpaid else status


def hold_codes() -> ScalarSelect[Any]:
    """The codes of the open holds of each `Order` of a statement, for `told_status`."""
    return (
        select(func.array_agg(OrderHold.code))
        .where(OrderHold.order_id == Order.id, OrderHold.released_at.is_(None))
        .correlate(Order)
        .scalar_subquery()
    )


def refresh(session: Session, order: Order) -> str:
    """Writes the status to the order, with `paid_at` when the last of it is paid. One statement."""
    session.flush()
    progress = progress_of(session, order.id)
    order.status = status_of(order, progress)
    if order.status == "paid" and order.paid_at is None:
        order.paid_at = clock.now()
    elif order.status != "paid" and order.paid_at is not None:
        order.paid_at = None
    session.flush()
    return order.status


def progress_of(session: Session, order_id: int) -> Progress:
    """The sums over the lines and the codes of the open holds, read in one statement."""
    row = session.execute(_progress(), {"order_id": order_id}).one()
    return Progress(
        row.ordered, row.cancelled, row.shipped, row.invoiced, frozenset(row.codes or ())
    )


@cache
def _progress() -> Select[Any]:
    """Built once: every step of every order asks it."""
    order_id: Any = bindparam("order_id")
    codes = (
        select(func.array_agg(OrderHold.code))
        .where(OrderHold.order_id == order_id, OrderHold.released_at.is_(None))
        .scalar_subquery()
    )
    return select(
        func.coalesce(func.sum(OrderLine.ordered), 0).label("ordered"),
        func.coalesce(func.sum(OrderLine.cancelled), 0).label("cancelled"),
        func.coalesce(func.sum(OrderLine.shipped), 0).label("shipped"),
        func.coalesce(func.sum(OrderLine.invoiced), 0).label("invoiced"),
        codes.label("codes"),
    ).where(OrderLine.order_id == order_id)


def _finished_status(order: Order, progress: Progress) -> str:
    if progress.invoiced < progress.shipped:
        return "delivered" if order.delivered_at else "shipped"
    if order.paid_amount >= order.invoiced_amount:
        return "paid"
    return "invoiced"
