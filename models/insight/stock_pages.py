"""Products and their stock: levels, what waits for them, and every movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission, User, visible_accounts
from models.catalog import SPECIAL, Barcode, Brand, Category, Pack, Product, plain_code
from models.insight.left_over import FREE, is_left_over
from models.inventory import (
    Allocation,
    Bin,
    BinStock,
    ExpectedSupply,
    OpenDemand,
    Stock,
    StockMovement,
    Warehouse,
)
from models.kernel.errors import NotFound
from models.orders import Order, OrderLine
from models.purchasing import PurchaseOrder, PurchaseOrderLine

MOST_COUNTED = 2000
AVAILABLE = func.greatest(Stock.on_hand - Stock.allocated - Stock.safety_stock, 0)


@dataclass(frozen=True, slots=True)
class StockFilter:
    """Which levels: `state` is low, out, short (backordered) or empty for all."""

    state: str = ""
    warehouse_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products, by lifecycle and words of the name or code."""

    lifecycle: str = ""
    text: str = ""


def stock_rows(
    session: Session, chosen: StockFilter, *, limit: int = 50, offset: int = 0
) -> Sequence[Any]:
    """One page of levels by SKU and warehouse, with what is expected and what waits."""
    page = (
        select(
            Stock.id, Stock.product_id, Stock.warehouse_id, Stock.on_hand, Stock.allocated,
            Stock.safety_stock, AVAILABLE.label("available"), Product.sku, Product.name,
            Product.image, Product.reorder_point, Product.unit, Warehouse.name.label("warehouse"),
            Warehouse.position, FREE.label("free"),
            (FREE * Product.cost / Product.price_per).label("free_cost"),
        )
        .join(Product, Product.id == Stock.product_id)
        .join(Warehouse, Warehouse.id == Stock.warehouse_id)
        .where(*_levels(chosen))
        .order_by(Product.sku, Warehouse.position, Stock.id)
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )  # fmt: skip
    expected = (
        select(
            func.coalesce(func.sum(ExpectedSupply.quantity), 0).label("incoming"),
            func.min(ExpectedSupply.expected_on).label("next_on"),
        )
        .where(
            ExpectedSupply.product_id == page.c.product_id,
            ExpectedSupply.warehouse_id == page.c.warehouse_id,
            ExpectedSupply.quantity > 0,
        )
        .lateral("expected")
    )
    waiting = (
        select(func.coalesce(func.sum(OpenDemand.quantity), 0).label("backordered"))
        .where(
            OpenDemand.product_id == page.c.product_id,
            OpenDemand.warehouse_id == page.c.warehouse_id,
            OpenDemand.is_backorder,
        )
        .lateral("waiting")
    )
    return session.execute(
        select(page, expected.c.incoming, expected.c.next_on, waiting.c.backordered)
        .select_from(page)
        .join(expected, true())
        .join(waiting, true())
        .order_by(page.c.sku, page.c.position, page.c.id)
    ).all()


def count_stock(session: Session, chosen: StockFilter) -> int:
    """How many levels there are, counted up to MOST_COUNTED + 1."""
    rows = (
        select(Stock.id)
        .join(Product, Product.id == Stock.product_id)
        .where(*_levels(chosen))
        .limit(MOST_COUNTED + 1)
    )
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def warehouse_options(session: Session) -> list[tuple[int, str]]:
    """The warehouses to choose from."""
    rows = session.execute(select(Warehouse.id, Warehouse.name).order_by(Warehouse.position))
    return [(row.id, row.name) for row in rows]


