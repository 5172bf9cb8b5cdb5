"""Invoices and credit notes that go by post: which wait for it, and that they were posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, DocumentRecipient, Permission
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused
from models.receivables.invoice import Invoice


def waits_for_post() -> ColumnElement[bool]:
    """A condition on `Invoice`: the account wants such papers by post, and it has not gone out.

    Credit notes go where invoices go, unless the account says otherwise for them.
    """
    wish = DocumentRecipient.document_kind == Invoice.kind
    own = select(DocumentRecipient.id).where(DocumentRecipient.account_id == Invoice.account_id)
    as_invoices = and_(
        Invoice.kind == "credit_note",
        DocumentRecipient.document_kind == "invoice",
        ~own.where(wish).correlate(Invoice).exists(),
    )
    by_post = own.where(DocumentRecipient.means == "post", wish | as_invoices).correlate(Invoice)
    return and_(Invoice.origin == "entered", Invoice.mailed_at.is_(None), by_post.exists())


def invoices_named(session: Session, numbers: Sequence[str]) -> Sequence[Invoice]:
    """These invoices and credit notes, in this order; one that does not exist is left out."""
    found = session.scalars(select(Invoice).where(Invoice.number.in_(numbers))).all()
    return sorted(found, key=lambda invoice: numbers.index(invoice.number))


def note_posted(session: Session, numbers: Sequence[str], *, by: Actor) -> int:
    """Notes that these were put in the post now; gives how many. One that went out is left alone.

    Refused for none; NotFound where one of them does not exist or does not go by post.
    """
    by.require(Permission.INVOICES_ISSUE, "Invoices are posted by accounting.")
    if not numbers:
        raise Refused("Tick what was put in the post.")
    rows: Sequence[Any] = session.execute(
        select(Invoice.id, Invoice.bill_to_account_id, Invoice.mailed_at).where(
            Invoice.number.in_(numbers), waits_for_post() | Invoice.mailed_at.is_not(None)
        )
    ).all()
    if len(rows) != len(set(numbers)):
        raise NotFound("One of these invoices does not go by post.")
    lock(session, Account, {row.bill_to_account_id for row in rows})
    waiting = [
        each for each in lock(session, Invoice, [row.id for row in rows]) if each.mailed_at is None
    ]
    for invoice in waiting:
        invoice.mailed_at = clock.now()
        activity.record(
            session, "invoice.posted", by=by, subject=invoice, account_id=invoice.account_id,
            number=invoice.number,
        )  # fmt: skip
    session.flush()
    return len(waiting)
