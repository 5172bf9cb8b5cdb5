"""Products as the price list shows them to one shopper: price, stock, history, what is ordered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    and_,
    any_,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from models.catalog import Category, Product
from models.checkout.cart import CartLine
from models.checkout.pad_lines import own_number
from models.checkout.proposing import problem_of
from models.checkout.shopper import Shopper
from models.inventory import Outlook, outlook_from, outlook_table
from models.kernel import clock
from models.kernel.database import columns_of
from models.kernel.errors import NotFound
from models.kernel.money import ZERO, line_amount, round_amount
from models.orders import Order, OrderLine
from models.pricing import IS_VISIBLE, Ask, Price, TaxRule, next_break, resolve, seen_by

HUNDRED = Decimal(100)
NUDGE_WITHIN = Decimal("1.35")
"""The next break is pointed out when it takes at most 35% more."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """The next price break: so many more in all, and what that saves on that quantity."""

    quantity: Decimal
    more: Decimal
    saves: Decimal


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One product of the price list. Quantities in base units, amounts without tax.

    `in_cart` is what the pad holds, zero without. `price` is for that quantity, else for the
    smallest. `last_quantity` and `last_on` are this account's latest purchase.
    """

    product_id: int
    sku: str
    slug: str
    name: str
    image: str
    unit: str
    category: str
    own_number: str
    lifecycle: str
    may_backorder: bool
    retail_price: Decimal | None
    retail_tax_rate: Decimal
    last_quantity: Decimal | None
    last_on: datetime | None
    in_cart: Decimal
    problem: str
    offers: tuple[Decimal, ...]
    price: Price
    outlook: Outlook
    ship_on: date | None

    @property
    def amount(self) -> Decimal:
        """What the quantity on the pad costs; zero where it cannot be ordered as it is."""
        if self.problem or self.price.unit_price is None:
            return ZERO
        per, currency = self.price.price_per, self.price.currency
        return line_amount(self.price.unit_price, self.in_cart, per, currency)

    @property
    def profit_on_return(self) -> Decimal | None:
        """Per cent of the retail price without tax that the buyer keeps; None where unknown."""
        price, retail = self.price.unit_price, self.retail_price
        if price is None or not retail:
            return None
        net = retail / (1 + self.retail_tax_rate / HUNDRED)
        each = price / self.price.price_per
        return (net - each) / net * HUNDRED if each < net else None

    @property
    def nudge(self) -> Nudge | None:
        """The next break where it is near."""
        if not self.in_cart or self.problem or self.price.unit_price is None:
            return None
        following = next_break(self.price, self.in_cart)
        if following is None or following[0] > self.in_cart * NUDGE_WITHIN:
            return None
        quantity, cheaper = following
        saves = (self.price.unit_price - cheaper) * quantity / self.price.price_per
        saves = round_amount(saves, self.price.currency)
        return Nudge(quantity, quantity - self.in_cart, saves)


def shelf_rows(session: Session, shopper: Shopper, product_ids: Sequence[int]) -> list[ShelfRow]:
    """The rows of these products in their order, in two statements whatever their number.

    Products that this shopper may not see are left out.
    """
    if not product_ids:
        return []
    facts = {row.id: row for row in columns_of(session, _facts(), _of(shopper, product_ids))}
    ids = [id_ for id_ in product_ids if id_ in facts]
    asks = [Ask(id_, facts[id_].in_cart or None) for id_ in ids]
    prices = resolve(session, shopper.context, asks)
    outlook = {id_: outlook_from(facts[id_]) for id_ in ids}
    earliest = shopper.calendar.ship_date(clock.now())
    return [
        _row(shopper, facts[price.product_id], price, outlook, earliest)
        for price in prices
        if price.visible
    ]


def visible_product(session: Session, shopper: Shopper, product_id: int) -> Product:
    """A product this shopper may see, whether or not it can be ordered now. NotFound else."""
    product = session.scalars(
        select(Product).where(Product.id == product_id, IS_VISIBLE), seen_by(shopper.context)
    ).first()
    if product is None:
        raise NotFound("There is no such product in your catalogue.")
    return product


