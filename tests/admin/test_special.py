"""Specials at the order desk: described, bought, seen from both sides, changed and cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.accounts import Actor
from models.orders import Order
from models.purchasing import PurchaseOrder, Vendor, send_purchase_order
from tests.admin.conftest import hidden
from tests.admin.test_desk import Desk
from tests.models.checkout.special_desk import SpecialDesk
from tests.world import World

SignIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def vendor(world: World) -> Vendor:
    made = Vendor(code="BRIGHT", name="Brightwell Ironworks", lead_time_days=21)
    world.session.add(made)
    world.session.commit()
    return made


def facts(vendor: Vendor, /, **other: Any) -> dict[str, str]:
    usual = {
        "name": "Oak bench, 1.8 m", "quantity": "3", "unit_cost": "60", "unit_price": "99.50",
        "vendor": str(vendor.id), "part_number": "OB-18", "expected_on": "",
        "tax_category": "standard",
    }  # fmt: skip
    return {**usual, **other}


def test_a_special_is_described_and_bought_and_both_papers_know_the_other(
    world: World, vendor: Vendor, as_: SignIn
) -> None:
    desk = Desk(world, as_(world.olu))
    assert "Sell a special" in desk.page
    assert "What no list has" in desk.client.get(f"{desk.href}/special").text
    page = desk.post("special", **facts(vendor))
    assert "Special from Brightwell Ironworks, OB-18, expected" in page
    assert "£298.50" in page
    assert "39.7" not in page  # the margin is not olu's to see
    line = desk.line_id()
    assert 'value="Oak bench, 1.8 m"' in desk.client.get(f"{desk.href}/rows/{line}/special").text
    assert "Oak bench, 2 m" in desk.post(
        f"rows/{line}/special", **facts(vendor, name="Oak bench, 2 m")
    )
    page = desk.place()
    order = world.session.scalars(select(Order)).one()
    purchase = world.session.scalars(select(PurchaseOrder)).one()
    assert f"are bought on {purchase.number}" in page
    assert "Special from Brightwell Ironworks" in page
    assert f"/admin/purchase-orders/{purchase.id}" in page
    bought = as_(world.pat).get(f"/admin/purchase-orders/{purchase.id}").text
    assert f'href="/admin/orders/{order.number}"' in bought
    assert "Acme Gifts" in bought


def test_who_may_see_costs_sees_the_margin(world: World, vendor: Vendor, as_: SignIn) -> None:
    desk = Desk(world, as_(world.mia))
    assert "39.7%" in desk.post("special", **facts(vendor)) or "39%" in desk.page


def test_mistakes_stand_at_their_fields_and_what_was_typed_stays(
    world: World, vendor: Vendor, as_: SignIn
) -> None:
    desk = Desk(world, as_(world.olu))
    page = desk.post("special", **facts(vendor, vendor="", name="Oak bench"))
    assert "Choose the vendor" in page
    assert 'value="Oak bench"' in page
    page = desk.post("special", **facts(vendor, quantity="x", unit_cost=""))
    assert "Type what one costs us" in page
    assert "There is a problem" in page
    assert desk.client.get(f"{desk.href}/rows/9/special").status_code == 404


def test_cancelling_says_what_becomes_of_the_purchase_order(
    world: World, vendor: Vendor, as_: SignIn
) -> None:
    desk = Desk(world, as_(world.olu))
    desk.post("special", **facts(vendor))
    desk.place()
    order = world.session.scalars(select(Order)).one()
    purchase = world.session.scalars(select(PurchaseOrder)).one()
    assert (
        "what is not needed comes off it"
        in desk.client.get(f"/admin/orders/{order.number}/edit").text
    )
    pat = as_(world.pat)
    pat.post(f"/admin/purchase-orders/{purchase.id}/send")
    warned = as_(world.olu).get(f"/admin/orders/{order.number}/cancel").text
    assert "still comes, and will be our stock" in warned
    key = warned.split('name="submission_key" value="')[1].split('"')[0]
    told = as_(world.olu).post(
        f"/admin/orders/{order.number}/cancel",
        data={"submission_key": key, "reason": "Not needed"}, follow_redirects=True,
    ).text  # fmt: skip
    assert f"still come on {purchase.number} and will be our stock" in told
    page = as_(world.pat).get(f"/admin/purchase-orders/{purchase.id}").text
    assert "are not waited for any more and will be our stock" in page


def test_a_special_stays_out_of_the_list_of_products_and_cannot_be_put_in_the_catalogue(
    world: World, vendor: Vendor, as_: SignIn
) -> None:
    desk = Desk(world, as_(world.olu))
    desk.post("special", **facts(vendor))
    desk.place()
    pat = as_(world.pat)
    assert "Oak bench" not in pat.get("/admin/products").text
    found = pat.get("/admin/products?lifecycle=special").text
    assert "Oak bench" in found
    product_id = int(re.findall(r"/admin/products/(\d+)", found)[0])
    page = pat.get(f"/admin/products/{product_id}").text
    assert "Special, for one order" in page
    assert "/edit" not in page
    refused = pat.post(
        f"/admin/products/{product_id}/edit",
        data={"name": "Oak bench", "lifecycle": "active", "tax_category": "standard",
              "minimum": "1", "multiple": "1", "backorder_policy": "backorder", "version": "1"},
    )  # fmt: skip
    assert "is not in the catalogue" in refused.text
    assert "Oak bench" not in pat.get("/admin/stock?state=left_over").text


def test_what_is_left_over_is_a_concern_of_the_day_and_may_be_put_on_sale(
    world: World, as_: SignIn
) -> None:
    desk = SpecialDesk(world)
    desk.special()
    order = desk.place()
    send_purchase_order(world.session, desk.bought()[0][1].id, by=world.pat)
    desk.cancel(order)
    desk.receive(3)
    bench = world.product("BN-1", cost="60.00", stock=0)
    product_id = desk.line(order).product_id
    world.session.commit()
    pat, ada = as_(world.pat), as_(world.ada)
    today = pat.get("/admin").text
    assert "/admin/stock?state=left_over" in today
    assert "Specials left over" in today
    listed = ada.get("/admin/stock?state=left_over").text
    assert "3 units of specials are nobody’s. They have cost £180.00." in listed
    page = ada.get(f"/admin/stock/{product_id}").text
    assert "Sent back to Brightwell Ironworks" in page
    place = re.search(r'<option[^>]* value="(\d+:\d+)"', page)
    assert place
    path = f"/admin/stock/{product_id}/becomes"
    fields = {"place": place.group(1), "units": "2", "seen": hidden(page, "seen")}
    wrong = ada.post(path, data={**fields, "code": "NO-SUCH"})
    assert wrong.status_code == 422
    assert "Add the product first" in wrong.text
    sold = ada.post(path, data={**fields, "code": "bn-1"}, follow_redirects=True)
    assert "2 units are on sale as BN-1" in sold.text
    assert desk.stock(bench.id) == (2, 0)
    assert "1 unit is nobody’s" in ada.get(f"/admin/stock/{product_id}").text
