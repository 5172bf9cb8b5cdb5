"""Stripe counts in the smallest unit of a currency, by its own list of them.

https://docs.stripe.com/currencies#zero-decimal (and #three-decimal). ISK and UGX have no smaller
unit, but Stripe counts them in hundredths.
"""

from __future__ import annotations

from decimal import Decimal

NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def to_stripe(amount: Decimal, currency: str) -> int:
    """The amount in Stripe's units. ValueError where it is finer than that."""
    units = amount.scaleb(places(currency))
    if units != units.to_integral_value():
        raise ValueError(f"{amount} {currency} is finer than Stripe takes it.")
    return int(units)


def from_stripe(units: int, currency: str) -> Decimal:
    """An amount that Stripe names, in the currency's own units. ValueError where it is none."""
    if not isinstance(units, int) or isinstance(units, bool):
        raise ValueError(f"{units!r} is not an amount.")
    return Decimal(units).scaleb(-places(currency))


def places(currency: str) -> int:
    if currency.upper() in NO_DECIMALS:
        return 0
    return 3 if currency.upper() in THREE_DECIMALS else 2
