"""Units of a special that the warehouse loses are bought again; found ones need not be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from models.catalog import Product
from models.fulfilment import PickLine, adjust_stock, confirm_pick, release_to_picking
from models.insight import StockFilter, check_invariants, stock_rows
from models.orders import Order, pass_on, restate_demand
from models.purchasing import (
    PurchaseOrder,
    Wanted,
    follow_up,
    revise_purchase_order,
    send_purchase_order,
)
from tests.models.checkout.special_desk import SpecialDesk, follow_due
from tests.world import World


@pytest.fixture
def desk(world: World) -> SpecialDesk:
    return SpecialDesk(world)


@pytest.fixture
def order(desk: SpecialDesk) -> Order:
    """Three that have come in, all of them its own."""
    desk.special()
    order = desk.place()
    desk.receive(3)
    follow_due(desk.session)
    return order


def adjust(desk: SpecialDesk, order: Order, delta: int) -> None:
    product = desk.session.get_one(Product, desk.line(order).product_id)
    adjust_stock(
        desk.session, seller=desk.world.seller, product=product,
        warehouse_id=order.warehouse_id, delta=Decimal(delta), reason="Damaged", by=desk.world.ada,
    )  # fmt: skip


def shown(desk: SpecialDesk, state: str = "") -> list[tuple[Decimal, Decimal]]:
    rows = stock_rows(desk.session, StockFilter(state, text="SP-"))
    return [(row.on_hand, row.backordered) for row in rows]


def bought(desk: SpecialDesk) -> list[tuple[Decimal, str]]:
    return [(line.ordered, purchase.state) for line, purchase in desk.bought()]


def sound(desk: SpecialDesk) -> bool:
    desk.session.flush()
    assert check_invariants(desk.session) == {}
    return True


def test_what_is_lost_is_bought_again_and_the_order_gets_it(
    desk: SpecialDesk, order: Order
) -> None:
    adjust(desk, order, -2)
    assert (desk.line(order).allocated, desk.line(order).backordered) == (1, 2)
    assert bought(desk) == [(3, "received")]
    assert sound(desk)  # the task is due
    assert follow_due(desk.session) == 1
    assert bought(desk) == [(3, "received"), (2, "draft")]
    told = desk.told(order, "special.bought")
    assert [each["quantity"] for each in told] == ["3.000", "2.000"]
    assert sound(desk)
    purchase = desk.bought()[1][1]
    send_purchase_order(desk.session, purchase.id, by=desk.world.pat)
    desk.receive(2, which=1)
    assert desk.line(order).allocated == 3
    assert sound(desk)


def test_all_lost_it_still_stands_on_the_stock_page(desk: SpecialDesk, order: Order) -> None:
    assert shown(desk) == [(3, 0)]
    adjust(desk, order, -3)
    assert shown(desk) == shown(desk, "short") == [(0, 3)]
    desk.cancel(order)
    assert shown(desk) == []


def test_one_that_has_not_come_yet_stands_there_too(desk: SpecialDesk) -> None:
    desk.special()
    desk.place()
    assert shown(desk, "short") == [(0, 3)]


@pytest.mark.parametrize("choice", ["partial", "cancel_rest"])
def test_a_short_pick_is_bought_again_whatever_the_order_does_with_a_rest(
    desk: SpecialDesk, order: Order, choice: str
) -> None:
    order.backorder_choice = choice
    listed = release_to_picking(desk.session, order.id, by=desk.world.sam)[0]
    line = desk.session.scalars(select(PickLine).where(PickLine.pick_list_id == listed.id)).one()
    confirm_pick(
        desk.session, listed.id, line.id, Decimal(1), by=desk.world.sam,
        short_reason="not in the bin",
    )  # fmt: skip
    sold = desk.line(order)
    assert (sold.picked, sold.backordered, sold.cancelled) == (1, 2, 0)
    assert sound(desk)
    follow_due(desk.session)
    assert bought(desk) == [(3, "received"), (2, "draft")]
    assert sound(desk)


def test_found_again_it_need_not_be_bought(desk: SpecialDesk, order: Order) -> None:
    adjust(desk, order, -2)
    follow_due(desk.session)
    purchase = desk.bought()[1][1]
    adjust(desk, order, 1)
    follow_due(desk.session)
    assert bought(desk) == [(3, "received"), (1, "draft")]
    adjust(desk, order, 1)
    follow_due(desk.session)
    assert (bought(desk), purchase.state) == ([(3, "received")], "cancelled")
    assert desk.line(order).allocated == 3
    assert sound(desk)


def test_what_lies_free_is_the_orders_again_before_more_is_bought(
    desk: SpecialDesk, order: Order
) -> None:
    adjust(desk, order, 1)
    assert desk.stock(desk.line(order).product_id) == (4, 3)
    adjust(desk, order, -2)
    assert desk.line(order).allocated == 2
    follow_due(desk.session)
    assert bought(desk) == [(3, "received"), (1, "draft")]


def test_a_task_that_runs_twice_or_for_an_order_without_specials_changes_nothing(
    world: World, desk: SpecialDesk, order: Order
) -> None:
    adjust(desk, order, -1)
    follow_due(desk.session)
    pass_on(desk.session, [desk.line(order).product_id or 0], order.id)
    for _ in range(2):
        follow_up(desk.session, order.id)
    plain = world.order(world.acme, world.bob, {world.product("TR-7"): 1}, key="plain")
    follow_up(desk.session, plain.id)
    assert bought(desk) == [(3, "received"), (1, "draft")]


def test_ordinary_goods_that_are_lost_ask_for_nothing(world: World, desk: SpecialDesk) -> None:
    trowel = world.product("TR-7", stock=3)
    order = world.order(world.acme, world.bob, {trowel: 3}, key="plain")
    adjust_stock(
        desk.session, seller=world.seller, product=trowel, warehouse_id=order.warehouse_id,
        delta=Decimal(-2), reason="Damaged", by=world.ada,
    )  # fmt: skip
    assert follow_due(desk.session) == 0


def test_what_the_buyer_takes_off_a_purchase_order_goes_on_a_draft(
    world: World, desk: SpecialDesk
) -> None:
    desk.special()
    desk.place()
    line, purchase = desk.bought()[0]
    send_purchase_order(desk.session, purchase.id, by=world.pat)
    wanted = Wanted(line.product_id, Decimal(1))
    revise_purchase_order(desk.session, purchase.id, {line.id: wanted}, [], by=world.pat)
    assert sound(desk)
    follow_due(desk.session)
    assert bought(desk) == [(1, "sent"), (2, "draft")]
    drafts = select(PurchaseOrder.created_by_id).where(PurchaseOrder.state == "draft")
    assert desk.session.scalars(drafts).all() == [None]
    assert sound(desk)


def test_units_that_the_order_counted_on_before_it_got_them_are_bought_when_they_are_lost(
    desk: SpecialDesk, order: Order
) -> None:
    adjust(desk, order, 2)  # two too many came
    line = desk.line(order)
    line.ordered += (
        2  # as on an order that has given its stock back: it takes none until it goes on
    )
    restate_demand(desk.session, order, [line])
    follow_due(desk.session)
    assert bought(desk) == [(3, "received")]
    adjust(desk, order, -2)
    follow_due(desk.session)
    assert bought(desk) == [(3, "received"), (2, "draft")]
