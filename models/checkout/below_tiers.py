"""What less than the first tier costs where the desk sells it: the first tier's price.

A list whose tiers begin at 6 says nothing of 5, so shops show "price on request". The desk may
override a pack; what it then sells costs what the smallest quantity with a price does: no buyer of
fewer gets them for less than a buyer of more, and nobody has to type it. The split-pack charge pays
for the trouble. Another price is a price by hand, with its own permission.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from models.kernel.quantity import plain
from models.pricing import Ask, Price, PricingContext, check, resolve


def is_below_tiers(price: Price) -> bool:
    """Whether the product has a price for this account, only not for so few."""
    return price.unit_price is None and bool(price.tiers)


def first_priced(price: Price) -> Decimal:
    """The smallest quantity that has a price and keeps the rules, of one that `is_below_tiers`."""
    first = price.tiers[0][0]
    fault = check(price.rules, first)
    offers = fault.offers if fault else ()
    return next((each for each in offers if each >= first), first)


def says_no_price(price: Price, *, may_split: bool = False) -> str:
    """That so few have no price, and what would be right."""
    first = plain(first_priced(price))
    instead = ", or split the pack." if may_split else "."
    return f"There is no price for {plain(price.counted)}. Order {first} or more{instead}"


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
