"""Posting to the ledger: every document once, debits equal to credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from models.kernel.bulk import insert_rows
from models.kernel.errors import Refused
from models.kernel.money import ZERO, round_amount
from models.ledger.chart import Chart
from models.ledger.journal import JournalEntry, JournalLine, LedgerAccount, Period


@dataclass(frozen=True, slots=True)
class Posting:
    """A debit (positive) or credit (negative) in the document's currency."""

    account: Chart
    amount: Decimal
    bill_to_account_id: int | None = None
    vendor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What an entry records: its kind (`invoice`, `payment`, ...) and its id."""

    kind: str
    id: int


def post(
    session: Session,
    *,
    seller_id: int,
    on: date,
    kind: str,
    document: Document,
    currency: str,
    postings: list[Posting],
    rate: Decimal = Decimal(1),
    base_currency: str = "GBP",
    text: str = "",
    by: int | None = None,
) -> JournalEntry | None:
    """Records the entry of a document and returns it; None where every amount is zero.

    Amounts of zero are left out. Refused when the postings do not balance or `on` lies in a
    closed period. `rate` is base currency per unit of `currency`; what rounding leaves goes to
    the largest line. The database refuses a second entry of the kind for the same document.
    """
    kept = [posting for posting in postings if posting.amount]
    if not kept:
        return None
    if sum((posting.amount for posting in kept), ZERO):
        raise Refused(f"The {kind} of {document.kind} {document.id} does not balance.")
    _refuse_closed_period(session, seller_id, on)
    accounts = _accounts(session, seller_id)
    entry = JournalEntry(
        seller_id=seller_id,
        posted_on=on,
        kind=kind,
        document_kind=document.kind,
        document_id=document.id,
        text=text,
        posted_by_id=by,
    )
    session.add(entry)
    session.flush()
    bases = _in_base(kept, rate, base_currency)
    rows = [
        _line(entry, posting, accounts[posting.account], currency, base, rate)
        for posting, base in zip(kept, bases, strict=True)
    ]
    insert_rows(session, JournalLine, rows)
    return entry


def _line(
    entry: JournalEntry,
    posting: Posting,
    ledger_account_id: int,
    currency: str,
    base: Decimal,
    rate: Decimal,
) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "ledger_account_id": ledger_account_id,
        "amount": posting.amount,
        "currency": currency,
        "base_amount": base,
        "rate": rate,
        "bill_to_account_id": posting.bill_to_account_id,
        "vendor_id": posting.vendor_id,
    }


def _in_base(postings: list[Posting], rate: Decimal, base_currency: str) -> list[Decimal]:
    amounts = [round_amount(posting.amount * rate, base_currency) for posting in postings]
    difference = sum(amounts, ZERO)
    if difference:
        largest = max(range(len(amounts)), key=lambda i: abs(amounts[i]))
        amounts[largest] -= difference
    return amounts


def _accounts(session: Session, seller_id: int) -> dict[str, int]:
    """The chart by code, read once per session: its accounts are never renamed or removed."""
    known: dict[int, dict[str, int]] = session.info.setdefault("chart", {})
    if seller_id not in known:
        rows = session.execute(
            select(LedgerAccount.code, LedgerAccount.id).where(LedgerAccount.seller_id == seller_id)
        )
        known[seller_id] = {row.code: row.id for row in rows}
    return known[seller_id]


def _refuse_closed_period(session: Session, seller_id: int, on: date) -> None:
    closed = session.scalar(_closed_period(), {"seller_id": seller_id, "day": on})
    if closed:
        raise Refused(f"The books are closed for {on:%d %B %Y}. Post it in an open period.")


@cache
def _closed_period() -> Select[Any]:
    """Built once: every posting asks it."""
    return select(Period.id).where(
        Period.seller_id == bindparam("seller_id"),
        Period.starts_on <= bindparam("day"),
        Period.ends_on >= bindparam("day"),
        Period.closed_at.is_not(None),
    )
