"""Money and its rounding. The only module that rounds amounts.

Minor units per currency are those of ISO 4217 as Babel's CLDR data carries them
(JPY 0, GBP 2, KWD 3). Rounding is half up, as invoices in the trade are added up by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import get_currency_precision

ZERO = Decimal(0)
UNIT_PRICE_PLACES = Decimal("0.0001")


@cache
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: Decimal('0.01') for GBP, Decimal('1') for JPY."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half up to the currency's minor unit."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def round_amount_up(amount: Decimal, currency: str) -> Decimal:
    """`amount` in whole minor units, never less than it was: what a floor is told as."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_CEILING)


def round_unit_price(price: Decimal) -> Decimal:
    """A unit price rounded half up to its four decimals."""
    return price.quantize(UNIT_PRICE_PLACES, rounding=ROUND_HALF_UP)


def round_to_step(price: Decimal, step: Decimal) -> Decimal:
    """`price` rounded half up to a multiple of `step` (a list rounded to .05); step 0 leaves it."""
    if not step:
        return round_unit_price(price)
    return round_unit_price((price / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step)


def line_amount(unit_price: Decimal, quantity: Decimal, price_per: int, currency: str) -> Decimal:
    """`quantity` base units at `unit_price` per `price_per` base units, in whole minor units."""
    return round_amount(unit_price * quantity / price_per, currency)


def share_out(total: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """`total` split over `weights` so that the parts add up to it exactly.

    Largest remainder method: each part is rounded down, and the minor units left over go to the
    parts that lost most, first ones first. All weights zero shares out equally.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if not whole:
        weights = [Decimal(1)] * len(weights)
        whole = Decimal(len(weights))
    unit = minor_unit(currency)
    exact = [total * weight / whole / unit for weight in weights]
    parts = [part.to_integral_value(rounding="ROUND_FLOOR") for part in exact]
    left = int((total / unit).to_integral_value() - sum(parts, ZERO))
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:left]:
        parts[i] += 1
    return [part * unit for part in parts]


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in a currency. Adding different currencies raises ValueError."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def rounded(self) -> Money:
        """The same money in whole minor units, rounded half up."""
        return Money(round_amount(self.amount, self.currency), self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"Cannot reckon {other.currency} with {self.currency}.")
        return other.amount
