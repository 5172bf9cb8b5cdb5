"""Minimum, multiple and maximum."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.pricing import QuantityFault, QuantityRules, check, smallest

CASES = QuantityRules(Decimal(48), Decimal(24), None)


@pytest.mark.parametrize("quantity", [48, 72, 96])
def test_multiples_from_the_minimum_on_are_admitted(quantity: int) -> None:
    assert check(CASES, Decimal(quantity)) is None


def test_fifty_is_refused_offering_48_and_72() -> None:
    problem = check(CASES, Decimal(50))
    assert problem is not None
    assert problem.fault is QuantityFault.NOT_A_MULTIPLE
    assert problem.offers == (48, 72)
    assert problem.sentence == "Sold in multiples of 24. Order 48 or 72."


def test_below_the_minimum_offers_the_smallest() -> None:
    problem = check(CASES, Decimal(24))
    assert problem is not None
    assert (problem.fault, problem.offers) == (QuantityFault.BELOW_MINIMUM, (48,))


def test_above_the_maximum_offers_the_most_that_fits() -> None:
    problem = check(CASES._replace(maximum=Decimal(100)), Decimal(120))
    assert problem is not None
    assert (problem.fault, problem.offers) == (QuantityFault.ABOVE_MAXIMUM, (96,))


def test_a_product_that_runs_out_sells_its_last_units() -> None:
    rules = CASES._replace(runs_out=True)
    assert check(rules, Decimal(7), last_units=Decimal(7)) is None
    problem = check(rules, Decimal(50), last_units=Decimal(30))
    assert problem is not None
    assert problem.offers == (30,)
    assert check(CASES, Decimal(7), last_units=Decimal(7)) is not None


def test_more_decimals_than_the_product_allows_are_refused() -> None:
    rules = QuantityRules(Decimal("0.5"), Decimal("0.5"), None, decimals=1)
    problem = check(rules, Decimal("1.25"))
    assert problem is not None
    assert (problem.fault, problem.offers) == (QuantityFault.TOO_FINE, (1, Decimal("1.5")))


WHOLE = st.integers(1, 200).map(Decimal)


@given(minimum=WHOLE, multiple=WHOLE, most=st.none() | WHOLE, quantity=st.integers(-5, 900))
def test_every_offer_would_be_admitted(
    minimum: Decimal, multiple: Decimal, most: Decimal | None, quantity: int
) -> None:
    maximum = None if most is None else most + minimum + multiple
    rules = QuantityRules(minimum, multiple, maximum)
    assert check(rules, smallest(rules)) is None
    problem = check(rules, Decimal(quantity))
    if problem is not None:
        assert problem.offers
        assert all(check(rules, offer) is None for offer in problem.offers)
