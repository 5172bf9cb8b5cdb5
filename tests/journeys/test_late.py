"""What a person does while an answer is on its way counts, once, and is not thrown away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from models.fulfilment import ask_to_print
from tests.admin.conftest import Way
from tests.conftest import PATIENCE
from tests.journeys.conftest import PHONE, Town, known

pytestmark = pytest.mark.journey


class Held:
    """Requests of a page to these addresses, on their way until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.holds = True
        self.waiting: list[Route] = []
        page.route(address, self._come)

    def _come(self, route: Route) -> None:
        if self.holds:
            self.waiting.append(route)
        else:
            route.continue_()

    def wait_for(self, number: int) -> None:
        """Until so many have been sent."""
        for _look in range(PATIENCE // 50):
            if len(self.waiting) >= number:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.waiting)} of {number} were sent")

    def let_go(self) -> None:
        """They go on, and what comes later is not held."""
        self.holds = False
        while self.waiting:
            self.waiting.pop().continue_()


def test_a_number_typed_on_is_asked_for_and_no_order_is_placed_before_it(town: Town) -> None:
    world = town.world
    world.fill_cart(world.acme, world.bob, {world.product("LT-1"): 6})
    world.session.commit()
    page = town.open(world.bob, "/order")
    summary = page.locator("#pad-summary")
    held = Held(page, "**/order/lines/**")
    page.locator("#lines").get_by_role("textbox").click()
    page.keyboard.type("1")
    held.wait_for(1)
    page.keyboard.type("2")
    held.let_go()
    expect(summary).to_contain_text("£120.00")
    held.holds = True
    page.keyboard.type("4")
    summary.get_by_role("button", name="Place order £154.20").click()
    held.wait_for(1)
    page.wait_for_timeout(300)  # for the order, were it sent
    held.let_go()
    expect(page.locator("#pad-errors")).to_contain_text("The total is")
    summary.get_by_role("button", name="Place order £1,488.00").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is placed")


def test_a_draft_is_not_placed_before_a_row_that_is_on_its_way(town: Town) -> None:
    world = town.world
    for n in (1, 2):
        world.product(f"LT-{n}", price="10.00")
    world.session.commit()
    olu = town.open(world.olu, "/admin/desk")
    olu.get_by_role("combobox", name="Name, person, phone").fill("acme")
    olu.get_by_role("button", name="Begin", exact=True).click()
    expect(olu.get_by_role("heading", level=1)).to_have_text("Acme Gifts")
    known(olu)
    code, quantity = olu.get_by_role("combobox", name="Product, SKU"), olu.locator("#add-quantity")
    code.fill("LT-1")
    quantity.fill("6")
    quantity.press("Enter")
    expect(olu.locator("#draft-rows tbody tr")).to_have_count(1)
    held = Held(olu, "**/add")
    code.fill("LT-2")
    quantity.fill("6")
    quantity.press("Enter")
    olu.keyboard.press("Control+Enter")
    held.wait_for(1)
    olu.wait_for_timeout(300)  # for the order, were it sent
    held.let_go()
    expect(olu.get_by_role("alert")).to_contain_text("The total is")
    olu.get_by_role("button", name="Place order £154.20").click()
    expect(olu.get_by_text("The acknowledgement is on its way")).to_be_visible()
    expect(olu.locator("#main")).to_contain_text("LT-2")


def test_of_two_pages_asked_for_the_second_comes_and_stays(town: Town) -> None:
    page = town.open(town.world.olu, "/admin")
    held = Held(page, "**/admin/stock")
    page.get_by_role("link", name="Stock").first.click()
    held.wait_for(1)
    page.get_by_role("link", name="Orders").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    held.let_go()
    page.wait_for_timeout(700)  # for the first page, were it to come
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    held = Held(page, "**/admin")
    page.go_back()
    expect(page).to_have_url(f"{town.base}/admin")
    held.wait_for(1)
    page.get_by_role("link", name="Stock").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stock")
    held.let_go()
    page.wait_for_timeout(700)  # for the page gone back to, were it to come
    expect(page.get_by_role("heading", level=1)).to_have_text("Stock")


def test_more_of_a_list_comes_once_however_often_it_is_pressed(town: Town) -> None:
    world = town.world
    for n in range(60):
        world.product(f"LT-{n:02}")
    world.session.commit()
    page = town.open(world.bob, "/products")
    rows = page.locator(".orow")
    seen = rows.count()
    held = Held(page, "**page=2**")
    more = page.get_by_role("link", name="Show more")
    more.press("Enter")
    held.wait_for(1)
    more.press("Enter")
    held.let_go()
    expect(page.get_by_role("link", name="Show more")).to_have_count(0)
    page.wait_for_timeout(700)  # for the same rows again, were they to come
    assert rows.evaluate_all("rows => new Set(rows.map((row) => row.id)).size") == rows.count()
    assert rows.count() > seen


