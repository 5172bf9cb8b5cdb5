"""Repeating an order: what is different today, line by line, before it goes on the pad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.accounts import Actor
from models.catalog import SPECIAL, Product
from models.checkout.cart import Cart
from models.checkout.proposing import problem_of
from models.checkout.quick_order import Outcome, add_rows
from models.checkout.row_reading import TypedRow
from models.checkout.shopper import Shopper
from models.inventory import Outlook, outlooks
from models.kernel.errors import Refused
from models.kernel.quantity import plain
from models.orders import OrderLine
from models.pricing import Ask, Price, resolve


@dataclass(frozen=True, slots=True)
class Repeat:
    """A line of then and what it would be now.

    `instead_sku` is the successor of a product that is not sold any more. `problem` says why it
    cannot be ordered as it was, `offers` the nearest quantities that can. `is_same` where nothing
    differs but the calendar.
    """

    product_id: int | None
    sku: str
    name: str
    quantity: Decimal
    price_then: Decimal
    price_now: Decimal | None
    price_per: int
    available: Decimal
    problem: str
    offers: tuple[Decimal, ...]
    instead_id: int | None
    instead_sku: str
    instead_name: str

    @property
    def is_short(self) -> bool:
        return not self.problem and self.available < self.quantity

    @property
    def price_changed(self) -> bool:
        return self.price_now is not None and self.price_now != self.price_then

    @property
    def is_same(self) -> bool:
        return not (self.problem or self.is_short or self.price_changed)

    @property
    def is_orderable(self) -> bool:
        """Whether it goes on the pad as it was, or as its successor."""
        return not self.problem or self.instead_id is not None


def repeats(session: Session, order_id: int, shopper: Shopper) -> list[Repeat]:
    """The lines of an order as they would be today, in three statements; samples are none."""
    rows = session.execute(_lines(order_id)).all()
    ids = [row.product_id for row in rows if row.product_id is not None]
    asks = [Ask(row.product_id, row.ordered) for row in rows if row.product_id is not None]
    prices = {price.product_id: price for price in resolve(session, shopper.context, asks)}
    outlook = outlooks(session, ids, shopper.warehouse_ids)
    return [_repeat(row, prices.get(row.product_id), outlook) for row in rows]


def repeat_order(
    session: Session,
    cart: Cart,
    order_id: int,
    chosen: Sequence[str],
    shopper: Shopper,
    *,
    by: Actor,
) -> Outcome:
    """Puts the chosen lines (by SKU then) on the pad, successors for what has one.

    What does not fit today becomes a question on the pad. Refused where nothing was chosen.
    """
    rows = [
        TypedRow(number, each.instead_sku or each.sku, plain(each.quantity))
        for number, each in enumerate(repeats(session, order_id, shopper), 1)
        if each.sku in chosen
    ]
    if not rows:
        raise Refused("Choose at least one line to order again.")
    return add_rows(session, cart, rows, shopper, by=by)


def _lines(order_id: int) -> Any:
    successor = aliased(Product)
    return (
        select(
            OrderLine.product_id, OrderLine.sku, OrderLine.name, OrderLine.ordered,
            OrderLine.unit_price, OrderLine.price_per,
            Product.id, Product.lifecycle, Product.backorder_policy,
            successor.id.label("successor_id"), successor.sku.label("successor_sku"),
            successor.name.label("successor_name"),
        )
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .outerjoin(successor, successor.id == Product.replaced_by_id)
        .where(OrderLine.order_id == order_id, ~OrderLine.is_sample)
        .order_by(OrderLine.position)
    )  # fmt: skip


def _repeat(row: Any, price: Price | None, outlook: dict[int, Outlook]) -> Repeat:
    problem = "This was made for that order only."
    offers: tuple[Decimal, ...] = ()
    available = Decimal(0)
    if price is not None and row.lifecycle != SPECIAL:
        problem, offers = problem_of(row, price, price.unit_price, row.ordered, outlook)
        available = outlook[row.product_id].available
    gone = row.lifecycle not in ("active", "run_out")
    return Repeat(
        product_id=row.product_id,
        sku=row.sku,
        name=row.name,
        quantity=row.ordered,
        price_then=row.unit_price,
        price_now=price.unit_price if price and price.visible else None,
        price_per=row.price_per,
        available=available,
        problem=problem,
        offers=offers,
        instead_id=row.successor_id if gone else None,
        instead_sku=(row.successor_sku or "") if gone else "",
        instead_name=(row.successor_name or "") if gone else "",
    )
