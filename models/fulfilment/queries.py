"""What the warehouse looks at: lists to pick, parcels to pack and ship. Each in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from models.accounts import Account, User
from models.catalog import Pack, Product
from models.fulfilment.shipment import Carton, PickLine, PickList, Shipment, ShipmentLine
from models.inventory import Warehouse
from models.kernel.errors import NotFound
from models.orders import Order, OrderLine

MOST_SHOWN = 200


def waiting_pick_lists(session: Session) -> Sequence[Any]:
    """The pick lists that are not finished: promised first, first; at most 200."""
    lines = (
        select(
            func.count().label("lines"),
            func.count(PickLine.finished_at).label("done"),
            func.coalesce(func.sum(PickLine.quantity), 0).label("units"),
            func.min(PickLine.bin_code).label("first_bin"),
        )
        .where(PickLine.pick_list_id == PickList.id)
        .lateral("lines")
    )
    return session.execute(
        select(
            PickList.id, PickList.number, PickList.state, PickList.picker_id, PickList.released_at,
            User.name.label("picker"), Order.number.label("order_number"), Order.promised_on,
            Account.name.label("account_name"), Warehouse.name.label("warehouse"),
            lines.c.lines, lines.c.done, lines.c.units, lines.c.first_bin,
        )
        .join(Order, Order.id == PickList.order_id)
        .join(Account, Account.id == Order.account_id)
        .join(Warehouse, Warehouse.id == PickList.warehouse_id)
        .outerjoin(User, User.id == PickList.picker_id)
        .join(lines, true())
        .where(PickList.state.in_(("released", "picking")))
        .order_by(Order.promised_on.asc().nulls_last(), PickList.id)
        .limit(MOST_SHOWN)
    ).all()  # fmt: skip


def pick_list_head(session: Session, pick_list_id: int) -> Any:
    """A pick list with its order, account and picker. NotFound without one."""
    row = session.execute(
        select(
            PickList.id, PickList.number, PickList.state, PickList.picker_id, PickList.shipment_id,
            User.name.label("picker"), Order.number.label("order_number"), Order.promised_on,
            Account.name.label("account_name"), Order.id.label("order_id"), Order.account_id,
            Order.ship_to_address_id,
        )
        .join(Order, Order.id == PickList.order_id)
        .join(Account, Account.id == Order.account_id)
        .outerjoin(User, User.id == PickList.picker_id)
        .where(PickList.id == pick_list_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("There is no such pick list.")
    return row


def pick_list_lines(session: Session, pick_list_id: int) -> Sequence[Any]:
    """The bins to go to in walking order, with the product and its largest pack that fits."""
    pack = (
        select(Pack.unit, Pack.quantity)
        .where(
            Pack.product_id == OrderLine.product_id,
            Pack.quantity > 1,
            func.mod(PickLine.quantity, Pack.quantity) == 0,
        )
        .order_by(Pack.quantity.desc())
        .limit(1)
        .lateral("pack")
    )
    return session.execute(
        select(
            PickLine.id, PickLine.position, PickLine.bin_code, PickLine.quantity, PickLine.picked,
            PickLine.finished_at, PickLine.short_reason, OrderLine.sku, OrderLine.name,
            OrderLine.unit, OrderLine.product_id, Product.image,
            pack.c.unit.label("pack_unit"), pack.c.quantity.label("pack_quantity"),
        )
        .join(OrderLine, OrderLine.id == PickLine.order_line_id)
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .outerjoin(pack, true())
        .where(PickLine.pick_list_id == pick_list_id)
        .order_by(PickLine.position)
    ).all()  # fmt: skip


def waiting_shipments(session: Session, state: str) -> Sequence[Any]:
    """The shipments in a state (`packing` or `packed`), promised first, first; at most 200."""
    lines = (
        select(func.count().label("lines"), func.sum(ShipmentLine.quantity).label("units"))
        .where(ShipmentLine.shipment_id == Shipment.id)
        .lateral("lines")
    )
    cartons = (
        select(func.count().label("cartons"), func.sum(Carton.weight_grams).label("grams"))
        .where(Carton.shipment_id == Shipment.id)
        .lateral("cartons")
    )
    return session.execute(
        select(
            Shipment.id, Shipment.number, Shipment.service, Shipment.carrier, Shipment.ship_to,
            Shipment.tracking_number, Shipment.packed_at, Order.number.label("order_number"),
            Order.promised_on, Account.name.label("account_name"), Account.status,
            lines.c.lines, lines.c.units, cartons.c.cartons, cartons.c.grams,
        )
        .join(Order, Order.id == Shipment.order_id)
        .join(Account, Account.id == Order.bill_to_account_id)
        .join(lines, true())
        .join(cartons, true())
        .where(Shipment.state == state)
        .order_by(Order.promised_on.asc().nulls_last(), Shipment.id)
        .limit(MOST_SHOWN)
    ).all()  # fmt: skip


def shipment_head(session: Session, shipment_id: int) -> Any:
    """A shipment with its order and account. NotFound without one."""
    row = session.execute(
        select(
            Shipment.id, Shipment.number, Shipment.state, Shipment.ship_to, Shipment.service,
            Shipment.tracking_number, Order.number.label("order_number"),
            Account.name.label("account_name"),
        )
        .join(Order, Order.id == Shipment.order_id)
        .join(Account, Account.id == Order.account_id)
        .where(Shipment.id == shipment_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("There is no such shipment.")
    return row


def shipment_contents(session: Session, shipment_id: int) -> Sequence[Any]:
    """What is in a shipment, with what it weighs."""
    return session.execute(
        select(
            ShipmentLine.id, ShipmentLine.quantity, OrderLine.sku, OrderLine.name,
            OrderLine.weight_grams, Product.image,
        )
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.id)
    ).all()  # fmt: skip


def carton_rows(session: Session, shipment_id: int) -> Sequence[Carton]:
    """The parcels of a shipment in order."""
    return session.scalars(
        select(Carton).where(Carton.shipment_id == shipment_id).order_by(Carton.position)
    ).all()
