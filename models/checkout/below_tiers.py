"""What less than the first tier costs where the desk sells it: the first tier's price.

A list whose tiers begin at 6 says nothing of 5, so shops show "price on request". The desk may
override a pack; what it then sells costs what the smallest quantity with a price does: no buyer of
fewer gets them for less than a buyer of more, and nobody has to type it. The split-pack charge pays
for the trouble. Another price is a price by hand, with its own permission.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from models.pricing import Ask, Price, PricingContext, resolve


def is_below_tiers(price: Price) -> bool:
    """Whether the product has a price for this account, only not for so few."""
    return price.unit_price is None and bool(price.tiers)


def priced_below(
    session: Session, context: PricingContext, prices: Sequence[Price], split: Collection[int]
) -> list[Price]:
    """The prices; products in `split` that lie below their first tier have its price."""
    few = [each for each in prices if each.product_id in split and is_below_tiers(each)]
    if not few:
        return list(prices)
    first = resolve(session, context, [Ask(each.product_id, each.tiers[0][0]) for each in few])
    found = {each.product_id: each for each in first}
    return [
        found[each.product_id]._replace(quantity=each.quantity, counted=each.counted)
        if each.product_id in found and is_below_tiers(each)
        else each
        for each in prices
    ]
