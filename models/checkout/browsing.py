"""Walking along the shelves: which products a page of the catalogue shows, and how many there are.

Counts stop at `MOST_COUNTED`: beyond it a page says "more than"; nobody reads 50,000 rows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from models.catalog import Brand, Category, Product
from models.checkout.shopper import Shopper
from models.inventory import ExpectedSupply, Stock
from models.orders import OrderLine
from models.pricing import is_visible

PAGE_ROWS = 48
MOST_COUNTED = 2000
NEW_FOR_DAYS = 60
SORTS = ("shelf", "name", "sku", "newest", "bought")


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show: a shelf (and all below it), quick views and filters, in an order.

    `due_ids` are the products due a reorder; they count as a view of their own.
    """

    category: str = ""
    view: str = ""
    stock: Collection[str] = ()
    brands: Collection[int] = ()
    sort: str = "shelf"
    page: int = 1
    due_ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of product ids, and how many products each quick view holds."""

    product_ids: list[int]
    shown: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Aisle:
    """A category in the navigation."""

    id: int
    path: str
    name: str
    description: str


def browse(session: Session, shopper: Shopper, wish: Wish) -> Shelf:
    """The page of products that fits the wish, with the counts of every view, in one statement."""
    fits = _on_shelf(shopper, wish)
    views = {"": [], **_views(shopper, wish)}
    chosen = [*fits, *views.get(wish.view, [])]
    page = (
        select(Product.id)
        .where(*chosen)
        .order_by(*_order(shopper, wish.sort))
        .limit(PAGE_ROWS)
        .offset((wish.page - 1) * PAGE_ROWS)
    )
    counted = [_counted(select(Product.id).where(*fits, *also)) for also in views.values()]
    row = session.execute(
        select(
            func.array(page.scalar_subquery()),
            _counted(select(Product.id).where(*chosen)),
            *counted,
        )
    ).one()
    return Shelf(list(row[0] or ()), row[1], dict(zip(views, row[2:], strict=True)))


def aisles(session: Session, within: str = "") -> list[Aisle]:
    """The top categories, and with `within` its own line of parents and its children."""
    parts = within.split("/") if within else []
    lineage = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    wanted = or_(Category.parent_id.is_(None), Category.path.in_(lineage))
    if within:
        parent = aliased(Category)
        here = select(parent.id).where(parent.path == within).scalar_subquery()
        wanted = or_(wanted, Category.parent_id == here)
    rows = session.execute(
        select(Category.id, Category.path, Category.name, Category.description)
        .where(wanted)
        .order_by(Category.position, Category.name)
    )
    return [Aisle(*row) for row in rows]


def brands_on(session: Session, category: str) -> list[tuple[int, str]]:
    """The brands of a shelf, by name."""
    rows = session.execute(
        select(Brand.id, Brand.name)
        .where(Brand.id.in_(select(Product.brand_id).where(_within(category))))
        .order_by(Brand.name)
        .limit(40)
    )
    return [(row.id, row.name) for row in rows]


def _on_shelf(shopper: Shopper, wish: Wish) -> list[ColumnElement[bool]]:
    child = aliased(Product)
    is_parent = select(child.id).where(child.parent_id == Product.id).exists()
    conditions = [is_visible(shopper.context), ~is_parent]
    if wish.category:
        conditions.append(_within(wish.category))
    if wish.brands:
        conditions.append(Product.brand_id.in_(wish.brands))
    if wish.stock:
        ways = {"in": in_stock(shopper.warehouse_ids), "due": _coming(shopper)}
        conditions.append(or_(*(ways[each] for each in wish.stock if each in ways)))
    return conditions


def _within(category: str) -> ColumnElement[bool]:
    if not category:
        return literal_column("true")
    below = Category.path.startswith(f"{category}/", autoescape=True)
    return Product.category_id.in_(select(Category.id).where(or_(Category.path == category, below)))


def _views(shopper: Shopper, wish: Wish) -> dict[str, list[ColumnElement[bool]]]:
    views: dict[str, list[ColumnElement[bool]]] = {}
    if shopper.account_id is not None:
        views["bought"] = [
            Product.id.in_(
                select(OrderLine.product_id).where(OrderLine.account_id == shopper.account_id)
            )
        ]
        views["due"] = [Product.id.in_(wish.due_ids)]
    views["in-stock"] = [in_stock(shopper.warehouse_ids)]
    views["new"] = [Product.launched_on > shopper.today - timedelta(days=NEW_FOR_DAYS)]
    return views


def in_stock(warehouse_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether `Product` can be had now from these warehouses."""
    free = Stock.on_hand - Stock.allocated - Stock.safety_stock
    return (
        select(Stock.id)
        .where(
            Stock.product_id == Product.id, Stock.warehouse_id.in_(warehouse_ids), free > Decimal(0)
        )
        .exists()
    )


def _coming(shopper: Shopper) -> ColumnElement[bool]:
    soon = shopper.today + timedelta(weeks=4)
    return (
        select(ExpectedSupply.product_id)
        .where(
            ExpectedSupply.product_id == Product.id,
            ExpectedSupply.expected_on <= soon,
            ExpectedSupply.quantity > 0,
        )
        .exists()
    )


def _order(shopper: Shopper, sort: str) -> list[Any]:
    shelf = [Product.category_id, Product.position, Product.id]
    if sort == "name":
        return [func.lower(Product.name), Product.id]
    if sort == "sku":
        return [Product.sku_plain, Product.id]
    if sort == "newest":
        return [Product.launched_on.desc().nulls_last(), Product.id.desc()]
    if sort == "bought":
        times = (
            select(func.count())
            .where(OrderLine.account_id == shopper.account_id, OrderLine.product_id == Product.id)
            .correlate(Product)
            .scalar_subquery()
        )
        return [times.desc(), *shelf]
    return shelf


def _counted(statement: Select[Any]) -> Any:
    some = statement.limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
