"""What is not there is cancelled, where it was agreed so: the order comes to what is left."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from models.catalog import Product
from models.company import open_warehouse
from models.fulfilment import PickList
from models.inventory import Bin, Cause, Incoming, receive
from models.kernel.outbox import DomainEvent
from models.orders import Order, OrderAmendment
from models.receivables import Refund
from tests.models.checkout.changing import DAY, Office
from tests.models.receivables.conftest import Till


def stock_elsewhere(office: Office, product: Product, units: int) -> None:
    """Units of it lie in a second warehouse, too."""
    session = office.session
    other = open_warehouse(
        session,
        office.world.seller,
        code="SOUTH",
        name="South",
        position=2,
        address={"company": "Northgate", "line1": "2 South Road", "city": "Hull", "country": "GB"},
    )
    place = Bin(warehouse_id=other.id, code="S-1", walking_order=1)
    session.add(place)
    session.flush()
    came = Incoming(product.id, Decimal(units), Decimal(4), place.id)
    receive(session, [came], warehouse_id=other.id, cause=Cause("opening", None))


def changes(office: Office, order: Order) -> list[OrderAmendment]:
    found = select(OrderAmendment).where(OrderAmendment.order_id == order.id)
    return list(office.session.scalars(found.order_by(OrderAmendment.id)))


def announced(office: Office) -> list[str]:
    kinds = ("order.amended", "order.cancelled")
    found = select(DomainEvent.kind).where(DomainEvent.kind.in_(kinds)).order_by(DomainEvent.id)
    return list(office.session.scalars(found))


def test_an_order_comes_to_what_was_there_when_it_was_placed(office: Office) -> None:
    trowel, fork = office.world.product("TR-1", stock=6), office.world.product("FK-1", stock=50)
    order = office.order({trowel: 10, fork: 5}, backorder_choice="cancel_rest")
    first, second = office.lines(order)
    assert (first.ordered, first.cancelled, first.line_amount) == (10, 4, 60)
    assert second.line_amount == 50
    assert order.promised_on == first.promised_on == DAY, "what is there waits for nothing"
    carriage = Decimal("8.50")
    assert (order.goods_amount, order.charges_amount) == (110, carriage)
    assert order.total_amount == (110 + carriage) * Decimal("1.2")
    office.send(order)
    assert order.status == "invoiced"
    assert order.invoiced_amount == order.total_amount
    assert changes(office, order) == [], "it was placed so"
    assert office.is_sound()


def test_what_is_short_in_the_bin_is_a_change_of_the_order_when_the_list_is_done(
    office: Office,
) -> None:
    trowel, fork = office.world.product("TR-1"), office.world.product("FK-1")
    order = office.order({trowel: 10, fork: 5}, backorder_choice="cancel_rest")
    shipment = office.pick_short(office.release(order), 7, 0)
    [made] = changes(office, order)
    assert (made.kind, made.reason, made.made_by_id) == (
        "amended", "Not in stock", office.world.sam.id,
    )  # fmt: skip
    assert made.changes == [
        {"what": "cancelled", "sku": "TR-1", "before": "10", "after": "7"},
        {"what": "cancelled", "sku": "FK-1", "before": "5", "after": "0"},
    ]
    assert (made.total_before, made.total_after) == (Decimal("190.20"), order.total_amount)
    assert [line.line_amount for line in office.lines(order)] == [70, 0]
    assert announced(office) == ["order.amended"], "the customer hears of it"
    office.ship(shipment)
    assert (order.status, order.invoiced_amount) == ("invoiced", order.total_amount)
    assert order.total_amount == Decimal("94.20")
    assert office.is_sound()


@pytest.mark.parametrize("choice", ["partial", "cancel_rest"])
def test_what_one_warehouse_is_short_of_leaves_the_other_alone(office: Office, choice: str) -> None:
    trowel = office.world.product("TR-1", stock=8)
    stock_elsewhere(office, trowel, 4)
    order = office.order({trowel: 12}, backorder_choice=choice)
    office.release(order)
    found = select(PickList).where(PickList.order_id == order.id).order_by(PickList.id)
    first, second = office.session.scalars(found).all()
    office.pick_short(first.id, 5)
    [line] = office.lines(order)
    assert (line.allocated, line.picked, line.backordered + line.cancelled) == (9, 5, 3)
    office.pick_short(second.id, 0)
    [line] = office.lines(order)
    assert (line.allocated, line.picked, line.backordered + line.cancelled) == (5, 5, 7)
    assert office.is_sound()


def test_a_charge_that_no_invoice_will_bear_falls_away_with_the_last_of_the_goods(
    office: Office,
) -> None:
    trowel, fork = office.world.product("TR-1"), office.world.product("FK-1")
    order = office.order({trowel: 10}, backorder_choice="cancel_rest")
    first = office.pick(office.release(order))
    office.amend(order, office.wishes(order, add={fork: 5}))
    office.ship(first)
    office.settle(order, "12.00", "fee", name="Pallet")
    assert office.pick_short(office.release(order), 0) == 0
    assert "fee" not in office.charges(order)
    assert (order.status, order.invoiced_amount) == ("invoiced", order.total_amount)
    last = changes(office, order)[-1]
    assert last.kind == "rest_cancelled"
    assert last.changes[-1] == {"what": "fee", "name": "Pallet", "before": "12.0000", "after": "0"}
    assert office.is_sound()


def test_an_order_of_which_nothing_is_there_is_cancelled_whole(office: Office) -> None:
    order = office.order({office.world.product("TR-1"): 10}, backorder_choice="cancel_rest")
    assert office.pick_short(office.release(order), 0) == 0
    assert (order.status, order.total_amount) == ("cancelled", 0)
    assert order.cancelled_at is not None
    assert office.charges(order) == {}
    assert [made.kind for made in changes(office, order)] == ["cancelled"]
    assert announced(office) == ["order.cancelled"]
    assert office.is_sound()


@pytest.mark.parametrize("choice", ["partial", "complete"])
def test_what_may_wait_is_backordered_and_the_order_stays_as_it_was(
    office: Office, choice: str
) -> None:
    order = office.order({office.world.product("TR-1"): 10}, backorder_choice=choice)
    before = order.total_amount
    office.pick_short(office.release(order), 7)
    assert (order.total_amount, changes(office, order)) == (before, [])
    assert office.is_sound()


@pytest.mark.parametrize(("there", "back"), [(7, "36.00"), (0, "130.20")])
def test_what_a_card_paid_for_what_is_not_there_goes_back(
    office: Office, there: int, back: str
) -> None:
    till = Till(office.world)
    order = till.order({office.world.product("TR-1"): 10}, backorder_choice="cancel_rest")
    payment = till.paid(till.begin(order))
    shipment = office.pick_short(office.release(order), there)
    refund = till.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.reason) == (Decimal(back), "Not in stock")
    till.carry_out(refund)
    if shipment:
        office.ship(shipment)
        assert order.status == "paid"
    assert payment.unapplied_amount == 0
    assert office.is_sound()
