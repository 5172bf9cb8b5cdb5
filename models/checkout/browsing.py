"""Walking along the shelves: which products a page of the catalogue shows, and how many there are.

Counts stop at `MOST_COUNTED`: beyond it a page says "more than"; nobody reads 50,000 rows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from models.catalog import Brand, Category, Product
from models.checkout.shopper import Shopper
from models.inventory import ExpectedSupply, Stock
from models.kernel.database import columns_of
from models.orders import OrderLine
from models.pricing import IS_SOLD, IS_VISIBLE, seen_by

PAGE_ROWS = 48
MOST_COUNTED = 2000
MOST_BRANDS = 40
NEW_FOR_DAYS = 60
VIEWS = ("in-stock", "new")
OWN_VIEWS = ("bought", "due")
"""Quick views that mean something for a buyer alone."""
_IDS = ARRAY(BigInteger)
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
    """A page of product ids, how many there are in all (counted up to a limit), and the views."""

    product_ids: list[int]
    shown: int
    views: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aisle:
    """A category in the navigation."""

    id: int
    path: str
    name: str
    description: str


def browse(session: Session, shopper: Shopper, wish: Wish) -> Shelf:
    """The page of products that fits the wish, in one statement."""
    views = VIEWS if shopper.account_id is None else (*OWN_VIEWS, *VIEWS)
    view = wish.view if wish.view in views else ""
    stock = tuple(sorted({each for each in wish.stock if each in ("in", "due")}))
    statement = _page(
        bool(wish.category), bool(wish.brands), stock, view, wish.sort, is_first=wish.page == 1
    )
    row = columns_of(
        session,
        statement,
        {
            **seen_by(shopper.context),
            "account": shopper.account_id,
            "warehouses": list(shopper.warehouse_ids),
            "today": shopper.today,
            "category": wish.category,
            "below": f"{wish.category}/",
            "brands": list(wish.brands),
            "due": list(wish.due_ids),
            "skipped": (wish.page - 1) * PAGE_ROWS,
        },
    ).one()
    return Shelf(list(row[0] or ()), row[1], ("", *views))


def aisles(session: Session, within: str = "") -> list[Aisle]:
    """The top categories, and with `within` its own line of parents and its children."""
    parts = within.split("/") if within else []
    lineage = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    rows = columns_of(session, _AISLES, {"lineage": lineage, "within": within})
    return [Aisle(*row) for row in rows]


def brands_on(session: Session, category: str) -> list[tuple[int, str]]:
    """The brands of what is sold on a shelf, by name."""
    rows = columns_of(session, _brands(), {"category": category, "below": f"{category}/"})
    return [(row.id, row.name) for row in rows]


_above = aliased(Category)
_AISLES = (
    select(Category.id, Category.path, Category.name, Category.description)
    .where(
        or_(
            Category.parent_id.is_(None),
            Category.path == any_(bindparam("lineage", type_=ARRAY(Text))),
            Category.parent_id
            == select(_above.id).where(_above.path == bindparam("within")).scalar_subquery(),
        )
    )
    .order_by(Category.position, Category.name)
)


@cache
def _brands() -> Any:
    here = _within(bindparam("category"), bindparam("below"))
    sold = select(Product.brand_id).where(here, IS_SOLD).distinct()
    return (
        select(Brand.id, Brand.name)
        .where(Brand.id == any_(func.array(sold.scalar_subquery(), type_=_IDS)))
        .order_by(Brand.name)
        .limit(MOST_BRANDS)
    )


@lru_cache
def _page(
    has_category: bool,
    has_brands: bool,
    stock: tuple[str, ...],
    view: str,
    sort: str,
    *,
    is_first: bool,
) -> Select[Any]:
    """The statement for a kind of wish, prepared once: the page's ids, and how many in all.

    The limits are written out, and a first page has no offset: with values yet to come PostgreSQL
    would expect a tenth of everything to be read, and plan again each time.
    """
    child = aliased(Product)
    fits = [IS_VISIBLE, ~select(child.id).where(child.parent_id == Product.id).exists()]
    if has_category:
        fits.append(_within(bindparam("category"), bindparam("below")))
    if has_brands:
        fits.append(Product.brand_id == any_(bindparam("brands", type_=_IDS)))
    if stock:
        ways = {"in": _in_stock(), "due": _coming()}
        fits.append(or_(*(ways[each] for each in stock)))
    if view:
        fits.append(_view(view))
    page = (
        select(Product.id)
        .where(*fits)
        .order_by(*_order(sort))
        .limit(literal_column(str(PAGE_ROWS)))
    )
    if not is_first:
        page = page.offset(bindparam("skipped"))
    counted = select(Product.id).where(*fits).limit(literal_column(str(MOST_COUNTED))).subquery()
    in_all = select(func.count()).select_from(counted).scalar_subquery()
    return select(func.array(page.scalar_subquery()), in_all)


def _within(category: Any, below: Any) -> ColumnElement[bool]:
    """An array of the few shelves, so that the index of products by shelf is used."""
    here = or_(Category.path == category, func.starts_with(Category.path, below))
    shelves = func.array(select(Category.id).where(here).scalar_subquery(), type_=_IDS)
    return Product.category_id == any_(shelves)


def _view(view: str) -> ColumnElement[bool]:
    if view == "bought":
        mine = OrderLine.account_id == bindparam("account", type_=BigInteger)
        return Product.id.in_(select(OrderLine.product_id).where(mine))
    if view == "due":
        return Product.id == any_(bindparam("due", type_=_IDS))
    if view == "in-stock":
        return _in_stock()
    return Product.launched_on > bindparam("today", type_=Date) - timedelta(days=NEW_FOR_DAYS)


def _in_stock() -> ColumnElement[bool]:
    free = Stock.on_hand - Stock.allocated - Stock.safety_stock
    return (
        select(Stock.id)
        .where(
            Stock.product_id == Product.id,
            Stock.warehouse_id == any_(bindparam("warehouses", type_=_IDS)),
            free > Decimal(0),
        )
        .exists()
    )


def _coming() -> ColumnElement[bool]:
    soon = bindparam("today", type_=Date) + timedelta(weeks=4)
    return (
        select(ExpectedSupply.product_id)
        .where(
            ExpectedSupply.product_id == Product.id,
            ExpectedSupply.expected_on <= soon,
            ExpectedSupply.quantity > 0,
        )
        .exists()
    )


def _order(sort: str) -> list[Any]:
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
            .where(
                OrderLine.account_id == bindparam("account", type_=BigInteger),
                OrderLine.product_id == Product.id,
            )
            .correlate(Product)
            .scalar_subquery()
        )
        return [times.desc(), *shelf]
    return shelf
