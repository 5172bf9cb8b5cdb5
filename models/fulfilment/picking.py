"""Picking: bin by bin, with short picks that put stock and promises right at once."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import CANCEL_REST, Account, Actor, Permission
from models.fulfilment.shipment import PickLine, PickList, Shipment, ShipmentLine
from models.inventory import BinStock, Cause, Pick, Stock, adjust, pick, release
from models.kernel import clock
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.kernel.quantity import plain
from models.kernel.seller import today_of
from models.orders import (
    Order,
    OrderLine,
    follow_later,
    lose_stock,
    refresh,
    repromise,
    restate_demand,
    specials_among,
    tell,
)
from models.receivables import NOT_THERE, give_back, note_cancelled

SHORT_REASONS = ("not in the bin", "damaged", "wrong product in the bin", "fewer than shown")


def take_pick_list(session: Session, pick_list_id: int, *, by: Actor) -> PickList:
    """Puts the person's name on a pick list. Conflict when a colleague has it already."""
    by.require(Permission.PICK, "Picking needs the permission for it.")
    _, pick_list = _lock_list(session, pick_list_id)
    if pick_list.picker_id not in (None, by.id):
        raise Conflict(f"A colleague has taken {pick_list.number} already. Take another one.")
    _begin(pick_list, by)
    return pick_list


def confirm_pick(
    session: Session,
    pick_list_id: int,
    pick_line_id: int,
    quantity: Decimal,
    *,
    by: Actor,
    short_reason: str = "",
) -> PickLine:
    """Records what was taken from a bin. Fewer than asked needs a reason.

    A short pick gives the missing units back, takes them out of the bin's stock, and makes them a
    backorder with a new promise; of a special they are bought again. Where the order shall not wait
    for what is short they are cancelled: the order comes to what is left, the customer is told, and
    what was paid beyond that goes back. Conflict when the line was picked already; Refused for more
    than was asked.
    """
    by.require(Permission.PICK, "Picking needs the permission for it.")
    order, pick_list, line = _lock(session, pick_list_id, pick_line_id)
    if line.finished_at is not None:
        raise Conflict("This line has been picked already.")
    if quantity < 0 or quantity > line.quantity:
        raise Refused(f"Take between 0 and {plain(line.quantity)}.", field="quantity")
    missing = line.quantity - quantity
    if missing and not short_reason.strip():
        raise Refused("Say why fewer were picked.", field="short_reason")
    cause = Cause("pick_list", pick_list.id, by.id, short_reason.strip())
    if quantity:
        pick(session, [Pick(line.order_line_id, line.stock_id, line.bin_id, quantity)], cause=cause)
    fail_at("pick.stock_moved")
    order_line = lock(session, OrderLine, [line.order_line_id])[0]
    order_line.picked += quantity
    line.picked, line.finished_at = quantity, clock.now()
    _begin(pick_list, by)
    session.flush()
    if missing:
        line.short_reason = short_reason.strip()
        _put_right(session, order, order_line, line, missing, cause, by)
    _finish_if_done(session, order, pick_list, by)
    return line


def confirm_all(session: Session, pick_list_id: int, *, by: Actor) -> PickList:
    """Records every line left on the list as picked in full, in a fixed number of statements."""
    by.require(Permission.PICK, "Picking needs the permission for it.")
    order, pick_list = _lock_list(session, pick_list_id)
    left = session.scalars(
        select(PickLine)
        .where(PickLine.pick_list_id == pick_list_id, PickLine.finished_at.is_(None))
        .order_by(PickLine.id)
        .with_for_update()
    ).all()
    cause = Cause("pick_list", pick_list.id, by.id)
    pick(
        session,
        [Pick(line.order_line_id, line.stock_id, line.bin_id, line.quantity) for line in left],
        cause=cause,
    )
    fail_at("pick.stock_moved")
    order_lines = {row.id: row for row in lock(session, OrderLine, [x.order_line_id for x in left])}
    for line in left:
        order_lines[line.order_line_id].picked += line.quantity
        line.picked, line.finished_at = line.quantity, clock.now()
    _begin(pick_list, by)
    _finish_if_done(session, order, pick_list, by)
    return pick_list


def _lock(
    session: Session, pick_list_id: int, pick_line_id: int
) -> tuple[Order, PickList, PickLine]:
    order, pick_list = _lock_list(session, pick_list_id)
    line = next(iter(lock(session, PickLine, [pick_line_id])), None)
    if line is None or line.pick_list_id != pick_list_id:
        raise NotFound("This line is not on the pick list.")
    return order, pick_list, line


