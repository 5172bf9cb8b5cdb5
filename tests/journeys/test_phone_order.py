"""An order by phone, from the call to the acknowledgement, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.accounts import Contact, Note
from models.catalog import refresh
from models.kernel import clock
from models.orders import Order
from tests.admin.conftest import Way
from tests.journeys.conftest import DESK_LOOKS, Town
from tests.journeys.test_changing import Keys, Watched
from tests.world import World

pytestmark = pytest.mark.journey


def known_caller(world: World) -> None:
    world.session.add(
        Contact(account_id=world.acme.id, name="Jo Marsh", phone="+44 (0)20 7946 0018",
                email="jo@acme.example")
    )  # fmt: skip
    world.session.commit()


def begun(town: Town, width: int, theme: str, checked: Watched) -> Page:
    """A draft for Acme, whose alert has been read."""
    world = town.world
    world.product("TR-7", order_minimum=Decimal(6), order_multiple=Decimal(6))
    world.product("FK-7", price="7.50", stock=4)
    world.session.add(
        Note(kind="alert", subject_kind="account", subject_id=world.acme.id, text="Ask for Jo")
    )
    known_caller(world)
    olu = town.open(world.olu, "/admin/desk", width, theme)
    checked(olu, "the start")
    olu.get_by_role("combobox", name="Name, person, phone").fill("g")
    olu.get_by_role("button", name="Begin", exact=True).click()
    expect(olu.get_by_role("alert")).to_contain_text("Several accounts fit")
    checked(olu, "several accounts")
    olu.get_by_role("button", name="Begin for Acme Gifts").click()
    expect(olu.get_by_role("heading", level=1)).to_have_text("Acme Gifts")
    checked(olu, "an alert, no rows")
    expect(olu.get_by_role("button", name="I have read it")).to_be_focused()
    olu.keyboard.press("Enter")
    expect(olu.get_by_role("button", name="I have read it")).to_have_count(0)
    return olu


def type_row(page: Page, code: str, quantity: str) -> None:
    page.get_by_role("combobox", name="Product, SKU").fill(code)
    page.locator("#add-quantity").fill(quantity)
    page.get_by_role("button", name="Add", exact=True).click()


@pytest.mark.parametrize(("width", "theme"), DESK_LOOKS)
def test_the_desk_takes_an_order_down_settles_and_places_it(
    town: Town, width: int, theme: str
) -> None:
    checked = Watched()
    olu = begun(town, width, theme, checked)
    type_row(olu, "TR-7", "7")
    expect(olu.get_by_role("heading", name="1 row needs an answer")).to_be_visible()
    checked(olu, "a question")
    olu.get_by_label("Why it is sold otherwise").fill("For the window")
    olu.get_by_role("button", name="Sell 7 as asked").click()
    expect(olu.get_by_text("Not by the pack: For the window")).to_be_visible()
    type_row(olu, "OURS 1", "2")
    named = olu.get_by_role("combobox", name="Its name or SKU")
    named.fill("FK-7")
    expect(olu.get_by_role("option", name="FK-7")).to_have_attribute("aria-selected", "true")
    named.press("Enter")  # takes it from the list
    olu.get_by_label("Remember “OURS 1”").check()
    named.press("Enter")
    expect(olu.get_by_text("theirs: OURS 1")).to_be_visible()
    checked(olu, "rows")
    olu.get_by_role("link", name="Change price").last.click()
    expect(olu.get_by_label("Price each")).to_be_visible()
    checked(olu, "a row by hand")
    olu.get_by_label("Price each").fill("7.00")
    olu.get_by_label("Reason").first.fill("Matched")
    olu.get_by_role("button", name="Sell it at this price").click()
    expect(olu.get_by_text("£7.50 before: Matched")).to_be_visible()
    olu.get_by_role("link", name="Carriage and day").click()
    expect(olu.get_by_label("Carriage, without VAT")).to_be_visible()
    checked(olu, "carriage and day")
    olu.get_by_label("Carriage, without VAT").fill("0")
    olu.get_by_label("Reason").first.fill("Late last time")
    olu.get_by_role("button", name="Charge this").click()
    expect(olu.get_by_text("£0.00, agreed")).to_be_visible()
    olu.get_by_label("Their PO number").fill("PO 7")
    olu.get_by_label("Their PO number").press("Enter")  # keeps it, and does not place the order
    expect(olu.get_by_role("combobox", name="Product, SKU")).to_be_focused()
    expect(olu.get_by_label("Their PO number")).to_have_value("PO 7")
    olu.get_by_label("Freight").select_option("collection")
    expect(olu.get_by_text("They collect").first).to_be_visible()
    olu.get_by_role("button", name="Place order £100.80").click()
    expect(olu.get_by_text("FK-7 at £7.00 by hand")).to_be_visible()
    checked(olu, "the order")
    olu.goto(f"{town.base}/admin/desk")
    expect(olu.get_by_text("No draft is open")).to_be_visible()
    assert checked.faults == {}


def test_ten_lines_by_phone_without_a_mouse_in_few_keys_and_three_pages(town: Town) -> None:
    world = town.world
    for n in range(10):
        world.product(f"PH-{n}", price="10.00")
    known_caller(world)
    olu = town.open(world.olu, "/admin")
    keys = Keys(olu)
    keys.press("p")
    expect(olu.get_by_role("combobox", name="Name, person, phone")).to_be_focused()
    keys.type("020 7946 0018")
    expect(olu.get_by_role("option", name="Jo Marsh")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    keys.press("Enter")
    expect(olu.get_by_role("heading", level=1)).to_have_text("Acme Gifts")
    expect(olu.get_by_label("Caller")).to_have_value("Jo Marsh")
    code = olu.get_by_role("combobox", name="Product, SKU")
    for n in range(10):
        expect(code).to_be_focused()
        keys.type(f"ph{n}")
        keys.press("Tab")
        keys.type("12")
        keys.press("Enter")
        expect(code).to_have_value("")
    expect(olu.locator("#draft-rows tbody tr")).to_have_count(10)
    expect(olu.get_by_text("10 lines, 120 units")).to_be_visible()
    keys.press("Control+Enter")
    order = _placed(olu, world)
    assert (order.channel, order.caller, order.total_amount) == ("phone", "Jo Marsh", 1440)
    assert keys.pressed <= 90, keys.pressed
    assert len(keys.pages) <= 3, keys.pages


def test_what_they_usually_take_is_added_by_a_digit_and_drafts_wait_for_one_another(
    town: Town,
) -> None:
    world = town.world
    fork = world.product("FK-7", stock=500)
    trowel = world.product("TR-7", stock=500)
    for n in range(3):
        order = Way(world).placed({trowel: 24}, key=f"past-{n}")
        order.placed_at = clock.now() - timedelta(days=30 * (n + 1))
    refresh(world.session, [fork.id, trowel.id])
    known_caller(world)
    olu = town.open(world.olu, "/admin/desk")
    keys = Keys(olu)
    keys.type("nobody")
    expect(olu.get_by_role("option", name="No account fits “nobody”")).to_be_visible()
    keys.press("Enter")
    expect(olu.get_by_role("alert")).to_contain_text("No account fits “nobody”")
    olu.get_by_role("combobox", name="Name, person, phone").fill("acme")
    expect(olu.get_by_role("option", name="Acme Gifts")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(olu.get_by_label("Caller")).to_be_focused()
    keys.type("Sue")
    keys.press("Enter")
    code = olu.get_by_role("combobox", name="Product, SKU")
    expect(code).to_be_focused()
    keys.type("x")
    keys.press("Escape", "Escape", "1")
    expect(olu.get_by_label("Quantity of Product TR-7")).to_have_value("24")
    expect(code).to_be_focused()
    keys.type("prod fk")
    expect(olu.get_by_role("option", name="FK-7")).to_have_attribute("aria-selected", "true")
    keys.press("Tab")  # takes what is shown first
    expect(code).to_have_value("FK-7")
    keys.press("5", "Enter")
    expect(olu.locator("#draft-rows tbody tr")).to_have_count(2)
    keys.press("Escape", "p")
    expect(olu.get_by_role("combobox", name="Name, person, phone")).to_be_focused()
    keys.type("glob")
    expect(olu.get_by_role("option", name="Globex")).to_have_attribute("aria-selected", "true")
    keys.press("Enter", "Enter")
    expect(olu.get_by_role("heading", level=1)).to_have_text("Globex Garden Centres")
    expect(code).to_be_focused()
    keys.press("Escape", "p")
    olu.get_by_role("link", name="Acme Gifts").click()
    expect(olu.get_by_label("Caller")).to_have_value("Sue")
    olu.get_by_label("Quantity of Product TR-7").fill("30")
    expect(olu.get_by_role("button", name="Place order £420.00")).to_be_visible()


def _placed(page: Page, world: World) -> Order:
    expect(page.get_by_text("The acknowledgement is on its way")).to_be_visible()
    world.session.rollback()
    return world.session.scalars(select(Order)).one()
