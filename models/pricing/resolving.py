"""What a product costs an account: the one resolver, used by every screen, document and job.

Candidate lists in order: contracts of the account, its lists by priority, those of its parents
that are inherited (nearest parent first), the group's, the base list; ties by higher priority,
then later `valid_from`, then lower id. They are asked one after the other:

- a merging list fills the tiers that no list before it filled;
- an exclusive list that has the product ends the asking, unless it has no tier for this quantity
  and is not marked `only`: then it passes the question on;
- a tier never applies where a list before it is cheaper at the same or a smaller quantity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from models.pricing.context import (
    Ask,
    Gathered,
    ListTerms,
    Offer,
    Price,
    PricingContext,
    ProductFacts,
    Tier,
)
from models.pricing.deriving import floor_under, tiers_of
from models.pricing.gathering import gather
from models.pricing.quantity_rules import smallest


def resolve(session: Session, context: PricingContext, asks: Sequence[Ask]) -> list[Price]:
    """The prices in the order of the asks, in one statement whatever their number.

    The same product may be asked several times. Variants of one parent count together where
    the list says so, over the asks of this call. NotFound when a product does not exist.
    """
    if not asks:
        return []
    return prices_from(gather(session, context, {ask.product_id for ask in asks}), context, asks)


def prices_from(gathered: Gathered, context: PricingContext, asks: Sequence[Ask]) -> list[Price]:
    """The prices in the order of the asks, from what was gathered for their products."""
    products = gathered.products
    asked = [
        (product := products[id_], smallest(product.rules) if quantity is None else quantity)
        for id_, quantity in asks
    ]
    families = _families(asked)
    find = _offers_finder(gathered)
    return [
        _price(
            context.currency, gathered.lists, product, find(product), quantity,
            families[product.parent_id] if product.parent_id else quantity,
        )
        for product, quantity in asked
    ]  # fmt: skip


def candidate_lists(session: Session, context: PricingContext) -> tuple[ListTerms, ...]:
    """The lists that may answer in this context, first asked first."""
    return gather(session, context, ()).candidates


def next_break(price: Price, quantity: Decimal) -> tuple[Decimal, Decimal] | None:
    """The first tier above `quantity` that is cheaper than what applies: (from, unit price)."""
    if price.unit_price is None:
        return None
    cheaper = (tier for tier in price.tiers if tier[0] > quantity and tier[1] < price.unit_price)
    return next(cheaper, None)


def _offers_finder(gathered: Gathered) -> Callable[[ProductFacts], list[Offer]]:
    """What finds the candidate lists that have a product, in order, each with its tiers."""
    if any(terms.derived_from_id is not None for terms in gathered.candidates):
        return lambda product: [
            Offer(terms, tiers)
            for terms in gathered.candidates
            if (tiers := tiers_of(gathered, terms, product))
        ]
    # Without a derived list the entries are all there is: no need to ask each list for its tiers.
    listed = [(terms.id, terms) for terms in gathered.candidates]
    return lambda product: [
        Offer(terms, product.fixed[id_]) for id_, terms in listed if id_ in product.fixed
    ]


def asked_offers(offers: Sequence[Offer], quantity: Decimal, family: Decimal) -> list[Offer]:
    """The offers that are asked for this quantity: up to the exclusive list that answers."""
    asked: list[Offer] = []
    for offer in offers:
        terms = offer.terms
        if terms.is_exclusive:
            counted = family if terms.adds_variants else quantity
            if offer.tiers[0].min_quantity <= counted:
                return [*asked, offer]
            if terms.is_only:
                return asked
        else:
            asked.append(offer)
    return asked


def merged(offers: Sequence[Offer]) -> list[Tier]:
    """The tiers of the offers together, smallest first; an earlier offer comes before a later."""
    if len(offers) == 1:
        return offers[0].tiers
    tiers = offers[0].tiers
    for offer in offers[1:]:
        filled = [tier for tier in offer.tiers if not is_beaten(tier, tiers)]
        if filled:
            tiers = sorted(tiers + filled)
    return tiers


def is_beaten(tier: Tier, earlier: Iterable[Tier]) -> bool:
    """Whether earlier lists fill this tier, or are cheaper at a smaller quantity."""
    at, price = tier.min_quantity, tier.unit_price
    for other in earlier:  # noqa: SIM110 - the hottest line: a generator costs twice as much
        if other[0] == at or (other[0] < at and other[1] < price):
            return True
    return False


def reachable(offers: Sequence[Offer]) -> list[Tier]:
    """All breaks that hold for some quantity: below an exclusive list's first tier those of the
    lists after it, from there on its own."""
    tiers: list[Tier] = []
    below: Decimal | None = None
    for offer in offers:
        new = [
            tier
            for tier in offer.tiers
            if (below is None or tier.min_quantity < below) and not is_beaten(tier, tiers)
        ]
        tiers = sorted(tiers + new)
        if offer.terms.is_only:
            break
        if offer.terms.is_exclusive:
            first = offer.tiers[0].min_quantity
            below = first if below is None else min(below, first)
    return tiers


def applying(
    lists: Mapping[int, ListTerms], tiers: Sequence[Tier], quantity: Decimal, family: Decimal
) -> Tier | None:
    """The tier with the greatest `min_quantity` that the quantity reaches."""
    for tier in reversed(tiers):
        at = tier[0]
        if at <= quantity or (at <= family and lists[tier.list_id].adds_variants):
            return tier
    return None


def _price(
    currency: str,
    lists: Mapping[int, ListTerms],
    product: ProductFacts,
    offers: Sequence[Offer],
    quantity: Decimal,
    family: Decimal,
) -> Price:
    id_, _parent, price_per, _path, _brand, rules, visible, _fixed = product
    asked = asked_offers(offers, quantity, family)
    tiers = merged(asked) if asked else []
    tier = applying(lists, tiers, quantity, family)
    # Where every offer was asked, no exclusive list cut another short.
    shown = tiers if len(asked) == len(offers) else reachable(offers)
    breaks = tuple([(each[0], each[1]) for each in shown])
    if tier is None:
        return Price(
            id_, quantity, quantity, currency, None, price_per, None, None, None, None, breaks,
            None, rules, visible,
        )  # fmt: skip
    at, unit_price, list_id, entry_id, rule_id, _floor = tier
    terms = lists[list_id]
    counted = family if terms.adds_variants else quantity
    return Price(
        id_, quantity, counted, currency, unit_price, price_per, list_id, entry_id, rule_id, at,
        breaks, floor_under(terms, tier), rules, visible,
    )  # fmt: skip


def _families(asked: Iterable[tuple[ProductFacts, Decimal]]) -> dict[int, Decimal]:
    """The quantity of all variants of each parent."""
    families: dict[int, Decimal] = {}
    for product, quantity in asked:
        if product.parent_id is not None:
            families[product.parent_id] = families.get(product.parent_id, Decimal(0)) + quantity
    return families
