"""Drawing up statements of account, one or all of a month in one run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.accounts import Account, Actor, DocumentRecipient, Permission
from models.kernel import activity, clock
from models.kernel.bulk import insert_rows
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.kernel.outbox import defer
from models.kernel.seller import Seller, day_within, zone_of
from models.ledger import Chart, JournalEntry, JournalLine, LedgerAccount
from models.receivables.ageing import Ageing, age_of
from models.receivables.invoice import Invoice
from models.receivables.payment import Application, Payment
from models.receivables.statement import AccountStatement, Entry, OpenItem, Statement

SENDING_STATEMENT = "statement.send"
LONGEST_STATEMENT_DAYS = 731


def draw_up(session: Session, account: Account, starts_on: date, ends_on: date) -> Statement:
    """The statement of a bill-to account for these days, both included, from the ledger.

    Refused where the days are the wrong way round or more than two years apart.
    """
    if starts_on > ends_on:
        raise Refused("The first day is after the last. Choose an earlier one.", field="from")
    if (ends_on - starts_on).days > LONGEST_STATEMENT_DAYS:
        raise Refused(
            "A statement covers at most two years. Choose a later first day.", field="from"
        )
    rows = _moved(session, account.id, ends_on)
    opening = sum((row.amount for row in rows if row.posted_on < starts_on), ZERO)
    items = _open_items(session, account.id, ends_on)
    return Statement(
        currency=account.currency,
        starts_on=starts_on,
        ends_on=ends_on,
        opening=opening,
        entries=_running([row for row in rows if row.posted_on >= starts_on], opening),
        items=items,
        ageing=_ages(items, ends_on),
    )


def accounts_to_state(session: Session, starts_on: date, ends_on: date) -> Sequence[Any]:
    """Who gets a statement for these days: (id, number, name, currency, balance, means, is_made).

    Everyone who owes or is owed something on the last day, or had anything booked since the
    first. `means` is what the account wants for statements: mail, post or none.
    """
    until = (
        _book(Account.id, func.sum(JournalLine.amount))
        .where(JournalEntry.posted_on <= ends_on)
        .scalar_subquery()
    )
    since = (
        _book(Account.id, func.count())
        .where(JournalEntry.posted_on.between(starts_on, ends_on))
        .scalar_subquery()
    )
    wish = (
        select(func.min(DocumentRecipient.means))
        .where(
            DocumentRecipient.account_id == Account.id,
            DocumentRecipient.document_kind == "statement",
        )
        .scalar_subquery()
    )
    made = select(AccountStatement.id).where(
        AccountStatement.account_id == Account.id, AccountStatement.ends_on == ends_on
    )
    rows = (
        select(
            Account.id, Account.number, Account.name, Account.currency,
            func.coalesce(until, 0).label("balance"), func.coalesce(wish, "mail").label("means"),
            made.exists().label("is_made"), func.coalesce(since, 0).label("entries"),
        )
        .where(Account.bill_to_id.is_(None))
        .subquery()
    )  # fmt: skip
    return session.execute(
        select(rows)
        .where(or_(rows.c.balance != 0, rows.c.entries > 0))
        .order_by(func.lower(rows.c.name), rows.c.id)
    ).all()


def send_statements(
    session: Session, seller: Seller, starts_on: date, ends_on: date, *, by: Actor | None
) -> int:
    """Makes the statement of every account that wants one for these days; gives how many are new.

    A task writes each PDF, keeps it and mails it. An account that has one up to that day gets no
    second one, so that a run may be repeated. Refused before the last day is over.
    """
    if by is not None:
        by.require(Permission.PAYMENTS_RECORD, "Statements are sent by accounting.")
    if ends_on >= clock.today(seller.time_zone):
        raise Refused("The last day is not over yet. Choose an earlier one.", field="to")
    rows = [
        {
            "account_id": row.id,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "currency": row.currency,
            "balance": row.balance,
            "means": row.means,
            "made_at": clock.now(),
            "made_by_id": by.id if by else None,
        }
        for row in accounts_to_state(session, starts_on, ends_on)
        if row.means != "none" and not row.is_made
    ]
    made = insert_rows(
        session, AccountStatement, rows, on_conflict="ON CONFLICT (account_id, ends_on) DO NOTHING"
    )
    for statement_id in made:
        defer(session, SENDING_STATEMENT, statement_id=statement_id)
    if made:
        activity.record(
            session, "statements.sent", by=by, subject=seller, ends_on=ends_on, count=len(made)
        )
    return len(made)


def statements_made(session: Session, ends_on: date) -> Sequence[Any]:
    """The statements of a run, by the account's name, with what became of each."""
    return session.execute(
        select(AccountStatement, Account.number, Account.name)
        .join(Account, Account.id == AccountStatement.account_id)
        .where(AccountStatement.ends_on == ends_on)
        .order_by(func.lower(Account.name), Account.id)
    ).all()


