"""Papers with the longest names: nothing runs off the sheet, and no total stands alone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from integrations.documents import Documents
from models.fulfilment import Shipment, confirm_all, pack, release_to_picking
from models.kernel.files import FileStore
from models.orders import Order
from tests.world import World, make_world

LONG = "Gartenschlauchtrommelwandhalterungsmontageset mit Edelstahlschraubensortiment, extra lang"
COMPANY = "Donaudampfschifffahrtsgesellschaftskapitänswitwenverein Wohltätigkeitsladen e. V."
RIGHT_MARGIN = 210 - 15
MM = 72 / 25.4


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def long_order(world: World, count: int) -> Order:
    wanted = {}
    for n in range(count):
        product = world.product(f"HALTERUNG-EDELSTAHL-RAL-7016-{n:04}", price="1234.56", stock=900)
        product.name = LONG.replace(" ", "") if n % 2 else LONG
        wanted[product] = 7
    world.acme.credit_limit = 10_000_000
    po_number = "BESTELLUNG-2026/11-GARTENSAISON-0000012345"
    order = world.order(world.acme, world.bob, wanted, po_number=po_number)
    order.ship_to = {**order.ship_to, "company": COMPANY, "line1": COMPANY.replace(" ", "")}
    order.bill_to = {**order.bill_to, "company": COMPANY}
    world.session.flush()
    return order


def packed(world: World, order: Order) -> Shipment:
    pick_list = release_to_picking(world.session, order.id, by=world.sam)[0]
    confirm_all(world.session, pick_list.id, by=world.sam)
    pack(world.session, pick_list.shipment_id or 0, [], by=world.sam)
    shipment = world.session.get_one(Shipment, pick_list.shipment_id)
    shipment.ship_to = order.ship_to
    return shipment


def starts_beyond_the_margin(content: bytes) -> list[str]:
    """What begins right of the margin; of a column that was pushed off the sheet, all of it."""
    found: list[str] = []

    def look(text: str, cm: Any, tm: Any, _font: Any, _size: Any) -> None:
        if text.strip() and (cm[0] * tm[4] + cm[4]) / MM > RIGHT_MARGIN:
            found.append(text)

    for page in PdfReader(BytesIO(content)).pages:
        page.extract_text(visitor_text=look)
    return found


def last_page(content: bytes) -> str:
    return " ".join(PdfReader(BytesIO(content)).pages[-1].extract_text().split())


@pytest.mark.parametrize("locale", ["en_GB", "de_DE"])
def test_long_names_stay_on_the_sheet(world: World, files: FileStore, locale: str) -> None:
    world.acme.locale, world.acme.delivery_note_prices = locale, True
    order, documents = long_order(world, 2), Documents(files)
    papers = [documents.acknowledgement(world.session, order)]
    papers.append(documents.delivery_note(world.session, packed(world, order)))
    assert [starts_beyond_the_margin(each) for each in papers] == [[], []]


@pytest.mark.parametrize("count", [9, 10, 11, 12, 13])
def test_the_last_page_has_a_line_above_its_total(
    world: World, files: FileStore, count: int
) -> None:
    """Around the number of lines that fills a page, whatever it is."""
    shown = Documents(files).acknowledgement(world.session, long_order(world, count))
    text = last_page(shown)
    assert "Total" in text
    assert f"7016-{count - 1:04}" in text
