"""Past sales become proposals for a list, and proposals become its prices."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models.history import (
    Support,
    TierProposal,
    TierSearch,
    accept_tiers,
    ask_for_tiers,
    count_proposals,
    proposals,
    propose_tiers,
)
from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from models.pricing import (
    Ask,
    NewPrice,
    PriceEntry,
    PricingContext,
    listed_products,
    put_prices,
    resolve,
)
from tests.admin.conftest import counted
from tests.factories.pricing import make_entry, make_list
from tests.models.history.conftest import Past, two_tiers


def today() -> date:
    return clock.today("Europe/London")


def searched(past: Past, support: Support = Support(10, 3)) -> TierSearch:
    search = ask_for_tiers(past.world.session, past.world.base.id, support, by=past.world.mia)
    propose_tiers(past.world.session, search.id)
    return search


def kept(past: Past) -> list[TierProposal]:
    return list(past.world.session.scalars(select(TierProposal).order_by(TierProposal.id)))


def tiers_on(past: Past, product_id: int, on: date) -> list[tuple[Decimal, Decimal]]:
    (found,) = listed_products(
        past.world.session, past.world.base.id, on=on, product_ids=[product_id]
    )
    return [(tier.min_quantity, tier.unit_price) for tier in found.tiers]


def accepted(past: Past, ids: list[int], on: date | None = None) -> int:
    return accept_tiers(
        past.world.session, past.world.base.id, ids, on or today(), today=today(),
        by=past.world.mia,
    )  # fmt: skip


def test_products_with_breaks_are_proposed_and_the_others_are_not(past: Past) -> None:
    world = past.world
    pot, cup = world.product("POT", price="5.50", stock=0), world.product("CUP", stock=0)
    past.sold(pot, two_tiers())
    past.sold(cup, [(quantity, "3.00") for quantity, _price in two_tiers()])
    search = searched(past)
    assert (search.products, search.lines) == (2, 120)
    assert search.finished_at is not None
    (row,) = proposals(world.session, search.id, world.base.id, today=today())
    assert row.sku == "POT"
    assert [(tier.min_quantity, tier.unit_price) for tier in row.tiers] == [(1, 5), (12, 4)]
    assert [(tier.lines, tier.accounts > 5) for tier in row.tiers] == [(33, True), (27, True)]
    assert row.today_at(Decimal(12)) == Decimal("5.50")
    assert count_proposals(world.session, search.id) == {"open": 1, "accepted": 0}


def test_what_was_given_back_or_never_paid_or_sold_here_says_nothing(past: Past) -> None:
    world = past.world
    back, free, here = (world.product(sku, stock=0) for sku in ("BACK", "FREE", "HERE"))
    past.sold(here, two_tiers())
    past.sold(free, [(quantity, "0.00") for quantity, _price in two_tiers()])
    for n, (quantity, price) in enumerate(two_tiers()):
        gone = Decimal(quantity)
        past.sold(back, [(quantity, price)], at=n, returned=gone, credited=gone)
    here.lifecycle = "discontinued"
    world.session.flush()
    assert searched(past).lines == 0
    assert kept(past) == []


def test_it_takes_as_many_statements_for_many_products(past: Past) -> None:
    def statements() -> tuple[int, int]:
        search = ask_for_tiers(past.world.session, past.world.base.id, Support(), by=past.world.mia)
        with counted() as looked:
            propose_tiers(past.world.session, search.id)
        with counted() as shown:
            proposals(past.world.session, search.id, past.world.base.id, today=today())
        return len(looked), len(shown)

    past.sold(past.world.product("P-0", stock=0), two_tiers())
    few = statements()
    for number in range(1, 9):
        past.sold(past.world.product(f"P-{number}", stock=0), two_tiers())
    assert statements() == few


def test_accepted_tiers_are_the_lists_from_the_day_on(past: Past) -> None:
    world, june = past.world, today() + timedelta(days=30)
    pot = world.product("POT", price="5.50", stock=0)
    make_entry(world.session, world.base, pot.id, "4.80", at="10", floor_price=Decimal(3))
    make_entry(world.session, world.base, pot.id, "4.70", at="12", floor_price=Decimal("3.90"))
    past.sold(pot, two_tiers())
    search = searched(past)
    (row,) = proposals(world.session, search.id, world.base.id, today=today())
    assert row.ending == [(10, Decimal("4.80"))]
    assert accepted(past, [row.id], june) == 2
    assert tiers_on(past, pot.id, today())[0] == (1, Decimal("5.50"))
    assert tiers_on(past, pot.id, june) == [(1, Decimal(5)), (12, Decimal(4))]
    floor = world.session.scalars(
        select(PriceEntry.floor_price).where(
            PriceEntry.product_id == pot.id, PriceEntry.valid_from == june,
            PriceEntry.min_quantity == 12,
        )
    ).one()  # fmt: skip
    assert floor == Decimal("3.90"), "a floor below the new price is kept"
    context = PricingContext(world.acme.id, "GBP", june)
    (price,) = resolve(world.session, context, [Ask(pot.id, Decimal(15))])
    assert price.unit_price == 4
    entry = world.session.scalars(
        select(Activity).where(Activity.kind == "price_list.tiers_accepted")
    ).one()
    assert entry.actor_id == world.mia.id
    assert entry.details["before"] == {"POT": "5.5, 4.8 from 10, 4.7 from 12"}
    assert entry.details["after"] == {"POT": "5, 4 from 12"}
    assert count_proposals(world.session, search.id) == {"open": 0, "accepted": 1}
    with pytest.raises(Conflict, match="accepted, or looked for anew"):
        accepted(past, [row.id])


def test_tiers_are_not_mixed_with_prices_that_are_planned_for_later(past: Past) -> None:
    world, june, july = past.world, *(today() + timedelta(days=each) for each in (30, 60))
    pot, cup, jug = (world.product(sku, price="5.50", stock=0) for sku in ("POT", "CUP", "JUG"))
    planned = NewPrice(Decimal("3.90"))
    put_prices(world.session, world.base.id, {(pot.id, Decimal(1)): planned}, june)
    make_entry(world.session, world.base, cup.id, "4.80", at="10", valid_to=july)
    for product in (pot, cup, jug):
        past.sold(product, two_tiers())
    searched(past)
    ids = [each.id for each in kept(past)]
    with pytest.raises(Refused, match=f"prices of CUP, POT that .* count from {july}"):
        accepted(past, ids)
    with pytest.raises(Refused, match=f"prices of CUP that .* count from {july}"):
        accepted(past, ids, june)
    assert accepted(past, ids, july) == 6
    assert tiers_on(past, pot.id, june) == [(1, Decimal("3.90"))]
    assert tiers_on(past, pot.id, july) == [(1, Decimal(5)), (12, Decimal(4))]


def test_accepting_many_costs_as_many_statements_as_one(past: Past) -> None:
    products = [past.world.product(f"P-{number}", stock=0) for number in range(8)]
    for product in products:
        past.sold(product, two_tiers())
    searched(past)
    first, *others = [each.id for each in kept(past)]
    with counted() as one:
        accepted(past, [first])
        past.world.session.flush()
    with counted() as many:
        accepted(past, others)
        past.world.session.flush()
    assert len(one) == len(many)


def test_a_product_that_is_sold_in_tens_is_priced_from_ten_on(past: Past) -> None:
    product = past.world.product("TENS", stock=0, order_minimum=Decimal(2))
    past.sold(product, [(quantity + 3, price) for quantity, price in two_tiers()])
    searched(past)
    (row,) = kept(past)
    assert row.tiers[0]["from"].startswith("2")


def test_a_second_run_changes_nothing_and_a_new_search_starts_afresh(past: Past) -> None:
    past.sold(past.world.product("POT", stock=0), two_tiers())
    first = searched(past)
    assert propose_tiers(past.world.session, first.id) == 0
    (old,) = kept(past)
    searched(past)
    with pytest.raises(Conflict, match="looked for anew"):
        accepted(past, [old.id])


def test_what_makes_no_sense_is_refused(past: Past) -> None:
    world = past.world
    list_id = world.base.id
    for support, sentence in ((Support(0, 3), "10,000 lines"), (Support(5, 0), "1,000 accounts")):
        with pytest.raises(Refused, match=sentence):
            ask_for_tiers(world.session, list_id, support, by=world.mia)
    with pytest.raises(Denied):
        ask_for_tiers(world.session, list_id, Support(), by=world.olu)
    ask_for_tiers(world.session, list_id, Support(), by=world.mia)
    with pytest.raises(Refused, match="being looked through already"):
        ask_for_tiers(world.session, list_id, Support(), by=world.mia)
    with pytest.raises(Refused, match="Tick the products"):
        accepted(past, [])
    with pytest.raises(NotFound):
        accepted(past, [999_999])
    with pytest.raises(Refused, match="from today on"):
        accepted(past, [1], today() - timedelta(days=1))
    with pytest.raises(Denied):
        accept_tiers(world.session, list_id, [1], today(), today=today(), by=world.olu)
    other = make_list(world.session, currency="EUR")
    euros = ask_for_tiers(world.session, other.id, Support(), by=world.mia)
    past.sold(world.product("POT", stock=0), two_tiers())
    propose_tiers(world.session, euros.id)
    assert euros.lines == 0, "sales in another currency say nothing of this list"
