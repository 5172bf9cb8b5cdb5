"""Documents and their mails, made after the fact: rendered in the worker, never in a request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.documents import PDF, Documents, vendor_locale
from integrations.email.writing import write_mail
from jobs.app import Work, task
from jobs.delivering import BASE_URL, consumes
from models.accounts import (
    USUAL,
    Account,
    Contact,
    Membership,
    User,
    Wish,
    document_wishes,
)
from models.fulfilment import BUYING_LABEL, Carton, GoodsReturn, Label, Shipment
from models.inventory import Warehouse
from models.kernel import clock
from models.kernel.failpoint import fail_at
from models.kernel.files import StoredFile
from models.kernel.mail import queue_mail
from models.kernel.outbox import DomainEvent, defer
from models.kernel.seller import Seller, first_seller
from models.orders import Order
from models.purchasing import PurchaseOrder, Vendor
from models.receivables import (
    SENDING_STATEMENT,
    AccountStatement,
    Invoice,
    ProForma,
    draw_up,
    due_by_card,
    paid_before,
)

RENDERING_INVOICE = "invoice.render"
SENDING_PRO_FORMA = "pro_forma.send"
SENDING_PURCHASE = "purchase_order.send"
MAILED_WITHIN = timedelta(days=1)


@consumes("credit_note.issued")
def render_credit_later(session: Session, event: DomainEvent) -> None:
    """A credit note is rendered, kept and mailed as an invoice is."""
    render_later(session, event)


@consumes("invoice.issued")
def render_later(session: Session, event: DomainEvent) -> None:
    """Rendering takes its time: a task of its own, so that a failure is tried again alone.

    Invoices dated in the past (the demo company's) are rendered at their first download.
    """
    invoice = session.get_one(Invoice, event.facts["invoice_id"])
    if (clock.now() - invoice.issued_at).days < 30:
        defer(session, RENDERING_INVOICE, invoice_id=invoice.id)


@task(RENDERING_INVOICE, queue="documents")
def render_invoice(work: Work, invoice_id: int) -> None:
    """Makes the invoice's PDF, keeps it, and mails it. A second run changes nothing."""
    with work.session() as session:
        invoice = session.get_one(Invoice, invoice_id, with_for_update=True)
        stored = Documents(work.files).invoice(session, invoice)
        fail_at("invoice.rendered")
        if invoice.mailed_at is None:
            _mail_invoice(session, invoice, stored)
        session.commit()


@task(SENDING_STATEMENT, queue="documents")
def send_statement(work: Work, statement_id: int) -> None:
    """Makes a statement's PDF, keeps it, and mails it. A second run changes nothing."""
    with work.session() as session:
        made = session.get_one(AccountStatement, statement_id, with_for_update=True)
        if made.document_file_id is not None:
            return
        account = session.get_one(Account, made.account_id)
        seller = first_seller(session)
        drawn = draw_up(session, account, made.starts_on, made.ends_on)
        stored = work.files.put(
            session,
            Documents(work.files).statement(session, seller, account, drawn),
            kind="statement.pdf",
            owner=made,
            media_type=PDF,
            file_name=f"statement-{account.number}-{made.ends_on}.pdf",
            account_id=account.id,
        )
        made.document_file_id = stored.id
        to = sent_to(session, account, "statement", _payers(session, account))
        facts: dict[str, object] = {"statement": drawn, "account": account, "seller": seller}
        if made.means == "mail" and mail_document(
            session, account, to, "statement", account.number, facts, [stored]
        ):
            made.mailed_at = clock.now()
        fail_at("statement.sent")
        session.commit()


@task(BUYING_LABEL, queue="documents")
def buy_label(work: Work, label_id: int) -> None:
    """Makes the label of our own fleet: no outside service, so it cannot be bought twice."""
    with work.session() as session:
        label = session.get(Label, label_id, with_for_update=True)
        if label is None or label.state != "intent":
            return
        Documents(work.files).label(session, label)
        fail_at("label.rendered")
        carton = session.get_one(Carton, label.carton_id)
        shipment = session.get_one(Shipment, carton.shipment_id)
        label.state, label.bought_at = "bought", clock.now()
        label.tracking_number = carton.sscc
        shipment.tracking_number = shipment.tracking_number or carton.sscc
        session.commit()


@consumes("pro_forma.issued")
def render_pro_forma_later(session: Session, event: DomainEvent) -> None:
    """Rendering takes its time: a task of its own."""
    defer(session, SENDING_PRO_FORMA, pro_forma_id=event.facts["pro_forma_id"], kind="pro_forma")


@consumes("pro_forma.reminded")
def remind_of_pro_forma(session: Session, event: DomainEvent) -> None:
    """The same document once more."""
    pro_forma_id = event.facts["pro_forma_id"]
    defer(session, SENDING_PRO_FORMA, pro_forma_id=pro_forma_id, kind="pro_forma_reminder")


@consumes("pro_forma.lapsed")
def tell_lapse(session: Session, event: DomainEvent) -> None:
    """The buyer hears that the goods are no longer kept."""
    pro_forma_id = event.facts["pro_forma_id"]
    defer(session, SENDING_PRO_FORMA, pro_forma_id=pro_forma_id, kind="pro_forma_lapsed")


@task(SENDING_PRO_FORMA, queue="documents")
def send_pro_forma(work: Work, pro_forma_id: int, kind: str) -> None:
    """Makes the pro-forma's PDF, keeps it, and mails it in the words of `kind`.

    One that ended meanwhile (paid, or the order changed) is not sent any more.
    """
    with work.session() as session:
        found = session.get_one(ProForma, pro_forma_id, with_for_update=True)
        if found.ended_at is not None:
            return
        stored = Documents(work.files).pro_forma(session, found)
        order = session.get_one(Order, found.order_id)
        account = session.get_one(Account, order.account_id)
        takes_cards = bool(work.settings.stripe_secret_key)
        facts = {
            "pro_forma": found,
            "order": order,
            "link": f"{work.settings.base_url}/orders/{order.number}" if takes_cards else "",
            "seller": session.get_one(Seller, order.seller_id),
        }
        to = sent_to(session, account, "pro_forma", orderer(session, order))
        attached = [] if kind == "pro_forma_lapsed" else [stored]
        mail_document(session, account, to, kind, found.number, facts, attached)
        session.commit()


@consumes("payment.due")
def ask_for_payment(session: Session, event: DomainEvent) -> None:
    """Sends the link by which a card pays for goods that came after the order."""
    order = session.get_one(Order, event.facts["order_id"])
    account = session.get_one(Account, order.account_id)
    facts = {
        "order": order,
        "amount": due_by_card(session, order),
        "link": f"{session.info.get(BASE_URL, '')}/orders/{order.number}",
        "account": account,
        "seller": session.get_one(Seller, order.seller_id),
    }
    mail_document(session, account, orderer(session, order), "payment_due", order.number, facts)


@consumes("purchase_order.sent")
def send_order_later(session: Session, event: DomainEvent) -> None:
    """A purchase order is written and mailed by a task of its own."""
    defer(session, SENDING_PURCHASE, purchase_order_id=event.facts["purchase_order_id"])


@task(SENDING_PURCHASE, queue="documents")
def send_purchase(work: Work, purchase_order_id: int) -> None:
    """Mails a purchase order to its vendor, once. One sent in the past (the demo's) is not, nor
    one whose vendor has no mail address."""
    with work.session() as session:
        order = session.get_one(PurchaseOrder, purchase_order_id, with_for_update=True)
        vendor = session.get_one(Vendor, order.vendor_id)
        is_old = order.sent_at is None or clock.now() - order.sent_at > MAILED_WITHIN
        if is_old or not vendor.email or order.mailed_at is not None:
            return
        stored = work.files.put(
            session,
            Documents(work.files).purchase_order(session, order.id),
            kind="purchase_order.pdf",
            owner=order,
            media_type=PDF,
            file_name=f"{order.number}.pdf",
        )
        seller = session.get_one(Seller, order.seller_id)
        facts: dict[str, object] = {"purchase_order": order, "seller": seller}
        locale = vendor_locale(session, seller.id, vendor.address)
        subject, text = write_mail(session, "purchase_order", locale, facts)
        queue_mail(
            session, to=[vendor.email], subject=subject, text=text, kind="purchase_order",
            attachments=[stored],
        )  # fmt: skip
        order.mailed_at = clock.now()
        session.commit()


@consumes("return.decided")
def tell_decision(session: Session, event: DomainEvent) -> None:
    """Tells whoever asked for a return what was decided, and where to send the goods."""
    found = session.get_one(GoodsReturn, event.facts["return_id"])
    if found.state not in ("approved", "refused"):
        return
    account = session.get_one(Account, found.account_id)
    asked = session.get(User, found.requested_by_id) if found.requested_by_id else None
    to = [asked.email] if asked is not None and not asked.is_staff else _payers(session, account)
    place = session.get_one(Warehouse, found.warehouse_id)
    facts = {
        "found": found,
        "order": session.get_one(Order, found.order_id),
        "address": [part for part in (place.name, *place.address.values()) if part],
        "seller": session.get_one(Seller, found.seller_id),
    }
    mail_document(session, account, to, "return_decided", found.number, facts)


def sent_to(session: Session, account: Account, kind: str, usual: Sequence[str]) -> Sequence[str]:
    """The mail addresses that a kind of document goes to: those the account settled, else the
    usual ones; nobody where it wants the kind by post or not at all."""
    wish = document_wishes(session, account.id).get(kind, Wish())
    return usual if wish.means == USUAL else wish.emails


def _mail_invoice(session: Session, invoice: Invoice, stored: StoredFile) -> None:
    account = session.get_one(Account, invoice.bill_to_account_id)
    to = sent_to(session, account, "invoice", _payers(session, account))
    if invoice.kind == "credit_note":
        to = sent_to(session, account, "credit_note", to)
    corrects = session.get(Invoice, invoice.corrects_id) if invoice.corrects_id else None
    facts = {
        "invoice": invoice,
        "corrects": corrects,
        "due": invoice.total_amount - paid_before(session, invoice),
        "account": account,
        "seller": session.get_one(Seller, invoice.seller_id),
    }
    kind = "credit_note" if invoice.kind == "credit_note" else "invoice"
    if mail_document(session, account, to, kind, invoice.number, facts, [stored]):
        invoice.mailed_at = clock.now()


def mail_document(
    session: Session,
    account: Account,
    to: Sequence[str],
    kind: str,
    number: str,
    facts: dict[str, object],
    attachments: Sequence[StoredFile] = (),
) -> bool:
    """Queues a mail in the account's language; False where nobody is there to get it."""
    if not to:
        return False
    subject, text = write_mail(session, kind, account.locale, facts)
    queue_mail(
        session,
        to=to,
        subject=subject,
        text=text,
        kind=kind,
        attachments=attachments,
        account_id=account.id,
    )
    return True


def orderer(session: Session, order: Order) -> list[str]:
    """Who ordered, if that was a buyer; else the first person of the account."""
    person = session.get(User, order.placed_by_id) if order.placed_by_id else None
    if person is not None and not person.is_staff:
        return [person.email]
    return people_of(session, order.account_id)[:1]


def _payers(session: Session, account: Account) -> list[str]:
    return people_of(session, account.id)[:1]


def people_of(session: Session, account_id: int) -> list[str]:
    """The contacts with a mail address, then the people who sign in; administrators first."""
    contacts = session.scalars(
        select(Contact.email)
        .where(Contact.account_id == account_id, Contact.email != "")
        .order_by(Contact.id)
    ).all()
    users = session.scalars(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
        .order_by(Membership.role != "company_admin", User.id)
    ).all()
    return [*contacts, *users]
