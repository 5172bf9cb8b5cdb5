"""Open invoices and unapplied credits of the old system, as opening balances.

Each is one document over its open amount, without tax, which was declared where it was issued; it
posts once, against opening balances, so that receivables and the open items agree from the start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record, ids_by
from models.importing.kinds.finding import account_title, resolve_accounts, texts
from models.kernel import clock
from models.kernel.bulk import copy_rows, insert_rows, take_ids
from models.kernel.money import ZERO, round_amount
from models.ledger import Chart, Document, Posting, post
from models.receivables import Invoice, InvoiceCharge, InvoiceTax, Payment, seller_facts

ORIGIN, NO_TAX = "imported", "O"
OPENING = "opening_balance"
DUE_DAYS = 30
INVOICE = (
    "id", "number", "kind", "origin", "seller_id", "account_id", "bill_to_account_id", "currency",
    "issued_on", "tax_point_on", "due_on", "po_number", "seller_facts", "buyer_facts", "ship_to",
    "net_amount", "charges_amount", "tax_amount", "total_amount", "open_amount", "issued_at",
)  # fmt: skip


def _signed(cell: str, format_: read.Format) -> Decimal:
    """An amount; credits may stand below zero, by a minus, brackets or CR."""
    words = cell.strip()
    below = words.upper().endswith("CR") or (words.startswith("(") and words.endswith(")"))
    bare = words.strip("()").upper().removesuffix("CR")
    value = read.number(bare, format_)
    return -abs(value) if below else value


class OpeningItems:
    """One row an open document, known by its number. It must not be there yet with another sum."""

    name = "opening-items"
    columns = (
        Column("account", "Customer", read.code, ("customer number", "account number",
               "account no", "customer no", "customer code", "account code", "kundennummer",
               "customer name", "a/c"), needed=True, example="C1001"),
        Column("number", "Number", read.code, ("invoice", "invoice number", "invoice no",
               "document", "document no", "ref", "reference", "rechnungsnummer", "doc no"),
               needed=True, example="INV-48211"),
        Column("open_amount", "Open amount", _signed, ("outstanding", "balance", "amount due",
               "open", "amount", "o/s", "offen", "amount outstanding"), needed=True,
               example="1248.60", hint="With tax, as it is owed; a credit stands below zero"),
        Column("issued_on", "Date", read.day, ("invoice date", "document date", "issued",
               "datum"), needed=True, example="2026-10-14"),
        Column("due_on", "Due", read.day, ("due date", "due", "fallig"), example="2026-11-13"),
        Column("po_number", "Their PO number", read.text, ("po", "po number", "customer ref",
               "order no", "your ref"), example=""),
        Column("type", "Kind", read.choice({
            "invoice": ("inv", "si", "debit", "rechnung"),
            "credit": ("credit note", "cr", "crn", "sc", "payment", "receipt", "unallocated", "pa",
                       "on account", "gutschrift"),
        }), ("document type", "type", "doc type"), example="invoice",
               hint="Or a credit by an amount below zero"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """The customer who owes; amounts must be whole pence, dates must have been."""
        resolve_accounts(session, records)
        for record in records:
            said, account = record.values, record.refs.get("account")
            if record.says("open_amount"):
                _check_amount(record, account.currency if account else None)
            if record.says("issued_on") and said["issued_on"] > context.today:
                record.reject("Date: it is still to come.")
            if account and account.currency != context.seller.base_currency:
                record.reject(f"{account.name} buys in {account.currency}: enter it by hand.")
        self._refuse_own_numbers(session, records)

    def _refuse_own_numbers(self, session: Session, records: Sequence[Record]) -> None:
        """Numbers that documents made here have already."""
        numbers = ids_by(records, "number")
        taken = set(
            session.scalars(
                select(Invoice.number).where(
                    Invoice.number == texts(numbers), Invoice.origin != ORIGIN
                )
            )
        )
        for record in records:
            if record.says("number") and record.values["number"] in taken:
                record.reject(f"{record.values['number']} was issued here already.")

    def key_of(self, record: Record) -> Key | None:
        """The document's number, and whether it is a credit."""
        return (record.values["type"], record.values["number"])

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """Those that an earlier run brought in: what was open then is all that can be the same."""
        numbers = ids_by(records, "number")
        found: dict[Key, Known] = {}
        for row in session.execute(
            select(Invoice.id, Invoice.number, Invoice.total_amount).where(
                Invoice.number == texts(numbers), Invoice.origin == ORIGIN
            )
        ):
            found["invoice", row.number] = Known(row.id, {"open_amount": row.total_amount})
        for row in session.execute(
            select(Payment.id, Payment.number, Payment.amount).where(
                Payment.number == texts({f"OPENING-{each}" for each in numbers})
            )
        ):
            key = ("credit", row.number.removeprefix("OPENING-"))
            found[key] = Known(row.id, {"open_amount": row.amount})
        for record in records:
            there = found.get(self.key_of(record) or ())
            if there and there.values["open_amount"] != record.values["open_amount"]:
                record.reject(
                    f"{record.values['number']} came in with {there.values['open_amount']:.2f}. "
                    "A document does not change: credit or pay the difference."
                )
                found.pop(self.key_of(record) or (), None)
        return found

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """Documents by COPY, each with its entry in the ledger."""
        invoices = [record for record in added if record.values["type"] == "invoice"]
        credits = [record for record in added if record.values["type"] == "credit"]
        _write_invoices(session, invoices, context)
        _write_credits(session, credits, context)
        for done, record in enumerate(added):
            _book(session, record, context)
            if done % 100 == 0:
                progress(done, len(added))

    def title_of(self, record: Record) -> str:
        """Number and customer."""
        return f"{record.values.get('number', '')}, {account_title(record)}"


