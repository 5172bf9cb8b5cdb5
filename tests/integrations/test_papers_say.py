"""What papers say in words (units, charges, terms, pages, days), and what labels keep room for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import zxingcpp
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.documents import Documents
from integrations.documents.price_notice import NoticeFacts, notice_paper
from models.accounts import PaymentTerms, billing_address
from models.company.founding import TERMS
from models.fulfilment import Carton, Shipment
from models.kernel.files import FileStore
from models.pricing import PriceChange, tax_tables
from tests.integrations.test_documents import as_image, picked, text_of
from tests.integrations.test_papers_fit import COMPANY, LONG, starts_beyond_the_margin
from tests.models.fulfilment.conftest import Desk
from tests.world import World, make_world
from web.coined import COINED, coined, unit_words
from web.i18n import speaking

INSTRUCTIONS = "Bitte nur zwischen 7:30 und 11:00 anliefern, Hebebühne nötig, vorher anrufen. " * 3


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def documents(files: FileStore) -> Documents:
    return Documents(files)


def test_a_german_invoice_has_no_english_word_of_ours(world: World, documents: Documents) -> None:
    world.acme.locale = "de_DE"
    rope = world.product("ROPE-1", price="2.50", unit="metre")
    _, invoice = Desk(world).shipped({rope: 30, world.product("TR-1"): 2})
    shown = text_of(documents.invoice_content(world.session, invoice))
    for words in ("Fracht, United Kingdom", "30 Tage netto", "Stück", "Seite 1 von 1"):
        assert words in shown
    assert re.search(r"30\s+m\b", shown)
    for words in ("Carriage", "days net", "each", "Page"):
        assert words not in shown


def test_an_english_paper_counts_its_pages_in_english(world: World, documents: Documents) -> None:
    _, invoice = Desk(world).shipped({world.product("TR-1"): 2})
    shown = text_of(documents.invoice_content(world.session, invoice))
    for words in ("Page 1 of 1", "Carriage, United Kingdom", "each"):
        assert words in shown


def test_a_discount_says_what_is_to_pay_then(world: World, documents: Documents) -> None:
    terms = world.session.get_one(PaymentTerms, world.acme.terms_id)
    terms.discount_percent, terms.discount_days = Decimal(3), 10
    order, invoice = Desk(world).shipped({world.product("TR-1", price="100.00"): 10})
    shown = text_of(documents.invoice_content(world.session, invoice))
    assert invoice.total_amount == 1200
    assert "3% off if paid by" in shown
    assert "£1,164.00" in shown
    assert "30 days net" in text_of(documents.acknowledgement(world.session, order))


def test_a_german_seller_writes_the_postcode_first(world: World, documents: Documents) -> None:
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 2})
    world.seller.country, world.seller.city, world.seller.postcode = "DE", "Hamburg", "20095"
    assert "1 Dock Road, 20095 Hamburg" in text_of(documents.acknowledgement(world.session, order))


def test_everything_that_the_program_coins_is_known() -> None:
    reasons = (tax_tables.EXEMPT, tax_tables.CUSTOMER_EXEMPT, tax_tables.REVERSE_CHARGE,
               tax_tables.EXPORT)  # fmt: skip
    for words in (*(name for _, name, *_ in TERMS), *(reason for _, reason, _ in reasons)):
        assert words in COINED


def test_what_somebody_typed_is_said_as_it_was_typed() -> None:
    with speaking("de_DE"):
        assert coined("Small-order charge") == "Mindermengenzuschlag"
        assert coined("Pallet exchange") == "Pallet exchange"
        assert coined("Carriage, waived") == "Fracht, erlassen"
        assert coined("Pallet exchange, waived") == "Pallet exchange, erlassen"
        assert coined("") == ""
        assert unit_words("Gebinde") == "Gebinde"


def test_the_day_on_a_paper_is_the_sellers_own(world: World, documents: Documents) -> None:
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 2})
    order.placed_at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in Hull
    shown = text_of(documents.acknowledgement(world.session, order))
    assert "1 Jul 2026" in shown


def test_a_price_notice_keeps_its_prices_on_the_sheet(world: World, documents: Documents) -> None:
    product = world.product("TR-1")
    changes = [
        PriceChange(
            product.id, product.sku, LONG.replace(" ", "") * 2, "metre", 100, Decimal(12), least,
            Decimal("1234567.5"), Decimal("1300000.25"),
        )
        for least in (Decimal(1), Decimal(48))
    ]  # fmt: skip
    paper = notice_paper(
        NoticeFacts(world.acme, date(2027, 1, 1), changes, {}),
        documents.seller_shown(world.session, world.seller.id),
        billing_address(world.session, world.acme),
    )
    assert starts_beyond_the_margin(paper) == []
    assert text_of(paper).count("£1,300,000.25") == 2


def test_a_label_with_the_longest_address_keeps_its_town_and_its_barcode(
    world: World, documents: Documents, tmp_path: Path
) -> None:
    pick_list = picked(world)
    shipment = world.session.get_one(Shipment, pick_list.shipment_id)
    shipment.ship_to = {
        **shipment.ship_to, "company": COMPANY, "contact": "Frau Dr. von Schleswig-Holstein",
        "line1": COMPANY.replace(" ", ""), "line2": "Hinterhaus, 3. Obergeschoss links",
        "line3": "Industriegebiet Nord-West II", "city": "Hellschen-Heringsand-Unterschaar",
        "postcode": "25764", "country": "DE", "delivery_instructions": INSTRUCTIONS,
    }  # fmt: skip
    carton = world.session.scalars(select(Carton)).one()
    carton.weight_grams = 25_600
    content = documents.label_content(world.session, carton)
    found = zxingcpp.read_barcodes(as_image(content, tmp_path, 203))
    assert [code.text.replace("(", "").replace(")", "") for code in found] == [f"00{carton.sscc}"]
    shown = text_of(content)
    for words in ("Hellschen-Heringsand", "25764", "Germany", "25.6 kg", "Industriegebiet"):
        assert words in shown


def test_papers_of_our_own_house_speak_the_language_of_our_country(
    world: World, documents: Documents
) -> None:
    pick_list = picked(world)
    world.seller.country = "DE"
    shown = text_of(documents.pick_list(world.session, pick_list))
    for words in ("Pickliste", "Lagerplatz", "Seite 1 von 1", "Stück"):
        assert words in shown
    for words in ("Pick list", "Picked", "each"):
        assert words not in shown
