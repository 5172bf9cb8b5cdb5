"""Open sales orders come over as placed ones: at the agreed price, with stock, without mail."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from jobs.telling import ACKNOWLEDGING, acknowledge
from models.catalog import Product
from models.checkout import MINIMUM_ORDER, SMALL_ORDER_CHARGE
from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.importing import compare
from models.insight import check_invariants, find_records
from models.kernel import clock, settings
from models.kernel.mail import MailMessage
from models.kernel.outbox import DomainEvent
from models.orders import Order, OrderCharge, OrderHold, OrderLine
from tests.models.checkout.changing import Office
from tests.models.importing.conftest import Dock

FILE = """Order no,A/C,Item code,Outstanding,Price,Your ref,Order date,Required,Site,Freight
55120,C0001,TR-1,24,4.50,WH-7781,03/11/2025,,,
55120,C0001,TR-2,7,9.99,,,,,12.50
55121,Globex Garden Centres,TR-1,20,4.86,,01/10/2025,04/10/2025,MAIN,
"""


@pytest.fixture
def dock(dock: Dock) -> Dock:
    dock.world.product("TR-1", price="4.86", stock=30)
    dock.world.product(
        "TR-2", price="8.00", stock=0, backorder_policy="deny", order_multiple=Decimal(6)
    )
    return dock


def order_of(dock: Dock, number: str) -> Order:
    return dock.world.session.scalars(select(Order).where(Order.external_id == number)).one()


def lines_of(dock: Dock, number: str) -> list[OrderLine]:
    return list(
        dock.world.session.scalars(
            select(OrderLine)
            .where(OrderLine.order_id == order_of(dock, number).id)
            .order_by(OrderLine.position)
        )
    )


def test_they_keep_price_date_and_po_number_and_get_a_number_of_ours(dock: Dock) -> None:
    session = dock.world.session
    assert dock.done("sales-orders", FILE)["added"] == 3
    order = order_of(dock, "55120")
    assert order.number != "55120"
    assert (order.channel, order.origin, order.status) == ("imported", "entered", "open")
    assert (order.po_number, order.placed_by_id) == ("WH-7781", None)
    assert order.placed_at == datetime(2025, 11, 3, 12, tzinfo=ZoneInfo("Europe/London"))
    trowel, fork = lines_of(dock, "55120")
    assert (trowel.unit_price, trowel.original_price) == (Decimal("4.50"), Decimal("4.86"))
    assert trowel.override_reason == "As agreed in the system before"
    assert (fork.ordered, fork.backordered) == (7, 7)
    assert order.goods_amount == Decimal("177.93")
    charges = session.execute(
        select(OrderCharge.kind, OrderCharge.amount).where(OrderCharge.order_id == order.id)
    )
    assert charges.all() == [("carriage", Decimal("12.50"))]
    same = lines_of(dock, "55121")[0]
    assert (same.unit_price, same.original_price, same.override_reason) == (
        Decimal("4.86"), None, "",
    )  # fmt: skip
    here = {row.name: row.here for row in compare(session)}
    assert (here["open_orders"], here["goods_to_ship"]) == (2, Decimal("275.13"))


def test_a_change_adds_no_small_order_charge_to_what_was_agreed(dock: Dock) -> None:
    world = dock.world
    dock.done("sales-orders", FILE)
    settings.change(world.session, MINIMUM_ORDER, Decimal(5000), by=None)
    settings.change(world.session, SMALL_ORDER_CHARGE, Decimal(10), by=None)
    office, order = Office(world), order_of(dock, "55120")
    trowel = world.session.scalars(select(Product).where(Product.sku == "TR-1")).one()
    office.amend(order, office.wishes(order, {trowel: 23}))
    assert set(office.charges(order)) == {"carriage"}


def test_the_oldest_order_gets_the_stock_first_and_nobody_is_mailed(dock: Dock) -> None:
    session = dock.world.session
    dock.done("sales-orders", FILE)
    assert [(line.allocated, line.backordered) for line in lines_of(dock, "55121")] == [(20, 0)]
    assert lines_of(dock, "55120")[0].allocated == 10
    events = session.scalars(select(DomainEvent).where(DomainEvent.kind == "order.placed")).all()
    for event in events:
        acknowledge(session, event)
    assert len(events) == 2
    assert session.scalars(select(MailMessage.id)).all() == []
    queued = set(session.scalars(text("SELECT task_name FROM procrastinate_jobs")))
    assert ACKNOWLEDGING not in queued


def test_it_is_found_by_its_old_number_shipped_and_invoiced_as_agreed(dock: Dock) -> None:
    world = dock.world
    dock.done("sales-orders", FILE)
    order = order_of(dock, "55121")
    found = find_records(world.session, "55121", world.ada, today=clock.today("Europe/London"))
    assert [(row.kind, row.name) for row in found] == [("order", order.number)]
    picks = release_to_picking(world.session, order.id, by=world.sam)[0]
    confirm_all(world.session, picks.id, by=world.sam)
    pack(world.session, picks.shipment_id, [], by=world.sam)
    invoice = ship_shipment(world.session, picks.shipment_id, by=world.sam)
    assert invoice.net_amount == Decimal("97.20")
    assert order.status == "invoiced"
    assert check_invariants(world.session) == {}
    assert dock.looked("sales-orders", FILE).counts["unchanged"] == 3


def test_goods_on_the_way_promise_what_is_short(dock: Dock) -> None:
    dock.done("vendors", "code,name\nV-1,Forge\n")
    dock.done("purchase-orders", "po,vendor,sku,qty,cost,due\n1,V-1,TR-2,50,3,14/12/2027\n")
    dock.done("sales-orders", FILE)
    promised = lines_of(dock, "55120")[1].promised_on
    assert promised is not None
    assert promised >= date(2027, 12, 14)


def test_an_account_over_its_credit_has_its_order_held_as_any_other(dock: Dock) -> None:
    dock.world.acme.credit_limit = Decimal(0)
    dock.world.session.flush()
    dock.done("sales-orders", FILE.replace("24,4.50", "240,4.50"))
    held = dock.world.session.execute(select(OrderHold.order_id, OrderHold.code))
    assert held.all() == [(order_of(dock, "55120").id, "credit_limit")]


def test_what_is_here_stays_and_a_row_that_says_otherwise_is_refused(dock: Dock) -> None:
    dock.done("sales-orders", FILE)
    assert dock.looked("sales-orders", FILE).counts["unchanged"] == 3
    run = dock.looked("sales-orders", FILE.replace("TR-1,24", "TR-1,30"))
    number = order_of(dock, "55120").number
    assert dock.sentences(run) == [
        f"2: 55120 is here as {number} with 24 of it: change it on its page, where stock and "
        "promises follow."
    ]
    other = dock.looked("sales-orders", FILE.replace("55121,Globex Garden Centres", "55121,C0001"))
    assert "is an order of another customer" in dock.sentences(other)[0]


def test_a_product_on_two_rows_is_one_line(dock: Dock) -> None:
    text = FILE + "55121,C0002,TR-1,4,4.86,,,,,\n"
    dock.done("sales-orders", text)
    assert [line.ordered for line in lines_of(dock, "55121")] == [24]
    assert dock.looked("sales-orders", text).counts["unchanged"] == 4


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("9,NOPE,TR-1,1,1,,,,,", "2: There is no customer NOPE."),
        ("9,C0001,TR-1,0,1,,,,,", "2: Still to ship: nothing is to be shipped of 0."),
        ("9,C0001,TR-1,1.5,1,,,,,", "2: Still to ship: TR-1 is not sold in parts such as 1.5."),
        ("9,C0001,TR-1,1,,,,,,", "2: Agreed price is missing."),
        ("9,C0001,TR-1,1,1,,01/01/2999,,,", "2: Order date: it is still to come."),
        ("9,C0001,TR-1,1,1,,,,NOPE,", "2: Ship-to: Acme Gifts has no delivery address NOPE."),
        ("9,C0001,TR-1,1,1,A,,,,\n9,C0001,TR-2,1,1,B,,,,", "3: Customer's PO number: line 2 says"),
        ("9,C0001,TR-1,1,1,,,,,\n9,C0001,TR-1,1,2,,,,,", "3: Agreed price: line 2 has another"),
        ("9,C0002,TR-1,1,1,,,,,", "2: Customer's PO number: Globex Garden Centres asks for one"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(dock: Dock, row: str, sentence: str) -> None:
    dock.world.globex.requires_po_number = True
    dock.world.session.flush()
    run = dock.looked("sales-orders", FILE.split("\n")[0] + f"\n{row}\n")
    assert dock.sentences(run)[0].startswith(sentence)
