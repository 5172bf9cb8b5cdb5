"""Specials that are left over: counted, worth something, and put on sale."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.catalog import Product
from models.fulfilment import put_on_sale
from models.insight import check_invariants, left_over
from models.kernel.errors import Conflict, Denied, Refused
from models.orders import Order
from models.purchasing import send_purchase_order
from tests.models.checkout.special_desk import SpecialDesk, follow_due
from tests.world import World


@pytest.fixture
def desk(world: World) -> SpecialDesk:
    return SpecialDesk(world)


@pytest.fixture
def order(desk: SpecialDesk) -> Order:
    """Cancelled when the vendor had it already: three lie there for nobody, at 60 each."""
    desk.special()
    order = desk.place()
    send_purchase_order(desk.session, desk.bought()[0][1].id, by=desk.world.pat)
    desk.cancel(order)
    desk.receive(3)
    return order


def sell(desk: SpecialDesk, order: Order, code: str, units: int) -> Product:
    special = desk.session.get_one(Product, desk.line(order).product_id)
    return put_on_sale(
        desk.session, special, code, Decimal(units), seller=desk.world.seller,
        warehouse_id=order.warehouse_id, bin_id=None, by=desk.world.ada,
    )  # fmt: skip


def test_what_nobody_waits_for_is_summed_up(desk: SpecialDesk, order: Order) -> None:
    found = left_over(desk.session)
    assert (found.levels, found.units, found.cost) == (1, 3, 180)
    assert left_over(desk.session, 999_999).levels == 0


def test_it_is_put_on_sale_and_fills_who_waits_for_the_product(
    world: World, desk: SpecialDesk, order: Order
) -> None:
    bench = world.product("BN-1", cost="60.00", stock=0)
    waits = world.order(world.acme, world.bob, {bench: 2}, key="waits")
    assert sell(desk, order, "bn-1", 3).id == bench.id
    assert desk.stock(desk.line(order).product_id) == (0, 0)
    assert desk.stock(bench.id) == (3, 2)
    desk.session.refresh(waits, ["lines"])
    assert waits.lines[0].allocated == 2
    follow_due(desk.session)
    assert left_over(desk.session).levels == 0
    assert check_invariants(desk.session) == {}


def test_the_same_form_moves_them_once_and_whole_goods_stay_whole(
    world: World, desk: SpecialDesk, order: Order
) -> None:
    world.product("BN-1", stock=0)
    special = desk.session.get_one(Product, desk.line(order).product_id)
    seen = {"seller": world.seller, "warehouse_id": order.warehouse_id, "bin_id": None,
            "seen_on_hand": Decimal(3), "by": world.ada}  # fmt: skip
    with pytest.raises(Refused, match="whole units"):
        put_on_sale(desk.session, special, "BN-1", Decimal("0.5"), **seen)
    put_on_sale(desk.session, special, "BN-1", Decimal(1), **seen)
    with pytest.raises(Conflict):
        put_on_sale(desk.session, special, "BN-1", Decimal(1), **seen)


def test_only_what_is_free_and_only_as_a_product(
    world: World, desk: SpecialDesk, order: Order
) -> None:
    bench = world.product("BN-1", stock=0)
    with pytest.raises(Refused, match="Between 0 and 3"):
        sell(desk, order, "BN-1", 4)
    with pytest.raises(Refused, match="Add the product first"):
        sell(desk, order, "NO-SUCH", 1)
    with pytest.raises(Refused, match="Add the product first"):
        sell(desk, order, desk.line(order).sku, 1)
    with pytest.raises(Refused, match="Add the product first"):
        put_on_sale(
            desk.session, bench, "BN-1", Decimal(1), seller=world.seller,
            warehouse_id=order.warehouse_id, bin_id=None, by=world.ada,
        )  # fmt: skip
    with pytest.raises(Denied):
        put_on_sale(
            desk.session, bench, "BN-1", Decimal(1), seller=world.seller,
            warehouse_id=order.warehouse_id, bin_id=None, by=world.bob,
        )  # fmt: skip
