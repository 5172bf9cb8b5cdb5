"""Prices of a list that is derived from another: per category or brand, with fixed exceptions."""

from __future__ import annotations

from decimal import Decimal

from models.kernel.money import round_to_step, round_unit_price
from models.pricing.context import DerivationRule, Gathered, ListTerms, ProductFacts, Tier
from models.pricing.gathering import DEEPEST_DERIVATION

HUNDRED = Decimal(100)


def tiers_of(gathered: Gathered, terms: ListTerms, product: ProductFacts) -> list[Tier]:
    """The list's tiers for the product, smallest first; none where it does not have it.

    Entries of the list's own replace everything that it would derive for the product.
    """
    return _tiers(gathered, terms, product, DEEPEST_DERIVATION)


def fitting_rule(terms: ListTerms, product: ProductFacts) -> DerivationRule | None:
    """The rule for this product: category with brand, then deepest category, then brand."""
    fitting = [rule for rule in terms.rules if _fits(rule, product)]
    return max(fitting, key=_closeness, default=None)


def floor_under(terms: ListTerms, tier: Tier) -> Decimal | None:
    """How low a rep may go: the entry's floor, else the list's percentage below the price."""
    if tier.floor_price is not None or terms.floor_percent is None:
        return tier.floor_price
    return round_unit_price(tier.unit_price * (HUNDRED - terms.floor_percent) / HUNDRED)


def _tiers(
    gathered: Gathered, terms: ListTerms, product: ProductFacts, depth_left: int
) -> list[Tier]:
    fixed = product.fixed.get(terms.id)
    if fixed is not None:
        return fixed
    origin = gathered.lists.get(terms.derived_from_id or 0)
    if origin is None or not depth_left:
        return []
    percent, step, rule_id = _terms_for(gathered, terms, product)
    if percent is None:
        return []
    factor = (HUNDRED + percent) / HUNDRED
    return [
        Tier(tier[0], round_to_step(tier[1] * factor, step), terms.id, tier[3], rule_id, None)
        for tier in _tiers(gathered, origin, product, depth_left - 1)
    ]


def _terms_for(
    gathered: Gathered, terms: ListTerms, product: ProductFacts
) -> tuple[Decimal | None, Decimal, int | None]:
    """Percentage, rounding step and rule, looked for once per list, category and brand."""
    if not terms.rules:
        return terms.percent, terms.rounding_step, None
    key = (terms.id, product.category_path, product.brand_id)
    if key not in gathered.fitting:
        gathered.fitting[key] = fitting_rule(terms, product)
    rule = gathered.fitting[key]
    if rule is None:
        return terms.percent, terms.rounding_step, None
    step = terms.rounding_step if rule.rounding_step is None else rule.rounding_step
    return rule.percent, step, rule.id


def _fits(rule: DerivationRule, product: ProductFacts) -> bool:
    if rule.brand_id is not None and rule.brand_id != product.brand_id:
        return False
    if rule.category_path is None:
        return True
    return f"{product.category_path}/".startswith(f"{rule.category_path}/")


def _closeness(rule: DerivationRule) -> tuple[bool, int, bool]:
    depth = -1 if rule.category_path is None else rule.category_path.count("/")
    both = rule.category_path is not None and rule.brand_id is not None
    return both, depth, rule.brand_id is not None