def _last_purchase() -> Any:
    """A lateral of an account's latest purchase of `Product`: `quantity`, `placed_at`. Binds
    `account`."""
    return (
        select(OrderLine.ordered.label("quantity"), Order.placed_at)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.account_id == bindparam("account", type_=BigInteger),
            OrderLine.product_id == Product.id,
            OrderLine.ordered > OrderLine.cancelled,
            ~OrderLine.is_sample,
        )
        .order_by(Order.placed_at.desc())
        .limit(1)
        .correlate(Product)
        .lateral("last_purchase")
    )


def _of(shopper: Shopper, product_ids: Sequence[int]) -> dict[str, Any]:
    return {
        "account": shopper.account_id,
        "cart": shopper.cart.id if shopper.cart else None,
        "country": shopper.seller.country,
        "today": shopper.today,
        "products": list(product_ids),
        "warehouses": list(shopper.warehouse_ids),
    }


@cache
def _facts() -> Any:
    """Prepared once: built for each request it would cost more than it takes to run."""
    last, outlook = _last_purchase(), outlook_table()
    in_cart = and_(
        CartLine.product_id == Product.id,
        CartLine.cart_id == bindparam("cart", type_=BigInteger),
    )
    return (
        select(
            Product.id, Product.sku, Product.slug, Product.name, Product.image, Product.unit,
            Product.lifecycle, Product.backorder_policy, Product.retail_price,
            Category.name.label("category"),
            own_number(bindparam("account", type_=BigInteger)).label("own_number"),
            _retail_tax_rate().label("tax_rate"),
            last.c.quantity.label("last_quantity"), last.c.placed_at.label("last_on"),
            func.coalesce(CartLine.quantity, 0).label("in_cart"),
            CartLine.override_price,
            outlook.c.kinds, outlook.c.days, outlook.c.units,
        )
        .outerjoin(Category, Category.id == Product.category_id)
        .outerjoin(last, true())
        .outerjoin(CartLine, in_cart)
        .outerjoin(outlook, outlook.c.product_id == Product.id)
        .where(Product.id == any_(bindparam("products", type_=ARRAY(BigInteger))))
    )  # fmt: skip


def _retail_tax_rate() -> Any:
    return (
        select(TaxRule.rate)
        .where(
            TaxRule.country == bindparam("country"),
            TaxRule.treatment == "domestic",
            TaxRule.tax_category == Product.tax_category,
            TaxRule.valid_from <= bindparam("today", type_=Date),
        )
        .order_by(TaxRule.valid_from.desc())
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )


def _row(
    shopper: Shopper, facts: Any, price: Price, outlook: dict[int, Outlook], earliest: date
) -> ShelfRow:
    if facts.override_price is not None:
        price = price._replace(unit_price=facts.override_price)
    problem: str = ""
    offers: tuple[Decimal, ...] = ()
    if facts.in_cart:
        problem, offers = problem_of(facts, price, price.unit_price, facts.in_cart, outlook)
    mine = outlook[facts.id]
    wanted = facts.in_cart or price.quantity
    covered = None if mine.available >= wanted else mine.first_date(wanted, today=shopper.today)
    ship_on = earliest if mine.available >= wanted else None
    if covered:
        ship_on = shopper.calendar.next_working(max(covered, earliest))
    in_base = shopper.currency == shopper.seller.base_currency
    return ShelfRow(
        product_id=facts.id, sku=facts.sku, slug=facts.slug, name=facts.name, image=facts.image,
        unit=facts.unit, category=facts.category or "", own_number=facts.own_number or "",
        lifecycle=facts.lifecycle,
        may_backorder=facts.backorder_policy != "deny" and facts.lifecycle == "active",
        retail_price=facts.retail_price if in_base else None,
        retail_tax_rate=facts.tax_rate or ZERO,
        last_quantity=facts.last_quantity, last_on=facts.last_on, in_cart=facts.in_cart,
        problem=problem, offers=offers, price=price, outlook=mine, ship_on=ship_on,
    )  # fmt: skip
