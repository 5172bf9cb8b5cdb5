"""Everything the page of one product tells, besides its row of the price list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, false, or_, select, true
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.catalog import Brand, Category, Pack, Product, ProductImage, Substitute
from models.checkout.shopper import Shopper
from models.kernel.errors import NotFound
from models.orders import Order, OrderLine, is_buyers
from models.pricing import is_visible

MOST_PURCHASES = 8


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product with its shelf and brand, pictures, packs, relatives and past purchases."""

    product: Product
    category: Category | None
    brand: str
    images: Sequence[ProductImage]
    packs: Sequence[Pack]
    variant_ids: list[int]
    substitute_ids: list[int]
    purchases: Sequence[Any]
    successor: Product | None
    is_sold: bool


def product_page(session: Session, shopper: Shopper, slug: str, by: Actor | None) -> ProductPage:
    """The product of that slug. NotFound where this shopper may not see it.

    One that is discontinued is shown where it names a successor.
    """
    is_sold = is_visible(shopper.context)
    row = session.execute(
        select(
            Product, Category, Brand.name, case((is_sold, true()), else_=false()).label("is_sold")
        )
        .outerjoin(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .where(Product.slug == slug, or_(is_sold, _is_remembered(shopper)))
    ).first()
    if row is None:
        raise NotFound("There is no such product in your catalogue.")
    product, category, brand, sold = row
    variants, substitutes = _relatives(session, product, shopper)
    return ProductPage(
        product=product,
        category=category,
        brand=brand or "",
        images=_all(session, ProductImage, product.id, ProductImage.position),
        packs=_all(session, Pack, product.id, Pack.quantity),
        variant_ids=variants,
        substitute_ids=substitutes,
        purchases=_purchases(session, product, by),
        successor=_successor(session, product, shopper),
        is_sold=bool(sold),
    )


def _is_remembered(shopper: Shopper) -> Any:
    """A discontinued product still has its page for those who may have bought it."""
    return (Product.lifecycle == "discontinued") & Product.own_account_id.is_(None)


def _relatives(session: Session, product: Product, shopper: Shopper) -> tuple[list[int], list[int]]:
    """The variants of the product's family, and what may be taken instead, in one statement."""
    family = product.parent_id or product.id
    variants = select(Product.id, Product.position, Product.parent_id).where(
        Product.parent_id == family, is_visible(shopper.context)
    )
    instead = (
        select(Product.id, Substitute.position, Product.parent_id)
        .join(Substitute, Substitute.substitute_id == Product.id)
        .where(Substitute.product_id == product.id, is_visible(shopper.context))
    )
    mine = list(session.execute(variants.order_by(Product.position, Product.id)).scalars())
    others = list(session.execute(instead.order_by(Substitute.position)).scalars())
    return mine, others


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
            is_buyers(by),
        )
        .order_by(Order.placed_at.desc())
        .limit(MOST_PURCHASES)
    ).all()  # fmt: skip


def _successor(session: Session, product: Product, shopper: Shopper) -> Product | None:
    if product.replaced_by_id is None:
        return None
    return session.scalars(
        select(Product).where(Product.id == product.replaced_by_id, is_visible(shopper.context))
    ).first()


def _all(session: Session, model: Any, product_id: int, order_by: Any) -> Sequence[Any]:
    return session.scalars(
        select(model).where(model.product_id == product_id).order_by(order_by)
    ).all()
