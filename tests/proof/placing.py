"""Where a company is, whom to talk to there, and what is noted about it, its orders and goods."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.accounts import (
    NOTE_KINDS,
    Actor,
    Address,
    Contact,
    DocumentRecipient,
    Note,
    notes_about,
    notes_on_products,
)
from models.catalog import Product
from models.orders import OrderLine, keep_read
from tests.proof.company import Company


def keep_places(session: Session, company: Company) -> None:
    """Two addresses, two people, notes on it and on an address, and who gets its delivery notes."""
    account_id = company.account.id
    addresses = [
        Address(
            account_id=account_id, code=f"SITE{n}", company=company.marked("site"),
            contact=company.marked("receiver"), line1=company.marked("street"), city="York",
            postcode="YO1 7HH", is_ship_to=True, is_bill_to=True,
            delivery_instructions=company.marked("instructions"),
        )
        for n in range(2)
    ]  # fmt: skip
    contacts = [
        Contact(account_id=account_id, name=company.marked(f"contact{n}"),
                email=f"{company.mark}.contact{n}@example.com", phone=company.marked("mobile"))
        for n in range(2)
    ]  # fmt: skip
    notes = [
        Note(kind=kind, subject_kind="account", subject_id=account_id, text=company.marked(kind))
        for kind in ("internal", "alert", "delivery")
    ]
    recipient = DocumentRecipient(
        account_id=account_id, document_kind="delivery_note",
        email=f"{company.mark}.goods@example.com",
    )  # fmt: skip
    session.add_all([*addresses, *contacts, *notes, recipient])
    session.flush()
    for kind in ("picking", "alert"):
        text = company.marked(f"{kind} there")
        notes.append(Note(kind=kind, subject_kind="address", subject_id=addresses[0].id, text=text))
    session.add_all(notes)
    session.flush()
    company.values |= {
        "accounts/account_id": [account_id],
        "counter/account_id": [account_id],
        "start/account_id": [account_id],
        "switch-account/account_id": [account_id],
        "addresses/address_id": [row.id for row in addresses],
        "notes/note_id": [row.id for row in notes],
        "contacts/contact_id": [row.id for row in contacts],
    }


def note_an_order(session: Session, company: Company) -> None:
    """A note on the one of its orders that stands where the note does among their values, as
    addresses are made of values that stand at the same place."""
    notes = company.values["notes/note_id"]
    orders = list(company.orders.values())
    subject = orders[len(notes) % len(orders)]
    note = Note(
        kind="alert", subject_kind="order", subject_id=subject.id,
        text=company.marked("alert on an order"),
    )  # fmt: skip
    session.add(note)
    session.flush()
    notes.append(note.id)


def read_the_alerts(session: Session, company: Company, staff: list[Actor]) -> None:
    """Staff have read the alerts on it, its addresses and its goods on each of its orders, so that
    they are offered what they may do; the alert that is noted on one order asks everybody yet."""
    for order in company.orders.values():
        goods = select(OrderLine.product_id).where(OrderLine.order_id == order.id)
        about = or_(
            notes_about(company.account.id, order.ship_to_address_id), notes_on_products(goods)
        )
        ids = session.scalars(select(Note.id).where(Note.kind == "alert", about)).all()
        for person in staff:
            keep_read(session, order.id, ids, by=person)


def note_products(
    session: Session, company: Company, own: Product, shelf: Sequence[Product]
) -> None:
    """A note of each kind on what is made for it alone, and one on a product of the shelf, which
    stands among its values as that of an order does."""
    notes = company.values["notes/note_id"]
    for kind in NOTE_KINDS:
        text = company.marked(f"{kind} of its own")
        session.add(Note(kind=kind, subject_kind="product", subject_id=own.id, text=text))
    shared = Note(
        kind="picking", subject_kind="product", subject_id=shelf[len(notes) % len(shelf)].id,
        text="Sold by the tray",
    )  # fmt: skip
    session.add(shared)
    session.flush()
    notes.append(shared.id)