def product_rows(
    session: Session, chosen: ProductFilter, by: Actor, *, today: date, limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:  # fmt: skip
    """One page of products by SKU, with what is in stock over all warehouses.

    What is made for one account alone shows itself to those who see that account.
    """
    page = (
        select(
            Product.id, Product.sku, Product.name, Product.image, Product.lifecycle, Product.unit,
            Product.cost, Product.price_per, Product.category_id,
        )
        .where(*_products(chosen), *_shown_to(by, today))
        .order_by(Product.sku, Product.id)
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )  # fmt: skip
    stock = (
        select(
            func.coalesce(func.sum(Stock.on_hand), 0).label("on_hand"),
            func.coalesce(func.sum(AVAILABLE), 0).label("available"),
        )
        .where(Stock.product_id == page.c.id)
        .lateral("stock")
    )
    return session.execute(
        select(page, stock.c.on_hand, stock.c.available, Category.name.label("category_name"))
        .select_from(page)
        .join(stock, true())
        .outerjoin(Category, Category.id == page.c.category_id)
        .order_by(page.c.sku, page.c.id)
    ).all()


def count_products(session: Session, chosen: ProductFilter, by: Actor, *, today: date) -> int:
    """How many products there are, counted up to MOST_COUNTED + 1."""
    rows = (
        select(Product.id).where(*_products(chosen), *_shown_to(by, today)).limit(MOST_COUNTED + 1)
    )
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def product_by_id(session: Session, product_id: int, by: Actor, *, today: date) -> Any:
    """A product with the names of its brand and category. NotFound without one, and for one that
    is made for an account that the actor does not see."""
    row = session.execute(
        select(Product, Brand.name.label("brand"), Category.name.label("category"))
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .outerjoin(Category, Category.id == Product.category_id)
        .where(Product.id == product_id, *_shown_to(by, today))
    ).first()
    if row is None:
        raise NotFound("There is no such product.")
    return row


def product_packs(session: Session, product_id: int) -> Sequence[Any]:
    """How it is packed, with the barcodes of each pack that still scan."""
    codes = (
        select(func.string_agg(Barcode.code, ", "))
        .where(
            Barcode.product_id == Pack.product_id,
            Barcode.unit == Pack.unit,
            Barcode.retired_at.is_(None),
        )
        .correlate(Pack)
        .scalar_subquery()
    )
    return session.execute(
        select(
            Pack.unit, Pack.quantity, Pack.weight_grams, Pack.length_mm, Pack.width_mm,
            Pack.height_mm, codes.label("codes"),
        )
        .where(Pack.product_id == product_id)
        .order_by(Pack.quantity)
    ).all()  # fmt: skip


def loose_barcodes(session: Session, product_id: int) -> Sequence[str]:
    """The barcodes that belong to no pack of the product."""
    packs = select(Pack.unit).where(Pack.product_id == product_id)
    return session.scalars(
        select(Barcode.code)
        .where(
            Barcode.product_id == product_id,
            Barcode.retired_at.is_(None),
            Barcode.unit.not_in(packs),
        )
        .order_by(Barcode.code)
    ).all()


def levels_of(session: Session, product_id: int) -> Sequence[Any]:
    """Its level in each warehouse."""
    return session.execute(
        select(
            Stock.id, Stock.warehouse_id, Stock.on_hand, Stock.allocated, Stock.safety_stock,
            AVAILABLE.label("available"), Warehouse.name.label("warehouse"),
        )
        .join(Warehouse, Warehouse.id == Stock.warehouse_id)
        .where(Stock.product_id == product_id)
        .order_by(Warehouse.position, Stock.id)
    ).all()  # fmt: skip


def bins_with(session: Session, product_id: int) -> Sequence[Any]:
    """The bins that hold it, staging included."""
    return session.execute(
        select(
            BinStock.stock_id, BinStock.bin_id, Bin.code, Bin.kind, BinStock.warehouse_id,
            func.sum(BinStock.quantity).label("quantity"),
        )
        .join(Bin, Bin.id == BinStock.bin_id)
        .where(BinStock.product_id == product_id)
        .group_by(
            BinStock.stock_id, BinStock.bin_id, Bin.code, Bin.kind, BinStock.warehouse_id
        )
        .having(func.sum(BinStock.quantity) > 0)
        .order_by(Bin.code)
    ).all()  # fmt: skip


def promised_to(session: Session, product_id: int, *, most: int = 50) -> Sequence[Any]:
    """The orders that its units are promised to."""
    return session.execute(
        select(
            Order.number, Account.name.label("account_name"), Allocation.quantity,
            Allocation.picked, Allocation.promised_on,
        )
        .select_from(Allocation)
        .join(Stock, Stock.id == Allocation.stock_id)
        .join(OrderLine, OrderLine.id == Allocation.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Account, Account.id == Order.account_id)
        .where(Stock.product_id == product_id, Allocation.closed_at.is_(None))
        .order_by(Allocation.promised_on.asc().nulls_last(), Allocation.id)
        .limit(most)
    ).all()  # fmt: skip


def waiting_for(session: Session, product_id: int, *, most: int = 50) -> Sequence[Any]:
    """The orders that wait for it, in the order in which they get it."""
    return session.execute(
        select(
            Order.number, Account.name.label("account_name"), OpenDemand.quantity,
            OpenDemand.is_backorder, OpenDemand.since, OrderLine.promised_on,
        )
        .select_from(OpenDemand)
        .join(OrderLine, OrderLine.id == OpenDemand.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Account, Account.id == Order.account_id)
        .where(OpenDemand.product_id == product_id)
        .order_by(
            OpenDemand.account_priority.desc(),
            OpenDemand.first_promised_on.asc().nulls_last(),
            OpenDemand.since,
        )
        .limit(most)
    ).all()  # fmt: skip


def bought_lately(session: Session, product_id: int, *, most: int = 10) -> Sequence[Any]:
    """The last orders of a product that were not cancelled, with what each paid."""
    return session.execute(
        select(
            Order.number, Order.placed_at, Order.currency, Account.name.label("account_name"),
            (OrderLine.ordered - OrderLine.cancelled).label("units"), OrderLine.unit_price,
            OrderLine.price_per,
        )
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Account, Account.id == Order.account_id)
        .where(OrderLine.product_id == product_id, OrderLine.ordered > OrderLine.cancelled)
        .order_by(OrderLine.order_id.desc(), OrderLine.id.desc())
        .limit(most)
    ).all()  # fmt: skip


