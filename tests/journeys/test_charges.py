"""The desk waives the carriage of a placed order; its customer and the invoice say so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.receivables import Invoice
from tests.journeys.conftest import DESK_LOOKS, Town
from tests.journeys.test_changing import Watched, placed
from tests.models.checkout.changing import Office

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("width", "theme"), DESK_LOOKS)
def test_waived_carriage_is_seen_by_the_customer_and_on_the_invoice(
    town: Town, width: int, theme: str
) -> None:
    world, checked = town.world, Watched()
    order = placed(town, {world.product("TR-7", price="10.00"): 10})
    olu = town.open(world.olu, f"/admin/orders/{order.number}/edit", width, theme)
    checked(olu, "the charges")
    olu.get_by_label("Waive: Carriage").check()
    expect(olu.get_by_text("Carriage waived, was £8.50")).to_be_visible()
    olu.get_by_label("Another charge").fill("Pallet exchange")
    olu.get_by_label("Its amount").fill("6")
    olu.get_by_label("Why it is changed").fill("The last delivery was late")
    expect(olu.get_by_text("Pallet exchange £6.00, added")).to_be_visible()
    checked(olu, "what they come to")
    olu.get_by_role("button", name="Save, total £127.20").click()
    expect(olu.get_by_text("Changed, revision 1: £127.20, was £130.20")).to_be_visible()
    checked(olu, "the order afterwards")
    bob = town.open(world.bob, f"/orders/{order.number}", width, theme)
    expect(bob.get_by_text("Carriage, waived")).to_be_visible()
    expect(bob.get_by_text("Carriage waived, was £8.50")).to_be_visible()
    expect(bob.get_by_text("The last delivery was late")).to_be_visible()
    checked(bob, "the customer's order")
    Office(world).send(order)
    world.session.commit()
    number = world.session.scalars(select(Invoice.number)).one()
    alice = town.open(world.alice, f"/invoices/{number}", width, theme)
    expect(alice.get_by_text("Carriage, waived")).to_be_visible()
    expect(alice.get_by_text("Pallet exchange")).to_be_visible()
    checked(alice, "the invoice")
    olu.goto(f"{town.base}/admin/orders/{order.number}/edit")
    expect(olu.get_by_text("corrected by a credit note")).to_be_visible()
    checked(olu, "too late")
    assert checked.faults == {}
