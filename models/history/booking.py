"""The ledger's entries of the past: one a month.

Each imported invoice would debit receivables and credit sales, and its imported settlement debit
"Opening balances and imported settlements" and credit receivables; credit notes the other way
round. Receivables so stay at zero, account by account, and what is left of a month is one entry:

    debit   opening balances and imported settlements
    credit  sales of goods, carriage charged, other charges; adjustments go to bad debts

It is computed from the documents in the database, less what was posted for the month before, so
that it can be repeated at any time, and after another file it posts only what that one added.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.history.books import ORIGIN, Books
from models.kernel.money import ZERO, round_amount
from models.ledger import Chart, Document, JournalEntry, JournalLine, LedgerAccount, Posting, post
from models.receivables import Invoice, InvoiceCharge

ENTRY = "imported_history"
MONTH = "month"
CHARGED_TO = {"carriage": Chart.CARRIAGE, "adjustment": Chart.WRITE_OFFS}
"""Where a kind of charge is booked; all others are other charges."""

Figures = dict[Chart, Decimal]


def book_months(session: Session, books: Books) -> int:
    """Posts what the imported documents of each month come to; gives the number of entries.

    Refused by the ledger where a month lies in a closed period.
    """
    posted = _posted(session, books)
    entries = 0
    for month, (last_day, figures) in sorted(_documented(session, books).items()):
        before, count = posted.get(month, ({}, 0))
        currency = books.seller.base_currency
        rest = {
            account: round_amount(figures.get(account, ZERO), currency) - before.get(account, ZERO)
            for account in figures.keys() | before.keys()
        }
        entry = post(
            session,
            seller_id=books.seller.id,
            on=last_day,
            kind=ENTRY,
            document=Document(MONTH, month * 100 + count),
            currency=currency,
            base_currency=currency,
            postings=[
                Posting(Chart.OPENING, sum(rest.values(), ZERO)),
                *(Posting(account, -amount) for account, amount in sorted(rest.items())),
            ],
            text=f"Imported sales of {last_day:%B %Y}",
        )
        entries += entry is not None
    return entries


def _documented(session: Session, books: Books) -> dict[int, tuple[date, Figures]]:
    """By month (202611): the day of its last document, and revenue by ledger account."""
    sign = case((Invoice.kind == "credit_note", -1), else_=1)
    month = func.to_char(Invoice.issued_on, "YYYYMM")
    ours = (Invoice.seller_id == books.seller.id, Invoice.origin == ORIGIN)
    goods = session.execute(
        select(month, func.max(Invoice.issued_on), func.sum(sign * Invoice.net_amount))
        .where(*ours)
        .group_by(month)
    )
    months: dict[int, tuple[date, Figures]] = {
        int(key): (last, defaultdict(Decimal, {Chart.SALES: amount})) for key, last, amount in goods
    }
    charges = session.execute(
        select(month, InvoiceCharge.kind, func.sum(sign * InvoiceCharge.amount))
        .join(Invoice, Invoice.id == InvoiceCharge.invoice_id)
        .where(*ours)
        .group_by(month, InvoiceCharge.kind)
    )
    for key, kind, amount in charges:
        months[int(key)][1][CHARGED_TO.get(kind, Chart.OTHER_CHARGES)] += amount
    return months


def _posted(session: Session, books: Books) -> dict[int, tuple[Figures, int]]:
    """By month: what its entries have credited so far, and how many there are."""
    ours = (JournalEntry.seller_id == books.seller.id, JournalEntry.kind == ENTRY)
    months: dict[int, tuple[Figures, int]] = {}
    for document_id in session.scalars(select(JournalEntry.document_id).where(*ours)):
        figures, number = months.get(document_id // 100, (defaultdict(Decimal), 0))
        months[document_id // 100] = (figures, number + 1)
    amounts = session.execute(
        select(JournalEntry.document_id, LedgerAccount.code, JournalLine.amount)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.id == JournalLine.ledger_account_id)
        .where(*ours, LedgerAccount.code != Chart.OPENING)
    )
    for document_id, code, amount in amounts:
        months[document_id // 100][0][Chart(code)] -= amount
    return months
