"""Which products an account may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    text,
)

from models.catalog import Product
from models.pricing.context import PricingContext
from models.pricing.gathering import CANDIDATES
from models.pricing.price_list import AssortmentEntry

_IDS = ARRAY(BigInteger)
_SIGHT = (
    f"WITH RECURSIVE {CANDIDATES} SELECT ARRAY(SELECT id FROM lineage) AS kin,"  # noqa: S608
    " ARRAY(SELECT id FROM candidate WHERE restricts_assortment) AS lists"
)
for _name in ("account", "currency", "on"):
    _SIGHT = _SIGHT.replace(f":{_name}", f":visible_{_name}")

_sight = (
    text(_SIGHT)
    .bindparams(
        bindparam("visible_account", type_=BigInteger),
        bindparam("visible_currency", type_=Text),
        bindparam("visible_on", type_=Date),
    )
    .columns(column("kin", _IDS), column("lists", _IDS))
    .cte("sight")
)
"""What the context's account is and may see, found once for a statement however often it asks."""

_kin = cast(select(_sight.c.kin).scalar_subquery(), _IDS)
_lists = cast(select(_sight.c.lists).scalar_subquery(), _IDS)
"""Cast, since SQL reads ANY (SELECT ...) as rows, not as the array that this one row is."""
_shown = select(AssortmentEntry.product_id).where(AssortmentEntry.list_id == any_(_lists))

IS_SOLD: ColumnElement[bool] = literal_column("product.lifecycle IN ('active', 'run_out')", Boolean)
"""A condition on `Product`, written out as the index of what is sold says it."""

IS_VISIBLE: ColumnElement[bool] = and_(
    IS_SOLD,
    or_(
        Product.own_account_id.is_(None),
        Product.own_account_id == any_(_kin),
    ),
    or_(func.cardinality(_lists) == 0, Product.id.in_(_shown)),
)
"""A condition on `Product`: it is sold, and the context whose `seen_by` values the statement is
executed with may see it.

A product made for one account is seen by it and by the branches that inherit its prices. Where
lists of the account restrict the assortment, it sees what any one of them names; the lists are
looked up once for the statement, not per row."""


def seen_by(context: PricingContext) -> dict[str, Any]:
    """The values that `IS_VISIBLE` is executed with."""
    return {
        "visible_account": context.account_id,
        "visible_currency": context.currency,
        "visible_on": context.on,
    }
