"""Everything the page of one product tells, besides its row of the price list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, false, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.catalog import Brand, Category, Pack, Product, ProductImage, Substitute
from models.checkout.shopper import Shopper
from models.kernel.errors import NotFound
from models.orders import Order, OrderLine, is_buyers
from models.pricing import IS_VISIBLE, is_visible, seen_by

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
    variants = select(
        literal(0).label("kind"), Product.position.label("position"), Product.id.label("id")
    ).where(Product.parent_id == (product.parent_id or product.id), IS_VISIBLE)
    instead = (
        select(literal(1), Substitute.position, Product.id)
        .join(Substitute, Substitute.substitute_id == Product.id)
        .where(Substitute.product_id == product.id, IS_VISIBLE)
    )
    both = union_all(variants, instead).order_by("kind", "position", "id")
    rows = session.execute(both, seen_by(shopper.context)).all()
    return [row.id for row in rows if row.kind == 0], [row.id for row in rows if row.kind == 1]


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
