"""Specials: typed at the desk, bought for one order line, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import permissions_of
from models.accounts.permissions import Role
from models.catalog import Product, suggest
from models.checkout import (
    Submission,
    cart_lines,
    change_special,
    place_order,
    propose,
    repeats,
    set_quantity,
    shelf_rows,
    shopper_of,
    undecided_rows,
)
from models.insight import check_invariants
from models.kernel import clock
from models.kernel.errors import Conflict, Denied, Refused
from models.orders import Order, OrderLine, end_keeping, lift_hold, place_hold
from models.pricing import IS_VISIBLE, seen_by
from models.purchasing import (
    change_date,
    needed_from,
    send_purchase_order,
    tie_specials,
)
from models.receivables import InvoiceLine
from tests.models.checkout.changing import Office
from tests.models.checkout.special_desk import SpecialDesk
from tests.world import World


@pytest.fixture
def desk(world: World) -> SpecialDesk:
    return SpecialDesk(world)


def sound(session: Session) -> None:
    session.flush()
    assert check_invariants(session) == {}


def test_a_special_is_priced_promised_and_bought_when_its_order_is_placed(
    world: World, desk: SpecialDesk
) -> None:
    world.product("TR-7")
    desk.type(("TR-7", "2"))
    desk.special()
    item = propose(
        desk.session, desk.draft, shopper_of(desk.session, desk.draft, desk.olu).place,
        lines=cart_lines(desk.session, desk.draft),
    ).lines[1]  # fmt: skip
    assert (item.problem, item.unit_price, item.amount) == ("", Decimal("99.50"), Decimal("298.50"))
    assert (item.ship_on or date.min) >= desk.facts().expected_on
    assert desk.draft.goods_amount == Decimal("318.50")
    order = desk.place()
    line = desk.line(order)
    assert (line.name, line.ordered, line.backordered) == (desk.facts().name, 3, 3)
    assert (line.unit_price, line.unit_cost, line.original_price) == (Decimal("99.50"), 60, None)
    tied, purchase = desk.bought()[0]
    assert (tied.order_line_id, tied.ordered, tied.unit_cost) == (line.id, 3, 60)
    assert (tied.part_number, tied.expected_on) == ("OB-18", desk.facts().expected_on)
    assert (purchase.state, purchase.vendor_id) == ("draft", desk.vendor.id)
    assert desk.told(order, "special.bought")[0]["purchase_order"] == purchase.number
    assert desk.told(order, "line.price_overridden") == []
    sound(desk.session)


def test_what_comes_in_is_for_its_line_shipped_and_invoiced_by_its_description(
    world: World, desk: SpecialDesk
) -> None:
    desk.special()
    order = desk.place()
    desk.receive(2)
    line = desk.line(order)
    assert (line.allocated, line.backordered) == (2, 1)
    desk.receive(1)
    assert (desk.line(order).allocated, desk.stock(line.product_id)) == (3, (3, 3))
    Office(world).send(order)
    names = select(InvoiceLine.name).where(InvoiceLine.order_line_id == line.id)
    assert desk.session.scalars(names).all() == [desk.facts().name]
    assert desk.stock(line.product_id) == (0, 0)
    sound(desk.session)


def test_specials_of_a_vendor_go_on_the_draft_that_is_open(world: World, desk: SpecialDesk) -> None:
    desk.special()
    desk.place()
    other = SpecialDesk(world)
    other.special(name="Oak table")
    other.place("k2")
    assert len({purchase.id for _line, purchase in desk.bought()}) == 1
    send_purchase_order(desk.session, desk.bought()[0][1].id, by=world.pat)
    third = SpecialDesk(world)
    third.special(name="Oak chair")
    third.place("k3")
    assert len({purchase.id for _line, purchase in desk.bought()}) == 2
    sound(desk.session)


def test_the_promise_follows_the_purchase_order(world: World, desk: SpecialDesk) -> None:
    desk.special()
    order = desk.place()
    purchase = desk.bought()[0][1]
    send_purchase_order(desk.session, purchase.id, by=world.pat)
    later = desk.facts().expected_on + timedelta(days=14)
    assert [row.id for row in change_date(desk.session, purchase.id, later, by=world.pat)] == [
        order.id
    ]
    assert (desk.line(order).promised_on or date.min) >= later


def test_goods_for_an_order_on_hold_are_kept_for_it(world: World, desk: SpecialDesk) -> None:
    desk.special()
    order = desk.place()
    place_hold(desk.session, order, "manual", by=world.olu, reason="Ask first")
    desk.receive(3)
    assert desk.line(order).allocated == 3
    lift_hold(desk.session, order, "manual", by=world.nora, reason="They want it")
    assert desk.line(order).allocated == 3
    sound(desk.session)


def test_goods_for_an_order_that_is_held_for_too_long_are_kept_for_it_alone(
    world: World, desk: SpecialDesk
) -> None:
    trowel = world.product("TR-7", stock=5)
    desk.type(("TR-7", "2"))
    desk.special()
    order = desk.place()
    place_hold(desk.session, order, "manual", by=world.olu, reason="Ask first")
    desk.receive(3)
    (hold,) = _holds(desk.session, order)
    hold.stock_kept_until = clock.now() - timedelta(days=1)
    end_keeping(desk.session, order.id, clock.now())
    assert desk.stock(trowel.id) == (5, 0)
    line = desk.line(order)
    assert (line.allocated, line.unpromised, desk.stock(line.product_id)) == (3, 0, (3, 3))
    sound(desk.session)
    lift_hold(desk.session, order, "manual", by=world.nora, reason="They want it")
    assert (desk.line(order).allocated, desk.stock(trowel.id)) == (3, (5, 2))
    sound(desk.session)


def test_nobody_finds_a_special_or_orders_it_again(world: World, desk: SpecialDesk) -> None:
    desk.special()
    order = desk.place()
    line = desk.line(order)
    desk.receive(5)  # two too many: they are nobody's
    assert desk.stock(line.product_id) == (5, 3)
    other = SpecialDesk(world)
    other.type((line.sku, "1"))
    assert undecided_rows(other.session, other.draft)[0][0].problem == "not_for_sale"
    shopper = shopper_of(other.session, other.draft, other.olu)
    assert shelf_rows(other.session, shopper, [line.product_id or 0]) == []
    again = repeats(other.session, order.id, shopper)
    assert [each.problem for each in again] == ["This was made for that order only."]
    values = seen_by(shopper.context)
    assert suggest(other.session, "oak", visible=IS_VISIBLE, values=values, account_id=1) == []
    assert needed_from(other.session, desk.vendor.id) == []
    product = other.session.get_one(Product, line.product_id)
    cart = world.fill_cart(world.acme, world.bob, {product: 1})
    with pytest.raises(Refused, match="need a decision"):
        place_order(
            other.session, cart.id, world.acme.id, Submission("k9", Decimal(0)), by=world.bob
        )


def test_the_rest_is_never_cancelled_and_a_far_day_does_not_matter(
    world: World, desk: SpecialDesk
) -> None:
    world.product("TR-7", stock=1)
    desk.type(("TR-7", "2"))
    desk.special()
    desk.draft.requested_on = desk.today + timedelta(days=90)
    desk.draft.backorder_choice = "cancel_rest"
    order = desk.place()
    assert (desk.line(order).backordered, desk.line(order).cancelled) == (3, 0)
    sound(desk.session)


def test_fewer_or_none_come_off_a_draft_purchase_order(world: World, desk: SpecialDesk) -> None:
    world.product("TR-7")
    desk.type(("TR-7", "2"))
    desk.special()
    order = desk.place()
    desk.amend(order, 1)
    assert [line.ordered for line, _purchase in desk.bought()] == [1]
    desk.amend(order, 4)
    assert [line.ordered for line, _purchase in desk.bought()] == [4]
    purchase = desk.bought()[0][1]
    desk.amend(order, 0)
    assert (desk.bought(), purchase.state) == ([], "cancelled")
    told = desk.told(order, "special.not_bought")
    assert [each["quantity"] for each in told] == ["2.000", "4.000"]
    sound(desk.session)


def test_more_of_what_the_vendor_has_already_goes_on_a_new_draft(
    world: World, desk: SpecialDesk
) -> None:
    desk.special()
    order = desk.place()
    send_purchase_order(desk.session, desk.bought()[0][1].id, by=world.pat)
    desk.amend(order, 5)
    assert [(line.ordered, purchase.state) for line, purchase in desk.bought()] == [
        (3, "sent"), (2, "draft"),
    ]  # fmt: skip
    assert desk.line(order).unit_price == Decimal("99.50")
    sound(desk.session)


def test_a_cancelled_special_that_was_sent_becomes_stock_that_nobody_can_sell_unseen(
    world: World, desk: SpecialDesk
) -> None:
    desk.special()
    order = desk.place()
    purchase = desk.bought()[0][1]
    send_purchase_order(desk.session, purchase.id, by=world.pat)
    desk.cancel(order)
    left = desk.told(order, "special.left_over")
    assert [(each["quantity"], each["purchase_order"]) for each in left] == [
        ("3.000", purchase.number)
    ]
    desk.receive(3)
    assert desk.stock(desk.line(order).product_id) == (3, 0)
    sound(desk.session)


def test_the_shop_neither_changes_nor_cancels_a_special(world: World, desk: SpecialDesk) -> None:
    desk.special()
    order = desk.place()
    with pytest.raises(Refused, match="bought for you alone"):
        desk.amend(order, 2, by=world.alice)
    with pytest.raises(Refused, match="bought for you alone"):
        desk.cancel(order, by=world.alice)


def test_a_special_below_its_cost_waits_for_a_sales_manager(
    world: World, desk: SpecialDesk
) -> None:
    desk.special(unit_price=Decimal(50))
    order = desk.place()
    assert [hold.code for hold in _holds(desk.session, order)] == ["below_floor"]


def test_a_special_is_described_anew_or_taken_off_before_it_is_placed(
    world: World, desk: SpecialDesk
) -> None:
    line_id = desk.special()
    change_special(
        desk.session, desk.draft, line_id, desk.facts(quantity=Decimal(1), name="Ash bench"),
        today=desk.today, by=desk.olu,
    )  # fmt: skip
    row = cart_lines(desk.session, desk.draft)[0]
    assert (row.product.name, row.line.quantity) == ("Ash bench", 1)
    assert desk.draft.goods_amount == Decimal("99.50")
    shopper = shopper_of(desk.session, desk.draft, desk.olu)
    product = desk.session.get_one(Product, row.product.id)
    for quantity, amount in ((4, Decimal(398)), (0, Decimal(0))):
        set_quantity(
            desk.session, desk.draft, product, Decimal(quantity), context=shopper.context,
            warehouse_ids=shopper.warehouse_ids, by=desk.olu,
        )  # fmt: skip
        assert desk.draft.goods_amount == amount
    assert desk.bought() == []


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": "  "}, "name"), ({"name": "x" * 201}, "name"),
        ({"quantity": Decimal(0)}, "quantity"), ({"expected_on": date(2020, 1, 1)}, "expected_on"),
        ({"unit_cost": Decimal(-1)}, "unit_cost"), ({"unit_price": Decimal("NaN")}, "unit_price"),
        ({"vendor_id": None}, "vendor"), ({"tax_category": "high"}, "tax_category"),
        ({"part_number": "9" * 61}, "part_number"),
    ],
)  # fmt: skip
def test_a_special_that_makes_no_sense_is_refused_at_its_field(
    desk: SpecialDesk, other: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        desk.special(**other)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_no_rate_is_known_for_a_vendor_who_is_paid_in_another_currency(desk: SpecialDesk) -> None:
    desk.vendor.currency = "EUR"
    with pytest.raises(Refused, match="our own currency"):
        desk.special()


def test_a_code_that_the_range_has_already_is_passed_over(world: World, desk: SpecialDesk) -> None:
    desk.special()
    last = desk.session.scalars(select(func.max(Product.id))).one()
    world.product(f"sp-{last + 3}")  # these two take the next two numbers themselves
    world.product("TR-7").slug = f"special-{last + 5}"
    for number in (last + 4, last + 6):
        desk.special()
        rows = cart_lines(desk.session, desk.draft)
        assert rows[-1].product.sku == f"SP-{number}"


def test_a_special_is_bought_once(world: World, desk: SpecialDesk) -> None:
    world.product("TR-7")
    desk.type(("TR-7", "2"))
    desk.special()
    order = desk.place()
    line = desk.line(order)
    other = desk.session.scalars(select(OrderLine.id).where(OrderLine.sku == "TR-7")).one()
    tie_specials(desk.session, {line.product_id or 0: line.id})
    with pytest.raises(Conflict, match="ordered already"):
        tie_specials(desk.session, {line.product_id or 0: other})


def test_specials_need_their_permission(world: World, desk: SpecialDesk) -> None:
    without = replace(
        desk.olu, permissions=desk.olu.permissions - (permissions_of({Role.ADMINISTRATOR})
                                                      - permissions_of({Role.SALES_REP}))
    )  # fmt: skip
    with pytest.raises(Denied):
        desk.special(by=without)


def _holds(session: Session, order: Order) -> list[Any]:
    session.refresh(order, ["holds"])
    return [hold for hold in order.holds if hold.released_at is None]
