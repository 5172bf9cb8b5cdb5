"""Stock of orders that wait: for their day, or for somebody to release them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.accounts import Account
from models.catalog import Product
from models.inventory import Stock
from models.kernel import clock
from models.orders import (
    Order,
    OrderLine,
    end_keeping,
    lift_hold,
    orders_coming_due,
    orders_kept_too_long,
    pass_on,
    take_what_is_due,
)
from tests.world import World, make_world

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
FAR_DAYS = 60


@pytest.fixture
def world(session: Session) -> Iterator[World]:
    with clock.travelling(MONDAY):
        yield make_world(session)


def for_a_far_day(world: World, wanted: dict[Product, int]) -> Order:
    cart = world.fill_cart(world.acme, world.bob, wanted)
    cart.requested_on = (MONDAY + timedelta(days=FAR_DAYS)).date()
    world.session.flush()
    return world.order(world.acme, world.bob, {})


def line_of(world: World, order: Order) -> OrderLine:
    found = select(OrderLine).where(OrderLine.order_id == order.id)
    return world.session.scalars(found.execution_options(populate_existing=True)).one()


def stock_of(world: World, product: Product) -> Stock:
    found = select(Stock).where(Stock.product_id == product.id)
    return world.session.scalars(found.execution_options(populate_existing=True)).one()


def on_day(days: int) -> datetime:
    return MONDAY + timedelta(days=days)


def test_an_order_for_a_far_day_gets_its_stock_when_the_day_comes_into_the_horizon(
    world: World,
) -> None:
    trowel = world.product("TR-1", stock=30)
    order = for_a_far_day(world, {trowel: 20})
    assert line_of(world, order).allocated == 0
    assert stock_of(world, trowel).allocated == 0

    with clock.travelling(on_day(FAR_DAYS - 25)):
        assert orders_coming_due(world.session, clock.now()) == [order.id]
        assert take_what_is_due(world.session, order) == 0
    assert line_of(world, order).allocated == 0, "ten working days are not near yet"

    with clock.travelling(on_day(FAR_DAYS - 10)):
        take_what_is_due(world.session, order)
    assert line_of(world, order).allocated == 20
    assert stock_of(world, trowel).allocated == 20
    assert orders_coming_due(world.session, clock.now()) == []


def test_what_is_short_when_the_day_comes_is_backordered_and_not_lost(world: World) -> None:
    trowel = world.product("TR-1", stock=30)
    order = for_a_far_day(world, {trowel: 20})
    world.order(world.globex, world.charlie, {trowel: 25})
    with clock.travelling(on_day(FAR_DAYS - 10)):
        assert take_what_is_due(world.session, order) == 15
    line = line_of(world, order)
    assert (line.allocated, line.backordered, line.unpromised) == (5, 15, 0)


def held(world: World, trowel: Product) -> Order:
    world.session.execute(
        update(Account).where(Account.id == world.acme.id).values(credit_limit=Decimal(10))
    )
    world.session.expire_all()
    order = world.order(world.acme, world.bob, {trowel: 30})
    assert order.status == "on_hold"
    return order


def test_an_order_held_for_too_long_gives_its_stock_to_those_who_wait(world: World) -> None:
    trowel = world.product("TR-1", stock=40, price="20.00")
    order = held(world, trowel)
    waiting = world.order(world.globex, world.charlie, {trowel: 20})
    assert line_of(world, waiting).backordered == 10
    assert orders_kept_too_long(world.session, clock.now()) == []

    with clock.travelling(on_day(6)):
        assert orders_kept_too_long(world.session, clock.now()) == [order.id]
        products = end_keeping(world.session, order.id, clock.now())
        pass_on(world.session, products, order.id)
        assert orders_kept_too_long(world.session, clock.now()) == []
        assert end_keeping(world.session, order.id, clock.now()) == [], "once"
    assert line_of(world, order).allocated == 0
    assert line_of(world, waiting).allocated == 20
    assert order.status == "on_hold"


def test_a_released_order_takes_what_is_there_and_backorders_the_rest(world: World) -> None:
    trowel = world.product("TR-1", stock=40, price="20.00")
    order = held(world, trowel)
    with clock.travelling(on_day(6)):
        end_keeping(world.session, order.id, clock.now())
        world.order(world.globex, world.charlie, {trowel: 25})
        lift_hold(world.session, order, "credit_limit", by=world.nora, reason="They have paid")
    line = line_of(world, order)
    assert (line.allocated, line.backordered) == (15, 15)
    assert stock_of(world, trowel).allocated == 40


def test_an_order_let_go_after_its_day_is_promised_for_the_next_day_it_can_ship(
    world: World,
) -> None:
    order = held(world, world.product("TR-1", stock=40, price="20.00"))
    before = line_of(world, order)
    promised, first = before.promised_on, before.first_promised_on
    assert promised is not None
    with clock.travelling(on_day(4)):
        lift_hold(world.session, order, "credit_limit", by=world.nora, reason="They have paid")
        line = line_of(world, order)
        assert line.promised_on is not None
        assert line.promised_on > promised
        assert line.promised_on >= on_day(4).date()
    assert line.first_promised_on == first
    assert order.promised_on == line.promised_on
