"""An order with an alert is opened, read and changed, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.accounts import add_note_about
from models.orders import AlertReading, Order, note_on_order
from tests.admin.conftest import Way
from tests.journeys.conftest import LOOKS, Looks, Town, faults_in

pytestmark = pytest.mark.journey


def opened(town: Town) -> tuple[Order, Page]:
    """An order of an account with an alert, opened by Olu who has not read it."""
    world = town.world
    add_note_about(world.session, world.acme, "alert", "Ask Mia first", by=world.mia)
    order = Way(world).placed({world.product("TR-7", price="10.00"): 10}, po_number="WH-7781")
    olu = town.open(world.olu, f"/admin/orders/{order.number}")
    expect(olu.get_by_role("button", name="I have read it")).to_be_focused()
    return order, olu


def read(page: Page) -> None:
    """Presses the button of the unread alerts."""
    button = page.get_by_role("button", name="I have read it")
    button.click()
    expect(button).to_have_count(0)


def change_to(page: Page, units: str) -> None:
    """Types the quantity and has it shown what that comes to."""
    page.get_by_label("Quantity of TR-7").fill(units)
    page.get_by_role("button", name="Show what it comes to").click()
    expect(page.get_by_text(f"TR-7: {units}, was 10")).to_be_visible()


@pytest.mark.parametrize("looks", LOOKS)
def test_the_order_is_read_but_offers_nothing_until_its_alert_is_read(
    town: Town, looks: Looks
) -> None:
    faults: dict[str, list[str]] = {}
    order, olu = opened(town)
    edits = olu.get_by_role("link", name="Edit").locator("visible=true")
    expect(olu.get_by_role("heading", name="All lines as ordered")).to_be_visible()
    expect(edits).to_have_count(0)
    expect(olu.get_by_role("button", name="More")).to_have_count(0)
    faults["unread"] = faults_in(olu, looks)
    olu.goto(f"{town.base}/admin/orders/{order.number}/edit")
    expect(olu.get_by_role("heading", level=1)).to_have_text(f"Change {order.number}")
    expect(olu.get_by_label("Quantity of TR-7")).to_have_count(0)
    faults["the change, unread"] = faults_in(olu, looks)
    olu.get_by_role("link", name="Back to the order").click()
    expect(olu.get_by_role("heading", level=1)).to_have_text(order.number)
    read(olu)
    expect(olu.get_by_text("Ask Mia first")).to_be_visible()
    expect(edits.first).to_be_visible()
    faults["read"] = faults_in(olu, looks)
    assert not any(faults.values()), faults


@pytest.mark.parametrize("looks", LOOKS)
def test_a_change_keeps_what_was_typed_while_a_new_alert_is_read(town: Town, looks: Looks) -> None:
    world, (order, olu) = town.world, opened(town)
    read(olu)
    olu.get_by_role("link", name="Edit").locator("visible=true").first.click()
    expect(olu.get_by_role("heading", level=1)).to_have_text(f"Change {order.number}")
    expect(olu.get_by_text("Ask Mia first")).to_be_visible()
    change_to(olu, "12")
    note_on_order(world.session, order, "alert", "They rang: no more than 11", by=world.nora)
    world.session.commit()
    olu.get_by_role("button", name="Save, total").click()
    expect(olu.get_by_role("alert")).to_contain_text("Read the alert on this order first.")
    expect(olu.get_by_text("They rang: no more than 11")).to_be_visible()
    assert faults_in(olu, looks) == []
    read(olu)
    expect(olu.get_by_label("Quantity of TR-7")).to_have_value("12")
    change_to(olu, "11")
    olu.get_by_role("button", name="Save, total").click()
    expect(olu.get_by_text("Changed, revision 1")).to_be_visible()
    expect(olu.get_by_role("button", name="I have read it")).to_have_count(0)
    world.session.rollback()
    read_by = select(AlertReading.user_id).where(AlertReading.order_id == order.id)
    assert world.session.scalars(read_by).all() == [world.olu.id] * 2


def test_the_warehouse_reads_it_without_scripts_and_from_the_list(town: Town) -> None:
    world = town.world
    order = Way(world).placed({world.product("TR-7"): 2})
    note_on_order(world.session, order, "alert", "Two men to carry it", by=world.olu)
    world.session.commit()
    plain: dict[str, Any] = {"java_script_enabled": False}
    sam = town.open(world.sam, "/admin/orders?view=open&sort=number", 390, **plain)
    sam.get_by_role("link", name=order.number).first.click()
    expect(sam.get_by_role("button", name="Release 1 line to picking")).to_have_count(0)
    read(sam)
    assert "view=open" in sam.url
    sam.get_by_role("button", name="Release 1 line to picking").locator("visible=true").click()
    expect(sam.get_by_text("Released to picking").first).to_be_visible()
    olu = town.open(world.olu, f"/admin/orders/{order.number}")
    expect(olu.get_by_role("button", name="More")).to_be_visible()  # it is his own alert
    expect(olu.get_by_role("button", name="I have read it")).to_have_count(0)
