"""Open purchase orders come over as sent ones: promised from, and received on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models.catalog import Product
from models.importing import ImportRow, compare
from models.insight import find_records
from models.inventory import ExpectedSupply
from models.kernel.outbox import DomainEvent
from models.orders import OrderLine
from models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    Vendor,
    VendorProduct,
    receive_goods,
)
from tests.models.importing.conftest import Dock

FILE = """PO no,Supplier,Item code,Qty outstanding,Cost price,Due date
20417,V-RYE,TR-1,100,2.35,14/12/2027
20417,V-RYE,TR-2,40,,21/12/2027
20417,V-RYE,TR-1,50,2.30,11/01/2028
20499,Ryedale Forge,TR-2,12,3.10,
"""


@pytest.fixture
def dock(dock: Dock) -> Dock:
    dock.world.product("TR-1", stock=0)
    dock.world.product("TR-2", stock=5, cost="3.00")
    dock.done("vendors", "code,name,lead time\nV-RYE,Ryedale Forge,21\nV-TWO,Two,7\n")
    return dock


def order_of(dock: Dock, number: str) -> PurchaseOrder:
    return dock.world.session.scalars(
        select(PurchaseOrder)
        .where(PurchaseOrder.external_id == number)
        .execution_options(populate_existing=True)
    ).one()


def lines_of(dock: Dock, number: str) -> list[PurchaseOrderLine]:
    return list(
        dock.world.session.scalars(
            select(PurchaseOrderLine)
            .where(PurchaseOrderLine.purchase_order_id == order_of(dock, number).id)
            .order_by(PurchaseOrderLine.position)
            .execution_options(populate_existing=True)
        )
    )


def test_they_are_sent_orders_with_our_number_that_nobody_mails(dock: Dock) -> None:
    session = dock.world.session
    assert dock.done("purchase-orders", FILE)["added"] == 4
    order = order_of(dock, "20417")
    assert (order.state, order.expected_on) == ("sent", date(2027, 12, 14))
    assert order.number != "20417"
    assert [
        (line.ordered, line.unit_cost, line.expected_on) for line in lines_of(dock, "20417")
    ] == [
        (100, Decimal("2.35"), date(2027, 12, 14)),
        (40, Decimal("3.00"), date(2027, 12, 21)),
        (50, Decimal("2.30"), date(2028, 1, 11)),
    ]
    assert session.scalar(select(func.sum(ExpectedSupply.quantity))) == 202
    mailed = select(DomainEvent.id).where(DomainEvent.kind == "purchase_order.sent")
    assert session.scalars(mailed).all() == []
    found = find_records(session, "20417", dock.world.ada, today=date(2026, 1, 1))
    assert [(row.kind, row.name) for row in found] == [("purchase_order", order.number)]
    here = {row.name: row.here for row in compare(session)}
    assert (here["open_purchases"], here["units_to_come"]) == (2, 202)


def test_a_cost_that_is_not_said_is_the_vendors_for_so_many(dock: Dock) -> None:
    session = dock.world.session
    vendor = session.scalars(select(Vendor).where(Vendor.code == "V-RYE")).one()
    product = session.scalars(select(Product).where(Product.sku == "TR-2")).one()
    for least, cost in ((10, "2.35"), (100, "2.10")):
        session.add(
            VendorProduct(
                vendor_id=vendor.id, product_id=product.id, min_quantity=Decimal(least),
                unit_cost=Decimal(cost),
            )
        )  # fmt: skip
    rows = "PO no,Supplier,Item code,Qty outstanding\n"
    rows += "1,V-RYE,TR-2,144\n1,V-RYE,TR-2,20\n1,V-RYE,TR-2,5\n"
    dock.done("purchase-orders", rows)
    assert [str(line.unit_cost.normalize()) for line in lines_of(dock, "1")] == ["2.1", "2.35", "3"]


def test_a_customers_backorder_is_promised_from_them_and_filled_by_the_receipt(dock: Dock) -> None:
    world = dock.world
    trowel = dock.product("TR-1")
    sold = world.order(world.acme, world.bob, {trowel: 30})
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == sold.id)).one()
    assert (line.promised_on, line.backordered) == (None, 30)
    dock.done("purchase-orders", FILE)
    world.session.refresh(line)
    assert line.promised_on is not None
    assert line.promised_on >= date(2027, 12, 14)
    first = lines_of(dock, "20417")[0]
    receive_goods(
        world.session, first.purchase_order_id, {first.id: Decimal(60)}, submission_key="r-1",
        by=world.pat,
    )  # fmt: skip
    world.session.refresh(line)
    assert (line.allocated, line.backordered) == (30, 0)


def test_a_second_run_does_nothing_and_a_new_export_moves_what_is_to_come(dock: Dock) -> None:
    dock.done("purchase-orders", FILE)
    assert dock.looked("purchase-orders", FILE).counts["unchanged"] == 4
    moved = FILE.replace("TR-1,100,2.35,14/12/2027", "TR-1,80,2.35,20/12/2027")
    run = dock.looked("purchase-orders", moved + "20417,V-RYE,TR-2,7,3.00,14/12/2027\n")
    assert (run.counts["changed"], run.counts["added"]) == (1, 1)
    changed = dock.world.session.scalars(
        select(ImportRow.details).where(ImportRow.run_id == run.id, ImportRow.outcome == "changed")
    ).one()
    assert changed == {
        "quantity": ["100.000", "80"], "expected_on": ["2027-12-14", "2027-12-20"],
    }  # fmt: skip
    dock.apply(run)
    assert [line.ordered for line in lines_of(dock, "20417")] == [80, 40, 50, 7]
    assert dock.world.session.scalar(select(func.count(PurchaseOrder.id))) == 2
    assert dock.world.session.scalar(select(func.sum(ExpectedSupply.quantity))) == 189


def test_one_that_was_received_from_is_kept_here_alone(dock: Dock) -> None:
    dock.done("purchase-orders", FILE)
    first = lines_of(dock, "20417")[0]
    receive_goods(
        dock.world.session, first.purchase_order_id, {first.id: Decimal(60)},
        submission_key="r-1", by=dock.world.pat,
    )  # fmt: skip
    assert dock.looked("purchase-orders", FILE).counts["unchanged"] == 4
    run = dock.looked("purchase-orders", FILE.replace("TR-1,100", "TR-1,99"))
    assert run.counts["rejected"] == 1
    assert "was received from here meanwhile" in dock.sentences(run)[0]
    more = dock.looked("purchase-orders", FILE + "20417,V-RYE,TR-2,7,3.00,14/12/2027\n")
    assert "was received from here meanwhile" in dock.sentences(more)[0]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("9,V-RYE,TR-1,0,1,", "2: Still to come: nothing is to come of 0."),
        ("9,V-RYE,NOPE,1,1,", "2: There is no product NOPE."),
        ("9,NOBODY,TR-1,1,1,", "2: There is no vendor NOBODY."),
        ("9,V-RYE,FREE,1,,", "2: Cost each: neither the vendor nor the product"),
        ("9,V-RYE,TR-1,1,1,soon", "2: Expected: “soon” is no date"),
        ("9,V-RYE,TR-1,1,1,\n9,V-TWO,TR-2,1,1,", "3: Vendor: line 2 says otherwise for 9."),
        ("9,V-RYE,TR-1,-1,1,", "2: Still to come: -1 is below 0."),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(dock: Dock, row: str, sentence: str) -> None:
    dock.world.product("FREE", cost="0", stock=0)
    run = dock.looked("purchase-orders", FILE.split("\n")[0] + f"\n{row}\n")
    assert dock.sentences(run)[0].startswith(sentence)
