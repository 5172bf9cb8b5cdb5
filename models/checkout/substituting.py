"""What may be offered instead of a product that ran short."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.orm import Session

from models.catalog import Product, Substitute
from models.pricing import IS_VISIBLE, PricingContext, seen_by


class Alternative(NamedTuple):
    """A product to take instead."""

    id: int
    sku: str
    name: str


def alternatives(
    session: Session, context: PricingContext, product_ids: Collection[int]
) -> dict[int, Alternative]:
    """The first substitute of each of these products that this context may see, in one statement.

    Products without one are left out.
    """
    if not product_ids:
        return {}
    rows = session.execute(
        select(Substitute.product_id, Product.id, Product.sku, Product.name)
        .join(Product, Product.id == Substitute.substitute_id)
        .where(
            Substitute.product_id == any_(literal(list(product_ids), ARRAY(BigInteger))), IS_VISIBLE
        )
        .order_by(Substitute.position.desc()),
        seen_by(context),
    )
    return {row[0]: Alternative(*row[1:]) for row in rows}
