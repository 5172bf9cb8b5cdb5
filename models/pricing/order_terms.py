"""What the orders of an account are taxed and charged by, read in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.kernel.errors import NotFound
from models.pricing.tax import Tax, require_taxes

_STATEMENT = text("""
SELECT coalesce(account.minimum_order_value, "group".minimum_order_value),
    coalesce(account.small_order_charge, "group".small_order_charge),
    carriage_free, carriage_free_over, treatment,
    (SELECT jsonb_object_agg(tax_category, jsonb_build_array(
        rate::text, vat_category, exemption_reason, exemption_code))
     FROM (SELECT DISTINCT ON (tax_category) * FROM tax_rule
           WHERE country = :country AND treatment = taxed.treatment AND valid_from <= :on
           ORDER BY tax_category, valid_from DESC) rule),
    (SELECT jsonb_agg(jsonb_build_array(code, name, countries, postcode_prefixes,
        flat_charge::text, free_over::text, transit_days) ORDER BY code)
     FROM carriage_zone WHERE carriage_zone.currency = account.currency AND is_active)
FROM account JOIN account_group "group" ON "group".id = account.group_id
CROSS JOIN LATERAL (SELECT CASE WHEN exempt_until < :on THEN 'domestic' ELSE tax_treatment END
    AS treatment) taxed
WHERE account.id = :account""")


class Zone(NamedTuple):
    """A `CarriageZone` in use."""

    code: str
    name: str
    countries: list[str]
    postcode_prefixes: list[str]
    flat_charge: Decimal
    free_over: Decimal | None
    transit_days: int


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """The terms of an account on a day: its own, else its group's; None where neither says.

    `taxes` are by product tax category, for the account's treatment in `country`. `zones` are
    those in the account's currency, by code.
    """

    country: str
    treatment: str
    on: date
    taxes: dict[str, Tax]
    minimum_order_value: Decimal | None
    small_order_charge: Decimal | None
    carriage_free: bool
    carriage_free_over: Decimal | None
    zones: tuple[Zone, ...]

    def taxes_on(self, categories: Collection[str]) -> dict[str, Tax]:
        """The taxes, after making sure that there is one for each of these categories.

        Refused where the country has no rule for one of them yet.
        """
        require_taxes(self.taxes, categories, self.country, self.treatment, self.on)
        return self.taxes


def order_terms(session: Session, account_id: int, seller_country: str, on: date) -> OrderTerms:
    """The terms of the account's orders on that tax date. NotFound without the account."""
    asked = {"account": account_id, "country": seller_country, "on": on}
    row = session.execute(_STATEMENT, asked).one_or_none()
    if row is None:
        raise NotFound(f"There is no account with the id {account_id}.")
    minimum, small, is_free, free_over, treatment, taxes, zones = row
    return OrderTerms(
        country=seller_country,
        treatment=treatment,
        on=on,
        taxes={category: _tax(*stated) for category, stated in (taxes or {}).items()},
        minimum_order_value=minimum,
        small_order_charge=small,
        carriage_free=is_free,
        carriage_free_over=free_over,
        zones=tuple(_zone(stated) for stated in zones or ()),
    )


def _tax(rate: str, vat_category: str, reason: str, code: str) -> Tax:
    return Tax(Decimal(rate), vat_category, reason, code)


def _zone(stated: list[Any]) -> Zone:
    code, name, countries, prefixes, charge, free_over, transit_days = stated
    over = None if free_over is None else Decimal(free_over)
    return Zone(code, name, countries, prefixes, Decimal(charge), over, transit_days)
