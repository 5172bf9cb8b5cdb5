"""The entries of a price list as staff search and edit them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, any_, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.catalog import Product
from models.pricing.price_entry import PriceEntry


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of a list as staff see it. `is_current` on the day that was asked for."""

    id: int
    product_id: int
    sku: str
    name: str
    image: str
    cost: Decimal
    price_per: int
    min_quantity: Decimal
    unit_price: Decimal
    floor_price: Decimal | None
    valid_from: date
    valid_to: date | None
    is_current: bool


def search_entries(
    session: Session,
    list_id: int,
    *,
    on: date,
    text: str = "",
    product_ids: Collection[int] | None = None,
    with_history: bool = False,
    after: tuple[str, Decimal, date] | None = None,
    limit: int = 50,
) -> list[EntryRow]:
    """Entries whose SKU begins with, or whose name contains, `text`; by SKU, tier and date.

    Ended ones only `with_history`. `after` is the (SKU, tier, start) of the last row shown.
    `product_ids` asks for these alone.
    """
    key = (Product.sku, PriceEntry.min_quantity, PriceEntry.valid_from)
    query = (
        select(
            PriceEntry, Product.sku, Product.name, Product.price_per, Product.image, Product.cost
        )
        .join(Product, Product.id == PriceEntry.product_id)
        .where(PriceEntry.list_id == list_id)
        .order_by(*key)
        .limit(limit)
    )
    if text.strip():
        words = text.strip()
        query = query.where(
            or_(
                Product.sku.istartswith(words, autoescape=True),
                Product.name.icontains(words, autoescape=True),
            )
        )
    if product_ids is not None:
        query = query.where(
            PriceEntry.product_id == any_(literal([*product_ids], ARRAY(BigInteger)))
        )
    if not with_history:
        query = query.where(or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > on))
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return [
        EntryRow(
            entry.id, entry.product_id, sku, name, image, cost, price_per, entry.min_quantity,
            entry.unit_price, entry.floor_price, entry.valid_from, entry.valid_to,
            entry.valid_from <= on and (entry.valid_to is None or entry.valid_to > on),
        )
        for entry, sku, name, price_per, image, cost in session.execute(query)
    ]  # fmt: skip
