"""Lines whose goods are bought for them alone: what is bought follows when units are lost or found.

Purchasing does it, in a task: purchase orders are locked before orders, and who counts stock holds
orders and stock already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import SPECIAL, Product
from models.kernel.outbox import defer
from models.orders.order import OrderLine

FOLLOWING = "special.follow"


def specials_among(session: Session, lines: Iterable[OrderLine]) -> set[int]:
    """The products of these lines that are specials."""
    ids = {line.product_id for line in lines if line.product_id is not None}
    if not ids:
        return set()
    found = select(Product.id).where(Product.id.in_(ids), Product.lifecycle == SPECIAL)
    return set(session.scalars(found))


def follow_later(session: Session, product_ids: Collection[int]) -> None:
    """Has what is bought for the specials among these products worked out anew after the commit.

    Called wherever units of a product are lost or found outside a change of its order, promised
    or not: what lay free may have been what its order counted on. One task for each order.
    """
    if not product_ids:
        return
    orders = session.scalars(
        select(OrderLine.order_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.product_id.in_(product_ids), Product.lifecycle == SPECIAL)
        .distinct()
        .order_by(OrderLine.order_id)
    )
    for order_id in orders.all():
        defer(session, FOLLOWING, order_id=order_id)
