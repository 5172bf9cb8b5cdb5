"""A placed order is changed: lines, prices, stock, charges, days, credit, money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from models.accounts import Actor, Address
from models.checkout import Amendment, LineWish, Wishes, amend_order
from models.inventory import OpenDemand
from models.kernel import clock
from models.kernel.errors import Conflict, NotFound, Refused
from models.orders import Order, OrderAmendment, OrderHold
from models.pricing import PriceEntry
from tests.admin.conftest import counted
from tests.models.checkout.changing import MONDAY, Office


def holds(office: Office, order: Order) -> list[str]:
    office.session.flush()
    found = select(OrderHold.code).where(
        OrderHold.order_id == order.id, OrderHold.released_at.is_(None)
    )
    return sorted(office.session.scalars(found))


def test_two_more_take_stock_and_keep_what_was_first_ordered(office: Office) -> None:
    trowel = office.world.product("TR-1", stock=20)
    order = office.order({trowel: 10})
    office.amend(order, office.wishes(order, {trowel: 12}))
    line = office.lines(order)[0]
    assert (line.ordered, line.first_ordered, line.allocated) == (12, 10, 12)
    assert line.line_amount == order.goods_amount == Decimal(120)
    assert (order.revision, order.total_amount) == (1, Decimal("154.20"))
    assert office.stock(trowel).allocated == 12
    assert "order.amended" in office.events(order)
    assert office.is_sound()


def test_fewer_give_their_stock_back(office: Office) -> None:
    trowel = office.world.product("TR-1", stock=20)
    order = office.order({trowel: 10})
    office.amend(order, office.wishes(order, {trowel: 4}))
    line = office.lines(order)[0]
    assert (line.ordered, line.cancelled, line.allocated) == (4, 0, 4)
    assert office.stock(trowel).allocated == 4
    assert office.is_sound()


def test_a_line_is_dropped_and_another_added(office: Office) -> None:
    trowel, fork = office.world.product("TR-1"), office.world.product("FK-1", price="7.50")
    spade = office.world.product("SP-1", price="20.00")
    order = office.order({trowel: 10, fork: 2})
    office.amend(order, office.wishes(order, {trowel: 0}, add={spade: 3}))
    dropped, kept, added = office.lines(order)
    assert (dropped.ordered, dropped.cancelled, dropped.line_amount) == (10, 10, 0)
    assert (kept.ordered, kept.allocated) == (2, 2)
    assert (added.sku, added.ordered, added.first_ordered, added.allocated) == ("SP-1", 3, 0, 3)
    assert order.goods_amount == 75
    assert office.is_sound()


def test_what_was_agreed_keeps_its_price_and_what_is_added_is_priced_today(office: Office) -> None:
    trowel = office.world.product("TR-1", price="10.00")
    order = office.order({trowel: 10})
    office.session.execute(update(PriceEntry).values(unit_price=11))
    change = office.amend(order, office.wishes(order, {trowel: 12}))
    old, new = office.lines(order)
    assert (old.ordered, old.unit_price) == (10, 10)
    assert (new.ordered, new.unit_price, new.first_ordered) == (2, 11, 0)
    assert change.goods == 122
    assert office.is_sound()


def test_across_a_price_break_the_desk_chooses_between_the_old_and_the_new_price(
    office: Office,
) -> None:
    trowel = office.world.product("TR-1", price="10.00")
    office.break_at(trowel, 12, "9.00")
    order = office.order({trowel: 10})
    offered = office.propose(order, office.wishes(order, {trowel: 12})).plans[0].offer
    assert offered is not None
    assert (offered.old, offered.new, offered.takes_new) == (10, 9, False)
    kept = office.propose(order, office.wishes(order, {trowel: 12}))
    assert kept.goods == 118
    change = office.amend(order, office.wishes(order, {trowel: 12}, new_price=True))
    line = office.lines(order)[0]
    assert change.goods == 108
    assert (line.ordered, line.unit_price, line.tier) == (12, 9, 12)
    assert office.is_sound()


def test_a_buyer_pays_the_price_of_the_new_quantity_as_on_the_pad(office: Office) -> None:
    trowel = office.world.product("TR-1", price="10.00")
    office.break_at(trowel, 12, "9.00")
    order = office.order({trowel: 12})
    assert order.goods_amount == 108
    change = office.amend(order, office.wishes(order, {trowel: 6}), by=office.world.bob)
    assert change.goods == 60
    assert office.lines(order)[0].unit_price == 10
    assert office.is_sound()


def test_more_than_is_there_waits_with_a_date_and_a_product_that_ends_is_refused(
    office: Office,
) -> None:
    trowel = office.world.product("TR-1", stock=10)
    last = office.world.product("LA-1", stock=10, backorder_policy="deny")
    order = office.order({trowel: 8, last: 8})
    refused = office.propose(order, office.wishes(order, {last: 11}))
    assert "Only 2 more" in refused.problems[0].sentence
    change = office.amend(order, office.wishes(order, {trowel: 15}))
    assert change.plans[0].short == 5
    line = office.lines(order)[0]
    assert (line.allocated, line.backordered, line.promised_on) == (10, 5, None)
    waits = office.session.scalars(
        select(OpenDemand).where(OpenDemand.order_line_id == line.id)
    ).one()
    assert (waits.quantity, waits.is_backorder) == (5, True)
    assert office.is_sound()


def test_quantity_rules_hold_for_the_whole_order(office: Office) -> None:
    case = office.world.product("CA-1", order_minimum=6, order_multiple=6)
    order = office.order({case: 12})
    change = office.propose(order, office.wishes(order, {case: 14}))
    assert change.problems[0].sentence == "CA-1: Sold in multiples of 6. Order 12 or 18."
    office.amend(order, office.wishes(order, {case: 18}))
    assert office.is_sound()


def test_carriage_follows_the_goods_until_it_is_invoiced(office: Office) -> None:
    trowel = office.world.product("TR-1", price="10.00", stock=100)
    order = office.order({trowel: 24})
    assert office.charges(order) == {"carriage": Decimal("8.50")}
    office.amend(order, office.wishes(order, {trowel: 25}))
    assert office.charges(order) == {}
    assert order.total_amount == 300
    office.amend(order, office.wishes(order, {trowel: 10}))
    assert office.charges(order) == {"carriage": Decimal("8.50")}
    office.amend(order, office.wishes(order, freight_choice="collection"))
    assert office.charges(order) == {}
    assert office.is_sound()


def test_a_shipped_part_stays_as_it_is_and_its_carriage_is_not_charged_again(
    office: Office,
) -> None:
    trowel = office.world.product("TR-1", stock=6)
    order = office.order({trowel: 10})
    office.send(order)
    refused = office.propose(order, office.wishes(order, {trowel: 5}))
    assert "6 are with the warehouse or have left" in refused.problems[0].sentence
    office.amend(order, office.wishes(order, {trowel: 8}))
    line = office.lines(order)[0]
    assert (line.ordered, line.shipped, line.backordered) == (8, 6, 2)
    assert office.charges(order) == {"carriage": Decimal("8.50")}
    office.amend(order, office.wishes(order, {trowel: 6}))
    assert order.status == "invoiced"
    assert order.total_amount == order.invoiced_amount
    assert office.is_sound()


def test_what_is_on_a_pick_list_stays_and_more_can_be_added(office: Office) -> None:
    trowel, fork = office.world.product("TR-1", stock=20), office.world.product("FK-1")
    order = office.order({trowel: 10})
    office.release(order)
    less = office.propose(order, office.wishes(order, {trowel: 9}))
    assert less.problems[0].sentence.startswith("TR-1: 10 are with the warehouse")
    moved = office.propose(order, office.wishes(order, requested_on=MONDAY.date()))
    assert "with the warehouse now" in moved.problems[0].sentence
    office.amend(order, office.wishes(order, {trowel: 12}, add={fork: 1}, po_number="PO-9"))
    assert [line.allocated for line in office.lines(order)] == [12, 1]
    assert (order.po_number, order.status) == ("PO-9", "picking")
    assert office.is_sound()


def test_a_day_that_the_customer_moves_is_a_new_first_promise_and_far_goods_are_freed(
    office: Office,
) -> None:
    trowel = office.world.product("TR-1", stock=20)
    order = office.order({trowel: 10})
    first = order.first_promised_on
    far = (MONDAY + timedelta(days=60)).date()
    office.amend(order, office.wishes(order, requested_on=far))
    line = office.lines(order)[0]
    assert (line.allocated, line.backordered, line.unpromised) == (0, 0, 10)
    assert line.first_promised_on == order.first_promised_on
    assert order.first_promised_on is not None
    assert first is not None
    assert order.first_promised_on > first
    office.amend(order, office.wishes(order, requested_on=None))
    assert office.lines(order)[0].allocated == 10
    assert order.promised_on == first
    assert office.is_sound()


def test_another_address_of_the_account_and_nobody_elses(office: Office) -> None:
    world = office.world
    order = office.order({world.product("TR-1"): 10})
    shop = Address(
        account_id=world.acme.id, code="SHOP", company="Acme Shop", line1="2 Low Street",
        city="Leeds", postcode="LS1 1AA",
    )  # fmt: skip
    office.session.add(shop)
    office.session.flush()
    office.amend(order, office.wishes(order, ship_to_id=shop.id))
    assert (order.ship_to["city"], order.ship_to_address_id) == ("Leeds", shop.id)
    theirs = office.session.scalars(
        select(Address).where(Address.account_id == world.globex.id)
    ).one()
    with pytest.raises(NotFound):
        office.propose(order, office.wishes(order, ship_to_id=theirs.id))
    abroad = Address(
        account_id=world.acme.id, code="FR", company="Acme", line1="1 Rue", city="Lille",
        postcode="59000", country="FR",
    )  # fmt: skip
    office.session.add(abroad)
    office.session.flush()
    office.amend(order, office.wishes(order, ship_to_id=abroad.id))
    assert holds(office, order) == ["address"]
    office.amend(order, office.wishes(order, ship_to_id=shop.id))
    assert holds(office, order) == []
    assert office.is_sound()


def test_credit_is_checked_again_when_it_rises_and_lifted_when_it_fits(office: Office) -> None:
    world = office.world
    world.acme.credit_limit = Decimal(500)
    trowel = world.product("TR-1", stock=200)
    order = office.order({trowel: 10})
    office.amend(order, office.wishes(order, {trowel: 100}))
    assert holds(office, order) == ["credit_limit"]
    assert order.status == "on_hold"
    office.amend(order, office.wishes(order, {trowel: 20}))
    assert holds(office, order) == []
    assert order.status == "open"
    assert office.lines(order)[0].allocated == 20
    assert office.is_sound()


def test_the_same_form_twice_is_one_change_and_an_old_form_a_conflict(office: Office) -> None:
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 10})
    version = order.version
    wishes = office.wishes(order, {trowel: 12})
    total = office.propose(order, wishes).total
    for _ in range(2):
        amend_order(
            office.session, order.id, Amendment("form-1", version, total, wishes),
            by=office.world.olu,
        )  # fmt: skip
    assert order.revision == 1
    assert len(office.session.scalars(select(OrderAmendment)).all()) == 1
    with pytest.raises(Conflict, match="has changed since"):
        amend_order(
            office.session, order.id, Amendment("form-2", version, total, wishes),
            by=office.world.olu,
        )  # fmt: skip
    assert office.is_sound()


def test_a_total_that_was_not_shown_and_a_change_of_nothing_are_refused(office: Office) -> None:
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 10})
    wishes = office.wishes(order, {trowel: 12})
    with pytest.raises(Refused, match="The total is"):
        amend_order(
            office.session, order.id, Amendment("a", order.version, Decimal(1), wishes),
            by=office.world.olu,
        )  # fmt: skip
    with pytest.raises(Refused, match="Nothing is different"):
        office.amend(order, office.wishes(order, {trowel: 10}))
    with pytest.raises(Refused, match="Cancel it instead"):
        office.amend(order, office.wishes(order, {trowel: 0}))
    assert order.revision == 0


def test_buyers_change_until_the_cut_off_and_only_their_own(office: Office) -> None:
    world = office.world
    trowel = world.product("TR-1")
    order = office.order({trowel: 10})
    office.amend(order, office.wishes(order, {trowel: 11}), by=world.bob)
    with pytest.raises(NotFound):
        office.amend(order, office.wishes(order, {trowel: 12}), by=world.charlie)
    with (
        clock.travelling(MONDAY + timedelta(days=1)),
        pytest.raises(Conflict, match="past the cut-off"),
    ):
        office.amend(order, office.wishes(order, {trowel: 12}), by=world.bob)
    office.release(order)
    with pytest.raises(Conflict, match="The warehouse has it"):
        office.amend(order, office.wishes(order, {trowel: 12}), by=world.bob)
    onlooker = Actor(id=world.bob.id, name="bob", is_staff=False, account_id=world.acme.id)
    with pytest.raises(Conflict, match="capability"):
        office.amend(order, office.wishes(order, {trowel: 12}), by=onlooker)
    assert office.is_sound()


def test_another_orders_line_is_not_on_this_one(office: Office) -> None:
    trowel = office.world.product("TR-1")
    first, second = office.order({trowel: 10}), office.order({trowel: 5})
    theirs = office.lines(first)[0]
    with pytest.raises(NotFound):
        office.propose(second, Wishes((LineWish(theirs.id, Decimal(1)),)))


def test_a_rep_who_acts_for_the_account_changes_until_it_is_released(office: Office) -> None:
    world = office.world
    trowel = world.product("TR-1")
    order = office.order({trowel: 10})
    rita = replace(world.rita, account_id=world.acme.id)
    with clock.travelling(MONDAY + timedelta(days=1)):
        office.amend(order, office.wishes(order, {trowel: 12}), by=rita)
        made = office.session.scalars(select(OrderAmendment)).one()
        assert made.on_behalf
        elsewhere = replace(world.rita, account_id=world.globex.id)
        with pytest.raises(NotFound):
            office.amend(order, office.wishes(order, {trowel: 13}), by=elsewhere)
        with pytest.raises(NotFound):
            office.amend(order, office.wishes(order, {trowel: 13}), by=world.rita)
        office.release(order)
        with pytest.raises(Conflict, match="The warehouse has it"):
            office.amend(order, office.wishes(order, {trowel: 13}), by=rita)


def test_more_lines_take_no_more_statements(office: Office) -> None:
    counts = []
    office.world.acme.credit_limit = Decimal(100_000)
    for lines in (3, 60):
        goods = [office.world.product(f"S{lines}-{n}", price="90") for n in range(lines)]
        order = office.order(dict.fromkeys(goods, 5))
        wishes = office.wishes(order, dict.fromkeys(goods, 6))
        office.session.flush()
        with counted() as seen:
            office.amend(order, wishes)
            office.session.flush()
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
