"""What is not there is cancelled, where it was agreed so: the order comes to what is left."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, text

from models.catalog import Product
from models.checkout import cancel_what_is_short
from models.company import open_warehouse
from models.fulfilment import PickList, adjust_stock
from models.inventory import Bin, Cause, Incoming, receive
from models.kernel import clock
from models.kernel.errors import Refused
from models.kernel.outbox import DomainEvent
from models.orders import (
    CUTTING,
    Order,
    OrderAmendment,
    OrderEvent,
    give_back_stock,
    lift_hold,
    place_hold,
)
from models.receivables import Receipt, Refund, pro_forma_of, take_payment
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


def test_what_is_short_in_the_bin_is_a_change_of_the_order(office: Office) -> None:
    trowel, fork = office.world.product("TR-1"), office.world.product("FK-1")
    order = office.order({trowel: 10, fork: 5}, backorder_choice="cancel_rest")
    version = order.version
    shipment = office.pick_short(office.release(order), 7, 0)
    first, second = changes(office, order)
    assert {(made.kind, made.reason, made.made_by_id) for made in (first, second)} == {
        ("amended", "Not in stock", office.world.sam.id)
    }
    assert first.changes == [{"what": "cancelled", "sku": "TR-1", "before": "10", "after": "7"}]
    assert second.changes == [{"what": "cancelled", "sku": "FK-1", "before": "5", "after": "0"}]
    assert (first.total_before, first.total_after) == (Decimal("190.20"), second.total_before)
    assert second.total_after == order.total_amount == Decimal("94.20")
    assert [line.line_amount for line in office.lines(order)] == [70, 0]
    assert announced(office) == ["order.amended"] * 2, "the customer hears of it"
    assert order.version > version, "a form that was opened before is stale"
    office.ship(shipment)
    assert (order.status, order.invoiced_amount) == ("invoiced", order.total_amount)
    assert office.is_sound()


def count_lost(office: Office, product: Product, units: int) -> None:
    """A count finds so many units less in its bin."""
    place = office.session.scalars(select(Bin).where(Bin.code == f"A-{product.id}")).one()
    adjust_stock(
        office.session, seller=office.world.seller, product=product, bin_id=place.id,
        warehouse_id=office.world.warehouse.id, delta=Decimal(-units), reason="counted",
        by=office.world.sam,
    )  # fmt: skip


@pytest.mark.parametrize(("choice", "waits"), [("partial", 6), ("cancel_rest", 0)])
def test_what_a_count_found_missing_before_the_picker_did_is_not_lost_twice(
    office: Office, choice: str, waits: int
) -> None:
    trowel = office.world.product("TR-1", stock=10)
    order = office.order({trowel: 10}, backorder_choice=choice)
    list_id = office.release(order)
    count_lost(office, trowel, 6)
    office.pick_short(list_id, 4)
    [line] = office.lines(order)
    assert (line.allocated, line.picked, line.backordered) == (4, 4, waits)
    assert line.cancelled == 6 - waits
    assert order.goods_amount == 100 - 10 * line.cancelled
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
    assert "order.picked" not in office.events(order)
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


def let_stock_go(office: Office, order: Order, product: Product, units: int) -> None:
    """What it has kept for the order is given back, and others take so many units of it."""
    give_back_stock(office.session, order, reason="Its time was over.")
    office.world.order(office.world.globex, office.world.charlie, {product: units})


@pytest.mark.parametrize(("others", "back"), [(7, "84.00"), (10, "130.20")])
def test_what_a_transfer_paid_for_what_has_gone_is_for_accounting_to_send_back(
    office: Office, others: int, back: str
) -> None:
    world, trowel = office.world, office.world.product("TR-1", stock=10)
    order = office.order({trowel: 10}, payment_means="transfer", backorder_choice="cancel_rest")
    let_stock_go(office, order, trowel, others)
    day = clock.today("Europe/London")
    receipt = Receipt("p-1", Decimal("130.20"), "transfer", day, "PF", {}, order.id)
    take_payment(world.session, world.acme.id, receipt, seller=world.seller, by=world.nora)
    owed = office.session.scalars(
        select(OrderEvent.facts["amount"].astext).where(OrderEvent.kind == "refund.owed")
    ).one()
    assert Decimal(owed) == Decimal(back)
    assert order.status == ("open" if others == 7 else "cancelled")
    assert pro_forma_of(office.session, order.id) is None
    assert office.is_sound()


def test_a_card_that_has_paid_gets_back_what_has_gone_when_nothing_more_is_due(
    office: Office,
) -> None:
    till, trowel = Till(office.world), office.world.product("TR-1", stock=10)
    order = till.order({trowel: 10}, backorder_choice="cancel_rest")
    till.paid(till.begin(order))
    place_hold(office.session, order, "awaiting_payment", by=None)
    let_stock_go(office, order, trowel, 7)
    with pytest.raises(Refused, match="Nothing is due"):
        till.begin(order)
    assert till.session.scalars(select(Refund.amount)).one() == Decimal("84.00")
    assert order.status == "open"
    assert office.is_sound()


def test_a_key_that_somebody_typed_stops_no_later_cancellation(office: Office) -> None:
    trowel = office.world.product("TR-1", stock=20)
    order = office.order({trowel: 10}, backorder_choice="cancel_rest")
    office.amend(order, office.wishes(order, {trowel: 12}), key="short-2")
    office.pick_short(office.release(order), 4)
    assert [made.revision for made in changes(office, order)] == [1, 2]


@pytest.mark.parametrize(("comes", "cancelled"), [(0, 7), (20, 0)])
def test_what_has_gone_while_an_order_was_held_is_cancelled_after_it_is_let_go(
    office: Office, comes: int, cancelled: int
) -> None:
    trowel = office.world.product("TR-1", stock=10)
    order = office.order({trowel: 10}, backorder_choice="cancel_rest")
    place_hold(office.session, order, "credit_limit", by=None)
    let_stock_go(office, order, trowel, 7)
    cancel_what_is_short(office.session, order.id)
    assert office.lines(order)[0].cancelled == 0, "it waits"
    lift_hold(office.session, order, "credit_limit", by=office.world.ada, reason="They paid.")
    [line] = office.lines(order)
    assert (line.allocated, line.backordered, line.cancelled) == (3, 0, 0)
    asked = text("SELECT args FROM procrastinate_jobs WHERE task_name = :name")
    assert office.session.scalars(asked, {"name": CUTTING}).all() == [{"order_id": order.id}]
    if comes:
        office.restock(trowel, comes)
    for _twice in range(2):
        cancel_what_is_short(office.session, order.id)
    [line] = office.lines(order)
    assert (line.backordered, line.cancelled) == (0, cancelled)
    assert line.allocated == 10 - cancelled
    assert order.goods_amount == 10 * line.allocated
    assert len(changes(office, order)) == (1 if cancelled else 0)
    assert office.is_sound()
