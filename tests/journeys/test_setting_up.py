"""A stranger opens an empty company, drops in what the old system exports, and buys as one of
their own customers at that customer's price, under their own logo."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server
from xlsxwriter import Workbook

from config import Environment, Settings
from models.company import found_empty
from models.insight import check_invariants
from models.kernel.mail import MailMessage
from models.orders import Order
from tests.journeys.conftest import DESKTOP, LOOKS, Looks, faults_in
from tests.models.importing.picture_files import picture, zipped
from tests.program import make_program

pytestmark = pytest.mark.journey
PASSWORD = "seven unrelated garden words"
PRICES = (
    "Item No;Description;Dept;EAN;Trade £;Outer;VAT code;Notes\n"
    " br-100 ;Oak bird table, tall;Garden > Birds;5012345678900;£1.024,50;1;S;\n"
    "BR-101;Bird bath – stone;Garden > Birds;;48,00;2;S;new 2026\n"
    "HM-7;Linen tea towel;Home;5012345678917;3,25;12;S;\n"
    "\n"
)
CUSTOMERS = [
    ("A/C", "Customer name", "Add1", "Add2", "Post Town", "PCODE", "Telephone", "Buyer", "E-mail",
     "Disc %", "Cr. limit"),
    ("BARN1", "The Barn, Whitby", "1 Church St", "", "Whitby", "YO22 4DE", "01947 1", "Jo Marsh",
     "jo@barn.example", 10, 5000),
    ("QUAY2", "Quay & Daughters", "2 Quay", "Unit 4", "Hull", "HU1 1AA", "", "", "", "", 0),
]  # fmt: skip
SALES = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,Customer ID,Country\n"
    "90011,BR-101,Bird bath,2,2025-03-14,43.20,BARN1,United Kingdom\n"
    "90011,HM-7,Tea towel,24,2025-03-14,2.925,BARN1,United Kingdom\n"
    "C90020,HM-7,Tea towel,-2,2025-03-20,2.925,BARN1,United Kingdom\n"
)
BUYS = b"PO,Supplier,SKU,To come,Cost,Due\nP-9,V-1,BR-101,12,20.00,2027-12-14\n"
OPEN = b"Order no,Account,SKU,Outstanding,Price\nSO-OLD-7,BARN1,HM-7,24,2.90\n"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" '
    'fill="#0A5C36"/><circle cx="10" cy="10" r="6" fill="#fff"/></svg>'
)


@dataclass
class Empty:
    """An empty company, served, and the link that its first administrator comes by."""

    base: str
    link: str
    sessions: sessionmaker[Session]
    open: object

    def page(self) -> Page:
        context = self.open.new_context(viewport={"width": DESKTOP, "height": 900})
        return context.new_page()


@pytest.fixture
def empty(
    settings: Settings, committed_sessions: sessionmaker[Session], chromium: Browser
) -> Iterator[Empty]:
    settings = replace(settings, base_url="http://127.0.0.1", environment=Environment.LOCAL)
    app = make_program(settings, committed_sessions)
    with committed_sessions() as session:
        token = found_empty(session, name="Brook", country="GB", email="you@brook.example").token
        session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    yield Empty(base, f"{base}/invitation/{token}", committed_sessions, chromium)
    server.shutdown()


def customer_list() -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Debtors")
    for number, row in enumerate(CUSTOMERS):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def drop(page: Page, base: str, kind: str, path: Path, **columns: str) -> None:
    """Takes a file in as it is guessed, with a column or two put right, and applies it."""
    page.goto(f"{base}/admin/imports/kinds/{kind}")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Read the file").click()
    if path.suffix != ".zip":
        expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    for name, label in columns.items():
        page.locator(f"#column-{name}").select_option(label=label)
    if path.suffix != ".zip":
        page.get_by_role("button", name="See what it does").click()
    page.get_by_role("button", name=re.compile(r"Apply \d+ row")).click()
    expect(page.get_by_text("All of it is in.")).to_be_visible()


def come_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.locator("form[method=post] button").last.click()
    expect(page.get_by_label("New password")).to_have_count(0)


def test_a_stranger_moves_in_and_buys_as_their_own_customer(empty: Empty, tmp_path: Path) -> None:
    files = {"prices.csv": PRICES.encode("cp1252"), "debtors.xlsx": customer_list(),
             "sales.csv": SALES.encode(), "logo.svg": LOGO.encode(),
             "users.csv": b"Account,Email,Name\nBARN1,jo@barn.example,Jo Marsh\n",
             "stock.csv": b"SKU,Bin,Qty\nBR-101,A-1,40\nHM-7,A-2,600\n",
             "pictures.zip": zipped({"BR-101.jpg": picture(), "hm7-2.png": picture(form="PNG")}),
             "vendors.csv": b"Code,Name\nV-1,Ryedale Forge\n", "buys.csv": BUYS,
             "open.csv": OPEN}  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page = empty.page()
    come_in(page, empty.link)
    expect(page.get_by_role("heading", name="Set up your company")).to_be_visible()
    set_up(page, empty.base, tmp_path)

    drop(page, empty.base, "products", tmp_path / "prices.csv")
    drop(page, empty.base, "accounts", tmp_path / "debtors.xlsx")
    drop(page, empty.base, "stock", tmp_path / "stock.csv")
    drop(page, empty.base, "pictures", tmp_path / "pictures.zip")
    drop(page, empty.base, "past-sales", tmp_path / "sales.csv")
    drop(page, empty.base, "vendors", tmp_path / "vendors.csv")
    drop(page, empty.base, "purchase-orders", tmp_path / "buys.csv")
    drop(page, empty.base, "sales-orders", tmp_path / "open.csv")
    page.goto(f"{empty.base}/admin/find?q=SO-OLD-7")
    page.get_by_role("main").get_by_role("link", name=re.compile("SO-OLD-7")).click()
    expect(page.get_by_role("main")).to_contain_text("SO-OLD-7 in the system before.")
    drop(page, empty.base, "users", tmp_path / "users.csv")
    page.get_by_role("button", name="Invite them").click()
    expect(page.get_by_text("1 buyer is invited")).to_be_visible()
    page.goto(f"{empty.base}/admin/company")
    page.get_by_role("button", name="Finish the set-up").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    buy(empty)
    with empty.sessions() as session:
        order = session.scalars(select(Order).where(Order.channel == "web")).one()
        assert str(order.goods_amount) == "86.4000"  # 2 bird baths at 48.00 less 10%
        assert check_invariants(session) == {}


def set_up(page: Page, base: str, folder: Path) -> None:
    """Address, logo, a warehouse and carriage: what an order needs."""
    page.goto(f"{base}/admin/company/details")
    for label, value in (("Street", "1 Beck Lane"), ("Town", "Malton"), ("Postcode", "YO17 7YB")):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("aved")
    page.goto(f"{base}/admin/company/look")
    page.locator("input[type=file]").set_input_files(folder / "logo.svg")
    page.get_by_role("button", name="Use this logo").click()
    expect(page.get_by_alt_text("Your logo")).to_be_visible()
    page.goto(f"{base}/admin/company/warehouses/new")
    page.get_by_label("Code", exact=True).fill("MAIN")
    page.get_by_label("Name", exact=True).fill("Malton")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save the closed days").click()
    expect(page.get_by_role("status")).to_contain_text("aved")
    page.goto(f"{base}/admin/company/charges/zones/new")
    page.get_by_label("Code", exact=True).fill("UK")
    page.get_by_label("Name", exact=True).fill("mainland UK")
    page.get_by_label("Carriage per order").fill("9.50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="mainland UK")).to_be_visible()


def buy(empty: Empty) -> None:
    """Jo comes by the mailed link, sees the logo and their own price, and orders two bird baths."""
    with empty.sessions() as session:
        text = session.scalars(
            select(MailMessage.body_text).where(MailMessage.kind == "invitation")
        ).one()
    found = re.search(r"/invitation/\S+", text)
    assert found
    jo = empty.page()
    come_in(jo, empty.base + found.group())
    expect(jo.locator("header .brand img").first).to_be_visible()
    jo.goto(f"{empty.base}/search?q=bird+bath")
    expect(jo.locator("main")).to_contain_text("43.20")
    jo.goto(f"{empty.base}/order?add=paste")
    jo.locator("textarea").first.fill("BR-101 2")
    jo.locator(
        "form:has(textarea) button[type=submit], form:has(textarea) button:not([type])"
    ).first.click()
    expect(jo.locator("#lines")).to_contain_text("BR-101")
    jo.goto(f"{empty.base}/order/place")
    jo.get_by_role("button", name=re.compile("Place")).first.click()
    expect(jo.get_by_text(re.compile(r"SO-\d+")).first).to_be_visible()


PAGES = (
    "/admin/company", "/admin/company/details", "/admin/company/look", "/admin/company/tax",
    "/admin/company/numbers", "/admin/company/warehouses/new", "/admin/company/terms",
    "/admin/company/charges", "/admin/company/mail", "/admin/imports", "/admin/imports/check",
    "/admin/imports/kinds/products", "/admin/imports/kinds/pictures",
)  # fmt: skip


@pytest.mark.parametrize("looks", LOOKS)
def test_the_pages_have_no_fault_that_axe_finds(empty: Empty, looks: Looks) -> None:
    context = empty.open.new_context()
    page = context.new_page()
    come_in(page, empty.link)
    faults = {}
    for path in PAGES:
        page.goto(empty.base + path)
        if found := faults_in(page, looks):
            faults[path] = found
    page.goto(f"{empty.base}/admin/imports/kinds/products")
    with_a_bad_row = PRICES + "XX-1;Not a price;;;dear\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "p.csv", "mimeType": "text/csv", "buffer": with_a_bad_row.encode("cp1252")}
    )
    page.get_by_role("button", name="Read the file").click()
    for step in ("See what it does", "Apply 3 rows, leave out 1"):
        expect(page.get_by_role("button", name=step)).to_be_visible()
        faults |= {step: found} if (found := faults_in(page, looks)) else {}
        page.get_by_role("button", name=step).click()
    expect(page.get_by_text("The file is in, without 1 row.")).to_be_visible()
    faults |= {"done": found} if (found := faults_in(page, looks)) else {}
    assert faults == {}