def statements_of(session: Session, account_id: int, *, most: int = 24) -> Sequence[Any]:
    """The statements that were made for an account, the latest first."""
    return session.scalars(
        select(AccountStatement)
        .where(AccountStatement.account_id == account_id)
        .order_by(AccountStatement.ends_on.desc())
        .limit(most)
    ).all()


def statement_by_id(session: Session, statement_id: int, account_id: int) -> AccountStatement:
    """A statement of this account. NotFound for another's."""
    found = session.scalars(
        select(AccountStatement).where(
            AccountStatement.id == statement_id, AccountStatement.account_id == account_id
        )
    ).first()
    if found is None:
        raise NotFound("There is no such statement.")
    return found


def _book(account_id: Any, *what: Any) -> Any:
    """Lines of the receivables account of the ledger, of one bill-to account."""
    return (
        select(*what)
        .select_from(JournalLine)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == JournalLine.ledger_account_id)
        .where(
            LedgerAccount.code == Chart.RECEIVABLES, JournalLine.bill_to_account_id == account_id
        )
    )


def _moved(session: Session, account_id: int, ends_on: date) -> Sequence[Any]:
    """What was booked for the account up to that day, entry by entry, in order."""
    payment = aliased(Payment)
    document = JournalEntry.document_kind, JournalEntry.document_id
    reference = func.coalesce(Invoice.po_number, payment.reference, "")
    return session.execute(
        _book(
            account_id,
            JournalEntry.posted_on,
            JournalEntry.kind,
            JournalEntry.text,
            reference.label("reference"),
            func.sum(JournalLine.amount).label("amount"),
        )
        .outerjoin(Invoice, and_(document[0] == "invoice", Invoice.id == document[1]))
        .outerjoin(payment, and_(document[0] == "payment", payment.id == document[1]))
        .where(JournalEntry.posted_on <= ends_on)
        .group_by(JournalEntry.id, Invoice.po_number, payment.reference)
        .having(func.sum(JournalLine.amount) != 0)
        .order_by(JournalEntry.posted_on, JournalEntry.id)
    ).all()


def _running(rows: Sequence[Any], opening: Decimal) -> list[Entry]:
    balance, entries = opening, []
    for row in rows:
        balance += row.amount
        entries.append(Entry(row.posted_on, row.kind, row.text, row.reference, row.amount, balance))
    return entries


def _open_items(session: Session, account_id: int, on: date) -> list[OpenItem]:
    """What was open at the end of that day; what was undone later still counted then."""
    zone = zone_of(Invoice.seller_id)
    undone_on = day_within(zone, Application.undone_at)
    settled_on = day_within(zone, Invoice.settled_at)
    sign = case((Invoice.kind == "credit_note", -1), else_=1)
    used = (
        select(func.coalesce(func.sum(Application.amount), 0))
        .where(
            or_(Application.invoice_id == Invoice.id, Application.credit_note_id == Invoice.id),
            Application.applied_on <= on,
            or_(Application.undone_at.is_(None), undone_on > on),
        )
        .scalar_subquery()
    )
    rows = (
        select(
            Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.due_on,
            Invoice.po_number.label("reference"), (sign * Invoice.total_amount).label("total"),
            (sign * (Invoice.total_amount - used)).label("open"), Invoice.id,
        )
        .where(
            Invoice.bill_to_account_id == account_id,
            Invoice.issued_on <= on,
            or_(Invoice.open_amount > 0, settled_on >= on),
        )
        .subquery()
    )  # fmt: skip
    found = session.execute(
        select(rows).where(rows.c.open != 0).order_by(rows.c.due_on, rows.c.id)
    ).all()
    return [
        OpenItem(
            row.number, row.kind, row.issued_on, row.due_on, row.reference, row.total, row.open
        )
        for row in found
    ]


def _ages(items: Sequence[OpenItem], on: date) -> Ageing:
    sums: dict[str, Decimal] = {}
    for item in items:
        name = "credit" if item.kind == "credit_note" else age_of((on - item.due_on).days)
        sums[name] = sums.get(name, ZERO) + abs(item.open)
    return Ageing(**sums)
