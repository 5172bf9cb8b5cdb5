"""The pricing manager's work in a real browser: a cell, a contract, a file, and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models.pricing import PriceEntry, PriceList
from tests.factories.pricing import assign, make_list
from tests.journeys.conftest import LOOKS, Looks, Town, faults_in, faults_of

pytestmark = pytest.mark.journey


def garden_list(town: Town) -> PriceList:
    """A list derived from the base list, given to Acme."""
    world = town.world
    made = make_list(
        world.session, code="GARDEN", name="Garden centres", derived_from_id=world.base.id,
        percent=Decimal(-10), rounding_step=Decimal("0.01"),
    )  # fmt: skip
    assign(world.session, made, account_id=world.acme.id)
    world.session.commit()
    return made


def price_of(town: Town, sku: str) -> list[Decimal]:
    """The product's base prices from one on, first to last."""
    session = town.world.session
    session.rollback()
    rows = session.query(PriceEntry.unit_price).filter_by(
        list_id=town.world.base.id, min_quantity=1
    )
    rows = rows.join(PriceEntry.__table__.metadata.tables["product"]).filter_by(sku=sku)
    return [row[0] for row in rows.order_by(PriceEntry.valid_from)]


def test_enter_saves_a_typed_price_and_escape_takes_it_back(town: Town) -> None:
    mia = town.open(town.world.mia, f"/admin/prices/{town.world.base.id}")
    cell = mia.get_by_role("textbox", name="Price of FK-1 from 1")
    cell.fill("6.60")
    cell.press("Escape")
    expect(cell).to_have_value("5.20")
    cell.fill("dear")
    cell.press("Enter")
    expect(mia.get_by_role("alert")).to_contain_text("is not a price such as 12.50")
    cell.fill("5.60")
    cell.press("Enter")
    expect(mia.get_by_role("alert")).to_have_count(0)
    expect(mia.locator("input[name=seen][value='5.60']")).to_have_count(1)
    expect(cell).to_have_value("5.60")
    mia.reload()
    expect(cell).to_have_value("5.60")


def test_a_planned_price_stands_beside_todays(town: Town) -> None:
    mia = town.open(town.world.mia, f"/admin/prices/{town.world.base.id}?from=2099-01-01")
    expect(mia.get_by_text("What you type now counts from")).to_be_visible()
    mia.get_by_role("textbox", name="Price of FK-1 from 1").fill("5.90")
    mia.keyboard.press("Enter")
    expect(mia.get_by_text("From 1 Jan 2099")).to_be_visible()
    cells = mia.get_by_role("textbox", name="Price of FK-1 from 1")
    expect(cells).to_have_count(2)
    expect(cells.nth(0)).to_have_value("5.20")
    expect(cells.nth(1)).to_have_value("5.90")


def test_a_contract_is_made_priced_previewed_and_put_in_force(town: Town) -> None:
    mia = town.open(town.world.mia, f"/admin/accounts/{town.world.acme.id}")
    mia.get_by_role("link", name="New contract").click()
    mia.get_by_label("Code").fill("ACME-27")
    mia.get_by_label("Name").fill("Acme contract")
    mia.get_by_role("button", name="Make the draft").click()
    field = mia.get_by_role("combobox", name="Product")
    field.press_sequentially("TR-1")
    expect(mia.get_by_role("option", name="Hand trowel")).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value("TR-1")
    mia.get_by_label("Price", exact=True).fill("4.40")
    mia.get_by_role("button", name="Add", exact=True).click()
    expect(mia.get_by_role("textbox", name="Price of TR-1 from 1")).to_have_value("4.40")
    mia.get_by_role("link", name="Put in force").click()
    expect(mia.get_by_role("heading", name="Largest falls")).to_be_visible()
    expect(mia.get_by_text("-15.4%")).to_be_visible()
    assert faults_of(mia) == []
    mia.get_by_role("button", name="Put it in force").click()
    expect(mia.locator(".page-head").get_by_text("In force", exact=True)).to_be_visible()
    olu = town.open(town.world.olu, "/admin/prices/why?account=C0001&product=TR-1&quantity=6")
    expect(olu.get_by_text("ACME-27 gives the price")).to_be_visible()


def test_a_file_is_looked_at_and_applied_without_scripts(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("sku,unit_price\nFK-1,5.75\n")
    signed_in = town.open(town.world.mia, "/admin/prices")
    browser = signed_in.context.browser
    assert browser is not None
    context = browser.new_context(
        java_script_enabled=False, storage_state=signed_in.context.storage_state()
    )
    mia = context.new_page()
    mia.goto(f"{town.base}/admin/prices/{town.world.base.id}/import")
    mia.locator("input[type=file]").set_input_files(file)
    mia.get_by_role("button", name="Show the difference").click()
    expect(mia.get_by_text("+10.6%")).to_be_visible()
    mia.get_by_role("button", name="Change 1 price").click()
    expect(mia.get_by_role("textbox", name="Price of FK-1 from 1")).to_have_value("5.75")
    cell = mia.get_by_role("textbox", name="Price of FK-1 from 1")
    cell.fill("5.80")
    cell.press("Enter")
    expect(cell).to_have_value("5.80")
    assert price_of(town, "FK-1")[-1] == Decimal("5.80")
    context.close()


def difference_path(page: Page, town: Town, tmp_path: Path) -> str:
    """A difference with a changed and a rejected row."""
    file = tmp_path / "mixed.csv"
    file.write_text("sku,unit_price\nFK-1,5.75\nNOPE,1\n")
    page.goto(f"{town.base}/admin/prices/{town.world.base.id}/import")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Show the difference").click()
    expect(page.get_by_role("heading", name="What the file changes")).to_be_visible()
    return page.url.removeprefix(town.base)


@pytest.mark.parametrize("looks", LOOKS)
def test_every_price_page_is_accessible_and_fits(town: Town, tmp_path: Path, looks: Looks) -> None:
    garden, base = garden_list(town).id, town.world.base.id
    draft = make_list(town.world.session, code="NEXT", status="draft", valid_from=date(2099, 1, 1))
    town.world.session.commit()
    page = town.open(town.world.mia, "/admin/prices")
    why = "/admin/prices/why?account=C0001&product=TR-1&quantity=7"
    paths = [
        "/admin/prices", "/admin/prices?q=nothing", "/admin/prices/new", why, "/admin/prices/why",
        *(f"/admin/prices/{list_id}{part}" for list_id in (base, garden)
          for part in ("", "?view=own", "/terms", "/range", "/changes", "/import")),
        f"/admin/prices/{garden}/holders", f"/admin/prices/{draft.id}",
        f"/admin/prices/{draft.id}/in-force", f"/admin/accounts/{town.world.acme.id}",
        difference_path(page, town, tmp_path),
    ]  # fmt: skip
    faults = {}
    for path in paths:
        answer = page.goto(town.base + path)
        assert answer is not None
        assert answer.ok, path
        if found := faults_in(page, looks):
            faults[path] = found
    rep = town.open(town.world.rita, f"/rep/accounts/{town.world.acme.id}/why?sku=TR-1")
    if found := faults_in(rep, looks):
        faults["rep"] = found
    assert faults == {}
