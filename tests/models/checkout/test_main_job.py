"""The main job through the domain: ordered, picked, packed, shipped, invoiced, paid."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.fulfilment import (
    Carton,
    confirm_all,
    is_sscc,
    pack,
    release_to_picking,
    ship_shipment,
)
from models.inventory import Stock
from models.kernel import clock
from models.kernel.errors import Conflict, Refused
from models.ledger import JournalLine
from models.orders import Order, OrderLine
from models.receivables import Invoice, apply_payment, record_payment, standing
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def shipped(world: World, order: Order) -> Invoice:
    pick_list = release_to_picking(world.session, order.id, by=world.sam)[0]
    confirm_all(world.session, pick_list.id, by=world.sam)
    pack(world.session, pick_list.shipment_id, [], by=world.sam)
    return ship_shipment(world.session, pick_list.shipment_id, by=world.sam)


def test_an_order_becomes_a_paid_invoice(world: World) -> None:
    trowel, fork = world.product("TR-1", price="4.86"), world.product("FK-1", price="5.20")
    order = world.order(world.acme, world.bob, {trowel: 24, fork: 18}, po_number="WH-7781")
    assert order.status == "open"
    assert order.goods_amount == Decimal("210.24")
    assert order.total_amount == Decimal("262.49")

    invoice = shipped(world, order)
    assert invoice.number == "INV-10001"
    assert invoice.total_amount == order.total_amount
    assert order.status == "invoiced"

    payment = record_payment(
        world.session, world.acme, seller=world.seller, amount=invoice.total_amount,
        means="transfer", received_on=clock.today("Europe/London"), by=world.nora,
    )  # fmt: skip
    apply_payment(world.session, payment, {invoice.id: invoice.total_amount}, by=world.nora)
    assert order.status == "paid"
    assert order.paid_at is not None
    balance = world.session.scalar(select(func.sum(JournalLine.base_amount)))
    assert balance == 0


def test_shipping_takes_the_goods_out_of_stock_and_numbers_the_parcel(world: World) -> None:
    trowel = world.product("TR-1", stock=50)
    shipped(world, world.order(world.acme, world.bob, {trowel: 20}))
    stock = world.session.scalars(select(Stock).where(Stock.product_id == trowel.id)).one()
    assert (stock.on_hand, stock.allocated) == (30, 0)
    assert is_sscc(world.session.scalars(select(Carton.sscc)).one())


def test_the_same_submission_twice_is_one_order(world: World) -> None:
    trowel = world.product("TR-1")
    first = world.order(world.acme, world.bob, {trowel: 2}, key="form-1")
    again = world.order(world.acme, world.bob, {trowel: 5}, key="form-1")
    assert again.id == first.id


def test_what_is_short_becomes_a_backorder_and_no_unit_is_promised_twice(world: World) -> None:
    trowel = world.product("TR-1", stock=30)
    world.order(world.acme, world.bob, {trowel: 20})
    second = world.order(world.globex, world.charlie, {trowel: 20})
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == second.id)).one()
    assert (line.allocated, line.backordered) == (10, 10)


def test_a_product_that_may_not_be_backordered_is_refused_beyond_its_stock(world: World) -> None:
    lantern = world.product("LN-1", stock=5, backorder_policy="deny")
    cart = world.fill_cart(world.acme, world.bob, {lantern: 8})
    assert cart.goods_amount == 0
    with pytest.raises(Refused, match="Some lines need a decision"):
        world.order(world.acme, world.bob, {lantern: 8})


def test_an_order_over_the_credit_limit_is_taken_and_held(world: World) -> None:
    trowel = world.product("TR-1", price="10.00", stock=1000)
    order = world.order(world.acme, world.bob, {trowel: 600})
    assert order.status == "on_hold"
    with pytest.raises(Conflict, match="on hold"):
        release_to_picking(world.session, order.id, by=world.sam)


def test_an_open_order_takes_its_whole_total_off_the_credit_until_the_invoice_does(
    world: World,
) -> None:
    trowel = world.product("TR-1", price="10.00")
    order = world.order(world.acme, world.bob, {trowel: 3})
    assert order.charges_amount == Decimal("8.50")
    today = clock.today("Europe/London")
    before = standing(world.session, world.acme, today=today)
    assert before.open_orders == order.total_amount
    invoice = shipped(world, order)
    after = standing(world.session, world.acme, today=today)
    assert (after.open_orders, after.open_invoices) == (0, invoice.total_amount)
    assert after.exposure == before.exposure


def test_a_total_that_is_not_the_one_shown_is_refused(world: World) -> None:
    from models.checkout import Submission, place_order

    cart = world.fill_cart(world.acme, world.bob, {world.product("TR-1"): 2})
    with pytest.raises(Refused, match="prices or charges have changed"):
        place_order(
            world.session, cart.id, world.acme.id,
            Submission(key="form-2", shown_total=Decimal("1.00")), by=world.bob,
        )  # fmt: skip
