"""Everything the page of one product tells, besides its row of the price list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Numeric,
    Text,
    bindparam,
    case,
    false,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.catalog import Brand, Category, Pack, Product, ProductImage, Substitute
from models.checkout.shopper import Shopper
from models.kernel.database import columns_of
from models.kernel.errors import NotFound
from models.orders import Order, OrderLine, is_buyers
from models.pricing import IS_VISIBLE, seen_by

MOST_PURCHASES = 8


class Picture(NamedTuple):
    """One picture by its file's digest."""

    sha256: str
    description: str


class SoldPack(NamedTuple):
    """A packing unit and how many base units it holds."""

    unit: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product with its shelf and brand, pictures, packs, relatives and past purchases."""

    product: Product
    category: Category | None
    brand: str
    images: Sequence[Picture]
    packs: Sequence[SoldPack]
    variant_ids: list[int]
    substitute_ids: list[int]
    purchases: Sequence[Any]
    successor: Product | None
    is_sold: bool


def product_page(session: Session, shopper: Shopper, slug: str, by: Actor | None) -> ProductPage:
    """The product of that slug. NotFound where this shopper may not see it.

    One that is discontinued is shown where it names a successor.
    """
    asked = {**seen_by(shopper.context), "slug": slug}
    row = session.execute(_product(), asked).first()
    if row is None:
        raise NotFound("There is no such product in your catalogue.")
    product, category, brand, sold = row
    beside = _beside(session, product, shopper)
    return ProductPage(
        product=product,
        category=category,
        brand=brand or "",
        images=[Picture(row.words, row.more) for row in beside if row.kind == "image"],
        packs=[SoldPack(row.words, row.position) for row in beside if row.kind == "pack"],
        variant_ids=[row.id for row in beside if row.kind == "variant"],
        substitute_ids=[row.id for row in beside if row.kind == "substitute"],
        purchases=_purchases(session, product, by),
        successor=_successor(session, product, shopper),
        is_sold=bool(sold),
    )


@cache
def _product() -> Any:
    """The product of a slug with its shelf and brand, prepared once. A discontinued product still
    has its page for those who may have bought it."""
    is_remembered = (Product.lifecycle == "discontinued") & Product.own_account_id.is_(None)
    return (
        select(
            Product,
            Category,
            Brand.name,
            case((IS_VISIBLE, true()), else_=false()).label("is_sold"),
        )
        .outerjoin(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .where(Product.slug == bindparam("slug", type_=Text), or_(IS_VISIBLE, is_remembered))
    )


def _beside(session: Session, product: Product, shopper: Shopper) -> Sequence[Any]:
    """The variants of the product's family, what may be taken instead, its pictures and packs."""
    asked = {
        **seen_by(shopper.context), "id": product.id, "family": product.parent_id or product.id
    }  # fmt: skip
    return columns_of(session, _beside_product(), asked).all()


@cache
def _beside_product() -> Any:
    id_ = bindparam("id", type_=BigInteger)
    nothing = literal("", Text)
    variants = select(
        literal("variant", Text).label("kind"), Product.position.cast(Numeric).label("position"),
        Product.id.label("id"), nothing.label("words"), nothing.label("more"),
    ).where(Product.parent_id == bindparam("family", type_=BigInteger), IS_VISIBLE)  # fmt: skip
    instead = (
        select(literal("substitute", Text), Substitute.position, Product.id, nothing, nothing)
        .join(Substitute, Substitute.substitute_id == Product.id)
        .where(Substitute.product_id == id_, IS_VISIBLE)
    )
    images = select(
        literal("image", Text), ProductImage.position, ProductImage.id, ProductImage.sha256,
        ProductImage.description,
    ).where(ProductImage.product_id == id_)  # fmt: skip
    packs = select(literal("pack", Text), Pack.quantity, Pack.id, Pack.unit, nothing).where(
        Pack.product_id == id_
    )
    return union_all(variants, instead, images, packs).order_by("position", "id")


def _purchases(session: Session, product: Product, by: Actor | None) -> Sequence[Any]:
    if by is None or by.account_id is None:
        return []
    return session.execute(
        select(
            Order.number, Order.placed_at, Order.currency, OrderLine.ordered,
            OrderLine.unit_price, OrderLine.price_per,
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            OrderLine.account_id == by.account_id, OrderLine.product_id == product.id,
            ~OrderLine.is_sample, is_buyers(by),
        )
        .order_by(Order.placed_at.desc())
        .limit(MOST_PURCHASES)
    ).all()  # fmt: skip


def _successor(session: Session, product: Product, shopper: Shopper) -> Product | None:
    if product.replaced_by_id is None:
        return None
    return session.scalars(
        select(Product).where(Product.id == product.replaced_by_id, IS_VISIBLE),
        seen_by(shopper.context),
    ).first()
