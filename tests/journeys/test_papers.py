"""Printing for many orders at one go, and saying things in the company's own words."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from config import Settings
from jobs.app import Work
from jobs.printing import make_print
from models.fulfilment import PrintRun
from models.kernel.files import FileStore
from models.kernel.mail import MailMessage
from tests.admin.conftest import Way
from tests.journeys.conftest import Town, faults_of

pytestmark = pytest.mark.journey


@pytest.fixture
def work(town: Town, settings: Settings, files: FileStore) -> Work:
    """The worker's means, on the database and the files of the town."""
    return Work(settings, town.app.extensions["sessions"], files)


def print_ticked(page: Page, town: Town, work: Work, what: str) -> list[str]:
    """Ticks every order of the list, prints, waits for the PDF, and gives its pages' text."""
    page.get_by_label("Select all on this page").check()
    page.get_by_label("What to print").select_option(label=what)
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_text("being put together")).to_be_visible()
    town.world.session.rollback()
    run_id = town.world.session.scalars(select(PrintRun.id).order_by(PrintRun.id.desc())).first()
    make_print(work, run_id=run_id or 0)
    link = page.get_by_role("link", name="Open the PDF")
    expect(link).to_be_visible()
    answer = page.request.get(f"{town.base}{link.get_attribute('href')}")
    return [each.extract_text() for each in PdfReader(BytesIO(answer.body())).pages]


def test_the_morning_s_pick_lists_are_printed_once_and_again_as_copies(
    town: Town, work: Work
) -> None:
    way = Way(town.world)
    shelf = town.world.product("AB-1")
    lists = [way.released({shelf: n}) for n in (2, 3)]
    sam = town.open(town.world.sam, "/admin/orders?view=pick")
    pages = print_ticked(sam, town, work, "Pick lists")
    assert [any(each.number in page for page in pages) for each in lists] == [True, True]
    assert "COPY" not in "".join(pages).upper()
    assert faults_of(sam) == []
    sam.goto(f"{town.base}/admin/orders?view=pick")
    expect(sam.locator("td .sku").get_by_text("Printed")).to_have_count(2)
    again = print_ticked(sam, town, work, "Pick lists")
    assert all("COPY" in page.upper() for page in again)
    expect(sam.get_by_text("2 of them are copies")).to_be_visible()


def test_a_mail_is_said_in_the_company_s_own_words_until_they_are_put_back(town: Town) -> None:
    order = Way(town.world).placed({town.world.product("AB-1"): 2}, po_number="WH-7781")
    ada = town.open(town.world.ada, "/admin/company/mail-texts")
    ada.get_by_role("link", name="New password in English").click()
    ada.get_by_label("Text", exact=True).fill("Dear {name},\n\nplease call us.")
    ada.get_by_role("button", name="Preview").click()
    expect(ada.locator("#body-error")).to_contain_text("needs {link}")
    ada.get_by_label("Text", exact=True).fill("Dear {name},\n\nhere you go: {link}")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("Version 1")).to_be_visible()
    ada.goto(f"{town.base}/admin/company/mail-texts/acknowledgement/en")
    ada.get_by_label("Subject").fill("We have {order number} ({PO number})")
    ada.get_by_label("Show it on").fill(order.number)
    ada.get_by_role("button", name="Preview").click()
    expect(ada.locator("#preview")).to_contain_text(f"We have {order.number} (WH-7781)")
    assert faults_of(ada) == []
    asks = town.open(None, "/forgotten-password")
    asks.get_by_label("E-mail").fill("bob@example.com")
    asks.get_by_role("button", name="Send").first.click()
    expect(asks.get_by_role("heading", level=1)).to_be_visible()
    town.world.session.rollback()
    mail = town.world.session.scalars(select(MailMessage).where(MailMessage.kind == "reset")).one()
    assert "here you go: http" in mail.body_text
    ada.goto(f"{town.base}/admin/company/mail-texts/reset/en")
    ada.get_by_role("button", name="Back to the built-in words").click()
    expect(ada.get_by_text("The built-in words hold again.")).to_be_visible()
