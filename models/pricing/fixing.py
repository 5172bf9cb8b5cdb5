"""A product of a derived list: fixed at what it costs now, or reckoned again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.kernel.activity import Actor
from models.kernel.errors import NotFound, Refused
from models.pricing.editing import end_price, lock_list, set_price
from models.pricing.listing import listed_products
from models.pricing.price_entry import PriceEntry


def fix_product(
    session: Session, list_id: int, product_id: int, *, effective_from: date, by: Actor
) -> int:
    """Writes all tiers that the list derives for the product down as its own; says how many.

    Refused where it has prices of its own then. NotFound where nothing is derived for it.
    """
    lock_list(session, list_id)
    listed = listed_products(session, list_id, on=effective_from, product_ids=[product_id])
    if not listed:
        raise NotFound("The list derives no price for this product.")
    if listed[0].is_fixed:
        raise Refused("This product has prices of its own already.")
    for tier in listed[0].tiers:
        set_price(
            session, list_id, product_id, min_quantity=tier.min_quantity,
            unit_price=tier.unit_price, floor_price=tier.floor_price,
            effective_from=effective_from, by=by,
        )  # fmt: skip
    return len(listed[0].tiers)


def derive_again(
    session: Session, list_id: int, product_id: int, *, effective_from: date, by: Actor
) -> int:
    """Ends all prices of the product's own from a day on, planned ones too; says how many."""
    price_list = lock_list(session, list_id)
    if price_list.derived_from_id is None:
        raise Refused(f"{price_list.code} is derived from no other list.")
    own = session.scalars(
        select(PriceEntry.id).where(
            PriceEntry.list_id == list_id,
            PriceEntry.product_id == product_id,
            or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > effective_from),
        )
    ).all()
    for entry_id in own:
        end_price(session, entry_id, effective_from=effective_from, by=by)
    return len(own)
