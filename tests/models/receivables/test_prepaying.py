"""Payment in advance: a pro-forma that posts nothing, and money that lets the order go."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.insight import check_invariants
from models.kernel import clock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.outbox import DomainEvent
from models.ledger import JournalEntry
from models.orders import Order, OrderLine, hold_codes
from models.receivables import (
    Payment,
    ProForma,
    Receipt,
    ask_refund,
    issue_pro_forma,
    lapse,
    pro_forma_of,
    pro_formas_to_remind,
    remind,
    take_payment,
)
from tests.models.fulfilment.conftest import Desk, keys
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture
def order(world: World) -> Order:
    """Bob's order of ten trowels, to be paid by transfer before it goes."""
    trowel = world.product("TR-1", price="10.00")
    return world.order(world.acme, world.bob, {trowel: 10}, payment_means="transfer")


def pay(world: World, order: Order, amount: Decimal, means: str = "transfer") -> None:
    receipt = Receipt(
        f"p-{next(keys)}", amount, means, clock.today("Europe/London"), "PF", {}, order.id
    )
    take_payment(world.session, world.acme.id, receipt, seller=world.seller, by=world.nora)


def holds(world: World, order: Order) -> list[str]:
    return list(world.session.scalar(select(hold_codes()).where(Order.id == order.id)) or [])


def told(world: World, kind: str) -> int:
    counted = select(func.count()).where(DomainEvent.kind == kind)
    return world.session.scalar(counted) or 0


def test_an_order_paid_in_advance_gets_a_pro_forma_that_is_posted_nowhere(
    world: World, order: Order
) -> None:
    asked = pro_forma_of(world.session, order.id)
    assert asked is not None
    assert (asked.number[:3], asked.total_amount) == ("PF-", order.total_amount)
    assert holds(world, order) == ["awaiting_payment"]
    posted = select(func.count()).where(JournalEntry.document_kind == "pro_forma")
    assert world.session.scalar(posted) == 0
    assert told(world, "pro_forma.issued") == 1


def test_the_whole_money_lets_it_go_and_pays_its_invoice(
    world: World, desk: Desk, order: Order
) -> None:
    pay(world, order, order.total_amount)
    assert (holds(world, order), pro_forma_of(world.session, order.id)) == ([], None)
    invoice = desk.ship(order)
    assert (invoice.open_amount, order.status) == (0, "paid")
    assert check_invariants(world.session) == {}


@pytest.mark.parametrize(("short", "is_held"), [("0.50", False), ("0.51", True), ("60.00", True)])
def test_a_payment_may_fall_short_by_the_tolerance(
    world: World, order: Order, short: str, *, is_held: bool
) -> None:
    pay(world, order, order.total_amount - Decimal(short))
    assert bool(holds(world, order)) == is_held
    assert check_invariants(world.session) == {}


def test_money_that_goes_back_before_the_goods_are_out_is_waited_for_again(
    world: World, order: Order
) -> None:
    pay(world, order, order.total_amount)
    assert holds(world, order) == []
    payment = world.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
    for amount, held in (("0.40", []), ("0.20", ["awaiting_payment"])):
        ask_refund(
            world.session, payment.id, Decimal(amount), reason="Paid too much",
            submission_key=f"r-{amount}", by=world.nora,
        )  # fmt: skip
        assert holds(world, order) == held, amount
    assert check_invariants(world.session) == {}


def test_two_parts_make_a_whole(world: World, order: Order) -> None:
    pay(world, order, Decimal(40))
    assert holds(world, order) == ["awaiting_payment"]
    pay(world, order, order.total_amount - 40, "cash")
    assert holds(world, order) == []


def test_a_cheque_has_to_clear_first(world: World, order: Order) -> None:
    pay(world, order, order.total_amount, "cheque")
    assert holds(world, order) == ["awaiting_payment"]


def test_what_does_not_fit_is_refused_with_a_sentence(world: World, order: Order) -> None:
    with pytest.raises(Refused, match="Record the rest as a payment of the account"):
        pay(world, order, order.total_amount + 1)
    receipt = Receipt("k", Decimal(1), "transfer", clock.today("UTC"), "", {}, order.id)
    with pytest.raises(NotFound):
        take_payment(world.session, world.globex.id, receipt, seller=world.seller, by=world.nora)
    pay(world, order, order.total_amount)
    with pytest.raises(Conflict, match="does not wait"):
        pay(world, order, Decimal(1))


def test_another_one_ends_the_first_and_asks_for_what_is_left(world: World, order: Order) -> None:
    pay(world, order, Decimal(40))
    first = pro_forma_of(world.session, order.id)
    second = issue_pro_forma(world.session, order, pay_by=clock.today("UTC"))
    assert first is not None
    assert first.ended_at is not None
    assert second.total_amount == order.total_amount - 40
    assert pro_forma_of(world.session, order.id) == second


def test_it_is_reminded_of_once_before_it_lapses(world: World, order: Order) -> None:
    now = clock.now()
    assert list(pro_formas_to_remind(world.session, now)) == []
    later = now + timedelta(days=4)
    (due,) = pro_formas_to_remind(world.session, later)
    remind(world.session, due)
    remind(world.session, due)
    assert told(world, "pro_forma.reminded") == 1
    assert list(pro_formas_to_remind(world.session, later)) == []


@pytest.mark.parametrize(("zone", "reminds"), [("Pacific/Auckland", True), ("UTC", False)])
def test_it_is_reminded_of_on_the_sellers_day(
    world: World, order: Order, zone: str, reminds: bool
) -> None:
    """At noon in London it is the next day in Auckland already."""
    world.seller.time_zone = zone
    demand = pro_forma_of(world.session, order.id)
    assert demand is not None
    evening = datetime.combine(demand.pay_by - timedelta(days=3), time(12), UTC)
    assert list(pro_formas_to_remind(world.session, evening)) == [demand.id] * reminds


def test_a_lapse_is_told_once_and_it_can_still_be_paid(world: World, order: Order) -> None:
    lapse(world.session, order.id)
    lapse(world.session, order.id)
    assert told(world, "pro_forma.lapsed") == 1
    pay(world, order, order.total_amount)
    assert holds(world, order) == []
    allocated = world.session.scalar(
        select(func.sum(OrderLine.allocated)).where(OrderLine.order_id == order.id)
    )
    assert allocated == 10


def test_an_order_on_account_is_asked_for_nothing(world: World) -> None:
    order = world.order(world.acme, world.bob, {world.product("TR-2"): 1})
    lapse(world.session, order.id)
    assert world.session.scalars(select(ProForma)).all() == []
