"""Telling accounts of prices to come, in a real browser: looked at, planned, sent or called off."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from integrations.documents.price_notice import XLSX
from models.catalog import Product
from models.kernel import clock
from models.kernel.files import FileStore
from models.pricing import AccountPriceNotice, PriceNotice, set_price
from tests.journeys.conftest import DESKTOP, PHONE, Looks, Town, faults_in

pytestmark = pytest.mark.journey
DAYS = 40
AT_A_DESK_AND_A_PHONE: Looks = [(DESKTOP, "light"), (PHONE, "dark")]


def raised(town: Town) -> None:
    """The trowel costs 9.99 in forty days."""
    world = town.world
    product_id = world.session.query(Product.id).filter_by(sku="TR-1").scalar()
    set_price(
        world.session, world.base.id, product_id, min_quantity=Decimal(1),
        unit_price=Decimal("9.99"), effective_from=clock.today("Europe/London")
        + timedelta(days=DAYS), by=world.mia,
    )  # fmt: skip
    world.session.commit()


def test_a_notice_is_looked_at_planned_and_called_off(town: Town, files: FileStore) -> None:
    raised(town)
    faults = {}
    mia = town.open(town.world.mia, f"/admin/prices/{town.world.base.id}")
    mia.get_by_role("link", name="Price notice").click()
    expect(mia.get_by_role("heading", level=1)).to_contain_text("Price notice of")
    rows = mia.get_by_role("table", name=re.compile("Prices of"))
    expect(rows).to_contain_text("£9.99")
    mia.get_by_role("link", name="Globex Garden Centres").click()
    expect(mia.get_by_role("heading", name="What Globex Garden Centres is told")).to_be_visible()
    faults["plan"] = faults_in(mia, AT_A_DESK_AND_A_PHONE)
    mia.get_by_label("So many days before").fill("41")
    mia.get_by_role("button", name=re.compile("Tell 2 accounts")).click()
    expect(mia.get_by_role("alert")).to_contain_text("Choose from 1 to 40 days")
    mia.get_by_label("So many days before").fill("30")
    mia.get_by_role("button", name=re.compile("Tell 2 accounts")).click()
    expect(mia.get_by_role("heading", name=re.compile("Goes out on"))).to_be_visible()
    faults["planned"] = faults_in(mia, AT_A_DESK_AND_A_PHONE)
    mia.get_by_role("button", name="Call it off").click()
    expect(mia.get_by_text("It was called off. Nobody was told.")).to_be_visible()
    for path in ("/admin/prices/notices", f"/admin/prices/notices/{_sent(town)}"):
        mia.goto(town.base + path)
        faults[path] = faults_in(mia, AT_A_DESK_AND_A_PHONE)
    told = _written(town, files)
    alice = town.open(town.world.alice, "/invoices")
    alice.locator("main").get_by_role("link", name="Price notices").click()
    expect(alice.get_by_role("heading", name="Prices to come")).to_be_visible()
    faults["the buyer's"] = faults_in(alice, AT_A_DESK_AND_A_PHONE)
    with alice.expect_download() as coming:
        alice.get_by_role("link", name="1 product, XLSX").click()
    assert coming.value.path().read_bytes() == told
    assert {place: found for place, found in faults.items() if found} == {}


def _written(town: Town, files: FileStore) -> bytes:
    """Its file is there now."""
    session, told = town.world.session, b"as it was sent"
    made = session.scalars(select(AccountPriceNotice)).one()
    made.document_file_id = files.put(
        session, told, kind="price_notice.xlsx", owner=made, media_type=XLSX,
        file_name="prices.xlsx", account_id=made.account_id,
    ).id  # fmt: skip
    session.commit()
    return told


def _sent(town: Town) -> int:
    """A notice that Acme was told of, and whose file is being written."""
    session, world = town.world.session, town.world
    session.rollback()
    today = clock.today("Europe/London")
    notice = PriceNotice(
        list_id=world.base.id, starts_on=today + timedelta(days=DAYS), send_on=today,
        state="sent", sent_at=clock.now(), made_by_id=world.mia.id,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    session.add(
        AccountPriceNotice(
            notice_id=notice.id, account_id=world.acme.id, products=1, prices=1, told="x"
        )
    )
    session.commit()
    return notice.id
