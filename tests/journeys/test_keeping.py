"""A customer phones for the first time, for something that is new to the range: the account, the
product and its vendor are entered by hand, and the order is taken, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Looks, Town, faults_in
from tests.models.importing.picture_files import picture

pytestmark = pytest.mark.journey
TWO: Looks = [(PHONE, "dark"), (DESKTOP, "light")]


def save(page: Page, fields: dict[str, str], button: str) -> list[str]:
    """Fills a form in by its labels, looks at it, and sends it."""
    for label, typed in fields.items():
        page.get_by_label(label, exact=True).fill(typed)
    faults = faults_in(page, TWO)
    page.get_by_role("button", name=button).click()
    return faults


def customer_is_entered(ada: Page, town: Town) -> list[str]:
    """An account with two addresses, a person, and a buyer who is invited."""
    faults = []
    ada.goto(f"{town.base}/admin/accounts/new")
    faults += save(ada, {
        "Name": "Nettle & Fern", "Street and number": "1 Mill Lane", "Town": "Ilkley",
        "Postcode": "ls29 8aa", "Contact": "Fern Hale",
    }, "Open the account")  # fmt: skip
    expect(ada.get_by_text("LS29 8AA")).to_be_visible()
    faults += faults_in(ada, TWO)
    ada.get_by_role("link", name="Add an address").click()
    faults += save(ada, {"Street and number": "2 Dock Road", "Town": "Hull"}, "Save the address")
    ada.locator("#addresses").get_by_role("link", name="Notes").nth(1).click()
    expect(ada.get_by_role("heading", name="Address HULL")).to_be_visible()
    ada.locator("#kind").select_option("delivery")
    faults += save(ada, {"Note": "Ring at the gate"}, "Add the note")
    expect(ada.locator("#notes").get_by_text("Ring at the gate")).to_be_visible()
    faults += faults_in(ada, TWO)
    ada.get_by_role("link", name="Nettle & Fern").first.click()
    expect(ada.locator("#addresses").get_by_text("Ring at the gate")).to_be_visible()
    ada.locator("#people").get_by_role("link", name="Change").click()
    faults += save(ada, {"Mobile": "07700 900 123"}, "Save the contact")
    ada.get_by_role("link", name="Invite or change").click()
    faults += save(
        ada, {"Name": "Fern Hale", "E-mail": "fern@nettle.example"}, "Send the invitation"
    )
    expect(ada.get_by_text("fern@nettle.example is invited")).to_be_visible()
    ada.get_by_role("link", name="Nettle & Fern").click()
    ada.locator(".page-head").get_by_role("link", name="Change").click()
    faults += save(ada, {"What they sell": "Herbs"}, "Save the account")
    return faults


def test_a_new_customer_buys_a_new_product_within_one_call(town: Town) -> None:
    world, faults = town.world, []
    world.product("KP-0", price="1.00")
    world.session.commit()
    ada = town.open(world.ada, "/admin/products")
    ada.get_by_role("link", name="New product").click()
    faults += save(ada, {
        "SKU": "KP-1", "Name": "Herb pot, glazed", "Category": "Garden > Pots",
        "Base price": "4.20",
    }, "Save the product")  # fmt: skip
    expect(ada.get_by_text("KP-1 is in the catalogue")).to_be_visible()
    ada.locator("#packs").get_by_role("link", name="Change").click()
    ada.get_by_label("Units in it").nth(1).fill("24")
    faults += save(ada, {"Barcodes of one": "4006381333931"}, "Save the product")
    ada.locator("#facts").get_by_role("link", name="Change").click()
    faults += save(ada, {"Brand": "Ryedale"}, "Save the product")
    ada.locator("#pictures").get_by_role("link", name="Change").click()
    ada.locator("input[type=file]").set_input_files(
        {"name": "pot.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    faults += save(ada, {"What it shows": "From the front"}, "Add the picture")
    expect(ada.get_by_text("Shown in lists")).to_be_visible()
    faults += faults_in(ada, TWO)

    ada.goto(f"{town.base}/admin/vendors/new")
    faults += save(ada, {"Code": "V-POT", "Name": "Potters of York"}, "Save the vendor")
    faults += save(ada, {"SKU": "KP-1", "Cost": "2.10"}, "Save")
    expect(ada.get_by_role("link", name="Herb pot, glazed")).to_be_visible()
    faults += faults_in(ada, TWO)

    faults += customer_is_entered(ada, town)
    ada.get_by_role("button", name="Phone order").click()
    ada.get_by_role("combobox", name="Product, SKU").fill("KP-1")
    ada.locator("#add-quantity").fill("10")
    ada.get_by_role("button", name="Add", exact=True).click()
    ada.get_by_role("button", name="Backorder 10").click()
    expect(ada.get_by_text("£42.00").first).to_be_visible()
    assert faults == []
