"""Everything around one order that the desk looks at, each part in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import Session, selectinload

from models.accounts import (
    Actor,
    Note,
    Permission,
    User,
    notes_about,
    notes_on_products,
    visible_accounts,
)
from models.catalog import Product, is_noted, named_text
from models.fulfilment import Label, PickLine, PickList, Shipment
from models.inventory import ExpectedSupply, Warehouse
from models.kernel.errors import NotFound
from models.kernel.seller import day_within, zone_of
from models.orders import Order, OrderEvent, OrderLine, has_read
from models.purchasing import PurchaseOrder, PurchaseOrderLine
from models.receivables import Application, Invoice, Payment


def order_by_number(session: Session, number: str, actor: Actor, *, today: date) -> Order:
    """An order with its lines, charges and holds. NotFound where this person may not see it."""
    statement = (
        select(Order)
        .where(Order.number == number)
        .options(selectinload(Order.lines), selectinload(Order.charges), selectinload(Order.holds))
        .order_by(Order.id)
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Order.account_id.in_(visible_accounts(actor, on=today)))
    order = session.scalars(statement).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


def pictures(session: Session, order: Order) -> dict[int, str]:
    """The picture of each line's product: {product id: SHA-256}."""
    ids = [line.product_id for line in order.lines if line.product_id]
    rows = session.execute(select(Product.id, Product.image).where(Product.id.in_(ids)))
    return {row.id: row.image for row in rows}


def pick_rows(session: Session, order_id: int) -> Sequence[Any]:
    """The lines of the order's open pick lists, list by list in walking order."""
    return session.execute(
        select(
            PickList.id.label("list_id"), PickList.number, PickList.state, PickList.released_at,
            User.name.label("picker"), Warehouse.name.label("warehouse"), PickLine.id,
            PickLine.order_line_id, PickLine.bin_code, PickLine.quantity, PickLine.picked,
            PickLine.finished_at, PickLine.short_reason,
        )
        .join(PickLine, PickLine.pick_list_id == PickList.id)
        .join(Warehouse, Warehouse.id == PickList.warehouse_id)
        .outerjoin(User, User.id == PickList.picker_id)
        .where(PickList.order_id == order_id, PickList.state.in_(("released", "picking")))
        .order_by(PickList.id, PickLine.position)
    ).all()  # fmt: skip


def shipments(session: Session, order_id: int) -> Sequence[Shipment]:
    """The order's shipments with their lines and cartons, newest first."""
    return session.scalars(
        select(Shipment)
        .where(Shipment.order_id == order_id, Shipment.state != "cancelled")
        .options(selectinload(Shipment.lines), selectinload(Shipment.cartons))
        .order_by(Shipment.id.desc())
    ).all()


def label_states(session: Session, carton_ids: Sequence[int]) -> dict[int, str]:
    """How far the live label of each carton is: {carton id: state}."""
    rows = session.execute(
        select(Label.carton_id, Label.state).where(
            Label.carton_id.in_(carton_ids), Label.state.in_(("intent", "bought"))
        )
    )
    return {row.carton_id: row.state for row in rows}


def invoice_rows(session: Session, order_id: int) -> Sequence[Any]:
    """The order's invoices and credit notes, oldest first."""
    return session.execute(
        select(
            Invoice.id, Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.due_on,
            Invoice.total_amount, Invoice.open_amount, Invoice.currency, Invoice.shipment_id,
            Invoice.delivery_note_number,
        )
        .where(Invoice.order_id == order_id)
        .order_by(Invoice.id)
    ).all()  # fmt: skip


def payment_rows(session: Session, order_id: int) -> Sequence[Any]:
    """What was paid on the order's invoices, and deposits that wait for one."""
    applied = (
        select(
            Payment.id, Payment.number, Payment.means, Payment.reference, Payment.received_on,
            Invoice.number.label("invoice_number"), Application.amount,
        )
        .join(Application, Application.payment_id == Payment.id)
        .join(Invoice, Invoice.id == Application.invoice_id)
        .where(Invoice.order_id == order_id, Application.undone_at.is_(None))
    )  # fmt: skip
    waiting = select(
        Payment.id, Payment.number, Payment.means, Payment.reference, Payment.received_on,
        literal("").label("invoice_number"), Payment.unapplied_amount.label("amount"),
    ).where(Payment.order_id == order_id, Payment.unapplied_amount > 0)  # fmt: skip
    rows: list[Any] = [*session.execute(applied), *session.execute(waiting)]
    return sorted(rows, key=lambda row: (row.received_on, row.id))


