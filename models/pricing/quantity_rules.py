"""How many may be ordered: minimum, multiple and maximum, checked and never silently altered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from models.kernel.quantity import plain
from models.pricing.context import QuantityRules


class QuantityFault(StrEnum):
    """Which rule a quantity breaks."""

    BELOW_MINIMUM = "below_minimum"
    NOT_A_MULTIPLE = "not_a_multiple"
    ABOVE_MAXIMUM = "above_maximum"
    TOO_FINE = "too_fine"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class QuantityProblem:
    """Why a quantity is refused, and the nearest ones that are not: below it, then above."""

    fault: QuantityFault
    quantity: Decimal
    rules: QuantityRules
    offers: tuple[Decimal, ...]

    @property
    def sentence(self) -> str:
        """The refusal as a sentence with its offers."""
        offer = " or ".join(plain(each) for each in self.offers)
        return f"{self._reason()} Order {offer}." if offer else self._reason()

    def _reason(self) -> str:
        rules = self.rules
        if self.fault is QuantityFault.BELOW_MINIMUM:
            return f"The minimum is {plain(rules.minimum)}."
        if self.fault is QuantityFault.NOT_A_MULTIPLE:
            return f"Sold in multiples of {plain(rules.multiple)}."
        if self.fault is QuantityFault.ABOVE_MAXIMUM and rules.maximum is not None:
            return f"The maximum is {plain(rules.maximum)}."
        if self.fault is QuantityFault.TOO_FINE:
            return f"Sold with at most {rules.decimals} decimals."
        return "The quantity must be more than 0."


def check(
    rules: QuantityRules, quantity: Decimal, *, last_units: Decimal | None = None
) -> QuantityProblem | None:
    """None where the quantity may be ordered, else the problem with the nearest offers.

    `last_units` is what is left of the product: a product that runs out may be ordered down to
    exactly its last units, below the minimum or off the multiple.
    """
    if rules.runs_out and last_units is not None and 0 < quantity == last_units:
        return None
    fault = _fault(rules, quantity)
    if fault is None:
        return None
    offers = _offers(rules, quantity)
    if rules.runs_out and last_units is not None and 0 < last_units < quantity:
        offers = tuple(each for each in offers if each <= last_units) or (last_units,)
    return QuantityProblem(fault, quantity, rules, offers)


def smallest(rules: QuantityRules) -> Decimal:
    """The smallest quantity that can be ordered: the first multiple from the minimum on."""
    if rules.minimum == rules.multiple:
        return rules.minimum
    return _multiples(rules.minimum, rules.multiple, ROUND_CEILING)


def _fault(rules: QuantityRules, quantity: Decimal) -> QuantityFault | None:
    if quantity <= 0:
        return QuantityFault.NOTHING
    if quantity != round(quantity, rules.decimals):
        return QuantityFault.TOO_FINE
    if rules.maximum is not None and quantity > rules.maximum:
        return QuantityFault.ABOVE_MAXIMUM
    if quantity < rules.minimum:
        return QuantityFault.BELOW_MINIMUM
    if quantity % rules.multiple:
        return QuantityFault.NOT_A_MULTIPLE
    return None


def _offers(rules: QuantityRules, quantity: Decimal) -> tuple[Decimal, ...]:
    """The admitted quantities next below and next above."""
    least = smallest(rules)
    below = _multiples(quantity, rules.multiple, ROUND_FLOOR)
    above = max(least, _multiples(quantity, rules.multiple, ROUND_CEILING))
    if rules.maximum is not None:
        most = _multiples(rules.maximum, rules.multiple, ROUND_FLOOR)
        below, above = min(below, most), min(above, most)
    found = {each for each in (below, above) if each >= least}
    return tuple(sorted(found))


def _multiples(quantity: Decimal, multiple: Decimal, rounding: str) -> Decimal:
    return (quantity / multiple).to_integral_value(rounding=rounding) * multiple
