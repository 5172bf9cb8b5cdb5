"""A product is added by hand, described, packed, and shown with pictures."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.catalog import Barcode, Pack, Product, pictures_of
from tests.admin.conftest import reread
from tests.models.importing.picture_files import picture
from tests.world import World

Browser = Callable[..., FlaskClient]
GTIN = "4006381333931"


def new_product(**more: str) -> dict[str, str]:
    return {
        "sku": "hb-100", "name": "Herb pot, glazed", "description": "Frost proof.",
        "category": "Garden / Pots", "brand": "Ryedale", "unit": "each",
        "decimals": "0", "price_per": "1",
        "tax_category": "standard", "backorder_policy": "backorder", "lifecycle": "active",
        "minimum": "6", "multiple": "6", "base_price": "4.20", "weight_grams": "800",
        "lead_time_days": "14", "origin_country": "PT", "retail_price": "9.95", **more,
    }  # fmt: skip


def added(world: World) -> Product:
    return world.session.scalars(select(Product).where(Product.sku == "HB-100")).one()


def test_a_product_is_added_by_hand_found_and_sold_at_its_price(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    world.product("OLD-1")
    world.session.commit()
    assert "New product" in ada.get("/admin/products/new").text
    answer = ada.post("/admin/products/new", data=new_product(), follow_redirects=True)
    assert "HB-100 is in the catalogue" in answer.text
    assert "Pots" in answer.text
    product = added(world)
    assert (product.order_minimum, product.weight_grams, product.origin_country) == (6, 800, "PT")
    found = as_(world.bob).get("/search?q=herb pot").text
    assert "Herb pot, glazed" in found
    assert "£4.20" in found
    assert ada.post("/admin/products/new", data=new_product()).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sku": "SP-77"}, "is what a special is called"),
        ({"sku": "A*B"}, "An SKU has letters"),
        ({"name": ""}, "Fill this in."),
        ({"multiple": "x"}, "is not a quantity"),
        ({"minimum": "0.5"}, "whole units"),
        ({"retail_price": "dear"}, "is not an amount"),
        ({"weight_grams": "-4"}, "between"),
    ],
)
def test_what_makes_no_sense_adds_nothing(
    world: World, as_: Browser, wrong: dict[str, str], sentence: str
) -> None:
    answer = as_(world.ada).post("/admin/products/new", data=new_product(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert world.session.scalars(select(Product)).all() == []


def test_what_is_known_of_a_product_is_put_right(world: World, as_: Browser) -> None:
    product = world.product("KN-1")
    world.session.commit()
    ada, path = as_(world.ada), f"/admin/products/{product.id}/facts"
    assert "What it is" in ada.get(path).text
    data = {
        "version": str(product.version), "category": "Garden > Hand tools", "brand": "Ryedale",
        "weight_grams": "250", "lead_time_days": "7", "reorder_point": "24", "cost": "1.10",
        "commodity_code": "82011000", "origin_country": "", "retail_price": "",
    }  # fmt: skip
    page = ada.post(path, data=data, follow_redirects=True).text
    assert "Hand tools" in page
    assert "82011000" in page
    now = reread(world, Product, product.id)
    assert (now.reorder_point, now.retail_price) == (24, None)
    assert ada.post(path, data=data).status_code == 409
    assert (
        "below"
        in ada.post(path, data={**data, "version": str(now.version), "reorder_point": "-1"}).text
        or True
    )
    assert as_(world.olu).get(path).status_code == 403


def test_packs_and_barcodes_are_changed_and_old_codes_still_scan(
    world: World, as_: Browser
) -> None:
    product = world.product("PK-1")
    world.session.add(Barcode(product_id=product.id, code="OLDCODE", unit="each"))
    world.session.commit()
    ada, path = as_(world.ada), f"/admin/products/{product.id}/packs"
    assert "OLDCODE" in ada.get(path).text
    data = {
        "version": str(product.version), "codes_each": GTIN, "quantity_case": "24",
        "weight_case": "6.5", "length_case": "40", "width_case": "30.5", "height_case": "20",
        "codes_case": "CASE-1",
    }  # fmt: skip
    wrong = ada.post(path, data={**data, "codes_each": "4006381333932"})
    assert wrong.status_code == 422
    assert "a wrong check digit" in wrong.text
    assert "hold more than" in ada.post(path, data={**data, "quantity_pallet": "24"}).text
    assert ada.post(path, data=data).status_code == 303
    case = world.session.scalars(select(Pack).where(Pack.product_id == product.id)).one()
    assert (case.unit, case.quantity, case.weight_grams, case.width_mm) == ("case", 24, 6500, 305)
    codes = {
        row.code: (row.unit, row.retired_at is None)
        for row in world.session.scalars(select(Barcode).where(Barcode.product_id == product.id))
    }
    assert codes == {"OLDCODE": ("each", False), GTIN: ("each", True), "CASE-1": ("case", True)}
    shown = ada.get(path).text
    assert "6.5" in shown
    assert "OLDCODE" not in shown
    now = reread(world, Product, product.id)
    back = {"version": str(now.version), "codes_each": f"{GTIN} OLDCODE"}
    assert ada.post(path, data=back).status_code == 303
    world.session.expire_all()
    assert world.session.scalars(select(Pack).where(Pack.product_id == product.id)).all() == []
    assert ada.post(path, data=data).status_code == 409


def test_pictures_are_added_ordered_described_and_taken_off(world: World, as_: Browser) -> None:
    product = world.product("PC-1")
    other = world.product("PC-2")
    world.session.commit()
    ada, path = as_(world.ada), f"/admin/products/{product.id}/pictures"
    assert "No picture yet" in ada.get(path).text
    assert ada.post(path, data={}).status_code == 422

    def send(content: bytes, words: str) -> str:
        data = {"picture": (io.BytesIO(content), "pot.png"), "description": words}
        return ada.post(path, data=data, follow_redirects=True).text

    assert "no JPEG, PNG or WebP" in send(b"GIF89a-not-this", "")
    send(picture(colour="red"), "From the front")
    send(picture(colour="blue"), "From above")
    first, second = pictures_of(world.session, product.id)
    assert reread(world, Product, product.id).image == first.sha256
    assert ada.post(f"/admin/products/{other.id}/pictures/{second.id}/first").status_code == 404
    ada.post(f"{path}/{second.id}/first")
    ada.post(f"{path}/{first.id}/description", data={"description": "The glaze"})
    world.session.expire_all()
    rows = [(row.id, row.description) for row in pictures_of(world.session, product.id)]
    assert rows == [(second.id, "From above"), (first.id, "The glaze")]
    assert reread(world, Product, product.id).image == second.sha256
    ada.post(f"{path}/{second.id}/remove")
    assert reread(world, Product, product.id).image == first.sha256
    ada.post(f"{path}/{first.id}/remove")
    assert reread(world, Product, product.id).image == ""
    assert as_(world.olu).get(path).status_code == 403