def event_rows(session: Session, order_id: int) -> Sequence[Any]:
    """The whole timeline, newest first, with the name of who did it."""
    return session.execute(
        select(
            OrderEvent.id, OrderEvent.kind, OrderEvent.at, OrderEvent.facts, OrderEvent.audience,
            OrderEvent.document_kind, OrderEvent.document_id,
            OrderEvent.on_behalf, func.coalesce(User.name, "").label("actor"),
        )
        .outerjoin(User, User.id == OrderEvent.actor_id)
        .where(OrderEvent.order_id == order_id)
        .order_by(OrderEvent.id.desc())
    ).all()  # fmt: skip


def expected_rows(session: Session, order: Order) -> dict[int, Any]:
    """For each backordered product, the next purchase order that brings it to any warehouse."""
    ids = [line.product_id for line in order.lines if line.backordered > 0 and line.product_id]
    rows = session.execute(
        select(
            ExpectedSupply.product_id, ExpectedSupply.expected_on, ExpectedSupply.quantity,
            PurchaseOrder.id, PurchaseOrder.number,
        )
        .select_from(ExpectedSupply)
        .join(PurchaseOrderLine, PurchaseOrderLine.id == ExpectedSupply.source_id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(
            ExpectedSupply.source_kind == "purchase_order_line",
            ExpectedSupply.quantity > 0,
            ExpectedSupply.product_id.in_(ids),
        )
        .order_by(ExpectedSupply.expected_on.desc(), ExpectedSupply.id.desc())
    )  # fmt: skip
    return {row.product_id: row for row in rows}


def days_to_pay(session: Session, bill_to_account_id: int, *, today: date) -> int | None:
    """How many days an account takes to pay on average, over the last year; None without any.

    Imported history is left out: it was settled on its due date, whatever happened.
    """
    days = day_within(zone_of(Invoice.seller_id), Invoice.settled_at) - Invoice.issued_on
    average = session.scalar(
        select(func.avg(days)).where(
            Invoice.bill_to_account_id == bill_to_account_id,
            Invoice.kind == "invoice",
            Invoice.origin == "entered",
            Invoice.settled_at >= today - timedelta(days=365),
        )
    )
    return None if average is None else round(average)


def alerts(session: Session, order: Order, *, by: Actor) -> Sequence[Any]:
    """What to know before touching the order: its alerts and those of its products, with the SKU
    before the text, and the picking and delivery notes of its account and address. Its own stand
    among `order_notes`.

    `is_read` says of an alert whether this person has read it on this order, or wrote it; no other
    note asks to be read.
    """
    products = select(OrderLine.product_id).where(
        OrderLine.order_id == order.id, OrderLine.ordered > OrderLine.cancelled
    )
    on_order = Note.subject_kind.in_(("order", "product"))
    is_read = or_(Note.kind != "alert", has_read(order.id, by))
    return session.execute(
        select(Note.id, Note.kind, named_text().label("text"), is_read.label("is_read"))
        .outerjoin(Product, is_noted())
        .where(
            or_(
                notes_about(order.account_id, order.ship_to_address_id, order.id),
                notes_on_products(products),
            ),
            or_(
                Note.kind == "alert",
                and_(Note.kind.in_(("picking", "delivery")), ~on_order),
            ),
        )
        .order_by(Note.kind, Note.id)
    ).all()


def margin_percent(lines: Sequence[OrderLine]) -> Decimal | None:
    """Goods less their cost, per cent of the goods, as ordered and not cancelled; samples are no
    sale."""
    sales = cost = Decimal(0)
    for line in lines:
        if line.is_sample:
            continue
        units = line.ordered - line.cancelled
        sales += units * line.unit_price / line.price_per
        cost += units * line.unit_cost / line.price_per
    return (sales - cost) / sales * 100 if sales else None


def carton_ids(found: Sequence[Shipment]) -> list[int]:
    """The ids of all cartons of these shipments."""
    return [carton.id for shipment in found for carton in shipment.cartons]
