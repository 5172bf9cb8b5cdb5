"""Specials that nobody waits for: what is left of cancelled orders, and what it has cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.catalog import SPECIAL, Product
from models.inventory import Stock
from models.kernel.money import ZERO

FREE = Stock.on_hand - Stock.allocated


@dataclass(frozen=True, slots=True)
class LeftOver:
    """How many levels, how many units, and their cost in our own currency."""

    levels: int
    units: Decimal
    cost: Decimal


def is_left_over() -> tuple[ColumnElement[bool], ...]:
    """The rule, for a statement that has levels and their products: units of a special are free."""
    return Product.lifecycle == SPECIAL, FREE > 0


def left_over(session: Session, warehouse_id: int | None = None) -> LeftOver:
    """All that is left over, in one warehouse or in all."""
    sums = (
        select(
            func.count(), func.coalesce(func.sum(FREE), 0),
            func.coalesce(func.sum(FREE * Product.cost / Product.price_per), 0),
        )
        .select_from(Stock)
        .join(Product, Product.id == Stock.product_id)
        .where(*is_left_over())
    )  # fmt: skip
    if warehouse_id:
        sums = sums.where(Stock.warehouse_id == warehouse_id)
    levels, units, cost = session.execute(sums).one()
    return LeftOver(levels, units or ZERO, cost or ZERO)
