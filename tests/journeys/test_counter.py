"""A sale at the counter in a real browser: found, scanned, paid, handed over."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK_LOOKS, Town
from tests.journeys.test_changing import Watched

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("width", "theme"), DESK_LOOKS)
def test_a_customer_at_the_counter_is_served(town: Town, width: int, theme: str) -> None:
    world, checked = town.world, Watched()
    world.product("TR-7", price="10.00", stock=3)
    world.product("FK-7", price="7.50", stock=9, order_minimum=Decimal(6))
    world.session.commit()
    olu = town.open(world.olu, "/admin/counter", width, theme)
    checked(olu, "who buys")
    olu.get_by_label("Account", exact=True).fill("acme")
    olu.get_by_role("button", name="Find", exact=True).click()
    olu.get_by_role("link", name=world.acme.name).click()
    expect(olu.get_by_text("Nothing scanned yet")).to_be_visible()
    checked(olu, "nothing scanned")
    for code in ("TR-7", "TR-7", "FK-7"):
        olu.get_by_label("Scan or type a code").fill(code)
        olu.keyboard.press("Enter")
        expect(olu.get_by_label("Scan or type a code")).to_have_value("")
        expect(olu.get_by_label(f"Quantity of {code}")).to_be_visible()
    olu.get_by_label("Scan or type a code").fill("XX-9")
    olu.keyboard.press("Enter")
    expect(olu.get_by_role("alert")).to_contain_text("is no product that we know")
    checked(olu, "a code that names nothing")
    olu.get_by_label("Why it is sold otherwise").fill("Broken case")
    olu.get_by_role("button", name="Sell 1 as asked").click()
    expect(olu.get_by_text("Not by the pack: Broken case")).to_be_visible()
    expect(olu.get_by_label("Quantity of TR-7")).to_have_value("2")
    olu.get_by_label("Cash given").fill("40")
    olu.get_by_role("button", name="Sell for £33.00").click()
    expect(olu.get_by_role("heading", name="Sold for £33.00")).to_be_visible()
    expect(olu.get_by_text("Paid in cash £40.00, change £7.00")).to_be_visible()
    expect(olu.get_by_role("link", name="Print the invoice")).to_be_visible()
    checked(olu, "sold")
    olu.get_by_role("link", name="The order").click()
    expect(olu.get_by_text("at the counter").first).to_be_visible()
    assert checked.faults == {}
