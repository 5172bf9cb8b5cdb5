"""Charges of an order that was paid, or is paid first: more is asked for, or money goes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from models.ledger import Chart
from models.receivables import Refund, due_by_card
from tests.models.checkout.changing import Office
from tests.models.receivables.conftest import Till
from tests.models.receivables.test_changed_card_orders import asked_for, is_held, pay, refunds


@pytest.fixture
def office(till: Till) -> Office:
    return Office(till.world)


def test_what_a_card_paid_for_a_waived_charge_goes_back_to_it(till: Till, office: Office) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    till.paid(till.begin(order))
    office.settle(order, "0")
    assert refunds(office) == [Decimal("10.20")]
    assert not is_held(office, order)
    till.carry_out(office.session.scalars(select(Refund)).one())
    office.send(order)
    assert order.status == "paid"
    assert order.total_amount == order.invoiced_amount == order.paid_amount == 120
    assert till.balance(Chart.CUSTOMER_DEPOSITS) == 0
    assert till.is_sound()


def test_a_charge_more_is_asked_of_the_card_before_it_goes(till: Till, office: Office) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    till.paid(till.begin(order))
    office.settle(order, "10", "fee", name="Pallet exchange")
    assert is_held(office, order)
    assert due_by_card(office.session, order) == 12
    attempt = till.begin(order)
    assert attempt.expected_amount == 12
    till.paid(attempt)
    assert not is_held(office, order)
    assert till.is_sound()


def test_an_unpaid_order_that_comes_to_nothing_waits_for_no_payment(
    till: Till, office: Office
) -> None:
    gift, trowel = till.world.product("GI-1", price="0"), till.world.product("TR-1")
    order = till.order({gift: 1, trowel: 1})
    office.settle(order, "0")
    assert is_held(office, order), "the goods are to be paid"
    office.amend(order, office.wishes(order, {trowel: 0}))
    assert order.total_amount == 0
    assert not is_held(office, order)
    assert till.is_sound()


def test_a_pro_forma_asks_for_what_the_charges_come_to(till: Till, office: Office) -> None:
    order = office.order({till.world.product("TR-1"): 10}, payment_means="transfer")
    office.settle(order, "0")
    assert (is_held(office, order), asked_for(office, order)) == (True, 120)
    pay(office, order, Decimal(120), "first")
    assert not is_held(office, order)
    office.settle(order, "5")
    assert (is_held(office, order), asked_for(office, order)) == (True, 6)
    office.settle(order, "0")
    assert (is_held(office, order), asked_for(office, order)) == (False, 0)
    office.send(order)
    assert order.status == "paid"
    assert till.is_sound()


def test_what_a_transfer_paid_for_a_waived_charge_is_left_to_accounting(
    till: Till, office: Office
) -> None:
    order = office.order({till.world.product("TR-1"): 10}, payment_means="transfer")
    pay(office, order, order.total_amount, "all")
    office.settle(order, "0")
    assert refunds(office) == [], "nobody has sent it back yet"
    assert "refund.owed" in office.events(order)
    assert not is_held(office, order)
    assert till.is_sound()
