"""Something comes back, in a real browser: asked for, agreed, received, credited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.admin.conftest import Way
from tests.journeys.conftest import DESKTOP, PHONE, Town, faults_of

pytestmark = pytest.mark.journey


def ask(page: Page) -> None:
    page.get_by_role("link", name="Return something").click()
    page.get_by_label("Return of").fill("2")
    page.get_by_label("Reason").select_option(label="Damaged on arrival")
    page.get_by_role("button", name="Ask for the return").click()
    expect(page.get_by_role("heading", name="Returns")).to_be_visible()


def credit(nora: Page, town: Town, number: str, checked: Callable[[Page, str], Page]) -> None:
    """What came is credited, then one more unit of the invoice after a look at what it makes."""
    nora.get_by_role("link", name="RMA-").click()
    expect(nora.get_by_role("button", name="Issue the credit note")).to_be_visible()
    checked(nora, "to credit")
    nora.get_by_role("button", name="Issue the credit note").click()
    expect(nora.get_by_text("Done", exact=True).first).to_be_visible()
    nora.goto(f"{town.base}/admin/invoices/{number}/credit")
    checked(nora, "crediting an invoice")
    nora.get_by_label("Units of AB-1 to credit").fill("1")
    nora.get_by_label("What it is for").fill("Lost in the post")
    nora.get_by_role("button", name="Show what it comes to").click()
    expect(nora.get_by_text("All of it is set against this invoice.")).to_be_visible()
    checked(nora, "the preview")
    nora.get_by_role("button", name="Issue the credit note").click()
    expect(nora.get_by_role("heading", level=1)).to_contain_text("CN-")
    checked(nora, "the credit note")
    nora.goto(f"{town.base}/admin/accounts/{town.world.acme.id}/credit-note")
    checked(nora, "credit on account")


@pytest.mark.parametrize(("width", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_return_is_asked_for_agreed_received_and_credited(
    town: Town, width: int, theme: str
) -> None:
    world, faults = town.world, {}
    invoice = Way(world).invoiced({world.product("AB-1"): 3})
    number = invoice.order_number

    def checked(page: Page, name: str) -> Page:
        if found := faults_of(page):
            faults[name] = found
        return page

    bob = town.open(world.bob, f"/orders/{number}/return", width, theme)
    checked(bob, "asking")
    bob.get_by_role("button", name="Ask for the return").click()
    expect(bob.get_by_role("alert")).to_contain_text("Enter how many")
    checked(bob, "asking, refused")
    bob.goto(f"{town.base}/orders/{number}")
    ask(bob)
    checked(bob, "the order")

    olu = checked(town.open(world.olu, "/admin/returns", width, theme), "the queue")
    olu.get_by_role("link", name="RMA-").click()
    expect(olu.get_by_role("button", name="Agree")).to_be_visible()
    checked(olu, "to decide")
    olu.get_by_role("button", name="Agree").click()
    expect(olu.get_by_text("Agreed, awaited").first).to_be_visible()

    sam = town.open(world.sam, "/admin/returns?state=awaited", width, theme)
    sam.get_by_role("link", name="RMA-").click()
    expect(sam.get_by_label("Restock of")).to_be_visible()
    checked(sam, "to receive")
    sam.get_by_label("Restock of").fill("1")
    sam.get_by_label("Scrap of").fill("1")
    sam.get_by_role("button", name="Book in what came").click()
    expect(sam.get_by_text("1 restocked, 1 scrapped").first).to_be_visible()

    nora = town.open(world.nora, "/admin/returns?state=to_credit", width, theme)
    credit(nora, town, str(invoice.number), checked)
    alice = town.open(world.alice, "/invoices?state=all", width, theme)
    alice.get_by_role("link", name="CN-").first.click()
    expect(alice.get_by_text("Corrects").first).to_be_visible()
    checked(alice, "the buyer's credit note")
    assert faults == {}
