"""Stock and purchasing: levels, adjusting once, and goods that come in and fill backorders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.catalog import Product
from models.inventory import Stock
from models.orders import OrderLine
from models.purchasing import PurchaseOrder, PurchaseOrderLine, Receipt, Vendor, VendorProduct
from tests.admin.conftest import Way, hidden, reread, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]


@pytest.fixture
def trowel(world: World) -> Product:
    product = world.product("TR-1", stock=5, reorder_point=Decimal(20))
    world.session.commit()
    return product


@pytest.fixture
def vendor(world: World, trowel: Product) -> Vendor:
    made = Vendor(code="V1", name="Northern Forge")
    world.session.add(made)
    world.session.flush()
    world.session.add(
        VendorProduct(vendor_id=made.id, product_id=trowel.id, unit_cost=Decimal("4.10"))
    )
    world.session.commit()
    return made


def raised(
    client: FlaskClient,
    world: World,
    vendor: Vendor,
    units: dict[Product, str],
    key: str = "po-1",
) -> str:
    response = client.post(
        "/admin/purchase-orders",
        data={
            "submission_key": key,
            "vendor": vendor.id,
            "warehouse": world.warehouse.id,
            "expected_on": "2099-01-08",
            **{f"quantity-{product.id}": text for product, text in units.items()},
        },
    )
    assert response.status_code == 303, response.text
    return response.location


def test_low_and_backordered_stock_has_views_of_its_own(
    world: World, way: Way, as_: Browser, trowel: Product
) -> None:
    plenty = world.product("FK-1", stock=500)
    way.placed({trowel: 8})
    olu = as_(world.olu)
    low = olu.get("/admin/stock?state=low").text
    assert "TR-1" in low
    assert "FK-1" not in low
    assert "TR-1" in olu.get("/admin/stock?state=short").text
    assert plenty.sku in olu.get("/admin/stock?q=fk1").text


def test_a_products_stock_page_says_who_has_it_and_who_waits(
    world: World, way: Way, as_: Browser, trowel: Product
) -> None:
    order = way.placed({trowel: 8})
    text = as_(world.olu).get(f"/admin/stock/{trowel.id}").text
    for words in ("Waiting for it", "Promised to", order.number, "Received"):
        assert words in text
    assert "Put the stock right" not in text


def test_the_same_adjustment_twice_changes_the_stock_once(
    world: World, as_: Browser, trowel: Product
) -> None:
    sam, address = as_(world.sam), f"/admin/stock/{trowel.id}"
    page = sam.get(address).text
    place = page.split('<option value="')[1].split('"')[0]
    form = {"seen": hidden(page, "seen"), "place": place, "change": "-2", "reason": "Damaged"}
    assert sam.post(f"{address}/adjust", data=form).status_code == 303
    again = sam.post(f"{address}/adjust", data=form)
    assert again.status_code == 409
    assert "3 now, 5 when you looked" in again.text
    stock = world.session.scalars(select(Stock).where(Stock.product_id == trowel.id)).one()
    assert stock.on_hand == 3
    assert "Damaged" in sam.get(address).text


def test_an_adjustment_without_a_reason_is_refused(
    world: World, as_: Browser, trowel: Product
) -> None:
    sam = as_(world.sam)
    page = sam.get(f"/admin/stock/{trowel.id}").text
    form = {"seen": hidden(page, "seen"), "place": f"{world.warehouse.id}:", "change": "two"}
    response = sam.post(f"/admin/stock/{trowel.id}/adjust", data=form)
    assert response.status_code == 422
    assert "Say why the stock changes" in response.text
    assert as_(world.olu).post(f"/admin/stock/{trowel.id}/adjust").status_code == 403


def test_a_purchase_order_sent_twice_is_raised_once(
    world: World, as_: Browser, trowel: Product, vendor: Vendor
) -> None:
    pat = as_(world.pat)
    first = raised(pat, world, vendor, {trowel: "10"})
    assert raised(pat, world, vendor, {trowel: "10"}) == first
    assert raised(pat, world, vendor, {trowel: "10"}, key="po-2") != first


def test_what_is_missing_stands_in_the_form_of_a_new_purchase_order(
    world: World, way: Way, as_: Browser, trowel: Product, vendor: Vendor
) -> None:
    way.placed({trowel: 8})
    text = as_(world.pat).get(f"/admin/purchase-orders/new?vendor={vendor.id}").text
    assert f'name="quantity-{trowel.id}" value="23"' in text


def test_goods_are_received_in_part_once_per_form_and_fill_the_backorder(
    world: World, way: Way, as_: Browser, trowel: Product, vendor: Vendor
) -> None:
    order = way.placed({trowel: 8})
    pat = as_(world.pat)
    place = raised(pat, world, vendor, {trowel: "10"})
    assert pat.post(f"{place}/send").status_code == 303
    assert pat.post(f"{place}/send").status_code == 409
    page = pat.get(place).text
    line = world.session.scalars(select(PurchaseOrderLine)).one()
    form = {
        "submission_key": hidden(page, "submission_key"),
        f"quantity-{line.id}": "4",
        f"discrepancy-{line.id}": "one box crushed",
        "delivery_note": "LS-77",
    }
    for _ in range(2):
        assert pat.post(f"{place}/receive", data=form).status_code == 303
    assert len(world.session.scalars(select(Receipt)).all()) == 1
    assert reread(world, PurchaseOrderLine, line.id).received == 4
    filled = world.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id)
        .execution_options(populate_existing=True)
    ).one()
    assert (filled.allocated, filled.backordered) == (8, 0)
    page = pat.get(place).text
    assert "one box crushed" in page
    assert "Part received" in page


def test_a_changed_date_moves_the_promise(
    world: World, way: Way, as_: Browser, trowel: Product, vendor: Vendor
) -> None:
    order = way.placed({trowel: 8})
    pat = as_(world.pat)
    place = raised(pat, world, vendor, {trowel: "10"})
    pat.post(f"{place}/send")
    moved = pat.post(f"{place}/date", data={"expected_on": "2099-02-05"})
    assert moved.status_code == 303
    text = as_(world.olu).get(f"/admin/orders/{order.number}").text
    number = world.session.scalars(select(PurchaseOrder.number)).one()
    assert number in text
    assert "5 Feb" in text


def test_an_unknown_code_in_a_purchase_order_is_named(
    world: World, as_: Browser, vendor: Vendor
) -> None:
    response = as_(world.pat).post(
        "/admin/purchase-orders",
        data={
            "submission_key": "po-1",
            "vendor": vendor.id,
            "warehouse": world.warehouse.id,
            "expected_on": "2099-01-08",
            "code-1": "NOPE-1",
            "units-1": "3",
        },
    )
    assert response.status_code == 422
    assert "NOPE-1 is not a code that names one product." in response.text


@pytest.mark.parametrize("address", ["/admin/stock", "/admin/products", "/admin/accounts"])
def test_lists_cost_the_same_for_many_rows(world: World, as_: Browser, address: str) -> None:
    for number in range(5):
        world.product(f"A-{number}")
    world.session.commit()
    ada = as_(world.ada)
    few = statements_of(ada, address)
    for number in range(45):
        world.product(f"B-{number}")
    world.session.commit()
    assert statements_of(ada, address) == few
    assert few <= 8


def test_a_purchase_order_is_a_pdf_for_who_may_see_costs(
    world: World, as_: Browser, vendor: Vendor, trowel: Product
) -> None:
    pat = as_(world.pat)
    address = raised(pat, world, vendor, {trowel: "20"})
    printed = pat.get(f"{address}.pdf")
    assert printed.data.startswith(b"%PDF")
    assert as_(world.sam).get(f"{address}.pdf").status_code == 403
    assert pat.get("/admin/purchase-orders/999999.pdf").status_code == 404
