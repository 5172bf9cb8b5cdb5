"""Taking units off an order's lines, and moving lines to another day; the stock goes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.inventory import Cause, release
from models.kernel import clock
from models.kernel.errors import Conflict
from models.kernel.money import ZERO
from models.orders.backordering import restate_demand
from models.orders.keeping import within_horizon
from models.orders.order import Order, OrderCharge, OrderHold, OrderLine

Kept = Mapping[tuple[int, int], Decimal]
"""Units that are on pick lists, by order line and stock row: they stay where they are."""


def take_off(
    session: Session,
    order: Order,
    units: Mapping[int, Decimal],
    *,
    kept: Kept,
    cause: Cause,
    cancels: bool = False,
) -> set[int]:
    """Takes so many open units off the order's lines, {line id: units}, and frees their stock.

    What waits goes before what has stock. `cancels` says that the customer will not get what was
    agreed: it counts as cancelled then, as does all that was left of a line; else the line is
    ordered by that much less. Gives the products that others may have now. Conflict where more is
    taken than is open and neither picked nor kept. The caller has locked order and lines.
    """
    lines = {line.id: line for line in lines_of(session, order) if units.get(line.id)}
    freed = {line.id: _from_what_waits(line, units[line.id]) for line in lines.values()}
    taken = release(session, freed, cause=cause, kept=kept)
    for item in taken:
        lines[item.order_line_id].allocated -= item.quantity
        freed[item.order_line_id] -= item.quantity
    if any(freed.values()):
        raise Conflict("The warehouse has begun with it meanwhile. Look at the order again.")
    for line in lines.values():
        if cancels or units[line.id] == line.live:
            line.cancelled += units[line.id]
        else:
            line.ordered -= units[line.id]
    restate_demand(session, order, lines.values())
    session.flush()
    released = {item.order_line_id for item in taken}
    return {line.product_id for line in lines.values() if line.id in released and line.product_id}


def wait_for_their_day(session: Session, order: Order, *, kept: Kept, cause: Cause) -> set[int]:
    """Gives back the stock of lines whose day is beyond the horizon now; they are dated demand.

    Gives the products that others may have now.
    """
    lines = lines_of(session, order)
    near = {line.id for line in within_horizon(session, order, lines)}
    far = {line.id: line for line in lines if line.id not in near and line.open > 0}
    listed: dict[int, Decimal] = {}
    for (line_id, _stock_id), units in kept.items():
        listed[line_id] = listed.get(line_id, ZERO) + units
    spare = {id_: line.to_pick - listed.get(id_, ZERO) for id_, line in far.items()}
    taken = release(session, spare, cause=cause, kept=kept)
    for item in taken:
        far[item.order_line_id].allocated -= item.quantity
    for line in far.values():
        line.backordered = ZERO
    restate_demand(session, order, far.values())
    session.flush()
    return {far[item.order_line_id].product_id or 0 for item in taken}


def close_order(session: Session, order: Order) -> None:
    """Marks the order as cancelled: nothing holds it any more, and its charges are not asked for.

    Every line must have been taken off before.
    """
    order.cancelled_at = clock.now()
    order.picking_since = None
    end_holds(session, order)
    drop_charges(session, order)


def drop_charges(session: Session, order: Order) -> list[OrderCharge]:
    """Takes off the charges that no invoice bears: nothing is left to ship, and none will follow.

    Gives those that are gone.
    """
    session.flush()
    gone = session.scalars(
        select(OrderCharge).where(
            OrderCharge.order_id == order.id, OrderCharge.invoiced_at.is_(None)
        )
    ).all()
    for row in gone:
        session.delete(row)
    session.flush()
    return list(gone)


def last_day(session: Session, order: Order) -> date | None:
    """The day the last of it ships; None where some of it has no date, or nothing is left."""
    days = session.scalars(
        select(OrderLine.promised_on).where(
            OrderLine.order_id == order.id,
            OrderLine.ordered > OrderLine.shipped + OrderLine.cancelled,
        )
    ).all()
    return None if None in days else max((day for day in days if day), default=None)


def fallen_away(rows: Sequence[OrderCharge]) -> list[dict[str, Any]]:
    """The charges that are not asked for any more, as the timeline keeps them."""
    return [
        {"what": row.kind, "name": row.text, "before": str(row.amount), "after": "0"}
        for row in rows
        if row.amount
    ]


def end_holds(session: Session, order: Order) -> None:
    """Nothing is left that a hold could keep from going on."""
    for hold in session.scalars(
        select(OrderHold).where(OrderHold.order_id == order.id, OrderHold.released_at.is_(None))
    ):
        hold.released_at, hold.release_reason = clock.now(), "What it kept was cancelled."
        hold.stock_kept_until = None
    session.flush()


def _from_what_waits(line: OrderLine, units: Decimal) -> Decimal:
    """Takes from what has no stock first; gives how many must come out of the stock."""
    left = max(ZERO, units - line.unpromised)
    waiting = min(left, line.backordered)
    line.backordered -= waiting
    return left - waiting


def lines_of(session: Session, order: Order) -> Sequence[OrderLine]:
    """The lines of an order whose lock the caller has, in the order they were added."""
    session.flush()
    return session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    ).all()
