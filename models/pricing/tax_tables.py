"""The tax rules that a new company starts with. Finance keeps them up to date afterwards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from models.catalog import TAX_CATEGORIES
from models.kernel.errors import Refused
from models.pricing.tax_rule import TREATMENTS, TaxRule

RATES: dict[str, list[tuple[date, str, str]]] = {
    "GB": [(date(2011, 1, 4), "20", "5")],
    "DE": [
        (date(2007, 1, 1), "19", "7"),
        (date(2020, 7, 1), "16", "5"),
        (date(2021, 1, 1), "19", "7"),
    ],
}
"""From when, standard and reduced rate. Germany: § 12 and § 28 UStG."""

EXEMPT = ("E", "Exempt from VAT", "")
CUSTOMER_EXEMPT = ("E", "Exempt from VAT by the customer's certificate", "")
REVERSE_CHARGE = ("AE", "Reverse charge: the customer accounts for the VAT", "VATEX-EU-AE")
EXPORT = ("G", "Export: outside the scope of domestic VAT", "VATEX-EU-G")
ZERO_RATED = ("Z", "", "")


def knows_tax_rates(country: str) -> bool:
    """Whether the rates of a country come with the program."""
    return country in RATES


def seed_tax_rules(session: Session, country: str) -> list[TaxRule]:
    """Adds the rules of a country for every category and treatment.

    Refused for a country whose rates are not known here: they are entered by hand then.
    """
    if country not in RATES:
        raise Refused(f"No tax rates are known for {country}. Enter them under tax rules.")
    rules = [
        rule
        for begins, standard, reduced in RATES[country]
        for rule in tax_rules_of(country, begins, standard, reduced)
    ]
    session.add_all(rules)
    session.flush()
    return rules


def tax_rules_of(country: str, begins: date, standard: str, reduced: str) -> list[TaxRule]:
    """The rules of two rates from a day on, for every category and treatment."""
    return [
        _rule(country, treatment, category, begins, standard, reduced)
        for treatment in TREATMENTS
        for category in TAX_CATEGORIES
    ]


def _rule(
    country: str, treatment: str, category: str, begins: date, standard: str, reduced: str
) -> TaxRule:
    rate = {"standard": standard, "reduced": reduced}.get(category, "0")
    if treatment != "domestic":
        rate = "0"
    vat_category, reason, code = _category_of(treatment, category)
    return TaxRule(
        country=country,
        treatment=treatment,
        tax_category=category,
        rate=Decimal(rate),
        vat_category=vat_category,
        exemption_reason=reason,
        exemption_code=code,
        valid_from=begins,
    )


def _category_of(treatment: str, category: str) -> tuple[str, str, str]:
    if treatment == "export":
        return EXPORT
    if category == "exempt":
        return EXEMPT
    if treatment == "reverse_charge":
        return REVERSE_CHARGE
    if treatment == "exempt":
        return CUSTOMER_EXEMPT
    return ZERO_RATED if category == "zero" else ("S", "", "")
