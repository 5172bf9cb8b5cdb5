"""Tax by product category and customer treatment, and its breakdown as EN 16931 prescribes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from models.kernel.errors import Refused
from models.kernel.money import ZERO, round_amount
from models.pricing.tax_rule import TaxRule

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Tax:
    """What is charged and why: the percentage, the VAT category code and the exemption reason."""

    rate: Decimal
    vat_category: str
    exemption_reason: str = ""
    exemption_code: str = ""


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """A net amount of a line or charge with its tax. An allowance is a negative amount."""

    amount: Decimal
    tax: Tax


@dataclass(frozen=True, slots=True)
class TaxSubtotal:
    """One VAT category and rate of a document (BG-23)."""

    tax: Tax
    net: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TaxBreakdown:
    """The totals of a document: `gross = net + tax`, to the last minor unit."""

    subtotals: tuple[TaxSubtotal, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal


def tax_for(
    session: Session,
    seller_country: str,
    treatment: str,
    tax_categories: Collection[str],
    on: date,
) -> dict[str, Tax]:
    """The tax on each category for such a customer on that tax date, in one statement.

    Refused where the country has no rule for one of them yet.
    """
    rules = session.scalars(
        select(TaxRule)
        .ext(distinct_on(TaxRule.tax_category))
        .where(
            TaxRule.country == seller_country,
            TaxRule.treatment == treatment,
            TaxRule.tax_category.in_(set(tax_categories)),
            TaxRule.valid_from <= on,
        )
        .order_by(TaxRule.tax_category, TaxRule.valid_from.desc())
    )
    found = {
        rule.tax_category: Tax(
            rule.rate, rule.vat_category, rule.exemption_reason, rule.exemption_code
        )
        for rule in rules
    }
    require_taxes(found, tax_categories, seller_country, treatment, on)
    return found


def require_taxes(
    found: Mapping[str, Tax], categories: Collection[str], country: str, treatment: str, on: date
) -> None:
    """Refused where a category has no tax."""
    for category in sorted(set(categories) - found.keys()):
        raise Refused(
            f"No tax rule says what {country} charges on {category} goods "
            f"({treatment.replace('_', ' ')}) on {on.isoformat()}. Enter one under tax rules."
        )


def tax_breakdown(
    lines: Iterable[TaxedAmount], charges: Iterable[TaxedAmount], currency: str
) -> TaxBreakdown:
    """The tax of a document per category and rate, charges and allowances included.

    Tax is reckoned once on the exact sum of each group's net amounts and rounded half up to the
    minor unit (EN 16931, BR-CO-17, BR-S-8, BR-S-9). Amounts come in whole minor units.
    """
    groups: dict[tuple[str, Decimal], list[TaxedAmount]] = {}
    for taxed in (*lines, *charges):
        groups.setdefault((taxed.tax.vat_category, taxed.tax.rate), []).append(taxed)
    subtotals = tuple(_subtotal(groups[key], currency) for key in sorted(groups))
    net = sum((each.net for each in subtotals), ZERO)
    tax = sum((each.amount for each in subtotals), ZERO)
    return TaxBreakdown(subtotals, net, tax, net + tax)


def _subtotal(group: list[TaxedAmount], currency: str) -> TaxSubtotal:
    net = sum((taxed.amount for taxed in group), ZERO)
    first = group[0].tax
    reasons = dict.fromkeys(taxed.tax.exemption_reason for taxed in group)
    codes = {taxed.tax.exemption_code for taxed in group}
    tax = Tax(
        first.rate,
        first.vat_category,
        "; ".join(reason for reason in reasons if reason),
        first.exemption_code if len(codes) == 1 else "",
    )
    return TaxSubtotal(tax, net, round_amount(net * first.rate / HUNDRED, currency))
