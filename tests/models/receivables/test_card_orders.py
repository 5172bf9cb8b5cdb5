"""An order paid by card: what is charged, what waits, and what becomes of its stock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.inventory import Stock
from models.kernel import clock
from models.kernel.errors import Conflict, Denied
from models.ledger import Chart
from models.orders import Order
from models.receivables import (
    Invoice,
    Mismatch,
    Payment,
    PaymentAttempt,
    Refund,
    begin_order_payment,
    let_stock_go,
    orders_out_of_time,
    settle,
)
from tests.models.receivables.conftest import BACK, Till


def shipped(till: Till, order: Order) -> Invoice:
    world = till.world
    pick_list = release_to_picking(till.session, order.id, by=world.sam)[0]
    confirm_all(till.session, pick_list.id, by=world.sam)
    pack(till.session, pick_list.shipment_id, [], by=world.sam)
    return ship_shipment(till.session, pick_list.shipment_id, by=world.sam)


def test_a_card_order_waits_for_its_payment_and_goes_on_when_it_is_confirmed(till: Till) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    assert order.status == "on_hold"
    attempt = till.begin(order)
    assert attempt.expected_amount == order.total_amount
    with pytest.raises(Conflict):
        release_to_picking(till.session, order.id, by=till.world.sam)
    payment = till.paid(attempt)
    assert order.status == "open"
    assert (payment.amount, payment.order_id) == (order.total_amount, order.id)
    assert till.balance(Chart.CUSTOMER_DEPOSITS) == -order.total_amount
    assert till.balance(Chart.CARD_CLEARING) == order.total_amount
    assert till.is_sound()


def test_the_deposit_pays_the_invoice_when_the_goods_are_shipped(till: Till) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    till.paid(till.begin(order))
    invoice = shipped(till, order)
    assert invoice.open_amount == 0
    assert order.status == "paid"
    assert till.balance(Chart.CUSTOMER_DEPOSITS) == 0
    assert till.is_sound()


def test_the_same_news_again_changes_nothing(till: Till) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    attempt = till.begin(order)
    assert till.paid(attempt).id == till.paid(attempt).id
    assert till.session.scalar(select(func.count(Payment.id))) == 1
    assert till.is_sound()


def test_beginning_again_leads_to_the_same_page(till: Till) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    first = till.begin(order)
    assert till.begin(order).id == first.id
    assert len(till.cards.pages) == 1


def test_only_what_is_in_stock_is_charged_and_the_rest_when_it_has_come(till: Till) -> None:
    world = till.world
    product = world.product("TR-1", price="10.00", stock=30)
    order = till.order({product: 50})
    attempt = till.begin(order)
    assert attempt.expected_amount == Decimal("360.00")
    till.paid(attempt)
    assert shipped(till, order).open_amount == 0
    _receive(till, product.id, 20)
    assert release_to_picking(till.session, order.id, by=world.sam) == []
    assert order.status == "on_hold"
    later = till.begin(order)
    assert later.expected_amount == Decimal("240.00")
    till.paid(later)
    assert shipped(till, order).open_amount == 0
    assert order.status == "paid"
    assert till.is_sound()


def test_an_order_with_nothing_in_stock_is_charged_nothing_yet(till: Till) -> None:
    order = till.order({till.world.product("TR-1", stock=0): 10})
    assert begin_order_payment(
        till.session, order.id, returning_to=BACK, by=till.world.bob
    ) is None  # fmt: skip
    assert order.status == "open"


def test_staff_have_no_business_with_a_buyers_card(till: Till) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    with pytest.raises(Denied):
        begin_order_payment(till.session, order.id, returning_to=BACK, by=till.world.rita)


def test_an_expired_page_gives_the_stock_back_and_paying_takes_it_again(till: Till) -> None:
    product = till.world.product("TR-1", stock=10)
    order = till.order({product: 10})
    till.expired(till.begin(order))
    stock = till.session.scalars(select(Stock).where(Stock.product_id == product.id)).one()
    assert stock.allocated == 0
    assert order.status == "on_hold"
    assert till.is_sound()
    till.paid(till.begin(order))
    assert till.line(order).allocated == 10
    assert order.status == "open"
    assert till.is_sound()


def test_money_that_comes_after_all_takes_what_is_there_and_backorders_the_rest(
    till: Till,
) -> None:
    product = till.world.product("TR-1", stock=10)
    order = till.order({product: 10})
    attempt = till.begin(order)
    news = till.cards.pay(attempt.key)
    till.session.get_one(PaymentAttempt, attempt.id).state = "expired"
    _give_back(till, order)
    till.world.order(till.world.globex, till.world.charlie, {product: 7})
    settle(till.session, news, is_live=False)
    line = till.line(order)
    assert (line.allocated, line.backordered, line.cancelled) == (3, 7, 0)
    assert till.session.scalars(select(Refund)).all() == []
    assert till.is_sound()


@pytest.mark.parametrize("policy", ["deny", "backorder"])
def test_what_cannot_wait_is_cancelled_and_refunded(till: Till, policy: str) -> None:
    product = till.world.product("TR-1", stock=10, backorder_policy=policy)
    choice = "partial" if policy == "deny" else "cancel_rest"
    order = till.order({product: 10}, backorder_choice=choice)
    attempt = till.begin(order)
    news = till.cards.pay(attempt.key)
    till.session.get_one(PaymentAttempt, attempt.id).state = "expired"
    _give_back(till, order)
    till.world.order(till.world.globex, till.world.charlie, {product: 7})
    payment = settle(till.session, news, is_live=False)
    line = till.line(order)
    assert (line.allocated, line.backordered, line.cancelled) == (3, 0, 7)
    refund = till.session.scalars(select(Refund)).one()
    assert refund.amount == Decimal("84.00"), "seven of ten at 10.00, with VAT"
    till.carry_out(refund)
    assert payment.unapplied_amount == order.total_amount == Decimal("46.20")
    assert till.is_sound()


def test_money_for_a_cancelled_order_goes_back_whole(till: Till) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    attempt = till.begin(order)
    order.cancelled_at = clock.now()
    till.session.flush()
    payment = till.paid(attempt)
    assert till.session.scalars(select(Refund.amount)).one() == payment.amount


def test_stock_that_nobody_begins_to_pay_for_is_freed_when_its_time_is_over(till: Till) -> None:
    product = till.world.product("TR-1", stock=10)
    order = till.order({product: 10})
    later = clock.now() + timedelta(minutes=31)
    assert orders_out_of_time(till.session, clock.now()) == []
    assert orders_out_of_time(till.session, later) == [order.id]
    let_stock_go(till.session, order.id)
    assert till.line(order).allocated == 0
    assert orders_out_of_time(till.session, later) == []
    assert till.is_sound()


def test_a_page_under_way_keeps_the_stock(till: Till) -> None:
    order = till.order({till.world.product("TR-1"): 10})
    till.begin(order)
    later = clock.now() + timedelta(hours=2)
    assert orders_out_of_time(till.session, later) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": Decimal("1.00")}, "was asked for"),
        ({"currency": "EUR"}, "was asked for"),
        ({"is_live": True}, "live mode"),
        ({"key": "foreign"}, "No payment of ours"),
        ({"session_reference": "cs_other"}, "not the one of this payment"),
    ],
)
def test_money_that_does_not_fit_our_record_changes_nothing(
    till: Till, wrong: dict[str, object], said: str
) -> None:
    from dataclasses import replace

    order = till.order({till.world.product("TR-1"): 10})
    news = till.cards.pay(till.begin(order).key)
    with pytest.raises(Mismatch, match=said):
        settle(till.session, replace(news, **wrong), is_live=False)
    assert order.status == "on_hold"
    assert till.session.scalars(select(Payment)).all() == []


def _give_back(till: Till, order: Order) -> None:
    from models.orders import give_back_stock

    give_back_stock(till.session, order, reason="Its time was over.")
    till.session.flush()


def _receive(till: Till, product_id: int, units: int) -> None:
    from models.inventory import Bin, Cause, Incoming, receive
    from models.orders import fill_backorders

    place = till.session.scalars(select(Bin.id).where(Bin.code == f"A-{product_id}")).one()
    cause = Cause("opening", None)
    receive(
        till.session, [Incoming(product_id, Decimal(units), Decimal(4), place)],
        warehouse_id=till.world.warehouse.id, cause=cause,
    )  # fmt: skip
    fill_backorders(till.session, [product_id], cause=cause)
