"""Charges on an order: carriage by zone, and the small-order charge below a minimum value.

All amounts are without tax; each charge becomes a line with a tax of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.kernel.money import ZERO
from models.pricing.order_terms import OrderTerms, Zone


@dataclass(frozen=True, slots=True)
class OrderValuePolicy:
    """The company's own minimum order value and the charge below it; None means neither."""

    minimum_order_value: Decimal | None = None
    small_order_charge: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where goods go. `zone_code` is a zone settled by hand; collection goes nowhere."""

    country: str = ""
    postcode: str = ""
    zone_code: str = ""
    is_collected: bool = False


class CarriageGround(StrEnum):
    """Why carriage costs what it does. `UNKNOWN`: no zone fits, the desk settles the amount.
    `AGREED`: the desk has said what it costs."""

    FLAT = "flat"
    FREE_OVER = "free_over"
    ACCOUNT_FREE = "account_free"
    COLLECTED = "collected"
    UNKNOWN = "unknown"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Charges:
    """What is added to the goods. `to_free_carriage` is what is missing, None where nothing is.

    `carriage` is None where no zone covers the destination. `to_minimum` is what the goods lack
    to the minimum order value.
    """

    carriage: Decimal | None
    ground: CarriageGround
    zone_code: str
    zone_name: str
    transit_days: int | None
    free_over: Decimal | None
    to_free_carriage: Decimal | None
    minimum_order_value: Decimal | None
    to_minimum: Decimal | None
    small_order_charge: Decimal


def charges_for(
    terms: OrderTerms, *, goods: Decimal, destination: Destination, company: OrderValuePolicy
) -> Charges:
    """The charges on an order of `goods` value (without tax) in the account's currency.

    Company settings count in the account's currency as they are.
    """
    minimum = nearest(terms.minimum_order_value, company.minimum_order_value)
    small = nearest(terms.small_order_charge, company.small_order_charge)
    missing = minimum - goods if minimum is not None and ZERO < goods < minimum else None
    ground, zone, free_over = _carriage(terms, destination, goods)
    charged = ground is CarriageGround.FLAT and zone is not None
    return Charges(
        carriage=_carriage_amount(ground, zone),
        ground=ground,
        zone_code=zone.code if zone else "",
        zone_name=zone.name if zone else "",
        transit_days=zone.transit_days if zone else None,
        free_over=free_over,
        to_free_carriage=free_over - goods if charged and free_over is not None else None,
        minimum_order_value=minimum,
        to_minimum=missing,
        small_order_charge=small if small is not None and missing is not None else ZERO,
    )


def nearest(*stated: Decimal | None) -> Decimal | None:
    """The first that says anything; zero is saying something."""
    return next((each for each in stated if each is not None), None)


def zone_of(zones: Sequence[Zone], destination: Destination) -> Zone | None:
    """The zone settled by hand, else the one whose postcode prefix fits closest, else none."""
    if destination.zone_code:
        named = next((zone for zone in zones if zone.code == destination.zone_code), None)
        if named is not None:
            return named
    fits = [(fit, zone) for zone in zones if (fit := _fit(zone, destination)) is not None]
    return max(fits, key=lambda found: found[0])[1] if fits else None


def _carriage(
    terms: OrderTerms, destination: Destination, goods: Decimal
) -> tuple[CarriageGround, Zone | None, Decimal | None]:
    zone = zone_of(terms.zones, destination)
    if destination.is_collected:
        return CarriageGround.COLLECTED, None, None
    if terms.carriage_free:
        return CarriageGround.ACCOUNT_FREE, zone, None
    free_over = nearest(terms.carriage_free_over, zone.free_over if zone else None)
    if free_over is not None and goods >= free_over:
        return CarriageGround.FREE_OVER, zone, free_over
    if zone is None:
        return CarriageGround.UNKNOWN, None, free_over
    return CarriageGround.FLAT, zone, free_over


def _carriage_amount(ground: CarriageGround, zone: Zone | None) -> Decimal | None:
    if ground is CarriageGround.UNKNOWN:
        return None
    return zone.flat_charge if zone is not None and ground is CarriageGround.FLAT else ZERO


def _fit(zone: Zone, destination: Destination) -> int | None:
    """How closely the zone fits: the length of the prefix, 0 for the whole country, else None."""
    if destination.country not in zone.countries:
        return None
    if not zone.postcode_prefixes:
        return 0
    postcode = destination.postcode.upper().replace(" ", "")
    lengths = [
        len(prefix)
        for prefix in (each.upper().replace(" ", "") for each in zone.postcode_prefixes)
        if _begins_with(postcode, prefix, destination.country)
    ]
    return max(lengths, default=None)


def _begins_with(postcode: str, prefix: str, country: str) -> bool:
    """In the United Kingdom B is not the beginning of BT, nor IV2 of IV27."""
    if country != "GB":
        return postcode.startswith(prefix)
    outward = postcode[:-3] if len(postcode) > 4 else postcode
    if prefix.isalpha():
        return outward.startswith(prefix) and not outward[len(prefix) : len(prefix) + 1].isalpha()
    return outward == prefix
