"""The finder of breaks, on made sales whose breaks are known, and on sales without any."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.history import Paid, ProposedTier, Support, find_tiers

USUAL = Support()
QUANTITIES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 36, 48, 60, 72, 96, 144)
Breaks = list[tuple[int, Decimal]]


def price_at(breaks: Breaks, quantity: int) -> Decimal:
    return [price for at, price in breaks if at <= quantity][-1]


def sales(
    breaks: Breaks, draw: Random, *, lines: int = 400, accounts: int = 40, dirt: float = 0.0
) -> list[Paid]:
    """Lines at the prices of these breaks; a share of them, `dirt`, at any other price."""
    found = []
    for _line in range(lines):
        quantity = draw.choice(QUANTITIES)
        price = price_at(breaks, quantity)
        if draw.random() < dirt:
            price = (price * draw.randint(20, 300) / 100).quantize(Decimal("0.01"))
        month = draw.randrange(12)
        found.append(Paid(Decimal(quantity), price, draw.randrange(accounts), month))
    return found


def shown(tiers: list[ProposedTier]) -> Breaks:
    return [(int(tier.min_quantity), tier.unit_price) for tier in tiers]


@st.composite
def some_breaks(draw: st.DrawFn) -> Breaks:
    """Two to four tiers that fall by a twentieth or more and have room between them."""
    at = draw(st.sampled_from([(6,), (12,), (24,), (6, 24), (10, 48), (4, 12, 48)]))
    price = Decimal(draw(st.integers(200, 5000))) / 100
    found = [(1, price)]
    for quantity in at:
        percent = draw(st.integers(60, 95))
        price = (price * percent / 100).quantize(Decimal("0.01"))
        found.append((quantity, price))
    return found


@settings(max_examples=60, deadline=None)
@given(breaks=some_breaks(), seed=st.integers(0, 10_000))
def test_known_breaks_are_found_to_the_unit_and_the_penny(breaks: Breaks, seed: int) -> None:
    assert shown(find_tiers(sales(breaks, Random(seed)), USUAL)) == breaks


@settings(max_examples=40, deadline=None)
@given(breaks=some_breaks(), seed=st.integers(0, 10_000))
def test_a_tenth_of_wrong_prices_moves_no_price(breaks: Breaks, seed: int) -> None:
    found = shown(find_tiers(sales(breaks, Random(seed), lines=800, dirt=0.1), USUAL))
    assert [price for _at, price in found] == [price for _at, price in breaks]


@settings(max_examples=40, deadline=None)
@given(price=st.integers(1, 9999), seed=st.integers(0, 10_000))
def test_one_price_for_all_has_no_break(price: int, seed: int) -> None:
    lines = sales([(1, Decimal(price) / 100)], Random(seed))
    assert find_tiers(lines, USUAL) == []


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_prices_that_rise_with_the_quantity_have_no_break(seed: int) -> None:
    rising = [(1, Decimal(5)), (12, Decimal(6)), (48, Decimal(7))]
    assert find_tiers(sales(rising, Random(seed)), USUAL) == []


@pytest.mark.parametrize("choices", [(5, 5, 5, 4), (5, 4), (3, 4, 5, 6, 7), tuple(range(20, 60))])
def test_prices_by_chance_have_no_break(choices: tuple[int, ...]) -> None:
    """Of three hundred products whose prices have nothing to do with quantities, one at most."""
    found = 0
    for seed in range(300):
        draw = Random(seed)
        lines = [
            Paid(
                Decimal(draw.choice(QUANTITIES)),
                Decimal(draw.choice(choices)),
                draw.randrange(40),
                draw.randrange(12),
            )
            for _line in range(draw.choice((25, 60, 150)))
        ]
        found += bool(find_tiers(lines, USUAL))
    assert found <= 1


def test_one_account_with_prices_of_its_own_makes_no_tier() -> None:
    draw = Random(7)
    others = [
        Paid(Decimal(draw.choice((1, 2, 3, 6))), Decimal(5), n % 30, n % 12) for n in range(200)
    ]
    buyer = [Paid(Decimal(draw.choice((48, 96))), Decimal(3), 99, n % 12) for n in range(200)]
    assert find_tiers(others + buyer, USUAL) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_sale_at_the_years_end_when_everybody_bought_more_makes_no_tier(seed: int) -> None:
    draw = Random(seed)
    before = [
        Paid(Decimal(draw.choice((1, 2, 3, 4, 6))), Decimal(7), draw.randrange(40), n % 10)
        for n in range(200)
    ]
    cleared = [
        Paid(Decimal(draw.choice((4, 6, 8, 12, 24))), Decimal(2), draw.randrange(40), 10 + n % 2)
        for n in range(120)
    ]
    assert find_tiers(before + cleared, USUAL) == []


@pytest.mark.parametrize("seed", range(20))
def test_breaks_stay_where_they_are_when_all_prices_rise_within_the_year(seed: int) -> None:
    lines = [
        each if each.month < 7 else each._replace(unit_price=each.unit_price * Decimal("1.05"))
        for each in sales([(1, Decimal(5)), (12, Decimal(4))], Random(seed), lines=600)
    ]
    assert [at for at, _price in shown(find_tiers(lines, USUAL))] == [1, 12]


def test_every_tier_rests_on_what_was_asked_for() -> None:
    lines = sales([(1, Decimal(5)), (24, Decimal(4))], Random(3))
    assert len(find_tiers(lines, USUAL)) == 2
    assert find_tiers(lines, Support(lines=390, accounts=3)) == []
    assert find_tiers(lines, Support(lines=10, accounts=41)) == []
    for tier in find_tiers(lines, Support(lines=50, accounts=20)):
        assert tier.lines >= 50
        assert tier.accounts >= 20
        assert tier.low <= tier.unit_price <= tier.high


def test_nothing_and_free_goods_say_nothing() -> None:
    assert find_tiers([], USUAL) == []
    free = [Paid(Decimal(n % 9 + 1), Decimal(0), n, 1) for n in range(90)]
    assert find_tiers(free, USUAL) == []
