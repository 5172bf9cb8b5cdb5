"""Tax rules with their dates, and the breakdown against exact fractions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from models.kernel.errors import Refused
from models.pricing import Tax, TaxedAmount, TaxRule, seed_tax_rules, tax_breakdown, tax_for

STANDARD, REDUCED = Tax(Decimal(20), "S"), Tax(Decimal(5), "S")
ODD, NIL = Tax(Decimal("7.7"), "S"), Tax(Decimal(0), "Z")
REVERSE = Tax(Decimal(0), "AE", "Reverse charge", "VATEX-EU-AE")


@pytest.fixture
def rules(session: Session) -> None:
    session.execute(delete(TaxRule))
    seed_tax_rules(session, "GB")
    seed_tax_rules(session, "DE")


@pytest.mark.usefixtures("rules")
def test_a_rate_holds_until_a_later_one_replaces_it(session: Session) -> None:
    def rate(on: date) -> Decimal:
        return tax_for(session, "DE", "domestic", {"standard"}, on)["standard"].rate

    assert [rate(date(2020, 6, 30)), rate(date(2020, 7, 1)), rate(date(2021, 1, 1))] == [19, 16, 19]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ("domestic", {"standard": "S", "reduced": "S", "zero": "Z", "exempt": "E"}),
        ("reverse_charge", {"standard": "AE", "reduced": "AE", "zero": "AE", "exempt": "E"}),
        ("export", {"standard": "G", "reduced": "G", "zero": "G", "exempt": "G"}),
        ("exempt", {"standard": "E", "reduced": "E", "zero": "E", "exempt": "E"}),
    ],
)
def test_the_customers_treatment_decides_the_category(
    session: Session, treatment: str, expected: dict[str, str]
) -> None:
    found = tax_for(session, "GB", treatment, expected, date(2026, 3, 2))
    assert {category: tax.vat_category for category, tax in found.items()} == expected
    assert all(tax.rate == 0 for tax in found.values() if tax.vat_category != "S")


@pytest.mark.usefixtures("rules")
def test_a_missing_rule_is_refused_by_name(session: Session) -> None:
    with pytest.raises(Refused, match="FR charges on standard goods"):
        tax_for(session, "FR", "domestic", {"standard"}, date(2026, 3, 2))


def test_charges_are_taxed_with_the_goods_of_their_rate() -> None:
    lines = [TaxedAmount(Decimal("0.10"), STANDARD), TaxedAmount(Decimal("0.12"), STANDARD)]
    breakdown = tax_breakdown(lines, [TaxedAmount(Decimal("0.01"), STANDARD)], "GBP")
    assert (breakdown.net, breakdown.tax, breakdown.gross) == (
        Decimal("0.23"), Decimal("0.05"), Decimal("0.28"),
    )  # fmt: skip


AMOUNTS = st.builds(
    TaxedAmount,
    st.decimals("-9999", "99999", places=2),
    st.sampled_from([STANDARD, REDUCED, ODD, NIL, REVERSE]),
)


@settings(max_examples=2000, deadline=None)
@given(lines=st.lists(AMOUNTS, max_size=12), charges=st.lists(AMOUNTS, max_size=3))
def test_the_breakdown_is_that_of_exact_fractions(
    lines: list[TaxedAmount], charges: list[TaxedAmount]
) -> None:
    breakdown = tax_breakdown(lines, charges, "GBP")
    sums: dict[tuple[str, Fraction], Fraction] = {}
    for each in [*lines, *charges]:
        key = (each.tax.vat_category, Fraction(each.tax.rate))
        sums[key] = sums.get(key, Fraction(0)) + Fraction(each.amount)
    total = Fraction(0)
    for subtotal in breakdown.subtotals:
        net = sums.pop((subtotal.tax.vat_category, Fraction(subtotal.tax.rate)))
        assert Fraction(subtotal.net) == net
        pence = abs(net) * Fraction(subtotal.tax.rate)
        tax = Fraction((pence + Fraction(1, 2)).__floor__(), 100) * (1 if net >= 0 else -1)
        assert Fraction(subtotal.amount) == tax
        total += net + tax
    assert not sums
    assert Fraction(breakdown.gross) == total == Fraction(breakdown.net + breakdown.tax)
