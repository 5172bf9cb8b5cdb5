"""A placed order is changed, added to, cancelled and copied, in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Frame, Page, expect

from models.catalog import Product
from models.fulfilment import release_to_picking
from models.orders import Order
from tests.admin.conftest import Way
from tests.journeys.conftest import DESK_LOOKS, DESKTOP, PHONE, Town, faults_of
from tests.models.checkout.changing import Office

pytestmark = pytest.mark.journey
LOOKS = [(DESKTOP, "light"), (PHONE, "dark")]


class Watched:
    """Collects what axe finds on every page of the story."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}

    def __call__(self, page: Page, name: str) -> Page:
        if found := faults_of(page):
            self.faults[name] = found
        return page


def placed(town: Town, wanted: dict[Product, int], **choices: str) -> Order:
    return Way(town.world).placed(wanted, **choices)


@pytest.mark.parametrize(("width", "theme"), DESK_LOOKS)
def test_the_desk_changes_an_order_after_a_look_at_what_it_makes(
    town: Town, width: int, theme: str
) -> None:
    world, checked = town.world, Watched()
    trowel = world.product("TR-7", price="10.00")
    world.product("FK-7", price="7.50")
    Office(world).break_at(trowel, 12, "9.00")
    order = placed(town, {trowel: 10}, po_number="WH-7781")
    olu = town.open(world.olu, f"/admin/orders/{order.number}", width, theme)
    olu.get_by_role("link", name="Edit").locator("visible=true").first.click()
    expect(olu.get_by_label("Quantity of TR-7")).to_be_visible()
    checked(olu, "the form")
    olu.get_by_label("Quantity of TR-7").fill("12")
    olu.get_by_role("combobox", name="Add a product").fill("FK-7")
    olu.get_by_label("Quantity to add").fill("2")
    olu.get_by_role("button", name="Add", exact=True).click()
    expect(olu.get_by_text("FK-7: 2 added at £7.50")).to_be_visible()
    expect(olu.get_by_label("Quantity of FK-7")).to_have_value("2")
    expect(olu.get_by_role("combobox", name="Add a product")).to_have_value("")
    expect(olu.get_by_label("Quantity to add")).to_have_value("")
    checked(olu, "what it comes to")
    olu.get_by_label("£9.00 for all of it").check()
    expect(olu.get_by_text("TR-7: price £9.00, was £10.00")).to_be_visible()
    expect(olu.get_by_text("FK-7: 2 added at £7.50")).to_be_visible()
    olu.get_by_label("PO number").fill("WH-7782")
    olu.get_by_label("Why it is changed").fill("Wren called")
    expect(olu.get_by_text("PO number WH-7782, was WH-7781")).to_be_visible()
    olu.get_by_role("button", name="Save, total £157.80").click()
    expect(olu.get_by_text("Changed, revision 1: £157.80, was £130.20")).to_be_visible()
    expect(olu.get_by_text("TR-7: 12, was 10")).to_be_visible()
    checked(olu, "the order afterwards")
    olu.goto(f"{town.base}/admin/orders/{order.number}/edit")
    olu.get_by_label("Quantity of TR-7").fill("0")
    olu.get_by_label("Quantity of FK-7").fill("0")
    olu.get_by_role("button", name="Show what it comes to").click()
    expect(olu.get_by_role("alert")).to_contain_text("Cancel it instead")
    checked(olu, "a change of everything, refused")
    assert checked.faults == {}


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_buyer_adds_to_an_order_until_it_is_too_late_and_asks_then(
    town: Town, width: int, theme: str
) -> None:
    world, checked = town.world, Watched()
    trowel = world.product("TR-7", price="10.00")
    order = placed(town, {trowel: 10})
    bob = town.open(world.bob, f"/orders/{order.number}", width, theme)
    checked(bob, "the order")
    bob.get_by_role("link", name="Add or change").click()
    bob.get_by_label("Quantity of TR-7").fill("12")
    bob.get_by_role("button", name="Show what it comes to").click()
    expect(bob.get_by_text("TR-7: 12, was 10")).to_be_visible()
    checked(bob, "what it comes to")
    bob.get_by_role("button", name="Save, total £154.20").click()
    expect(bob.get_by_text("Changed, revision 1: £154.20, was £130.20")).to_be_visible()
    release_to_picking(world.session, order.id, by=world.sam)
    world.session.commit()
    bob.goto(f"{town.base}/orders/{order.number}/change")
    expect(bob.get_by_text("The warehouse has it already")).to_be_visible()
    checked(bob, "too late")
    bob.get_by_role("link", name="Ask us").click()
    expect(bob.get_by_role("button", name="Send the request")).to_be_visible()
    bob.get_by_label("In a few words").fill("We ordered this twice")
    checked(bob, "asking")
    bob.get_by_role("button", name="Send the request").click()
    expect(bob.get_by_text("We have your request: We ordered this twice")).to_be_visible()
    checked(bob, "asked")
    olu = town.open(world.olu, f"/admin/orders/{order.number}", width, theme)
    checked(olu, "the request at the desk")
    olu.get_by_label("Answer", exact=True).fill("It is on the van, send it back to us.")
    olu.get_by_role("button", name="Answer", exact=True).click()
    expect(olu.get_by_role("heading", name="The customer asks")).to_have_count(0)
    bob.reload()
    expect(bob.get_by_text("It is on the van, send it back to us.")).to_be_visible()
    assert checked.faults == {}


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_an_order_is_cancelled_by_its_buyer_and_another_by_the_desk(
    town: Town, width: int, theme: str
) -> None:
    world, checked = town.world, Watched()
    trowel = world.product("TR-7", price="10.00")
    first, second = placed(town, {trowel: 10}, key="a"), placed(town, {trowel: 5}, key="b")
    bob = town.open(world.bob, f"/orders/{first.number}", width, theme)
    bob.get_by_role("link", name="Cancel it").click()
    bob.get_by_role("button", name="Cancel order").click()
    expect(bob.get_by_role("alert")).to_contain_text("Say why it is cancelled")
    checked(bob, "cancelling, refused")
    bob.get_by_label("Reason").fill("Not needed")
    bob.get_by_role("button", name="Cancel order").click()
    expect(bob.get_by_text("Cancelled, was £130.20")).to_be_visible()
    checked(bob, "cancelled")
    olu = town.open(world.olu, f"/admin/orders/{second.number}/cancel", width, theme)
    checked(olu, "cancelling at the desk")
    olu.get_by_label("Reason").fill("Ordered twice")
    olu.get_by_role("button", name="Cancel order").click()
    expect(olu.get_by_text("Cancelled, was £70.20")).to_be_visible()
    checked(olu, "cancelled at the desk")
    assert checked.faults == {}


