"""Documents: what stands on them, barcodes that read back, and that nothing is fetched."""

from __future__ import annotations

import io
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.documents import Documents, label_of, render_pdf
from models.fulfilment import (
    Carton,
    PickList,
    Shipment,
    confirm_all,
    pack,
    release_to_picking,
    ship_shipment,
)
from models.kernel.files import FileStore
from models.orders import Order
from models.receivables import Invoice, ask_refund
from tests.models.fulfilment.conftest import Desk
from tests.models.receivables.conftest import Till
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def documents(files: FileStore) -> Documents:
    return Documents(files)


def picked(world: World) -> PickList:
    products = {world.product("TR-1", price="4.86"): 24, world.product("FK-1", price="5.20"): 18}
    order = world.order(world.acme, world.bob, products, po_number="WH-7781")
    pick_list = release_to_picking(world.session, order.id, by=world.sam)[0]
    confirm_all(world.session, pick_list.id, by=world.sam)
    pack(world.session, pick_list.shipment_id or 0, [], by=world.sam)
    return pick_list


def text_of(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def as_image(content: bytes, folder: Path, dpi: int) -> Image.Image:
    (folder / "page.pdf").write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "page.pdf", "page"],
        cwd=folder, check=True,
    )  # fmt: skip
    return Image.open(folder / "page.png")


def test_a_label_is_four_by_six_inches_and_its_sscc_reads_back(
    world: World, documents: Documents, tmp_path: Path
) -> None:
    picked(world)
    carton = world.session.scalars(select(Carton)).one()
    content = documents.label_content(world.session, carton)
    box = PdfReader(io.BytesIO(content)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (288, 432)
    found = zxingcpp.read_barcodes(as_image(content, tmp_path, 203))
    assert [(code.text.replace("(", "").replace(")", "")) for code in found] == [f"00{carton.sscc}"]
    shown = text_of(content)
    for words in ("Acme Gifts", "YO1 7HH", "WH-7781", "1 / 1"):
        assert words in shown


@pytest.mark.parametrize(
    ("grams", "words", "silent"),
    [(15000, [], ["Heavy"]), (15001, ["HEAVY", "15.0 kg"], ["two people"]),
     (25100, ["HEAVY", "25.1 kg", "two people"], [])],
)  # fmt: skip
def test_a_heavy_parcel_says_so_and_how_heavy(
    world: World, documents: Documents, grams: int, words: list[str], silent: list[str]
) -> None:
    picked(world)
    carton = world.session.scalars(select(Carton)).one()
    carton.weight_grams = grams
    shown = text_of(documents.label_content(world.session, carton))
    assert all(word in shown for word in words), shown
    assert not any(word.lower() in shown.lower() for word in silent), shown


def test_a_label_names_the_carrier_and_a_country_only_abroad(
    world: World, documents: Documents
) -> None:
    picked(world)
    carton = world.session.scalars(select(Carton)).one()
    shown = text_of(documents.label_content(world.session, carton))
    assert "Own fleet" in shown
    assert "United Kingdom" not in shown
    shipment = world.session.get_one(Shipment, carton.shipment_id)
    shipment.ship_to = {**shipment.ship_to, "country": "IE"}
    assert "Ireland" in text_of(documents.label_content(world.session, carton))


def test_an_invoice_carries_what_the_buyer_must_know_and_is_kept_as_first_made(
    world: World, documents: Documents
) -> None:
    pick_list = picked(world)
    invoice = ship_shipment(world.session, pick_list.shipment_id or 0, by=world.sam)
    assert isinstance(invoice, Invoice)
    stored = documents.invoice(world.session, invoice)
    shown = text_of(documents.files.path(stored).read_bytes())
    for words in (
        "INV-10001", "WH-7781", "GB123456782", "Acme Gifts", "£262.49", "£43.75", "Carriage",
        "GB33 BUKB 2020 1555 5555 55", "30 days net",
    ):  # fmt: skip
        assert words in shown
    assert documents.invoice(world.session, invoice).id == stored.id


def test_an_invoice_of_what_was_paid_in_advance_asks_for_no_money(
    world: World, documents: Documents
) -> None:
    till = Till(world)
    order = till.order({world.product("TR-1"): 10})
    till.paid(till.begin(order))
    invoice = Desk(world).ship(order)
    shown = text_of(documents.invoice_content(world.session, invoice))
    for words in ("Paid in full, thank you", f"-£{invoice.total_amount:,.2f}", "£0.00"):
        assert words in shown
    for words in ("Please pay by", "GB33BUKB20201555555555", "30 days net"):
        assert words not in shown


def test_what_was_paid_in_part_before_is_taken_off_what_is_to_pay(
    world: World, documents: Documents
) -> None:
    till = Till(world)
    order = till.order({world.product("TR-1"): 10})
    payment = till.paid(till.begin(order))
    pick_list = release_to_picking(world.session, order.id, by=world.sam)[0]
    confirm_all(world.session, pick_list.id, by=world.sam)
    ask_refund(
        world.session, payment.id, Decimal("20.00"), reason="Agreed", submission_key="f",
        by=world.nora,
    )  # fmt: skip
    pack(world.session, pick_list.shipment_id or 0, [], by=world.sam)
    invoice = ship_shipment(world.session, pick_list.shipment_id or 0, by=world.sam)
    assert invoice is not None
    shown = text_of(documents.invoice_content(world.session, invoice))
    assert f"-£{invoice.total_amount - 20:,.2f}" in shown
    assert "£20.00" in shown
    assert "Please pay by" in shown


def test_a_delivery_note_says_what_is_sent_and_what_follows(
    world: World, documents: Documents
) -> None:
    pick_list = picked(world)
    shipment = world.session.get_one(Shipment, pick_list.shipment_id)
    shown = text_of(documents.delivery_note(world.session, shipment))
    assert shipment.number in shown
    assert "Product TR-1" in shown
    assert "£" not in shown


def test_a_pick_list_names_bins_in_walking_order(world: World, documents: Documents) -> None:
    shown = text_of(documents.pick_list(world.session, picked(world)))
    assert shown.index("TR-1") < shown.index("FK-1")


def test_an_acknowledgement_shows_the_total_and_the_ship_date(
    world: World, documents: Documents
) -> None:
    picked(world)
    order = world.session.scalars(select(Order)).one()
    assert "£262.49" in text_of(documents.acknowledgement(world.session, order))


def test_the_label_of_a_carton_is_found(world: World) -> None:
    picked(world)
    carton = world.session.scalars(select(Carton)).one()
    assert label_of(world.session, carton.id).carton_id == carton.id


def test_a_page_that_refers_to_a_file_is_rendered_without_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the canary sings")
    html = f'<p>ours</p><img src="file://{secret}"><object data="file://{secret}"></object>'
    assert "canary" not in text_of(render_pdf(html, sheet="paper.css"))
