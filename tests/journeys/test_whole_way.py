"""An order from the pad to the payment across all who touch it: without scripts, in few keys, and
where it has to wait for somebody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from models.accounts import Account
from models.orders import Order
from models.pricing import PriceEntry
from tests.journeys.conftest import PHONE, Town

pytestmark = pytest.mark.journey

MOST_KEYS_FOR_TEN_LINES = 110


def test_an_order_is_placed_shipped_invoiced_and_paid_without_scripts(town: Town) -> None:
    world = town.world

    def plain(actor: object, path: str) -> Page:
        return town.open(actor, path, java_script_enabled=False)

    bob = plain(world.bob, "/c/garden")
    bob.get_by_role("textbox", name="Quantity, Hand trowel").fill("24")
    bob.get_by_role("textbox", name="Quantity, Hand fork").fill("3")
    bob.get_by_role("button", name="Update my order").first.click()
    expect(bob.locator("#head-order")).to_contain_text("£")
    bob.goto(town.base + "/order")
    bob.get_by_label("Your PO number").fill("WH-7781")
    bob.locator("#pad-summary").get_by_role("button", name="Place order").click()
    expect(bob.get_by_role("heading", level=1)).to_contain_text("is placed")
    order = world.session.query(Order).one()

    sam = plain(world.sam, f"/admin/orders/{order.number}")
    sam.get_by_role("button", name="Release").first.click()
    expect(sam.get_by_text("Released to picking").first).to_be_visible()
    sam.goto(town.base + "/floor")
    sam.get_by_role("button", name="Take").click()
    for units in ("24", "3"):
        expect(sam.get_by_role("textbox", name="Quantity")).to_have_value(units)
        sam.get_by_role("button", name="Record this count").click()
    sam.get_by_role("link", name="Pack it").click()
    sam.get_by_role("button", name="All in one carton").click()
    sam.get_by_role("button", name="Ship it now").click()
    expect(sam.get_by_role("button", name="Ship it now")).to_have_count(0)

    nora = plain(world.nora, "/admin/invoices")
    nora.get_by_role("link", name="INV-").first.click()
    nora.get_by_role("link", name="Record payment").first.click()
    nora.get_by_role("button", name="Record the payment").click()
    expect(nora.get_by_text("Applied").first).to_be_visible()
    nora.goto(f"{town.base}/admin/orders/{order.number}")
    expect(nora.locator(".page-head").get_by_text("Paid", exact=True)).to_be_visible()


def test_a_buyer_over_the_limit_is_told_before_and_finance_lets_the_order_go(town: Town) -> None:
    world = town.world
    world.session.execute(
        update(Account).where(Account.id == world.acme.id).values(credit_limit=Decimal(100))
    )
    world.fill_cart(world.acme, world.bob, {world.product("AB-1"): 90})
    world.session.commit()
    bob = town.open(world.bob, "/order")
    expect(bob.locator("#pad-summary")).to_contain_text("over your credit limit")
    bob.locator("#pad-summary").get_by_role("button", name="Place order").click()
    expect(bob.get_by_role("heading", level=1)).to_contain_text("is placed")
    bob.get_by_role("link", name="Follow this order").click()
    expect(bob.get_by_text("On hold").first).to_be_visible()

    order = world.session.query(Order).one()
    nora = town.open(world.nora, "/admin/orders?view=held")
    nora.get_by_role("link", name=order.number).first.click()
    nora.get_by_label("Why may it go on?").fill("They pay on Friday")
    nora.get_by_role("button", name="Release the hold").first.click()
    expect(nora.locator(".page-head").get_by_text("On hold")).to_have_count(0)


def test_a_rep_goes_below_the_floor_and_the_sales_manager_decides(town: Town) -> None:
    world = town.world
    product = world.product("AB-1", price="10.00")
    world.session.execute(
        update(PriceEntry).where(PriceEntry.product_id == product.id).values(floor_price=8)
    )
    rita = town.open(world.rita, "/rep", PHONE)
    rita.get_by_role("link", name="Acme Gifts").click()
    rita.get_by_role("button", name="Start their order").click()
    expect(rita.get_by_text("Ordering for").first).to_be_visible()
    rita.goto(town.base + "/order")
    rita.get_by_role("combobox", name="Product, SKU or barcode").fill("AB-1")
    rita.get_by_role("textbox", name="Quantity").first.fill("20")
    rita.get_by_role("button", name="Add", exact=True).click()
    rita.get_by_role("link", name="Change price").click()
    rita.get_by_label("Price each").fill("7.50")
    rita.get_by_label("Reason").fill("Matches a competitor's offer")
    rita.get_by_role("button", name="Change the price").click()
    expect(rita.locator("#lines")).to_contain_text("7.50")
    rita.locator("#pad-summary").get_by_role("button", name="Place order").click()
    expect(rita.get_by_role("heading", level=1)).to_contain_text("is placed")

    order = world.session.query(Order).one()
    mia = town.open(world.mia, f"/admin/orders/{order.number}")
    expect(mia.get_by_text("Below the floor price: AB-1").first).to_be_visible()
    expect(mia.get_by_text("Matches a competitor's offer").first).to_be_visible()
    mia.get_by_label("Why may it go on?").fill("The margin is still fine")
    mia.get_by_role("button", name="Release the hold").first.click()
    expect(mia.locator(".page-head").get_by_text("On hold")).to_have_count(0)


def test_ten_known_codes_are_typed_without_the_mouse_in_few_keys(town: Town) -> None:
    world = town.world
    codes = [f"AB-{number}" for number in range(10, 20)]
    for code in codes:
        world.product(code)
    world.session.commit()
    page = town.open(world.bob, "/order")
    keys = 0
    for code in codes:  # nobody waits between two lines
        for key in (*code, "Enter", "6", "Enter"):
            page.keyboard.press(key)
            keys += 1
    expect(page.locator("#lines tbody tr")).to_have_count(10)
    assert keys <= MOST_KEYS_FOR_TEN_LINES
    expect(page.locator("#pad-summary")).to_contain_text("£600.00")


def test_any_order_is_opened_from_anywhere_by_a_few_keys(town: Town) -> None:
    world = town.world
    order = world.order(world.acme, world.bob, {world.product("AB-1"): 2})
    world.session.commit()
    page = town.open(world.olu, "/admin/stock")
    for waits in (True, False):  # who knows the number presses Enter before the answer is there
        page.keyboard.press("Control+k")
        page.keyboard.type(order.number[-5:])
        if waits:
            expect(page.get_by_role("option", name=order.number).first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(order.number)
        page.goto(f"{town.base}/admin/stock")
    page.keyboard.press("Control+k")
    page.keyboard.type("mermaid")
    page.keyboard.press("Enter")  # nothing is called so: the page of answers says it
    expect(page.get_by_role("heading", level=1)).to_contain_text("Find or do")