@pytest.mark.parametrize(("width", "theme"), DESK_LOOKS)
def test_an_order_is_copied_to_a_new_pad_and_the_old_pad_taken_up_again(
    town: Town, width: int, theme: str
) -> None:
    world, checked = town.world, Watched()
    trowel, fork = world.product("TR-7"), world.product("FK-7", price="7.50")
    order = placed(town, {trowel: 10})
    world.fill_cart(world.acme, world.bob, {fork: 4})
    world.session.commit()
    bob = town.open(world.bob, f"/orders/{order.number}/reorder", width, theme)
    checked(bob, "ordering again")
    bob.get_by_role("button", name="Begin a new pad with these").click()
    expect(bob.get_by_role("heading", level=1)).to_have_text("Order pad")
    expect(bob.get_by_text("Product TR-7").first).to_be_visible()
    expect(bob.get_by_text("Product FK-7")).to_have_count(0)
    bob.goto(f"{town.base}/order?add=past")
    checked(bob, "the pad that was set aside")
    bob.get_by_role("button", name="Go on with it").click()
    expect(bob.get_by_text("Product FK-7").first).to_be_visible()
    expect(bob.get_by_text("Product TR-7")).to_have_count(0)
    olu = town.open(world.olu, f"/admin/orders/{order.number}", DESKTOP, theme)
    olu.get_by_role("button", name="More").click()
    olu.get_by_role("button", name="Copy to a new order").click()
    expect(olu.get_by_label("Quantity of Product TR-7")).to_have_value("10")
    checked(olu, "copied to a draft of the desk")
    assert checked.faults == {}


class Keys:
    """Presses keys one by one, counts them, and knows the other pages they have brought.

    A page is brought by htmx, or by the browser where a key came before htmx knew the link, and
    then htmx notes its address once more: so each address counts once.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.pressed, self.pages = page, 0, set[str]()
        start = urlsplit(page.url).path

        def note(frame: Frame) -> None:
            self.pages |= {urlsplit(frame.url).path} - {start}

        page.on("framenavigated", note)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.press(*text)


def test_any_question_on_the_phone_takes_at_most_25_keys_and_two_pages(town: Town) -> None:
    """Where is PO WH-7781, why is it 6.65, can I add two, when will it come?"""
    world = town.world
    trowel = world.product("TR-7", price="7.10", stock=60)
    Office(world).break_at(trowel, 24, "6.65")
    order = placed(town, {trowel: 24}, po_number="WH-7781")
    placed(town, {world.product("FK-7"): 3}, po_number="WH-7790", key="other")
    olu = town.open(world.olu, "/admin")
    keys = Keys(olu)
    keys.press("Control+k")
    keys.type("WH-7781")
    expect(olu.get_by_role("option", name=order.number)).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(olu.get_by_role("heading", level=1)).to_have_text(order.number)
    expect(olu.get_by_role("heading", name="To release")).to_be_visible()  # where it is
    keys.press("e")
    expect(olu.get_by_text("Base prices, from 24")).to_be_visible()  # why it is 6.65
    expect(olu.get_by_label("Quantity of TR-7")).to_be_focused()
    keys.press("Control+a")
    keys.type("26")
    keys.press("Enter")
    expect(olu.get_by_text("TR-7: 26, was 24")).to_be_visible()
    expect(olu.get_by_role("cell", name="Product TR-7")).to_contain_text("ships")  # when
    keys.press("Control+Enter")
    expect(olu.get_by_text("Changed, revision 1")).to_be_visible()
    expect(olu.get_by_role("link", name="Acknowledgement").first).to_be_attached()
    assert keys.pressed <= 25, keys.pressed
    page = f"/admin/orders/{order.number}"
    assert keys.pages == {page, f"{page}/edit"}
