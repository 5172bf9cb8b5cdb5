"""Why a price is what it is: the list that won, and why each of the others did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.accounts import Account
from models.kernel.quantity import plain
from models.pricing.context import Ask, Gathered, ListTerms, Offer, Price, PricingContext, Tier
from models.pricing.deriving import fitting_rule, tiers_of
from models.pricing.gathering import gather
from models.pricing.price_entry import PriceEntry
from models.pricing.price_list import PriceList, PriceListAssignment
from models.pricing.resolving import applying, asked_offers, is_beaten, resolve


class Verdict(StrEnum):
    """What became of a list in a decision."""

    WON = "won"
    NO_PRICE = "no_price"
    PASSED_ON = "passed_on"
    CLOSED = "closed"
    NOT_ASKED = "not_asked"
    NO_TIER = "no_tier"
    BEATEN = "beaten"
    OUTREACHED = "outreached"
    DRAFT = "draft"
    OTHER_CURRENCY = "other_currency"
    NOT_VALID = "not_valid"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One list that was looked at. `tier` and `unit_price` are what it would have said."""

    list_id: int
    code: str
    name: str
    standing: str
    verdict: Verdict
    sentence: str
    tier: Decimal | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """One step from a derived list down to the entry: `percent` on `origin_code`, rounded.

    `covers` is the category path of the rule that says so, empty without a rule or category.
    """

    list_code: str
    origin_code: str
    rule_id: int | None
    percent: Decimal
    rounding_step: Decimal
    covers: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole decision. `winner` is None where the price is on request.

    `valid_from` and `valid_to` are those of the entry that the price stands on or comes from.
    """

    price: Price
    winner: Candidate | None
    derivations: tuple[Derivation, ...]
    entry_price: Decimal | None
    valid_from: date | None
    valid_to: date | None
    candidates: tuple[Candidate, ...]


def explain(
    session: Session,
    context: PricingContext,
    product_id: int,
    quantity: Decimal | None = None,
    *,
    family: Sequence[Ask] = (),
) -> Explanation:
    """Why the product costs what it does in this quantity, list by list in the order asked.

    `family` are the other lines whose quantities may add up. NotFound without the product.
    """
    price = resolve(session, context, [Ask(product_id, quantity), *family])[0]
    gathered = gather(session, context, {product_id})
    candidates = _weigh(gathered, price, _family_quantity(session, context, price, family))
    candidates += _not_considered(session, context)
    winner = next((each for each in candidates if each.verdict is Verdict.WON), None)
    entry = session.get(PriceEntry, price.entry_id) if price.entry_id else None
    return Explanation(
        price=price,
        winner=winner,
        derivations=_derivations(gathered, price),
        entry_price=entry.unit_price if entry else None,
        valid_from=entry.valid_from if entry else None,
        valid_to=entry.valid_to if entry else None,
        candidates=tuple(candidates),
    )


def standing_of(terms: ListTerms) -> str:
    """On what ground a list is a candidate, in words."""
    place = terms.place or 0
    kind = "contract" if terms.kind == "contract" else "list"
    if place >= 200:
        return "base list"
    if place >= 100:
        return f"{kind} of the account's group"
    if place >= 2:
        return f"{kind} inherited from the parent account"
    return f"{kind} of the account"


def _family_quantity(
    session: Session, context: PricingContext, price: Price, family: Sequence[Ask]
) -> Decimal:
    if not family:
        return price.quantity
    facts = gather(session, context, {price.product_id, *(ask.product_id for ask in family)})
    parent = facts.products[price.product_id].parent_id
    if parent is None:
        return price.quantity
    relatives = [ask for ask in family if facts.products[ask.product_id].parent_id == parent]
    return price.quantity + sum((ask.quantity or Decimal(0) for ask in relatives), Decimal(0))


def _weigh(gathered: Gathered, price: Price, family: Decimal) -> list[Candidate]:
    product = gathered.products[price.product_id]
    every = [Offer(terms, tiers_of(gathered, terms, product)) for terms in gathered.candidates]
    holding = [offer for offer in every if offer.tiers]
    asked = asked_offers(holding, price.quantity, family)
    closed = False
    earlier: list[Tier] = []
    candidates = []
    for offer in every:
        own = applying(gathered.lists, offer.tiers, price.quantity, family)
        verdict = _verdict(offer, own, price, asked=offer in asked, closed=closed, earlier=earlier)
        candidates.append(_candidate(offer.terms, verdict, own))
        if offer in asked:
            earlier += [tier for tier in offer.tiers if not is_beaten(tier, earlier)]
        answered = offer in asked and offer.terms.is_exclusive
        closed = closed or answered or verdict is Verdict.CLOSED
    return candidates


def _verdict(
    offer: Offer,
    own: Tier | None,
    price: Price,
    *,
    asked: bool,
    closed: bool,
    earlier: Sequence[Tier],
) -> Verdict:
    if offer.terms.id == price.list_id:
        return Verdict.WON
    if not offer.tiers:
        return Verdict.NO_PRICE
    if closed:
        return Verdict.NOT_ASKED
    if not asked:
        return Verdict.CLOSED if offer.terms.is_only else Verdict.PASSED_ON
    if own is None:
        return Verdict.NO_TIER
    return Verdict.BEATEN if is_beaten(own, earlier) else Verdict.OUTREACHED


def _candidate(terms: ListTerms, verdict: Verdict, own: Tier | None) -> Candidate:
    return Candidate(
        list_id=terms.id,
        code=terms.code,
        name=terms.name,
        standing=standing_of(terms),
        verdict=verdict,
        sentence=_SENTENCES[verdict].format(tier=plain(own.min_quantity) if own else ""),
        tier=own.min_quantity if own else None,
        unit_price=own.unit_price if own else None,
    )


_SENTENCES = {
    Verdict.WON: "This list gives the price, from {tier} on.",
    Verdict.NO_PRICE: "It has no price for this product.",
    Verdict.PASSED_ON: "It has no tier for this quantity and passes the question on.",
    Verdict.CLOSED: "It has no tier for this quantity and lets no other list answer.",
    Verdict.NOT_ASKED: "An exclusive list before it has answered.",
    Verdict.NO_TIER: "It has no tier for this quantity.",
    Verdict.BEATEN: "A list before it has this tier, or is cheaper from fewer on.",
    Verdict.OUTREACHED: "Another list has a tier nearer to this quantity.",
    Verdict.DRAFT: "It is a draft.",
    Verdict.OTHER_CURRENCY: "It is in another currency.",
    Verdict.NOT_VALID: "It, or its assignment, is not valid on this day.",
}


def _derivations(gathered: Gathered, price: Price) -> tuple[Derivation, ...]:
    product = gathered.products[price.product_id]
    steps: list[Derivation] = []
    terms = gathered.lists.get(price.list_id or 0)
    while terms is not None and terms.id not in product.fixed:
        origin = gathered.lists.get(terms.derived_from_id or 0)
        rule = fitting_rule(terms, product)
        percent = rule.percent if rule else terms.percent
        if origin is None or percent is None:
            break
        step = rule.rounding_step if rule else None
        step = terms.rounding_step if step is None else step
        rule_id = rule.id if rule else None
        covers = (rule.category_path or "") if rule else ""
        steps.append(Derivation(terms.code, origin.code, rule_id, percent, step, covers))
        terms = origin
    return tuple(steps)


def _not_considered(session: Session, context: PricingContext) -> list[Candidate]:
    """Lists given to the account or its group that could not even be asked."""
    if context.account_id is None:
        return []
    rows = session.execute(
        select(PriceList, PriceListAssignment)
        .join(PriceListAssignment, PriceListAssignment.list_id == PriceList.id)
        .join(
            Account,
            or_(
                Account.id == PriceListAssignment.account_id,
                Account.group_id == PriceListAssignment.group_id,
            ),
        )
        .where(Account.id == context.account_id)
        .order_by(PriceList.id)
    )
    found: dict[int, Candidate] = {}
    usable: set[int] = set()
    for price_list, given in rows:
        verdict = _bar(price_list, given, context)
        if verdict is None:
            usable.add(price_list.id)
            continue
        found[price_list.id] = Candidate(
            price_list.id,
            price_list.code,
            price_list.name,
            "assigned, but not in force",
            verdict,
            _SENTENCES[verdict],
        )
    return [candidate for id_, candidate in found.items() if id_ not in usable]


def _bar(
    price_list: PriceList, given: PriceListAssignment, context: PricingContext
) -> Verdict | None:
    if price_list.currency != context.currency:
        return Verdict.OTHER_CURRENCY
    if price_list.status != "active":
        return Verdict.DRAFT
    for begins, ends in (
        (price_list.valid_from, price_list.valid_to),
        (given.valid_from, given.valid_to),
    ):
        if begins > context.on or (ends is not None and ends <= context.on):
            return Verdict.NOT_VALID
    return None