def test_what_is_typed_before_the_scripts_are_here_is_put_on_the_pad(town: Town) -> None:
    page = town.open(town.world.bob, "/order")
    held = Held(page, "**/*.js")
    page.goto(town.base + "/c/garden", wait_until="commit")
    field = page.get_by_role("textbox", name="Quantity, Hand trowel")
    field.fill("24")
    page.get_by_role("textbox", name="Quantity, Hand fork").click()
    held.let_go()
    expect(page.locator("#head-order")).to_contain_text("£116.64")
    expect(field).to_have_value("24")


def test_who_is_typed_before_the_scripts_are_here_is_found(town: Town) -> None:
    olu = town.open(town.world.olu, "/admin")
    held = Held(olu, "**/*.js")
    olu.goto(town.base + "/admin/desk", wait_until="commit")
    expect(olu.get_by_role("combobox", name="Name, person, phone")).to_be_focused()
    olu.keyboard.type("acme")
    held.let_go()
    expect(olu.get_by_role("option", name="Acme Gifts")).to_be_visible()


def test_a_price_typed_while_another_is_saved_stays(town: Town) -> None:
    mia = town.open(town.world.mia, f"/admin/prices/{town.world.base.id}")
    held = Held(mia, "**/entries/**")
    fork = mia.get_by_role("textbox", name="Price of FK-1 from 1")
    fork.fill("5.60")
    fork.press("Enter")
    held.wait_for(1)
    trowel = mia.get_by_role("textbox", name="Price of TR-1 from 1").first
    trowel.fill("4.44")
    held.let_go()
    expect(mia.locator("input[name=seen][value='5.60']")).to_have_count(1)
    expect(trowel).to_have_value("4.44")
    trowel.press("Enter")
    expect(mia.locator("input[name=seen][value='4.44']")).to_have_count(1)


def test_what_is_found_for_the_next_line_stays_when_the_last_one_arrives(town: Town) -> None:
    town.world.product("LT-1")
    town.world.session.commit()
    page = town.open(town.world.bob, "/order")
    held = Held(page, "**/order/add")
    page.keyboard.type("LT-1")
    page.keyboard.press("Enter")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    held.wait_for(1)
    page.keyboard.type("trow")
    expect(page.get_by_role("option", name="Hand trowel")).to_have_attribute(
        "aria-selected", "true"
    )
    held.let_go()
    expect(page.locator("#lines tbody tr")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Product, SKU or barcode")).to_have_value("TR-1")


def test_a_code_scanned_while_the_one_before_is_on_its_way_is_taken_after_it(town: Town) -> None:
    world = town.world
    pick_list = Way(world).released({world.product("LT-1"): 2})
    sam = town.open(world.sam, "/floor", PHONE)
    sam.get_by_role("button", name="Take").click()
    label = sam.locator("label[for=scan]")
    expect(label).to_contain_text("Scan the bin")
    sam.reload()  # and wait for its scripts
    expect(sam.get_by_label("Scanned code")).to_be_focused()
    bin_code = label.locator("small").inner_text()
    held = Held(sam, f"**/{pick_list.id}/scan")
    for code in (bin_code, "LT-1", "LT-1"):
        sam.keyboard.type(code)
        sam.keyboard.press("Enter")
    held.wait_for(1)
    held.let_go()
    expect(sam.get_by_role("link", name="Pack it")).to_be_visible()


def test_what_only_asks_and_fails_is_not_said_to_be_unsaved(town: Town) -> None:
    world = town.world
    order = Way(world).placed({world.product("LT-1"): 2})
    run = ask_to_print(
        world.session, [order.id], ["acknowledgement"], submission_key="k", by=world.olu
    )
    world.session.commit()
    olu = town.open(world.olu, f"/admin/prints/{run.id}")
    note = olu.locator("#toasts .toast")
    expect(olu.get_by_text("1 paper is being put together")).to_be_visible()
    olu.context.set_offline(True)
    expect(note).to_contain_text("what is shown may be old. It is asked for again.")
    expect(note.get_by_role("button")).to_have_count(0)
    olu.get_by_role("link", name="Accounts").click()
    expect(note).to_have_text("Not loaded, the connection failed. Try again")
    olu.context.set_offline(False)
    expect(note).to_have_count(0)
    olu.get_by_role("link", name="Accounts").click()
    expect(olu.get_by_role("heading", level=1)).to_have_text("Accounts")
