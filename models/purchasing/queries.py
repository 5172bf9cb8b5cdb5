"""Purchase orders as a list and one by one, and what a vendor sells that we need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from models.accounts import Account, User
from models.catalog import Product
from models.inventory import ExpectedSupply, OpenDemand, Stock, Warehouse
from models.kernel.errors import NotFound
from models.orders import Order, OrderLine
from models.purchasing.purchase_order import (
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
    Vendor,
    VendorProduct,
)
from models.purchasing.special import Special

MOST_COUNTED = 2000
DUE_STATES = ("overdue", "arriving")
OPEN_STATES = ("draft", "sent", "partly_received")


@dataclass(frozen=True, slots=True)
class PurchaseFilter:
    """Which purchase orders: `state` is open, one of their states, or empty for all.

    With `today`: overdue (expected before it and not all there), arriving (expected on it).
    """

    state: str = "open"
    vendor_id: int | None = None
    text: str = ""
    today: date | None = None


def purchase_rows(
    session: Session, chosen: PurchaseFilter, *, limit: int = 50, offset: int = 0
) -> Sequence[Any]:
    """One page of purchase orders, latest first, with their value and how far they came."""
    lines = (
        select(
            func.count().label("lines"),
            func.coalesce(
                func.sum(PurchaseOrderLine.ordered * PurchaseOrderLine.unit_cost), 0
            ).label("value"),
            func.count()
            .filter(PurchaseOrderLine.received >= PurchaseOrderLine.ordered)
            .label("done"),
        )
        .where(PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
        .lateral("lines")
    )
    return session.execute(
        select(
            PurchaseOrder.id, PurchaseOrder.number, PurchaseOrder.state, PurchaseOrder.expected_on,
            PurchaseOrder.created_at, PurchaseOrder.currency, Vendor.name.label("vendor"),
            Warehouse.name.label("warehouse"), lines.c.lines, lines.c.value, lines.c.done,
        )
        .join(Vendor, Vendor.id == PurchaseOrder.vendor_id)
        .join(Warehouse, Warehouse.id == PurchaseOrder.warehouse_id)
        .join(lines, true())
        .where(*_conditions(chosen))
        .order_by(PurchaseOrder.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def count_purchases(session: Session, chosen: PurchaseFilter) -> int:
    """How many there are, counted up to MOST_COUNTED + 1."""
    rows = (
        select(PurchaseOrder.id)
        .join(Vendor, Vendor.id == PurchaseOrder.vendor_id)
        .where(*_conditions(chosen))
        .limit(MOST_COUNTED + 1)
    )
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def vendor_options(session: Session) -> list[tuple[int, str]]:
    """The vendors to buy from."""
    rows = session.execute(select(Vendor.id, Vendor.name).order_by(Vendor.name))
    return [(row.id, row.name) for row in rows]


def purchase_head(session: Session, purchase_order_id: int) -> Any:
    """A purchase order with its vendor and warehouse. NotFound without one."""
    row = session.execute(
        select(
            PurchaseOrder.id, PurchaseOrder.number, PurchaseOrder.external_id, PurchaseOrder.state,
            PurchaseOrder.currency, PurchaseOrder.expected_on, PurchaseOrder.sent_at,
            PurchaseOrder.note, PurchaseOrder.created_at, Vendor.name.label("vendor"),
            Vendor.code.label("vendor_code"), Vendor.email, Vendor.phone,
            Vendor.address.label("vendor_address"),
            PurchaseOrder.seller_id, PurchaseOrder.warehouse_id,
            Vendor.lead_time_days, Vendor.minimum_amount, Warehouse.name.label("warehouse"),
            User.name.label("created_by"),
        )
        .join(Vendor, Vendor.id == PurchaseOrder.vendor_id)
        .join(Warehouse, Warehouse.id == PurchaseOrder.warehouse_id)
        .outerjoin(User, User.id == PurchaseOrder.created_by_id)
        .where(PurchaseOrder.id == purchase_order_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("There is no such purchase order.")
    return row


def purchase_lines(session: Session, purchase_order_id: int) -> Sequence[Any]:
    """Its lines with their products; `open` is what is still to come.

    A special's line names the order and the account that it was bought for, and of how many units
    that still waits.
    """
    missing = PurchaseOrderLine.ordered - PurchaseOrderLine.received - PurchaseOrderLine.cancelled
    return session.execute(
        select(
            PurchaseOrderLine.id, PurchaseOrderLine.product_id, PurchaseOrderLine.part_number,
            PurchaseOrderLine.ordered, PurchaseOrderLine.received, PurchaseOrderLine.cancelled,
            PurchaseOrderLine.unit_cost, PurchaseOrderLine.expected_on,
            func.greatest(missing, 0).label("open"), Product.sku, Product.name, Product.unit,
            Product.image, Order.number.label("for_order"), Account.name.label("for_account"),
            (OrderLine.ordered - OrderLine.shipped - OrderLine.cancelled - OrderLine.allocated)
            .label("waited_for"),
        )
        .join(Product, Product.id == PurchaseOrderLine.product_id)
        .outerjoin(OrderLine, OrderLine.id == PurchaseOrderLine.order_line_id)
        .outerjoin(Order, Order.id == OrderLine.order_id)
        .outerjoin(Account, Account.id == Order.account_id)
        .where(PurchaseOrderLine.purchase_order_id == purchase_order_id)
        .order_by(PurchaseOrderLine.position)
    ).all()  # fmt: skip


def receipt_rows(session: Session, purchase_order_id: int) -> Sequence[Any]:
    """What came in for it, delivery by delivery."""
    return session.execute(
        select(
            Receipt.number, Receipt.received_at, Receipt.delivery_note_number,
            User.name.label("received_by"), func.count().label("lines"),
            func.sum(ReceiptLine.quantity).label("units"),
            func.string_agg(func.nullif(ReceiptLine.discrepancy, ""), "; ").label("discrepancies"),
        )
        .join(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
        .outerjoin(User, User.id == Receipt.received_by_id)
        .where(Receipt.purchase_order_id == purchase_order_id)
        .group_by(Receipt.id, User.name)
        .order_by(Receipt.id.desc())
    ).all()  # fmt: skip


def needed_from(session: Session, vendor_id: int, *, most: int = 50) -> Sequence[Any]:
    """A vendor's products, those that are short first: level, backorders, on order, reorder point.

    `missing` is what brings the stock back to the reorder point with all backorders filled; zero
    where nothing is short.
    """
    stock = (
        select(func.coalesce(func.sum(Stock.on_hand - Stock.allocated), 0).label("available"))
        .where(Stock.product_id == Product.id)
        .lateral("stock")
    )
    demand = (
        select(func.coalesce(func.sum(OpenDemand.quantity), 0).label("waiting"))
        .where(OpenDemand.product_id == Product.id)
        .lateral("demand")
    )
    supply = (
        select(func.coalesce(func.sum(ExpectedSupply.quantity), 0).label("incoming"))
        .where(ExpectedSupply.product_id == Product.id)
        .lateral("supply")
    )
    missing = func.greatest(
        func.coalesce(Product.reorder_point, 0)
        + demand.c.waiting
        - stock.c.available
        - supply.c.incoming,
        0,
    )
    return session.execute(
        select(
            Product.id, Product.sku, Product.name, Product.image, Product.reorder_point,
            VendorProduct.part_number, VendorProduct.min_quantity, VendorProduct.unit_cost,
            stock.c.available, demand.c.waiting, supply.c.incoming, missing.label("missing"),
        )
        .join(VendorProduct, VendorProduct.product_id == Product.id)
        .join(stock, true())
        .join(demand, true())
        .join(supply, true())
        .where(VendorProduct.vendor_id == vendor_id, Product.lifecycle != "discontinued")
        .order_by(missing.desc(), Product.sku, VendorProduct.min_quantity)
        .limit(most)
    ).all()  # fmt: skip


def specials_of(session: Session, product_ids: Collection[int]) -> dict[int, Any]:
    """From whom each special comes, under which number of theirs, and when: {product id: row}."""
    if not product_ids:
        return {}
    rows = session.execute(
        select(
            Special.product_id, Special.part_number, Special.expected_on,
            Vendor.id.label("vendor_id"), Vendor.name.label("vendor"),
        )
        .join(Vendor, Vendor.id == Special.vendor_id)
        .where(Special.product_id.in_(product_ids))
    )  # fmt: skip
    return {row.product_id: row for row in rows}


def ties_of(session: Session, order_id: int) -> dict[int, list[Any]]:
    """What is bought for each special of an order, one row per purchase order line.

    {order line id: rows}; a special that is on none has one row without a number.
    """
    missing = PurchaseOrderLine.ordered - PurchaseOrderLine.received - PurchaseOrderLine.cancelled
    rows = session.execute(
        select(
            OrderLine.id.label("order_line_id"), Vendor.name.label("vendor"),
            PurchaseOrder.id, PurchaseOrder.number, PurchaseOrder.state,
            PurchaseOrderLine.ordered, PurchaseOrderLine.received, PurchaseOrderLine.expected_on,
            func.greatest(missing, 0).label("open"),
        )
        .join(Special, Special.order_line_id == OrderLine.id)
        .join(Vendor, Vendor.id == Special.vendor_id)
        .outerjoin(PurchaseOrderLine, PurchaseOrderLine.order_line_id == OrderLine.id)
        .outerjoin(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(OrderLine.order_id == order_id)
        .order_by(PurchaseOrder.id, PurchaseOrderLine.position)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.order_line_id].append(row)
    return dict(found)


def _conditions(chosen: PurchaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.state == "open":
        found.append(PurchaseOrder.state.in_(OPEN_STATES))
    elif chosen.state in DUE_STATES:
        found.append(PurchaseOrder.state.in_(("sent", "partly_received")))
        due = PurchaseOrder.expected_on
        found.append(due < chosen.today if chosen.state == "overdue" else due == chosen.today)
    elif chosen.state:
        found.append(PurchaseOrder.state == chosen.state)
    if chosen.vendor_id:
        found.append(PurchaseOrder.vendor_id == chosen.vendor_id)
    text = chosen.text.strip()
    if text:
        found.append(
            or_(
                PurchaseOrder.number == text.upper(),
                PurchaseOrder.number.endswith(text, autoescape=True),
                func.upper(PurchaseOrder.external_id) == text.upper(),
                func.lower(Vendor.name).contains(text.lower(), autoescape=True),
            )
        )
    return found
