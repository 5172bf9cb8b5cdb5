"""Tiers from past sales, in a real browser: looked at, ticked, accepted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from models.catalog import Product
from models.history import ProposedTier, TierProposal, TierSearch
from models.kernel import clock
from tests.journeys.conftest import DESKTOP, PHONE, Looks, Town, faults_in

pytestmark = pytest.mark.journey
AT_A_DESK_AND_A_PHONE: Looks = [(DESKTOP, "light"), (PHONE, "dark")]


def proposed(town: Town) -> None:
    """Two tiers of the trowel, of a search that was done."""
    session, world = town.world.session, town.world
    search = TierSearch(
        list_id=world.base.id, least_lines=10, least_accounts=3, lines=500, products=40,
        asked_by_id=world.mia.id, finished_at=clock.now(),
    )  # fmt: skip
    session.add(search)
    session.flush()
    tiers = [
        ProposedTier(Decimal(at), Decimal(price), Decimal(price), Decimal("5.00"), 31, 7).kept()
        for at, price in ((1, "4.95"), (24, "4.40"))
    ]
    product_id = session.query(Product.id).filter_by(sku="TR-1").scalar()
    session.add(TierProposal(search_id=search.id, product_id=product_id, tiers=tiers))
    session.commit()


def test_tiers_are_looked_at_ticked_and_accepted(town: Town) -> None:
    proposed(town)
    mia = town.open(town.world.mia, f"/admin/prices/{town.world.base.id}")
    mia.get_by_role("link", name="Tiers from sales").click()
    expect(mia.get_by_role("table", name="Proposed tiers")).to_contain_text("£4.40")
    faults = faults_in(mia, AT_A_DESK_AND_A_PHONE)
    mia.get_by_role("button", name="Accept what is ticked").click()
    expect(mia.get_by_role("alert")).to_contain_text("Tick the products")
    mia.get_by_role("checkbox", name="Accept the tiers of TR-1").check()
    mia.get_by_role("button", name="Accept what is ticked").click()
    expect(mia.get_by_text("2 prices entered")).to_be_visible()
    expect(mia.get_by_text("No proposal is left.")).to_be_visible()
    mia.goto(f"{town.base}/admin/prices/{town.world.base.id}?q=TR-1")
    expect(mia.get_by_role("textbox", name="Price of TR-1 from 24")).to_have_value("4.40")
    assert faults == []
