"""A buyer writes about an order and the desk answers, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.admin.conftest import Way
from tests.journeys.conftest import DESKTOP, PHONE, Town
from tests.journeys.test_changing import Watched

pytestmark = pytest.mark.journey
LOOKS = [(DESKTOP, "light"), (PHONE, "dark")]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_message_is_taken_answered_and_read(town: Town, width: int, theme: str) -> None:
    world, checked = town.world, Watched()
    order = Way(world).placed({world.product("TR-7", price="10.00"): 10}, po_number="WH-7781")
    bob = town.open(world.bob, f"/orders/{order.number}", width, theme)
    bob.get_by_role("button", name="Send the message").click()
    expect(bob.get_by_role("alert")).to_contain_text("Write the message first.")
    checked(bob, "an empty message")
    bob.get_by_label("Write to the order desk").fill("When does it come?")
    bob.get_by_role("button", name="Send the message").click()
    expect(bob.get_by_text("Wrote to us")).to_be_visible()
    expect(bob.get_by_text("Waits for an answer", exact=True)).to_be_visible()
    checked(bob, "the order with a message")
    olu = town.open(world.olu, "/admin/messages", width, theme)
    expect(olu.get_by_text("When does it come?")).to_be_visible()
    checked(olu, "the queue")
    olu.get_by_role("button", name="I answer it").click()
    expect(olu.get_by_role("heading", name="The customer writes")).to_be_visible()
    expect(olu.get_by_text(f"{world.olu.name} answers it").first).to_be_visible()
    checked(olu, "the order at the desk")
    olu.get_by_label("Answer", exact=True).fill("On Friday, by noon.")
    olu.get_by_role("button", name="Answer", exact=True).click()
    expect(olu.get_by_role("heading", name="The customer writes")).to_be_hidden()
    olu.goto(f"{town.base}/admin/messages")
    expect(olu.get_by_text("No message waits")).to_be_visible()
    checked(olu, "the empty queue")
    bob.reload()
    expect(bob.get_by_text("On Friday, by noon.")).to_be_visible()
    assert checked.faults == {}
