"""Invoices of accounts that want them by post wait until somebody says that they were posted."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from models.accounts import Actor, DocumentRecipient
from models.kernel.activity import Activity
from models.receivables import Invoice, credit_on_account
from tests.admin.conftest import Way
from tests.world import World

Browser = Callable[[Actor], FlaskClient]


def wants(world: World, kind: str, means: str) -> None:
    world.session.add(DocumentRecipient(account_id=world.acme.id, document_kind=kind, means=means))
    world.session.flush()


def test_an_invoice_for_the_post_waits_in_its_list_until_it_is_noted(
    world: World, way: Way, as_: Browser
) -> None:
    wants(world, "invoice", "post")
    invoice = way.invoiced({world.product("TR-1"): 4})
    world.session.commit()
    nora = as_(world.nora)
    assert 'id="concern-post"><b class="u-warn">1</b>' in nora.get("/admin").text
    page = nora.get("/admin/invoices?state=post").text
    assert invoice.number in page
    assert f"/admin/invoices/{invoice.number}/invoice.pdf" in page
    for _ in range(2):
        answer = nora.post("/admin/invoices/posted", data={"invoice": [invoice.number]})
        assert answer.location == "/admin/invoices?state=post"
    assert invoice.number not in nora.get("/admin/invoices?state=post").text
    world.session.refresh(invoice)
    assert invoice.mailed_at is not None
    noted = select(Activity).where(Activity.kind == "invoice.posted")
    assert len(world.session.scalars(noted).all()) == 1


def test_a_credit_note_goes_where_invoices_go_unless_it_is_said_otherwise(
    world: World, way: Way, as_: Browser
) -> None:
    wants(world, "invoice", "post")
    note = credit_on_account(
        world.session, world.acme.id, seller=world.seller, amount=Decimal(20), reason="Goodwill",
        tax_category="standard", submission_key="k", by=world.ada,
    )  # fmt: skip
    world.session.commit()
    nora = as_(world.nora)
    assert note.number in nora.get("/admin/invoices?state=post").text
    wants(world, "credit_note", "none")
    world.session.commit()
    assert note.number not in nora.get("/admin/invoices?state=post").text


def test_what_does_not_go_by_post_cannot_be_noted(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 4})
    world.session.commit()
    nora = as_(world.nora)
    assert invoice.number not in nora.get("/admin/invoices?state=post").text
    assert (
        nora.post("/admin/invoices/posted", data={"invoice": [invoice.number]}).status_code == 404
    )
    assert nora.post("/admin/invoices/posted").status_code == 422
    assert as_(world.sam).post("/admin/invoices/posted").status_code == 403
    assert world.session.get_one(Invoice, invoice.id).mailed_at is None


def test_those_for_the_post_are_printed_as_one_document(
    world: World, way: Way, as_: Browser
) -> None:
    nora = as_(world.nora)
    assert nora.get("/admin/invoices/to-post.pdf").status_code == 422
    wants(world, "invoice", "post")
    numbers = [way.invoiced({world.product(sku): 4}).number for sku in ("TR-1", "TR-2")]
    page = nora.get("/admin/invoices?state=post&sort=number&dir=asc").text
    (address,) = re.findall(r'href="(/admin/invoices/to-post.pdf[^"]*)"', page)
    printed = PdfReader(BytesIO(nora.get(address.replace("&amp;", "&")).data)).pages
    assert len(printed) == 2
    for number, page in zip(numbers, printed, strict=True):
        assert number in page.extract_text()
