"""A buyer's day, in a real browser."""

from __future__ import annotations

from time import sleep
from typing import Any

import pytest
from playwright.sync_api import expect

from models.checkout import LineChange, set_quantity
from storefront.quantities import put_on_pad
from tests.journeys.conftest import DESKTOP, LOOKS, PHONE, Looks, Town, faults_in

pytestmark = pytest.mark.journey

PASTE = """text => {
  const data = new DataTransfer(); data.setData('text/plain', text);
  document.body.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_buyer_walks_along_the_shelf_and_places_the_order(town: Town, width: int) -> None:
    page = town.open(town.world.bob, "/c/garden", width)
    row = page.get_by_role("group", name="Hand trowel, ash handle", exact=True)
    for _pack in range(4):
        row.get_by_role("button", name="More").click()
    expect(row.get_by_role("textbox")).to_have_value("24")
    expect(page.locator("#tab-order" if width == PHONE else "#head-order")).to_contain_text(
        "£116.64"
    )
    page.goto(town.base + "/order")
    page.get_by_label("Your PO number").fill("WH-7781")
    page.locator("#pad-summary").get_by_role("button", name="Place order £150.17").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is placed")
    expect(page.get_by_text("WH-7781").first).to_be_visible()


def test_a_pasted_list_with_wrong_rows_is_settled_by_buttons(town: Town) -> None:
    page = town.open(town.world.bob, "/order")
    page.locator(":focus").blur()
    page.evaluate(PASTE, "TR-1\t24\nFK-1\t2\nTR1I\t5\nLN-1\t4\nFK-1\t90")
    expect(page.locator(".decisions li")).to_have_count(3)
    for left in (2, 1, 0):
        page.locator(".decisions li").first.get_by_role("button", name="Drop").click()
        expect(page.locator(".decisions li")).to_have_count(left)
    expect(page.locator("#pad-summary").get_by_role("button", name="Place order")).to_be_visible()
    expect(page.locator("#lines tbody tr")).to_have_count(1)


def test_a_line_taken_off_can_be_put_back(town: Town) -> None:
    world = town.world
    products = {world.product("AB-1"): 2, world.product("AB-2"): 3}
    world.fill_cart(world.acme, world.bob, products)
    world.session.commit()
    page = town.open(world.bob, "/order")
    page.get_by_role("button", name="Remove, Product AB-1").click()
    expect(page.locator("#lines tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#lines tbody tr")).to_have_count(2)


def test_an_order_is_repeated_in_three_clicks(town: Town) -> None:
    world = town.world
    world.order(world.acme, world.bob, {world.product("AB-1"): 2, world.product("AB-2"): 3})
    world.session.commit()
    page = town.open(world.bob, "/")
    page.get_by_role("link", name="Repeat last order").click()
    page.get_by_role("button", name="Put these on the order pad").click()
    page.locator("#pad-summary").get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is placed")


def test_a_rep_orders_for_a_customer_on_the_phone(town: Town) -> None:
    world = town.world
    page = town.open(world.rita, "/rep", PHONE)
    page.get_by_role("link", name="Acme Gifts").click()
    page.get_by_role("button", name="Start their order").click()
    page.get_by_role("link", name="Price list").click()
    expect(page.get_by_label("Notice 1")).to_contain_text("Ordering for Acme Gifts")
    row = page.get_by_role("group", name="Hand fork, ash handle", exact=True)
    row.get_by_role("button", name="More").click()
    expect(page.locator("#tab-order")).to_contain_text("£5.20")
    page.goto(town.base + "/order")
    page.locator("#pad-summary").get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is placed")
    page.get_by_role("link", name="Follow this order").click()
    expect(page.get_by_text("on behalf of the customer")).to_be_visible()


def test_of_quick_changes_to_a_quantity_the_last_one_wins(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow_at_first(product_id: int, typed: str) -> None:
        if typed == "6":
            sleep(0.5)  # what a busy server does to one of several requests
        put_on_pad(product_id, typed)

    monkeypatch.setattr("storefront.quantities.put_on_pad", slow_at_first)
    page = town.open(town.world.bob, "/c/garden")
    row = page.get_by_role("group", name="Hand trowel, ash handle", exact=True)
    for _pack in range(4):
        row.get_by_role("button", name="More").click()
    expect(page.locator("#head-order")).to_contain_text("£116.64")
    expect(row.get_by_role("textbox")).to_have_value("24")
    page.wait_for_timeout(700)
    page.reload()
    expect(row.get_by_role("textbox")).to_have_value("24")


def test_quick_changes_to_a_line_of_the_pad_all_count(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = town.world
    world.fill_cart(world.acme, world.bob, {world.product("QK-1"): 6})
    world.session.commit()

    def slowly(*args: Any, **named: Any) -> LineChange:
        sleep(0.6)
        return set_quantity(*args, **named)

    monkeypatch.setattr("storefront.order_pad.set_quantity", slowly)
    page = town.open(world.bob, "/order")
    more = page.locator("#lines").get_by_role("button", name="More")
    for _click in range(2):
        more.click()
    expect(page.locator("#pad-summary")).to_contain_text("£70.00")  # the second is on its way
    for _click in range(2):
        more.click()
    expect(page.locator("#pad-summary")).to_contain_text("£100.00")
    expect(page.locator("#lines").get_by_role("textbox")).to_have_value("10")
    page.reload()
    expect(page.locator("#lines").get_by_role("textbox")).to_have_value("10")


def test_quantities_typed_without_a_connection_stay_and_are_saved_by_one_retry(town: Town) -> None:
    world = town.world
    world.fill_cart(world.acme, world.bob, {world.product(f"OF-{n}"): 6 for n in (1, 2, 3)})
    world.session.commit()
    page = town.open(world.bob, "/order")
    fields = page.locator("#lines").get_by_role("textbox")
    page.context.set_offline(True)
    for place, typed in ((0, "7"), (1, "8")):
        fields.nth(place).fill(typed)
        fields.nth(place).press("Tab")
    note = page.locator("#toasts .toast")
    expect(note).to_contain_text("Not saved")
    page.wait_for_timeout(600)
    page.context.set_offline(False)
    fields.nth(2).fill("9")
    expect(page.locator("#lines tr").nth(3)).to_contain_text("£90.00")
    expect(fields.nth(0)).to_have_value("7")
    expect(fields.nth(1)).to_have_value("8")
    note.get_by_role("button", name="Try again").click()
    expect(page.locator("#pad-summary")).to_contain_text("£240.00")
    expect(note).to_have_count(0)
    page.reload()
    for place, kept in enumerate(("7", "8", "9")):
        expect(fields.nth(place)).to_have_value(kept)


def test_a_page_after_an_opened_menu_has_nothing_to_complain_of(town: Town) -> None:
    page = town.open(town.world.bob, "/orders")
    page.get_by_role("button", name="Account menu").first.click()
    menu = page.locator("#account-menu")
    expect(menu).to_be_visible()
    button = page.get_by_role("button", name="Account menu").first.bounding_box()
    box = menu.bounding_box()
    assert button
    assert box
    assert box["y"] >= button["y"] + button["height"]
    assert box["x"] + box["width"] <= DESKTOP
    page.keyboard.press("Escape")
    page.get_by_role("searchbox").first.fill("trowel")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Results for")  # and see `opened`


def test_the_order_bar_comes_with_the_first_quantity(town: Town) -> None:
    page = town.open(town.world.bob, "/c/garden")
    expect(page.locator("#order-bar")).to_be_hidden()
    page.get_by_role("textbox", name="Quantity, Hand trowel").fill("24")
    expect(page.locator("#order-bar")).to_be_visible()
    expect(page.locator("#order-bar")).to_contain_text("1 line")


@pytest.mark.parametrize("looks", LOOKS)
def test_every_page_is_accessible_and_fits(town: Town, looks: Looks) -> None:
    world = town.world
    order = world.order(world.acme, world.alice, {world.product("AB-1"): 2})
    world.fill_cart(world.acme, world.alice, {world.product("AB-2"): 3})
    world.session.commit()
    page = town.open(world.alice, "/")
    faults = {}
    for path in (
        "/", "/c/garden", "/search?q=trowel", "/p/tr-1", "/order", "/order?add=paste",
        "/order?add=file", "/order/place", "/orders", f"/orders/{order.number}",
        f"/orders/{order.number}/placed", f"/orders/{order.number}/reorder", "/invoices",
        "/statement",
    ):  # fmt: skip
        page.goto(town.base + path)
        if found := faults_in(page, looks):
            faults[path] = found
    rep = town.open(world.rita, "/rep")
    for path in ("/rep", *(f"/rep/accounts/{world.acme.id}?part={p}" for p in ("due", "account"))):
        rep.goto(town.base + path)
        if found := faults_in(rep, looks):
            faults[path] = found
    visitor = town.open(None, "/")
    for path in ("/", "/products"):
        visitor.goto(town.base + path)
        if found := faults_in(visitor, looks):
            faults[f"visitor {path}"] = found
    assert faults == {}
