"""Which products a list lets its accounts see, and how many of each it lets them order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, any_, delete, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.catalog import Product, check_order_rules
from models.kernel import activity, bulk
from models.kernel.activity import Actor
from models.kernel.errors import NotFound
from models.pricing.price_entry import QuantityRule
from models.pricing.price_list import AssortmentEntry
from models.pricing.revising import open_for_change

MOST_NAMED = 50
"""How many SKUs an entry of the audit log names."""


def show_products(
    session: Session, list_id: int, product_ids: Sequence[int], *, version: int, by: Actor
) -> int:
    """Adds products to what the list lets its accounts see; says how many are new.

    It has a meaning only where the list restricts the assortment.
    """
    price_list = open_for_change(session, list_id, version)
    there = set(
        session.scalars(
            select(AssortmentEntry.product_id).where(
                AssortmentEntry.list_id == list_id,
                AssortmentEntry.product_id == any_(literal(list(product_ids), ARRAY(BigInteger))),
            )
        )
    )
    new = [id_ for id_ in dict.fromkeys(product_ids) if id_ not in there]
    bulk.insert_rows(
        session, AssortmentEntry, [{"list_id": list_id, "product_id": id_} for id_ in new]
    )
    if new:
        activity.record(
            session, "price_list.products_shown", by=by, subject=price_list, code=price_list.code,
            products=len(new), skus=_skus(session, new),
        )  # fmt: skip
    return len(new)


def hide_product(
    session: Session, list_id: int, product_id: int, *, version: int, by: Actor
) -> None:
    """Takes a product out of what the list lets its accounts see. NotFound where it is not."""
    price_list = open_for_change(session, list_id, version)
    gone = session.execute(
        delete(AssortmentEntry)
        .where(AssortmentEntry.list_id == list_id, AssortmentEntry.product_id == product_id)
        .returning(AssortmentEntry.product_id)
    ).first()
    if gone is None:
        raise NotFound("This product is not shown by the list.")
    activity.record(
        session, "price_list.product_hidden", by=by, subject=price_list, code=price_list.code,
        skus=_skus(session, [product_id]),
    )  # fmt: skip


def agree_quantities(
    session: Session,
    list_id: int,
    product_id: int,
    *,
    minimum: Decimal | None,
    multiple: Decimal | None,
    maximum: Decimal | None,
    version: int,
    by: Actor,
) -> QuantityRule | None:
    """What the list says about quantities of a product; nothing at all takes the rule away.

    Refused for 0 and less, for more decimals than the product is counted in, for a maximum that
    admits no quantity.
    """
    price_list = open_for_change(session, list_id, version)
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound("There is no such product.")
    stated = {"minimum": minimum, "multiple": multiple, "maximum": maximum}
    check_order_rules(stated, decimals=product.quantity_decimals)
    row = session.get(QuantityRule, (list_id, product_id))
    before = _facts(row)
    if row is None and any(value is not None for value in stated.values()):
        row = QuantityRule(list_id=list_id, product_id=product_id)
        session.add(row)
    if row is not None and all(value is None for value in stated.values()):
        session.delete(row)
        row = None
    elif row is not None:
        row.minimum, row.multiple, row.maximum = minimum, multiple, maximum
    session.flush()
    activity.record(
        session, "price_list.quantities_agreed", by=by, subject=price_list, code=price_list.code,
        sku=product.sku, before=before, after=_facts(row),
    )  # fmt: skip
    return row


def _skus(session: Session, product_ids: Sequence[int]) -> list[str]:
    named = literal(list(product_ids[:MOST_NAMED]), ARRAY(BigInteger))
    query = select(Product.sku).where(Product.id == any_(named)).order_by(Product.sku)
    return list(session.scalars(query))


def _facts(row: QuantityRule | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"minimum": row.minimum, "multiple": row.multiple, "maximum": row.maximum}
