"""What an account owes, invoice by invoice, as its buyers see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from models.accounts import Account, Actor
from models.kernel.errors import NotFound
from models.receivables.invoice import Invoice, InvoiceCharge, InvoiceLine, InvoiceTax
from models.receivables.payment import Application, Payment, Refund

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """An invoice with its lines, charges, taxes, what paid it, and what of that went back."""

    head: Invoice
    lines: Sequence[InvoiceLine]
    charges: Sequence[InvoiceCharge]
    taxes: Sequence[InvoiceTax]
    payments: Sequence[Any]
    """What was set against it; of a credit note, the invoices that it was set against."""
    refunds: Sequence[Any] = ()
    corrects: str = ""


def is_payers(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Invoice` that this person's account owes or received it."""
    own = or_(
        Invoice.bill_to_account_id == actor.account_id, Invoice.account_id == actor.account_id
    )
    if not actor.covers_branches:
        return own
    branches = select(Account.id).where(Account.parent_id == actor.account_id)
    return or_(own, Invoice.account_id.in_(branches))


def list_invoices(
    session: Session,
    mine: ColumnElement[bool],
    *,
    state: str = "open",
    query: str = "",
    after: tuple[date, int] | None = None,
) -> list[Any]:
    """Invoices and credit notes, one more than a page holds: open ones by due date, else newest."""
    statement = select(
        Invoice.id, Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.due_on,
        Invoice.po_number, Invoice.order_number, Invoice.currency, Invoice.total_amount,
        Invoice.open_amount, Invoice.settled_at,
    ).where(mine)  # fmt: skip
    if state == "open":
        statement = statement.where(Invoice.open_amount > 0)
        statement = statement.order_by(Invoice.due_on, Invoice.id).limit(500)
    else:
        if state == "paid":
            statement = statement.where(Invoice.open_amount == 0)
        if after is not None:
            statement = statement.where(tuple_(Invoice.issued_on, Invoice.id) < after)
        statement = statement.order_by(Invoice.issued_on.desc(), Invoice.id.desc())
        statement = statement.limit(PAGE_ROWS + 1)
    typed = query.strip().upper()
    if typed:
        statement = statement.where(
            or_(
                func.upper(Invoice.number).endswith(typed, autoescape=True),
                func.upper(Invoice.po_number).startswith(typed, autoescape=True),
                func.upper(Invoice.order_number).endswith(typed, autoescape=True),
            )
        )
    return list(session.execute(statement))


def invoice_page(session: Session, number: str, mine: ColumnElement[bool]) -> InvoicePage:
    """The invoice of that number. NotFound where it is not theirs."""
    head = session.scalars(select(Invoice).where(mine, Invoice.number == number)).first()
    if head is None:
        raise NotFound("There is no such invoice.")
    return InvoicePage(
        head,
        _parts(session, InvoiceLine, head.id, InvoiceLine.position),
        _parts(session, InvoiceCharge, head.id, InvoiceCharge.id),
        _parts(session, InvoiceTax, head.id, InvoiceTax.id),
        _used(session, head.id) if head.kind == "credit_note" else _payments(session, head.id),
        _refunds(session, head.id),
        _number_of(session, head.corrects_id),
    )


def invoices_of_order(session: Session, order_id: int) -> list[Any]:
    """The invoices and credit notes of an order."""
    rows = session.execute(
        select(
            Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.due_on, Invoice.currency,
            Invoice.total_amount, Invoice.open_amount,
        )
        .where(Invoice.order_id == order_id)
        .order_by(Invoice.id)
    )  # fmt: skip
    return list(rows)


def overdue_since(due_on: date, today: date) -> timedelta:
    """How long an invoice is overdue; nothing where it is not."""
    return max(today - due_on, timedelta(0))


def _parts(session: Session, model: Any, invoice_id: int, order_by: Any) -> Sequence[Any]:
    return session.scalars(
        select(model).where(model.invoice_id == invoice_id).order_by(order_by)
    ).all()


def _number_of(session: Session, invoice_id: int | None) -> str:
    if invoice_id is None:
        return ""
    return session.scalar(select(Invoice.number).where(Invoice.id == invoice_id)) or ""


def _used(session: Session, credit_note_id: int) -> Sequence[Any]:
    return session.execute(
        select(
            Application.applied_on, Application.amount, Invoice.number,
            literal("").label("credit_note"),
        )
        .join(Invoice, Invoice.id == Application.invoice_id)
        .where(Application.credit_note_id == credit_note_id, Application.undone_at.is_(None))
        .order_by(Application.id)
    ).all()  # fmt: skip


def _payments(session: Session, invoice_id: int) -> Sequence[Any]:
    credit = Invoice.__table__.alias("credit")
    return session.execute(
        select(
            Application.applied_on, Application.amount, Payment.number, Payment.means,
            credit.c.number.label("credit_note"),
        )
        .outerjoin(Payment, Payment.id == Application.payment_id)
        .outerjoin(credit, credit.c.id == Application.credit_note_id)
        .where(Application.invoice_id == invoice_id, Application.undone_at.is_(None))
        .order_by(Application.id)
    ).all()  # fmt: skip


def _refunds(session: Session, invoice_id: int) -> Sequence[Any]:
    """What was given back of payments that paid this invoice; other invoices may share them."""
    paid_it = select(Application.payment_id).where(Application.invoice_id == invoice_id)
    return session.execute(
        select(Refund.amount, Refund.reason, Refund.state, Payment.number)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.payment_id.in_(paid_it), Refund.state != "failed")
        .order_by(Refund.id)
    ).all()
