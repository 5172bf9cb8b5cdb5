"""A card order is changed or cancelled: before, while and after its payment."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from models.ledger import Chart
from models.orders import Order, OrderHold, lift_hold
from models.receivables import Payment, Refund
from tests.models.checkout.changing import Office
from tests.models.receivables.conftest import Till


@pytest.fixture
def office(till: Till) -> Office:
    return Office(till.world)


def refunds(office: Office) -> list[Decimal]:
    office.session.flush()
    return list(office.session.scalars(select(Refund.amount).order_by(Refund.id)))


def is_held(office: Office, order: Order) -> bool:
    office.session.flush()
    found = select(OrderHold).where(
        OrderHold.order_id == order.id,
        OrderHold.code == "awaiting_payment",
        OrderHold.released_at.is_(None),
    )
    return office.session.scalars(found).first() is not None


def test_an_order_that_nobody_has_paid_asks_for_what_it_comes_to_now(
    till: Till, office: Office
) -> None:
    trowel = till.world.product("TR-1")
    order = till.order({trowel: 10})
    office.amend(order, office.wishes(order, {trowel: 12}), by=till.world.bob)
    payment = till.paid(till.begin(order))
    assert payment.amount == order.total_amount == Decimal("154.20")
    assert not is_held(office, order)
    assert refunds(office) == []
    assert till.is_sound()


def test_more_on_a_paid_order_is_asked_for_and_held_until_it_is_paid(
    till: Till, office: Office
) -> None:
    trowel = till.world.product("TR-1")
    order = till.order({trowel: 10})
    till.paid(till.begin(order))
    office.amend(order, office.wishes(order, {trowel: 12}))
    assert is_held(office, order)
    assert order.status == "on_hold"
    second = till.begin(order)
    assert second.expected_amount == 24
    till.paid(second)
    assert not is_held(office, order)
    assert order.status == "open"
    assert till.is_sound()


def test_less_on_a_paid_order_goes_back_to_the_card(till: Till, office: Office) -> None:
    trowel = till.world.product("TR-1")
    order = till.order({trowel: 10})
    till.paid(till.begin(order))
    office.amend(order, office.wishes(order, {trowel: 6}))
    assert refunds(office) == [Decimal(48)]
    assert not is_held(office, order)
    (refund,) = office.session.scalars(select(Refund))
    till.carry_out(refund)
    assert till.balance(Chart.CUSTOMER_DEPOSITS) == -order.total_amount
    assert till.is_sound()


def test_a_payment_under_way_that_is_more_than_the_order_now_is_partly_refunded(
    till: Till, office: Office
) -> None:
    trowel = till.world.product("TR-1")
    order = till.order({trowel: 10})
    attempt = till.begin(order)
    office.amend(order, office.wishes(order, {trowel: 5}))
    till.paid(attempt)
    assert refunds(office) == [Decimal(60)]
    assert not is_held(office, order)
    assert till.is_sound()


def test_a_payment_under_way_that_is_less_than_the_order_now_leaves_the_rest_due(
    till: Till, office: Office
) -> None:
    trowel = till.world.product("TR-1")
    order = till.order({trowel: 10})
    attempt = till.begin(order)
    office.amend(order, office.wishes(order, {trowel: 15}))
    till.paid(attempt)
    assert is_held(office, order)
    second = till.begin(order)
    assert second.expected_amount == 60
    till.paid(second)
    assert not is_held(office, order)
    assert till.is_sound()


def test_what_was_paid_covers_a_smaller_order_and_lets_it_go(till: Till, office: Office) -> None:
    trowel = till.world.product("TR-1")
    order = till.order({trowel: 10})
    till.paid(till.begin(order))
    office.amend(order, office.wishes(order, {trowel: 12}))
    assert is_held(office, order)
    office.amend(order, office.wishes(order, {trowel: 10}))
    assert not is_held(office, order)
    assert refunds(office) == []
    assert till.is_sound()


def test_a_cancelled_order_gives_all_the_money_back_whenever_it_comes(
    till: Till, office: Office
) -> None:
    trowel = till.world.product("TR-1")
    paid, late = till.order({trowel: 2}), till.order({trowel: 3})
    first = till.paid(till.begin(paid))
    attempt = till.begin(late)
    office.cancel(paid, by=till.world.bob)
    office.cancel(late, by=till.world.bob)
    second = till.paid(attempt)
    assert refunds(office) == [first.amount, second.amount]
    for payment in office.session.scalars(select(Payment)):
        assert (payment.unapplied_amount, payment.refunded_amount) == (0, payment.amount)
    assert (paid.status, late.status) == ("cancelled", "cancelled")
    assert till.is_sound()


def test_the_rest_that_is_cancelled_after_a_part_has_left_is_refunded(
    till: Till, office: Office
) -> None:
    trowel, fork = till.world.product("TR-1", stock=10), till.world.product("FK-1", stock=0)
    order = till.order({trowel: 10, fork: 5})
    till.paid(till.begin(order))
    office.send(order)
    office.amend(order, office.wishes(order, {fork: 2}))
    assert refunds(office) == []
    office.cancel(order, rest=True)
    assert order.total_amount == order.invoiced_amount == order.paid_amount
    assert order.status == "paid"
    assert till.is_sound()


def test_more_on_an_order_by_transfer_waits_for_the_money_again(till: Till, office: Office) -> None:
    trowel = till.world.product("TR-1")
    order = office.order({trowel: 10}, payment_means="transfer")
    lift_hold(office.session, order, "awaiting_payment", by=till.world.nora, reason="It came.")
    office.amend(order, office.wishes(order, {trowel: 8}))
    assert not is_held(office, order)
    office.amend(order, office.wishes(order, {trowel: 12}))
    assert is_held(office, order)
    assert till.is_sound()