def supplies_of(session: Session, product_id: int) -> Sequence[Any]:
    """What is on its way, first come first."""
    return session.execute(
        select(
            PurchaseOrder.id, PurchaseOrder.number, ExpectedSupply.quantity,
            ExpectedSupply.expected_on, Warehouse.name.label("warehouse"),
        )
        .select_from(ExpectedSupply)
        .join(PurchaseOrderLine, PurchaseOrderLine.id == ExpectedSupply.source_id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .join(Warehouse, Warehouse.id == ExpectedSupply.warehouse_id)
        .where(
            ExpectedSupply.product_id == product_id,
            ExpectedSupply.source_kind == "purchase_order_line",
            ExpectedSupply.quantity > 0,
        )
        .order_by(ExpectedSupply.expected_on, ExpectedSupply.id)
    ).all()  # fmt: skip


def movements_of(
    session: Session, product_id: int, *, limit: int = 50, offset: int = 0
) -> Sequence[Any]:
    """Its movements, latest first."""
    return session.execute(
        select(
            StockMovement.id, StockMovement.at, StockMovement.kind, StockMovement.on_hand_delta,
            StockMovement.allocated_delta, StockMovement.reason, StockMovement.document_kind,
            Warehouse.name.label("warehouse"), User.name.label("actor_name"),
            Order.number.label("order_number"),
        )
        .select_from(StockMovement)
        .join(Stock, Stock.id == StockMovement.stock_id)
        .join(Warehouse, Warehouse.id == Stock.warehouse_id)
        .outerjoin(User, User.id == StockMovement.actor_id)
        .outerjoin(OrderLine, OrderLine.id == StockMovement.order_line_id)
        .outerjoin(Order, Order.id == OrderLine.order_id)
        .where(Stock.product_id == product_id)
        .order_by(StockMovement.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def _levels(chosen: StockFilter) -> list[ColumnElement[bool]]:
    is_special = Product.lifecycle == SPECIAL
    is_waited_for = select(OpenDemand.order_line_id).where(
        OpenDemand.product_id == Stock.product_id, OpenDemand.quantity > 0
    )
    found: list[ColumnElement[bool]] = [or_(~is_special, Stock.on_hand > 0, is_waited_for.exists())]
    if chosen.state == "left_over":
        found += is_left_over()
    if chosen.warehouse_id:
        found.append(Stock.warehouse_id == chosen.warehouse_id)
    if chosen.state == "low":
        found.append(Product.reorder_point >= AVAILABLE)
    if chosen.state == "out":
        found.append(AVAILABLE <= 0)
    if chosen.state == "short":
        found.append(
            Stock.product_id.in_(select(OpenDemand.product_id).where(OpenDemand.is_backorder))
        )
    if chosen.text.strip():
        found.append(_named(chosen.text.strip()))
    return found


def _products(chosen: ProductFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.lifecycle:
        found.append(Product.lifecycle == chosen.lifecycle)
    else:
        found.append(Product.lifecycle != SPECIAL)
    if chosen.text.strip():
        found.append(_named(chosen.text.strip()))
    return found


def _shown_to(by: Actor, today: date) -> list[ColumnElement[bool]]:
    if by.can(Permission.SEE_ALL_ACCOUNTS):
        return []
    mine = Product.own_account_id.in_(visible_accounts(by, on=today))
    return [or_(Product.own_account_id.is_(None), mine)]


def _named(text: str) -> ColumnElement[bool]:
    code = plain_code(text) or text.upper()
    return or_(
        Product.sku_plain.startswith(code, autoescape=True),
        func.lower(Product.name).contains(text.lower(), autoescape=True),
        Product.id.in_(select(Barcode.product_id).where(Barcode.code == text.upper())),
    )
