"""The wholesaler's day, in a real browser: the office, the floor and the people pages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from models.accounts import Actor
from models.orders import Order
from tests.admin.conftest import Way
from tests.journeys.conftest import DESKTOP, LOOKS, PHONE, Looks, Town, faults_in

pytestmark = pytest.mark.journey


def go(page: Page, town: Town, path: str) -> Page:
    page.goto(town.base + path)
    return page


def count_pick(page: Page, units: str, short: str = "") -> None:
    page.get_by_role("textbox", name="Quantity").fill(units)
    if short:
        page.get_by_label("If fewer: why?").select_option(label=short)
    page.get_by_role("button", name="Record this count").click()


def test_a_placed_order_is_released_picked_packed_shipped_and_paid(town: Town) -> None:
    world = town.world
    plain, fragile = world.product("AB-1"), world.product("AB-2")
    order = Way(world).placed({plain: 2, fragile: 3})
    pat = town.open(world.pat, f"/admin/products/{fragile.id}")
    pat.locator("#notes").get_by_label("Where").select_option(label="For picking")
    pat.locator("#notes").get_by_label("Note", exact=True).fill("Carry upright")
    pat.get_by_role("button", name="Add the note").click()
    expect(pat.locator("#notes").get_by_text("Carry upright")).to_be_visible()
    assert not faults_in(pat, [(PHONE, "dark"), (DESKTOP, "light")])
    sam = town.open(world.sam, f"/admin/orders/{order.number}")
    sam.locator("#notes").get_by_label("Where").select_option(label="For picking")
    sam.locator("#notes").get_by_label("Note", exact=True).fill("Wrap each one")
    sam.get_by_role("button", name="Add the note").click()
    expect(sam.locator("#notes").get_by_text("Wrap each one")).to_be_visible()
    assert not faults_in(sam, [(PHONE, "dark"), (DESKTOP, "light")])
    sam.get_by_role("button", name="Release").first.click()
    expect(sam.get_by_text("Released to picking").first).to_be_visible()
    go(sam, town, "/floor").get_by_role("button", name="Take").click()
    expect(sam.get_by_text("Wrap each one")).to_be_visible()
    for units, told in (("2", 0), ("3", 1)):
        expect(sam.get_by_role("textbox", name="Quantity")).to_have_value(units)
        expect(sam.get_by_text("Carry upright")).to_have_count(told)
        count_pick(sam, units)
    sam.get_by_role("link", name="Pack it").click()
    sam.get_by_role("button", name="All in one carton").click()
    expect(sam.get_by_role("heading", level=1)).to_contain_text("is packed")
    sam.get_by_role("button", name="Ship it now").click()
    expect(sam.get_by_role("button", name="Ship it now")).to_have_count(0)
    nora = town.open(world.nora, "/admin/invoices")
    nora.get_by_role("link", name="INV-").first.click()
    nora.get_by_role("link", name="Record payment").first.click()
    nora.get_by_role("button", name="Record the payment").click()
    expect(nora.get_by_text("Applied").first).to_be_visible()
    go(nora, town, f"/admin/orders/{order.number}")
    expect(nora.locator(".page-head").get_by_text("Paid", exact=True)).to_be_visible()
    nora.get_by_role("button", name="No longer true").click()
    expect(nora.get_by_text("No notes for picking")).to_be_visible()
    expect(nora.get_by_text("Wrap each one")).to_have_count(0)


def test_a_short_line_is_told_with_its_reason_and_the_rest_waits(town: Town) -> None:
    world = town.world
    Way(world).released({world.product("AB-1"): 2, world.product("AB-2"): 3})
    sam = town.open(world.sam, "/floor", PHONE)
    sam.get_by_role("button", name="Take").click()
    expect(sam.get_by_role("textbox", name="Quantity")).to_have_value("2")
    count_pick(sam, "2")
    expect(sam.get_by_role("textbox", name="Quantity")).to_have_value("3")
    count_pick(sam, "1")
    expect(sam.get_by_role("alert")).to_contain_text("Stop")
    count_pick(sam, "1", short="damaged")
    expect(sam.get_by_role("heading", level=1)).to_contain_text("is picked")
    expect(sam.get_by_text("AB-2: 1 of 3, damaged")).to_be_visible()


@dataclass
class Records:
    """One order in each state of its way."""

    placed: str
    released: str
    picking: int
    packing: int
    packed: int
    invoiced: str


def one_in_each_state(town: Town) -> Records:
    way, wanted = Way(town.world), {town.world.product("AB-1"): 2, town.world.product("AB-2"): 3}
    pick_list = way.released(wanted)
    order = town.world.session.get_one(Order, pick_list.order_id)
    return Records(
        placed=way.placed(wanted, po_number="WH-7781").number,
        released=order.number,
        picking=pick_list.id,
        packing=way.picked(wanted).id,
        packed=way.packed(wanted).id,
        invoiced=way.invoiced(wanted).number,
    )


def pages_by_reader(town: Town) -> list[tuple[Actor | None, tuple[str, ...]]]:
    world, records = town.world, one_in_each_state(town)
    product = world.product("LO-1", stock=1).id
    world.session.commit()
    acme = world.acme.id
    office = (
        "", "/orders", f"/orders/{records.placed}", f"/orders/{records.released}",
        "/invoices", f"/invoices/{records.invoiced}", "/payments", f"/payments/new?account={acme}",
        "/accounts", f"/accounts/{acme}", "/products", f"/products/{product}", "/stock",
        f"/stock/{product}", "/purchase-orders", "/purchase-orders/new", "/mails", "/users",
        f"/users/{world.sam.id}", "/applications", "/audit", "/prints", "/unsent",
        f"/accounts/{acme}/documents", "/company/mail-texts",
        "/company/mail-texts/acknowledgement/en",
        f"/users/{world.sam.id}", "/applications", "/audit", "/messages",
        "/day-end", "/day-end/days", "/counter", f"/counter/{acme}",
    )  # fmt: skip
    floor = (
        "", f"/pick/{records.picking}", "/pack", f"/pack/{records.packing}",
        f"/pack/{records.packed}", "/ship", "/manifest",
    )  # fmt: skip
    return [
        (world.ada, tuple("/admin" + path for path in office)),
        (world.sam, tuple("/floor" + path for path in floor)),
        (world.alice, ("/your-details", "/company/users", "/company/addresses")),
        (None, ("/sign-in", "/apply")),
    ]


@pytest.mark.parametrize("looks", LOOKS)
def test_every_staff_and_people_page_is_accessible_and_fits(town: Town, looks: Looks) -> None:
    faults = {}
    for reader, paths in pages_by_reader(town):
        page = town.open(reader, paths[0])
        for path in paths:
            answer = page.goto(town.base + path)
            assert answer is not None
            assert answer.ok, path
            if found := faults_in(page, looks):
                faults[path] = found
    assert faults == {}