def _check_amount(record: Record, currency: str | None) -> None:
    """Makes an amount below zero a credit, and rejects one that cannot be open."""
    said, amount = record.values, record.values["open_amount"]
    is_credit = amount < 0 or said.get("type") == "credit"
    said["type"] = "credit" if is_credit else "invoice"
    said["open_amount"] = abs(amount)
    if not amount:
        record.reject("Open amount: 0 is not open. Leave this row out.")
    elif currency and round_amount(amount, currency) != amount:
        record.reject("Open amount: it is finer than the currency's smallest coin.")


def _write_invoices(session: Session, records: Sequence[Record], context: Context) -> None:
    ids = take_ids(session, Invoice, len(records))
    facts = json.dumps(seller_facts(context.seller))
    numbers = dict(
        session.execute(
            select(Account.id, Account.number).where(
                Account.id.in_([record.refs["account"].id for record in records])
            )
        ).all()
    )
    rows = [
        _invoice(record, id_, facts, numbers, context)
        for record, id_ in zip(records, ids, strict=True)
    ]
    copy_rows(session, Invoice, INVOICE, rows)
    copy_rows(
        session, InvoiceCharge,
        ("invoice_id", "kind", "text", "amount", "tax_category", "tax_code", "tax_rate"),
        [(id_, OPENING, "Opening balance", record.values["open_amount"], "standard", NO_TAX, ZERO)
         for record, id_ in zip(records, ids, strict=True)],
    )  # fmt: skip
    copy_rows(
        session, InvoiceTax, ("invoice_id", "code", "rate", "taxable_amount", "tax_amount"),
        [(id_, NO_TAX, ZERO, record.values["open_amount"], ZERO)
         for record, id_ in zip(records, ids, strict=True)],
    )  # fmt: skip
    for record, id_ in zip(records, ids, strict=True):
        record.refs["document"] = Document("invoice", id_)


def _invoice(
    record: Record, id_: int, facts: str, numbers: dict[int, str], context: Context
) -> tuple[Any, ...]:
    said, account = record.values, record.refs["account"]
    amount: Decimal = said["open_amount"]
    issued: date = said["issued_on"]
    due = max(issued, said.get("due_on", issued + timedelta(days=DUE_DAYS)))
    buyer = json.dumps({"number": numbers[account.id], "legal_name": account.name,
                        "company": account.name})  # fmt: skip
    return (
        id_, said["number"], "invoice", ORIGIN, context.seller.id, account.id,
        account.bill_to_id or account.id, account.currency, issued, issued, due,
        said.get("po_number", ""), facts, buyer, "{}", ZERO, amount, ZERO, amount, amount,
        clock.now(),
    )  # fmt: skip


def _write_credits(session: Session, records: Sequence[Record], context: Context) -> None:
    rows = [
        {
            "number": f"OPENING-{record.values['number']}",
            "seller_id": context.seller.id,
            "bill_to_account_id": record.refs["account"].bill_to_id or record.refs["account"].id,
            "means": ORIGIN,
            "currency": record.refs["account"].currency,
            "amount": record.values["open_amount"],
            "unapplied_amount": record.values["open_amount"],
            "received_on": record.values["issued_on"],
            "reference": record.values["number"],
            "recorded_by_id": context.by.id,
        }
        for record in records
    ]
    for record, id_ in zip(records, insert_rows(session, Payment, rows), strict=True):
        record.refs["document"] = Document("payment", id_)


def _book(session: Session, record: Record, context: Context) -> None:
    account = record.refs["account"]
    sign = 1 if record.values["type"] == "invoice" else -1
    amount = sign * record.values["open_amount"]
    post(
        session, seller_id=context.seller.id, on=context.today, kind=OPENING,
        document=record.refs["document"], currency=account.currency,
        base_currency=context.seller.base_currency,
        text=f"Opening balance {record.values['number']}", by=context.by.id,
        postings=[
            Posting(Chart.RECEIVABLES, amount, account.bill_to_id or account.id),
            Posting(Chart.OPENING, -amount),
        ],
    )  # fmt: skip
