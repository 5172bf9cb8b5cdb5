"""Which products an account may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, Text, and_, bindparam, select, text
from sqlalchemy import true as always

from models.catalog import Product
from models.pricing.context import PricingContext
from models.pricing.gathering import CANDIDATES

_LINEAGE = f"(WITH RECURSIVE {CANDIDATES} SELECT id FROM lineage)"  # noqa: S608 - constants
_RESTRICTING = (
    f"(WITH RECURSIVE {CANDIDATES} "  # noqa: S608 - constants
    "SELECT id FROM candidate WHERE restricts_assortment)"
)
_VISIBLE = (
    "product.lifecycle IN ('active', 'run_out') AND (product.own_account_id IS NULL"  # noqa: S608
    f" OR product.own_account_id IN {_LINEAGE}) AND (NOT EXISTS {_RESTRICTING} OR"
    " product.id IN (SELECT shown.product_id FROM assortment_entry shown"
    f" WHERE shown.list_id IN {_RESTRICTING}))"
)
for _name in ("account", "currency", "on"):
    _VISIBLE = _VISIBLE.replace(f":{_name}", f":visible_{_name}")

IS_VISIBLE: ColumnElement[bool] = and_(
    always(),
    text(_VISIBLE).bindparams(
        bindparam("visible_account", type_=BigInteger),
        bindparam("visible_currency", type_=Text),
        bindparam("visible_on", type_=Date),
    ),
)
"""The condition of `is_visible` for statements that are prepared once; its values are
`seen_by(context)`."""


def seen_by(context: PricingContext) -> dict[str, Any]:
    """The values that `IS_VISIBLE` is executed with."""
    return {
        "visible_account": context.account_id,
        "visible_currency": context.currency,
        "visible_on": context.on,
    }


def is_visible(context: PricingContext) -> ColumnElement[bool]:
    """A condition on `Product`: it is sold, and this context may see it.

    A product made for one account is seen by it and by the branches that inherit its prices.
    Where lists of the account restrict the assortment, it sees what any one of them names; the
    lists are looked up once for the statement, not per row.
    """
    return IS_VISIBLE.params(seen_by(context))


def visible_products(context: PricingContext) -> Select[int]:
    """The ids of all products that this context may see."""
    return select(Product.id).where(is_visible(context))