def _lock_list(session: Session, pick_list_id: int) -> tuple[Order, PickList]:
    found = session.execute(
        select(Order.id, Order.bill_to_account_id, Order.backorder_choice)
        .join(PickList, PickList.order_id == Order.id)
        .where(PickList.id == pick_list_id)
    ).first()
    if found is None:
        raise NotFound("There is no such pick list.")
    if found.backorder_choice == CANCEL_REST:  # what is short is cancelled, money goes back for it
        lock(session, Account, [found.bill_to_account_id])
    order = lock(session, Order, [found.id])[0]
    pick_list = lock(session, PickList, [pick_list_id])[0]
    if pick_list.state not in {"released", "picking"}:
        raise Conflict(f"{pick_list.number} is {pick_list.state} already.")
    return order, pick_list


def _begin(pick_list: PickList, by: Actor) -> None:
    pick_list.state = "picking"
    pick_list.picker_id = by.id
    pick_list.started_at = pick_list.started_at or clock.now()


def _put_right(
    session: Session,
    order: Order,
    order_line: OrderLine,
    line: PickLine,
    missing: Decimal,
    cause: Cause,
    by: Actor,
) -> None:
    """The units that are not there leave the order line and the stock."""
    is_special = bool(specials_among(session, [order_line]))  # it is bought again
    cancels = order.backorder_choice == CANCEL_REST and not is_special
    cut = _take_off(session, order_line, line, missing, cancels=cancels, cause=cause)
    tell(
        session, order.id, "line.short_picked", by=by, sku=order_line.sku, quantity=missing,
        reason=line.short_reason,
    )  # fmt: skip
    session.flush()
    stock = session.get_one(Stock, line.stock_id)
    in_bin = session.scalar(
        select(func.coalesce(func.sum(BinStock.quantity), 0)).where(
            BinStock.stock_id == line.stock_id, BinStock.bin_id == line.bin_id
        )
    )
    gone = min(missing, in_bin or ZERO)
    if gone:
        _, lost = adjust(
            session,
            product_id=stock.product_id,
            warehouse_id=stock.warehouse_id,
            bin_id=line.bin_id,
            delta=-gone,
            cause=cause,
        )
        lose_stock(session, lost, reason=line.short_reason)
    restate_demand(session, order, [order_line])
    repromise(session, [stock.product_id])
    if is_special:
        follow_later(session, [stock.product_id])
    if cut:
        note_cancelled(session, order, {order_line.id: cut}, reason=NOT_THERE, by=by)
        give_back(session, order, reason=NOT_THERE)


def _take_off(
    session: Session,
    order_line: OrderLine,
    line: PickLine,
    missing: Decimal,
    *,
    cancels: bool,
    cause: Cause,
) -> Decimal:
    """The missing units are backordered, or cancelled; gives how many were cancelled. What a count
    has found missing before the picker did is backordered already."""
    freed = release(session, {order_line.id: missing}, cause=cause, stock_id=line.stock_id)
    units = sum((each.quantity for each in freed), ZERO)
    order_line.allocated -= units
    if not cancels:
        order_line.backordered += units
        return ZERO
    counted = min(missing - units, order_line.backordered)
    order_line.backordered -= counted
    order_line.cancelled += units + counted
    return units + counted


def _finish_if_done(session: Session, order: Order, pick_list: PickList, by: Actor) -> None:
    session.flush()
    left = session.scalar(
        select(func.count()).where(
            PickLine.pick_list_id == pick_list.id, PickLine.finished_at.is_(None)
        )
    )
    if left:
        return
    pick_list.state = "picked"
    pick_list.picked_at = clock.now()
    if _make_shipment(session, order, pick_list) is None:
        order.picking_since = None
    else:
        order.picked_at = order.picked_at or clock.now()
        tell(
            session, order.id, "order.picked", by=by, document=("pick_list", pick_list.id),
            number=pick_list.number,
        )  # fmt: skip
    refresh(session, order)


def _make_shipment(session: Session, order: Order, pick_list: PickList) -> Shipment | None:
    """What was picked, ready to pack; none where every line came short."""
    sums = session.execute(
        select(PickLine.order_line_id, PickLine.stock_id, func.sum(PickLine.picked).label("units"))
        .where(PickLine.pick_list_id == pick_list.id)
        .group_by(PickLine.order_line_id, PickLine.stock_id)
        .having(func.sum(PickLine.picked) > 0)
    ).all()
    if not sums:
        return None
    number = next_number(
        session, seller_id=order.seller_id, kind="shipment", on=today_of(session, order.seller_id)
    )
    shipment = Shipment(
        number=number.text,
        seller_id=order.seller_id,
        order_id=order.id,
        warehouse_id=pick_list.warehouse_id,
        ship_to=order.ship_to,
        service="Collection" if order.freight_choice == "collection" else "Own fleet",
        created_at=clock.now(),
    )
    session.add(shipment)
    session.flush()
    pick_list.shipment_id = shipment.id
    insert_rows(
        session,
        ShipmentLine,
        [
            {
                "shipment_id": shipment.id,
                "order_line_id": row.order_line_id,
                "stock_id": row.stock_id,
                "quantity": row.units,
            }
            for row in sums
        ],
    )
    fail_at("pick.shipment_made")
    return shipment
