"""A special from the desk to the invoice, and what is left over of it, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from models.purchasing import Vendor
from tests.journeys.conftest import DESKTOP, PHONE, Town, faults_in

pytestmark = pytest.mark.journey


def test_a_special_is_sold_bought_received_shipped_and_invoiced(town: Town) -> None:
    world, faults = town.world, []
    world.session.add(Vendor(code="BRIGHT", name="Brightwell Ironworks"))
    world.product("BN-1", stock=0)
    world.session.commit()
    olu = town.open(world.olu, "/admin/desk")
    olu.get_by_role("combobox", name="Name, person, phone").fill("Acme")
    olu.get_by_role("button", name="Begin", exact=True).click()
    olu.get_by_role("link", name="Sell a special").click()
    olu.get_by_label("Description").fill("Oak bench, 1.8 m, carved “Acme”")
    olu.get_by_label("Quantity").fill("3")
    olu.get_by_label("Price each").fill("99.50")
    olu.get_by_label("Cost each").fill("60")
    olu.get_by_role("button", name="Put it on the order").click()
    expect(olu.get_by_role("alert")).to_contain_text("Choose the vendor")
    olu.get_by_label("Vendor", exact=True).select_option("Brightwell Ironworks")
    expect(olu.get_by_label("Vendor", exact=True)).not_to_have_value("")
    faults += faults_in(olu, [(DESKTOP, "light"), (PHONE, "dark")])
    olu.set_viewport_size({"width": DESKTOP, "height": 900})
    olu.get_by_role("button", name="Put it on the order").click()
    expect(olu.get_by_text("Special from Brightwell Ironworks")).to_be_visible()
    faults += faults_in(olu, [(DESKTOP, "light"), (PHONE, "dark")])
    olu.set_viewport_size({"width": DESKTOP, "height": 900})
    olu.get_by_role("button", name="Place order £358.20").click()
    expect(olu.get_by_role("heading", level=1)).to_contain_text("SO-")
    faults += faults_in(olu, [(PHONE, "light"), (DESKTOP, "dark")])
    number = olu.get_by_role("heading", level=1).inner_text()

    pat = town.open(world.pat, "/admin/purchase-orders")
    pat.get_by_role("link", name="PO-").click()
    expect(pat.get_by_text("Special for")).to_contain_text(f"{number}, Acme Gifts")
    pat.get_by_role("button", name="Mark as sent").click()
    expect(pat.get_by_role("textbox", name="Came in of SP-")).to_have_value("3")
    faults += faults_in(pat, [(DESKTOP, "light"), (PHONE, "dark")])
    pat.get_by_role("textbox", name="Came in of SP-").fill("5")
    pat.get_by_role("button", name="Book in what came").click()
    expect(pat.get_by_role("button", name="Book in what came")).to_have_count(0)

    faults += _left_over_is_put_on_sale(town)
    _shipped_and_invoiced(town, number)
    assert faults == []


def _left_over_is_put_on_sale(town: Town) -> list[str]:
    faults = []
    ada = town.open(town.world.ada, "/admin")
    ada.get_by_role("link", name="Specials left over").click()
    expect(ada.get_by_text("2 units of specials are nobody’s.")).to_be_visible()
    faults += faults_in(ada, [(DESKTOP, "light"), (PHONE, "dark")])
    ada.get_by_role("link", name="Oak bench, 1.8 m").click()
    expect(ada.get_by_role("textbox", name="Sold as")).to_be_visible()
    faults += faults_in(ada, [(DESKTOP, "light"), (PHONE, "dark")])
    ada.get_by_role("textbox", name="Sold as").fill("BN-1")
    ada.get_by_role("button", name="Put on sale").click()
    expect(ada.get_by_text("2 units are on sale as BN-1")).to_be_visible()
    return faults


def _shipped_and_invoiced(town: Town, number: str) -> None:
    world = town.world
    sam = town.open(world.sam, f"/admin/orders/{number}")
    sam.get_by_role("button", name="Release").first.click()
    sam.get_by_role("link", name="Pick 1 line").first.click()
    expect(sam.get_by_text("Oak bench, 1.8 m").first).to_be_visible()
    sam.get_by_role("textbox", name="Quantity").fill("3")
    sam.get_by_role("button", name="Record this count").click()
    sam.get_by_role("link", name="Pack it").click()
    sam.get_by_role("button", name="All in one carton").click()
    sam.get_by_role("button", name="Ship it now").click()
    expect(sam.get_by_role("button", name="Ship it now")).to_have_count(0)
    nora = town.open(world.nora, "/admin/invoices")
    nora.get_by_role("link", name="INV-").first.click()
    expect(nora.get_by_text("Oak bench, 1.8 m").first).to_be_visible()
