"""What of an order is with the warehouse already, and taking back what nobody has begun."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.fulfilment.shipment import PickLine, PickList, Shipment
from models.kernel.database import lock
from models.orders import Order, tell


def listed_units(session: Session, order_id: int) -> dict[tuple[int, int], Decimal]:
    """The units on pick lists that are still to be picked, by order line and stock row."""
    rows = session.execute(
        select(
            PickLine.order_line_id,
            PickLine.stock_id,
            func.sum(PickLine.quantity - PickLine.picked).label("units"),
        )
        .join(PickList, PickList.id == PickLine.pick_list_id)
        .where(
            PickList.order_id == order_id,
            PickList.state.in_(("released", "picking")),
            PickLine.finished_at.is_(None),
        )
        .group_by(PickLine.order_line_id, PickLine.stock_id)
    )
    return {(row.order_line_id, row.stock_id): row.units for row in rows}


def begun_with(session: Session, order_id: int) -> str:
    """What somebody in the warehouse has in hand of the order, in words; empty for nothing."""
    started = session.scalars(
        select(PickList.number)
        .where(PickList.order_id == order_id, PickList.state == "picking")
        .order_by(PickList.id)
    ).all()
    packing = session.scalars(
        select(Shipment.number)
        .where(Shipment.order_id == order_id, Shipment.state.in_(("packing", "packed")))
        .order_by(Shipment.id)
    ).all()
    said = [f"{number} is being picked" for number in started]
    said += [f"{number} is picked and waits to leave" for number in packing]
    return " and ".join(said)


def recall_pick_lists(session: Session, order: Order, *, by: Actor | None) -> Sequence[PickList]:
    """Takes back the order's pick lists that nobody has begun. The caller has locked the order.

    Their stock stays allocated; the order is free to be changed, or to be released again.
    """
    ids = session.scalars(
        select(PickList.id).where(PickList.order_id == order.id, PickList.state == "released")
    ).all()
    lists = lock(session, PickList, ids)
    for pick_list in lists:
        pick_list.state = "cancelled"
        tell(
            session, order.id, "pick_list.recalled", by=by, staff_only=True,
            document=("pick_list", pick_list.id), number=pick_list.number,
        )  # fmt: skip
    session.flush()
    if lists and not begun_with(session, order.id):
        order.picking_since = None
    return lists
