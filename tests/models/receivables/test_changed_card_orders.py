"""A card order is changed or cancelled: before, while and after its payment."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from models.kernel import clock
from models.ledger import Chart
from models.orders import Order, OrderHold
from models.receivables import (
    Payment,
    Receipt,
    Refund,
    ask_refund,
    pro_forma_of,
    take_payment,
)
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


def asked_for(office: Office, order: Order) -> Decimal:
    """What the pro-forma in force asks for; nothing without one."""
    office.session.flush()
    found = pro_forma_of(office.session, order.id)
    return found.total_amount if found else Decimal(0)


def pay(office: Office, order: Order, amount: Decimal, key: str) -> None:
    world = office.world
    receipt = Receipt(
        key, amount, "transfer", clock.today("Europe/London"), order.number, {}, order.id
    )
    take_payment(office.session, world.acme.id, receipt, seller=world.seller, by=world.nora)


def test_an_order_paid_in_advance_is_asked_for_anew_with_each_change(
    till: Till, office: Office
) -> None:
    trowel = till.world.product("TR-1")
    order = office.order({trowel: 10}, payment_means="transfer")
    assert asked_for(office, order) == Decimal("130.20")
    office.amend(order, office.wishes(order, {trowel: 12}))
    assert asked_for(office, order) == Decimal("154.20")
    pay(office, order, Decimal("154.20"), "first")
    assert not is_held(office, order)
    office.amend(order, office.wishes(order, {trowel: 15}))
    assert is_held(office, order)
    assert asked_for(office, order) == 36
    office.amend(order, office.wishes(order, {trowel: 12}))
    assert not is_held(office, order)
    assert asked_for(office, order) == 0
    assert till.is_sound()


def test_what_a_transfer_paid_beyond_a_changed_order_is_left_to_accounting(
    till: Till, office: Office
) -> None:
    trowel = till.world.product("TR-1")
    order = office.order({trowel: 10}, payment_means="transfer")
    pay(office, order, order.total_amount, "all")
    office.amend(order, office.wishes(order, {trowel: 6}))
    assert refunds(office) == [], "nobody has sent it back yet"
    assert "refund.owed" in office.events(order)
    office.cancel(order)
    payment = office.session.scalars(select(Payment)).one()
    ask_refund(
        office.session, payment.id, payment.amount, reason="Cancelled", submission_key="back",
        by=till.world.nora,
    )  # fmt: skip
    assert till.balance(Chart.CUSTOMER_DEPOSITS) == 0
    assert till.is_sound()


def test_a_cancelled_order_asks_for_nothing_in_advance(till: Till, office: Office) -> None:
    order = office.order({till.world.product("TR-1"): 10}, payment_means="transfer")
    office.cancel(order)
    assert asked_for(office, order) == 0
    assert till.is_sound()
