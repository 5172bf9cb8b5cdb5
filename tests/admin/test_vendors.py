"""Vendors are kept by purchasing: who they are, and what they ask for which product."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.kernel import clock
from models.purchasing import Vendor, VendorProduct, Wanted, raise_purchase_order
from tests.admin.conftest import hidden, reread
from tests.world import World

Browser = Callable[..., FlaskClient]


def facts(**more: str) -> dict[str, str]:
    return {
        "code": "v-rye", "name": "Ryedale Forge", "email": "sales@ryedale.example",
        "line1": "1 Forge Yard", "city": "Malton", "country": "GB", "currency": "GBP",
        "lead_time_days": "21", "minimum_amount": "250", **more,
    }  # fmt: skip


def added(world: World, pat: FlaskClient) -> Vendor:
    assert pat.post("/admin/vendors/new", data=facts()).status_code == 303
    return world.session.scalars(select(Vendor).where(Vendor.code == "V-RYE")).one()


def test_a_vendor_is_added_found_and_changed(world: World, as_: Browser) -> None:
    pat = as_(world.pat)
    assert "No vendors yet" in pat.get("/admin/vendors").text
    vendor = added(world, pat)
    assert vendor.address["city"] == "Malton"
    assert "Ryedale Forge" in pat.get("/admin/vendors?q=rye").text
    assert "No vendor is called that" in pat.get("/admin/vendors?q=nobody").text
    edit = f"/admin/vendors/{vendor.id}/edit"
    assert "1 Forge Yard" in pat.get(edit).text
    sent = facts(currency="EUR", city="York", version="1")
    assert pat.post(edit, data=sent).status_code == 303
    assert reread(world, Vendor, vendor.id).currency == "EUR"

    product = world.product("VN-1")
    raise_purchase_order(
        world.session, seller_id=world.seller.id, vendor=reread(world, Vendor, vendor.id),
        warehouse_id=world.warehouse.id, wanted=[Wanted(product.id, Decimal(12), Decimal(2))],
        expected_on=clock.today("Europe/London"), submission_key="v-1", by=world.pat,
    )  # fmt: skip
    world.session.commit()
    kept = pat.post(edit, data=facts(currency="GBP", version="2"))
    assert "There are purchase orders in EUR" in kept.text
    assert f"/admin/purchase-orders?vendor={vendor.id}" in pat.get("/admin/vendors").text


def test_who_saves_a_vendor_too_late_sees_what_it_is_now_and_may_save_again(
    world: World, as_: Browser
) -> None:
    pat = as_(world.pat)
    vendor = added(world, pat)
    edit = f"/admin/vendors/{vendor.id}/edit"
    assert pat.post(edit, data=facts(version="1", city="York", currency="EUR")).status_code == 303
    late = pat.post(edit, data=facts(version="1", phone="0113 496 0000"))
    assert late.status_code == 409
    assert "Ryedale Forge was changed meanwhile" in late.text
    for seen in (
        "Town: now “York”.",
        "Currency: now EUR.",
        "Phone: now empty.",
        'value="0113 496 0000"',
    ):
        assert seen in late.text
    assert late.text.count(": now ") == 2 * 3  # above the form, and at its field
    again = facts(version=hidden(late.text, "version"), phone="0113 496 0000")
    assert pat.post(edit, data=again).status_code == 303
    kept = reread(world, Vendor, vendor.id)
    assert (kept.address["city"], kept.phone, kept.version) == ("Malton", "0113 496 0000", 3)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "V RYE"}, "A code has letters"),
        ({"code": ""}, "A code has letters"),
        ({"name": " "}, "Enter the vendor"),
        ({"email": "nobody"}, "This is no e-mail address."),
        ({"lead_time_days": "soon"}, "Not a valid integer"),
        ({"minimum_amount": "-1"}, "is not an amount"),
    ],
)
def test_what_makes_no_sense_adds_no_vendor(
    world: World, as_: Browser, wrong: dict[str, str], sentence: str
) -> None:
    answer = as_(world.pat).post("/admin/vendors/new", data=facts(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert world.session.scalars(select(Vendor)).all() == []


def test_what_a_vendor_supplies_is_proposed_on_its_next_order(world: World, as_: Browser) -> None:
    pat = as_(world.pat)
    vendor = added(world, pat)
    assert pat.post("/admin/vendors/new", data=facts()).status_code == 422
    product = world.product("VN-2")
    world.session.commit()
    path = f"/admin/vendors/{vendor.id}"
    assert "Nothing is known of what they supply" in pat.get(path).text
    supply = {"sku": "vn-2", "part_number": "RF-77", "min_quantity": "12", "unit_cost": "2.10"}
    for name, bad in (("sku", "VN-9"), ("unit_cost", "dear"), ("min_quantity", "0")):
        assert pat.post(f"{path}/supplies", data={**supply, name: bad}).status_code == 422
    for cost in ("2.10", "2.05"):
        page = pat.post(
            f"{path}/supplies", data={**supply, "unit_cost": cost}, follow_redirects=True
        ).text
    assert "RF-77" in page
    assert "£2.05" in page
    rows = world.session.scalars(
        select(VendorProduct).where(VendorProduct.min_quantity == 12)
    ).all()
    assert [(row.product_id, row.unit_cost) for row in rows] == [(product.id, Decimal("2.05"))]
    assert "VN-2" in pat.get(f"/admin/purchase-orders/new?vendor={vendor.id}").text

    other = Vendor(code="V-2", name="Other")
    world.session.add(other)
    world.session.commit()
    assert pat.post(f"/admin/vendors/{other.id}/supplies/{rows[0].id}/end").status_code == 404
    assert pat.post(f"{path}/supplies/{rows[0].id}/end").status_code == 303
    assert "RF-77" not in pat.get(path).text


def test_who_only_looks_at_purchasing_changes_no_vendor(world: World, as_: Browser) -> None:
    vendor = added(world, as_(world.pat))
    olu = as_(world.olu)
    assert "Ryedale Forge" in olu.get(f"/admin/vendors/{vendor.id}").text
    assert "They supply" not in olu.get(f"/admin/vendors/{vendor.id}").text
    assert olu.get(f"/admin/vendors/{vendor.id}/edit").status_code == 403
    assert as_(world.sam).get("/admin/vendors/999999").status_code in (403, 404)
