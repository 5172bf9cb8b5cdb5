"""After the commit: labels, invoices and mails, each once however often the task runs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from jobs.app import WORK, Work
from jobs.delivering import deliver
from jobs.documenting import render_invoice, send_pro_forma, send_purchase, send_statement
from jobs.telling import send_acknowledgement, send_delivery_note
from models.accounts import DocumentRecipient
from models.fulfilment import (
    Label,
    approve_return,
    confirm_all,
    pack,
    release_to_picking,
    request_return,
    ship_shipment,
)
from models.kernel import clock
from models.kernel.files import FileStore, StoredFile
from models.kernel.mail import MailMessage
from models.kernel.outbox import DomainEvent
from models.purchasing import Vendor, Wanted, raise_purchase_order, send_purchase_order
from models.receivables import (
    AccountStatement,
    CreditRequest,
    Invoice,
    InvoiceLine,
    LineCredit,
    credit_invoice,
    end_pro_forma,
    pro_forma_of,
    send_statements,
)
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def work(settings: Settings, sessions: sessionmaker[Session], files: FileStore) -> Work:
    return Work(settings, sessions, files)


def shipped(world: World) -> Invoice:
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 5}, po_number="WH-7781")
    pick_list = release_to_picking(world.session, order.id, by=world.sam)[0]
    confirm_all(world.session, pick_list.id, by=world.sam)
    pack(world.session, pick_list.shipment_id or 0, [], by=world.sam)
    invoice = ship_shipment(world.session, pick_list.shipment_id or 0, by=world.sam)
    world.session.commit()
    assert invoice is not None
    return invoice


def paper_of(session: Session, mail: MailMessage) -> StoredFile:
    (file_id,) = mail.attachment_ids
    return session.get_one(StoredFile, file_id)


def mails(session: Session, kind: str) -> list[MailMessage]:
    return list(session.scalars(select(MailMessage).where(MailMessage.kind == kind)))


def test_an_invoice_is_rendered_and_mailed_once_to_the_accounts_recipients(
    world: World, work: Work
) -> None:
    world.session.add(
        DocumentRecipient(
            account_id=world.acme.id, document_kind="invoice", email="ap@acme.example"
        )
    )
    invoice = shipped(world)
    render_invoice(work, invoice_id=invoice.id)
    render_invoice(work, invoice_id=invoice.id)
    world.session.expire_all()
    (mail,) = mails(world.session, "invoice")
    assert mail.recipients == ["ap@acme.example"]
    assert "INV-10001" in mail.subject
    assert mail.attachment_ids == [invoice.document_file_id]


def test_a_label_is_made_once(world: World, work: Work) -> None:
    shipped(world)
    label = world.session.scalars(select(Label)).one()
    WORK["labels.buy"](work, label_id=label.id)
    world.session.expire_all()
    first = label.document_file_id
    WORK["labels.buy"](work, label_id=label.id)
    world.session.expire_all()
    assert (label.state, label.document_file_id) == ("bought", first)
    assert first is not None


def test_placing_and_shipping_are_told_to_the_person_who_ordered(world: World, work: Work) -> None:
    invoice = shipped(world)
    for event in world.session.scalars(select(DomainEvent).order_by(DomainEvent.id)).all():
        deliver(work, event_id=event.id)
        deliver(work, event_id=event.id)
    for _ in range(2):
        send_acknowledgement(work, order_id=invoice.order_id or 0)
        send_delivery_note(work, shipment_id=invoice.shipment_id or 0)
    world.session.expire_all()
    (placed,) = mails(world.session, "acknowledgement")
    assert placed.recipients == ["bob@example.com"]
    assert placed.subject == "Your order SO-100001 (WH-7781)"
    (sent,) = mails(world.session, "shipped")
    assert "DN-30001" in sent.body_text
    names = [paper_of(world.session, each).file_name for each in (placed, sent)]
    assert names == ["SO-100001.pdf", "DN-30001.pdf"]


def test_an_account_that_wants_no_delivery_notes_gets_none(world: World, work: Work) -> None:
    wish = DocumentRecipient(account_id=world.acme.id, document_kind="delivery_note", means="none")
    world.session.add(wish)
    invoice = shipped(world)
    send_delivery_note(work, shipment_id=invoice.shipment_id or 0)
    assert mails(world.session, "shipped") == []


def test_a_credit_note_is_rendered_and_mailed_once_with_what_it_corrects(
    world: World, work: Work
) -> None:
    invoice = shipped(world)
    line = world.session.scalars(
        select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
    ).one()
    request = CreditRequest("k", "Two were bent", (LineCredit(line.id, Decimal(2)),))
    note = credit_invoice(world.session, invoice.id, request, by=world.nora)
    world.session.commit()
    for _ in range(2):
        render_invoice(work, invoice_id=note.id)
    world.session.expire_all()
    (mail,) = mails(world.session, "credit_note")
    assert note.number in mail.subject
    assert invoice.number in mail.body_text
    assert "Two were bent" in mail.body_text
    assert mail.attachment_ids == [note.document_file_id]


def test_who_asked_for_a_return_is_told_what_was_decided(world: World, work: Work) -> None:
    invoice = shipped(world)
    line = world.session.scalars(
        select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
    ).one()
    found = request_return(
        world.session, invoice.order_id or 0, {line.order_line_id or 0: Decimal(1)},
        reason="damaged", note="", submission_key="k", by=world.bob,
    )  # fmt: skip
    approve_return(world.session, found.id, message="Use the blue crate", by=world.olu)
    world.session.commit()
    event = world.session.scalars(
        select(DomainEvent).where(DomainEvent.kind == "return.decided")
    ).one()
    deliver(work, event_id=event.id)
    (mail,) = mails(world.session, "return_decided")
    assert mail.recipients == ["bob@example.com"]
    assert found.number in mail.body_text
    assert "1 Dock Road" in mail.body_text
    assert "Use the blue crate" in mail.body_text


def test_a_statement_is_written_kept_and_mailed_once(world: World, work: Work) -> None:
    shipped(world)
    world.session.add(
        DocumentRecipient(
            account_id=world.acme.id, document_kind="statement", email="ap@acme.example"
        )
    )
    today = clock.today(world.seller.time_zone)
    with clock.travelling(clock.now() + timedelta(days=1)):
        send_statements(world.session, world.seller, today, today, by=world.nora)
    world.session.commit()
    made = world.session.scalars(select(AccountStatement)).one()
    for _run in range(2):
        send_statement(work, made.id)
    world.session.expire_all()
    (mail,) = mails(world.session, "statement")
    assert mail.recipients == ["ap@acme.example"]
    assert mail.attachment_ids == [made.document_file_id]
    assert made.mailed_at is not None
    stored = world.session.get_one(StoredFile, made.document_file_id)
    with work.files.open(stored) as content:
        assert content.read(4) == b"%PDF"
    assert stored.account_id == world.acme.id


def test_a_pro_forma_is_written_kept_and_mailed_until_it_is_paid(world: World, work: Work) -> None:
    trowel = world.product("TR-1")
    order = world.order(world.acme, world.bob, {trowel: 5}, payment_means="transfer")
    world.session.commit()
    asked = pro_forma_of(world.session, order.id)
    assert asked is not None
    send_pro_forma(work, asked.id, "pro_forma")
    world.session.expire_all()
    (mail,) = mails(world.session, "pro_forma")
    assert asked.number in mail.subject
    assert mail.attachment_ids == [asked.document_file_id]
    send_pro_forma(work, asked.id, "pro_forma_reminder")
    send_pro_forma(work, asked.id, "pro_forma_lapsed")
    (lapsed,) = mails(world.session, "pro_forma_lapsed")
    assert lapsed.attachment_ids == []
    (again,) = mails(world.session, "pro_forma_reminder")
    assert again.attachment_ids == [asked.document_file_id]
    end_pro_forma(world.session, order.id)
    world.session.commit()
    send_pro_forma(work, asked.id, "pro_forma_reminder")
    assert len(mails(world.session, "pro_forma_reminder")) == 1


def test_a_purchase_order_is_mailed_to_its_vendor_once(world: World, work: Work) -> None:
    trowel = world.product("TR-1")
    vendor = Vendor(code="V1", name="Northern Forge", email="sales@forge.example")
    world.session.add(vendor)
    world.session.flush()
    order = raise_purchase_order(
        world.session, seller_id=world.seller.id, vendor=vendor, warehouse_id=world.warehouse.id,
        expected_on=clock.today("UTC"), submission_key="po-1", by=world.pat,
        wanted=[Wanted(trowel.id, Decimal(20), Decimal("4.10"))],
    )  # fmt: skip
    send_purchase_order(world.session, order.id, by=world.pat)
    world.session.commit()
    for _run in range(2):
        send_purchase(work, order.id)
    world.session.expire_all()
    (mail,) = mails(world.session, "purchase_order")
    assert mail.recipients == ["sales@forge.example"]
    assert len(mail.attachment_ids) == 1
    assert order.mailed_at is not None
