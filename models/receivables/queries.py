"""Invoices and payments as lists and as single documents; the conditions of a list said once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from models.accounts import Account, Actor, Permission, User, visible_accounts
from models.kernel.errors import NotFound
from models.receivables.invoice import Invoice, InvoiceCharge
from models.receivables.payment import Application, Payment
from models.receivables.posting_out import waits_for_post

MOST_COUNTED = 2000


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Which invoices: `state` is open, overdue, paid, credit, post (they wait for it) or empty."""

    state: str = ""
    account_id: int | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments: `state` is unapplied or empty for all.

    `recorded_on` is the day on which they were written down, in the time zone `zone`.
    """

    state: str = ""
    account_id: int | None = None
    received_from: date | None = None
    received_to: date | None = None
    text: str = ""
    means: str = ""
    recorded_by_id: int | None = None
    recorded_on: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Sum:
    """How many documents a list holds in one currency and what they come to."""

    currency: str
    count: int
    total: Decimal
    open: Decimal


INVOICE_SORTS: dict[str, Any] = {
    "number": Invoice.id,
    "issued": Invoice.issued_on,
    "due": Invoice.due_on,
    "account": Account.name,
    "total": Invoice.total_amount,
    "open": Invoice.open_amount,
}


def invoice_list(
    session: Session,
    chosen: InvoiceFilter,
    actor: Actor,
    *,
    today: date,
    sort: str = "issued",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of invoices and credit notes in one statement."""
    key = INVOICE_SORTS.get(sort, Invoice.issued_on)
    return session.execute(
        select(
            Invoice.id, Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.due_on,
            Invoice.currency, Invoice.total_amount, Invoice.open_amount, Invoice.order_number,
            Invoice.po_number, Invoice.mailed_at, Account.id.label("account_id"),
            Account.name.label("account_name"), Account.number.label("account_number"),
        )
        .join(Account, Account.id == Invoice.bill_to_account_id)
        .where(*_invoices(chosen, actor, today))
        .order_by(*_ordered(key, Invoice.id, descending))
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def invoice_sums(
    session: Session, chosen: InvoiceFilter, actor: Actor, *, today: date
) -> list[Sum]:
    """Totals by currency, credit notes less, over at most MOST_COUNTED + 1 documents."""
    sign = case((Invoice.kind == "credit_note", -1), else_=1)
    rows = (
        select(
            Invoice.currency,
            (sign * Invoice.total_amount).label("total"),
            (sign * Invoice.open_amount).label("open"),
        )
        .where(*_invoices(chosen, actor, today))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    found = session.execute(
        select(rows.c.currency, func.count(), func.sum(rows.c.total), func.sum(rows.c.open))
        .group_by(rows.c.currency)
        .order_by(func.count().desc())
    )
    return [Sum(*row) for row in found]


def invoice_by_number(session: Session, number: str, actor: Actor, *, today: date) -> Invoice:
    """An invoice or credit note with its parts. NotFound where this person may not see it."""
    statement = (
        select(Invoice)
        .where(Invoice.number == number, *_visible(Invoice.account_id, actor, today))
        .options(
            selectinload(Invoice.lines), selectinload(Invoice.charges), selectinload(Invoice.taxes)
        )
    )
    invoice = session.scalars(statement).first()
    if invoice is None:
        raise NotFound("There is no such invoice.")
    return invoice


def charged_on(session: Session, charge_ids: Collection[int]) -> dict[int, str]:
    """The numbers of the invoices that bear these charges of orders: {charge id: number}."""
    if not charge_ids:
        return {}
    found = session.execute(
        select(InvoiceCharge.order_charge_id, Invoice.number)
        .join(Invoice, Invoice.id == InvoiceCharge.invoice_id)
        .where(InvoiceCharge.order_charge_id.in_(charge_ids))
    )
    return {charge_id: number for charge_id, number in found if charge_id is not None}


def applications_of_invoice(session: Session, invoice_id: int) -> Sequence[Any]:
    """What was set against an invoice, and taken off again, oldest first."""
    note = aliased(Invoice)
    return session.execute(
        select(
            Application.id, Application.amount, Application.applied_on, Application.undone_at,
            Payment.id.label("payment_id"), Payment.number.label("payment_number"),
            Payment.means, Payment.reference, note.number.label("credit_note"),
            User.name.label("applied_by"),
        )
        .outerjoin(Payment, Payment.id == Application.payment_id)
        .outerjoin(note, note.id == Application.credit_note_id)
        .outerjoin(User, User.id == Application.applied_by_id)
        .where(Application.invoice_id == invoice_id)
        .order_by(Application.id)
    ).all()  # fmt: skip


def applications_of_payment(session: Session, payment_id: int) -> Sequence[Any]:
    """Which invoices a payment went to, and what was taken off again."""
    return session.execute(
        select(
            Application.id, Application.amount, Application.applied_on, Application.undone_at,
            Invoice.number, Invoice.total_amount, Invoice.open_amount, Invoice.order_number,
            User.name.label("applied_by"),
        )
        .join(Invoice, Invoice.id == Application.invoice_id)
        .outerjoin(User, User.id == Application.applied_by_id)
        .where(Application.payment_id == payment_id)
        .order_by(Application.id)
    ).all()  # fmt: skip


def applications_of_credit(session: Session, credit_note_id: int) -> Sequence[Any]:
    """The invoices that a credit note was set against."""
    return session.execute(
        select(Application.amount, Application.applied_on, Invoice.number)
        .join(Invoice, Invoice.id == Application.invoice_id)
        .where(Application.credit_note_id == credit_note_id, Application.undone_at.is_(None))
        .order_by(Application.id)
    ).all()


def paid_before(session: Session, invoice: Invoice) -> Decimal:
    """What was paid for the order before its goods were invoiced, and so is no more to pay: the
    paid amount of EN 16931 (BT-113). As on the day of issue: money that went back later counts."""
    paid = (
        select(func.coalesce(func.sum(Application.amount), 0))
        .join(Payment, Payment.id == Application.payment_id)
        .where(Application.invoice_id == invoice.id, Payment.order_id == invoice.order_id)
    )
    return session.scalar(paid) or Decimal(0)


def credit_notes_of(session: Session, invoice_id: int) -> Sequence[Any]:
    """The credit notes that correct an invoice, oldest first."""
    return session.execute(
        select(Invoice.number, Invoice.issued_on, Invoice.total_amount, Invoice.reason)
        .where(Invoice.corrects_id == invoice_id, Invoice.kind == "credit_note")
        .order_by(Invoice.id)
    ).all()


def open_credits(session: Session, bill_to_account_id: int, *, most: int = 50) -> Sequence[Any]:
    """The credit notes of an account that are not used up, oldest first."""
    return session.execute(
        select(
            Invoice.id, Invoice.number, Invoice.issued_on, Invoice.currency, Invoice.reason,
            Invoice.total_amount, Invoice.open_amount,
        )
        .where(
            Invoice.bill_to_account_id == bill_to_account_id,
            Invoice.kind == "credit_note",
            Invoice.open_amount > 0,
        )
        .order_by(Invoice.issued_on, Invoice.id)
        .limit(most)
    ).all()  # fmt: skip


def open_invoices(session: Session, bill_to_account_id: int, *, most: int = 200) -> Sequence[Any]:
    """What an account still owes, invoice by invoice, earliest due first."""
    return session.execute(
        select(
            Invoice.id, Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.due_on,
            Invoice.total_amount, Invoice.open_amount, Invoice.currency, Invoice.order_number,
            Invoice.po_number,
        )
        .where(
            Invoice.bill_to_account_id == bill_to_account_id,
            Invoice.kind == "invoice",
            Invoice.open_amount > 0,
        )
        .order_by(Invoice.due_on, Invoice.id)
        .limit(most)
    ).all()  # fmt: skip


def payment_list(
    session: Session,
    chosen: PaymentFilter,
    actor: Actor,
    *,
    today: date,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of payments, latest first, in one statement."""
    return session.execute(
        select(
            Payment.id, Payment.number, Payment.means, Payment.currency, Payment.amount,
            Payment.unapplied_amount, Payment.received_on, Payment.reference, Payment.order_id,
            Account.id.label("account_id"), Account.name.label("account_name"),
        )
        .join(Account, Account.id == Payment.bill_to_account_id)
        .where(*payment_conditions(chosen, actor, today))
        .order_by(Payment.received_on.desc(), Payment.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def payment_sums(
    session: Session, chosen: PaymentFilter, actor: Actor, *, today: date
) -> list[Sum]:
    """Totals by currency over at most MOST_COUNTED + 1 payments; `open` is what is not applied."""
    rows = (
        select(Payment.currency, Payment.amount, Payment.unapplied_amount)
        .where(*payment_conditions(chosen, actor, today))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    found = session.execute(
        select(
            rows.c.currency,
            func.count(),
            func.sum(rows.c.amount),
            func.sum(rows.c.unapplied_amount),
        )
        .group_by(rows.c.currency)
        .order_by(func.count().desc())
    )
    return [Sum(*row) for row in found]


def payment_by_id(session: Session, payment_id: int, actor: Actor, *, today: date) -> Payment:
    """A payment. NotFound where this person may not see it."""
    payment = session.scalars(
        select(Payment).where(
            Payment.id == payment_id, *_visible(Payment.bill_to_account_id, actor, today)
        )
    ).first()
    if payment is None:
        raise NotFound("There is no such payment.")
    return payment


def _invoices(chosen: InvoiceFilter, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    found = _visible(Invoice.account_id, actor, today)
    if chosen.state in ("open", "overdue", "paid"):
        found.append(Invoice.kind == "invoice")
        is_paid = chosen.state == "paid"
        found.append(Invoice.open_amount == 0 if is_paid else Invoice.open_amount > 0)
    if chosen.state == "overdue":
        found.append(Invoice.due_on < today)
    if chosen.state == "post":
        found.append(waits_for_post())
    if chosen.state == "credit":
        found.append(Invoice.kind == "credit_note")
    if chosen.account_id:
        found.append(Invoice.bill_to_account_id == chosen.account_id)
    if chosen.issued_from:
        found.append(Invoice.issued_on >= chosen.issued_from)
    if chosen.issued_to:
        found.append(Invoice.issued_on <= chosen.issued_to)
    text = chosen.text.strip()
    if text:
        found.append(
            or_(
                Invoice.number == text.upper(),
                Invoice.number.endswith(text, autoescape=True),
                Invoice.order_number == text.upper(),
                func.upper(Invoice.po_number) == text.upper(),
                Invoice.bill_to_account_id.in_(_named(text)),
            )
        )
    return found


def payment_conditions(
    chosen: PaymentFilter, actor: Actor, today: date
) -> list[ColumnElement[bool]]:
    """What a payment must be to stand in this list, for this person."""
    found = _visible(Payment.bill_to_account_id, actor, today)
    if chosen.state == "unapplied":
        found += [Payment.unapplied_amount > 0, Payment.order_id.is_(None)]
    if chosen.account_id:
        found.append(Payment.bill_to_account_id == chosen.account_id)
    if chosen.received_from:
        found.append(Payment.received_on >= chosen.received_from)
    if chosen.received_to:
        found.append(Payment.received_on <= chosen.received_to)
    if chosen.means:
        found.append(Payment.means == chosen.means)
    if chosen.recorded_by_id:
        found.append(Payment.recorded_by_id == chosen.recorded_by_id)
    if chosen.recorded_on:
        midnight = datetime.combine(chosen.recorded_on, time())
        for after, on in ((True, midnight), (False, midnight + timedelta(days=1))):
            at = func.timezone(chosen.zone, literal(on))
            found.append(Payment.created_at >= at if after else Payment.created_at < at)
    text = chosen.text.strip()
    if text:
        found.append(
            or_(
                Payment.number == text.upper(),
                func.lower(Payment.reference).contains(text.lower(), autoescape=True),
                Payment.bill_to_account_id.in_(_named(text)),
            )
        )
    return found


def _named(text: str) -> Any:
    return select(Account.id).where(
        or_(
            func.lower(Account.name).contains(text.lower(), autoescape=True),
            func.upper(Account.number) == text.upper(),
        )
    )


def _visible(column: Any, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    if actor.can(Permission.SEE_ALL_ACCOUNTS):
        return []
    return [column.in_(visible_accounts(actor, on=today))]


def _ordered(key: Any, tie: Any, descending: bool) -> list[ColumnElement[Any]]:
    if descending:
        return [key.desc().nulls_last(), tie.desc()]
    return [key.asc().nulls_last(), tie.asc()]
