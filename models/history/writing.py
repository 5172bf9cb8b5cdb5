"""Writes past documents: orders, invoices, credit notes and their settlement, many at a time.

An invoice of the past is a finished story: ordered, shipped, invoiced at one moment, and settled
on its due date by an "imported settlement" (or at once, where that day is still to come: then
nothing of the past is ever owed). A credit note is settled the day it was given. Nothing moves
stock, nothing is announced, nothing is posted here: `booking.py` enters the months.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Text, any_, literal, select
from sqlalchemy.orm import Session

from models.history import rows
from models.history.books import Books
from models.history.customers import Buyer, buyers_of
from models.history.documents import PastDocument
from models.history.goods import product_ids
from models.history.kinds import PRODUCT_KINDS, Kind
from models.history.matching import Matches, Sale
from models.history.past import PastLine
from models.kernel.base import Base
from models.kernel.bulk import copy_rows, take_ids
from models.kernel.money import ZERO
from models.orders import Order, OrderCharge, OrderLine
from models.receivables import (
    Application,
    Invoice,
    InvoiceCharge,
    InvoiceLine,
    InvoiceTax,
    Payment,
    seller_facts,
)


@dataclass(slots=True)
class Batch:
    """The rows of a batch, by table, before they go over."""

    orders: list[rows.Row] = field(default_factory=list)
    order_lines: list[rows.Row] = field(default_factory=list)
    order_charges: list[rows.Row] = field(default_factory=list)
    invoices: list[rows.Row] = field(default_factory=list)
    invoice_lines: list[rows.Row] = field(default_factory=list)
    invoice_charges: list[rows.Row] = field(default_factory=list)
    invoice_taxes: list[rows.Row] = field(default_factory=list)
    payments: list[rows.Row] = field(default_factory=list)
    applications: list[rows.Row] = field(default_factory=list)


class Writer:
    """Writes the documents of one plan, batch by batch, oldest first.

    `write` leaves the commit to the caller; after each the state is whole. It must not be given
    documents that are there already.
    """

    def __init__(self, session: Session, books: Books, matches: Matches, *, today: date) -> None:
        self._session = session
        self._books = books
        self._matches = matches
        self._today = today
        self._zone = ZoneInfo(books.seller.time_zone)
        self._seller_facts = json.dumps(seller_facts(books.seller))
        self._products: dict[str, int] = {}
        self._buyers: dict[str, Buyer] = {}
        self._sold: dict[int, tuple[int, int]] = {}
        self._wanted = {sale.line.line for sale in matches.sales.values()}

    def write(self, documents: Sequence[PastDocument]) -> None:
        """Writes these documents with all their rows."""
        self._look_up(documents)
        batch = Batch()
        ids = _Ids(self._session, documents)
        for document in documents:
            self._add(batch, document, ids)
        for model, columns, made in (
            (Order, rows.ORDER, batch.orders),
            (OrderLine, rows.ORDER_LINE, batch.order_lines),
            (OrderCharge, rows.ORDER_CHARGE, batch.order_charges),
            (Invoice, rows.INVOICE, batch.invoices),
            (InvoiceLine, rows.INVOICE_LINE, batch.invoice_lines),
            (InvoiceCharge, rows.INVOICE_CHARGE, batch.invoice_charges),
            (InvoiceTax, rows.INVOICE_TAX, batch.invoice_taxes),
            (Payment, rows.PAYMENT, batch.payments),
            (Application, rows.APPLICATION, batch.applications),
        ):
            copy_rows(self._session, model, columns, made)

    def _look_up(self, documents: Sequence[PastDocument]) -> None:
        """Products, accounts and credited sales that these documents name, if not known yet."""
        lines = [row for document in documents for row in document.lines]
        codes = {line.code: "" for kind, line in lines if kind in PRODUCT_KINDS}
        missing = {code: "" for code in codes if code not in self._products}
        if missing:
            self._products |= product_ids(self._session, missing)
        customers = {document.customer for document in documents} - self._buyers.keys()
        if customers:
            self._buyers |= buyers_of(self._session, self._books, customers)
        sales = [self._matches.sales.get(line.line) for _, line in lines]
        here = {document.number for document in documents}
        self._find_sold([sale for sale in sales if sale is not None and sale.number not in here])

    def _find_sold(self, sales: Iterable[Sale]) -> None:
        """Where the sales of an earlier run stand, by document and position."""
        unknown = [sale for sale in sales if sale.line.line not in self._sold]
        if not unknown:
            return
        numbers = literal(sorted({sale.number for sale in unknown}), ARRAY(Text))
        found = self._session.execute(
            select(Invoice.number, InvoiceLine.position, InvoiceLine.id, Invoice.id)
            .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
            .where(Invoice.seller_id == self._books.seller.id, Invoice.number == any_(numbers))
        )
        there = {(number, position): (id_, head) for number, position, id_, head in found}
        for sale in unknown:
            place = there.get((sale.number, sale.position))
            if place is not None:
                self._sold[sale.line.line] = place

    def _add(self, batch: Batch, document: PastDocument, ids: _Ids) -> None:
        buyer = self._buyers[document.customer]
        story = rows.story_of(document, self._books, self._zone, self._today)
        invoice_id = next(ids.invoices)
        order_id = None
        line_ids: list[int | None] = [None] * len(document.lines)
        if document.lines and not document.is_credit:
            order_id = next(ids.orders)
            line_ids = [next(ids.order_lines) for _ in document.lines]
            self._add_order(batch, document, buyer, story, order_id, line_ids)
        invoice_line_ids = [next(ids.invoice_lines) for _ in document.lines]
        corrects_id = self._add_invoice_lines(
            batch, document, invoice_id, line_ids, invoice_line_ids
        )
        batch.invoices.append(
            rows.invoice(
                self._books, document, buyer, story, invoice_id, order_id=order_id,
                corrects_id=corrects_id, facts_of_seller=self._seller_facts,
            )
        )  # fmt: skip
        batch.invoice_charges.extend(
            rows.invoice_charge(invoice_id, kind, line, document.sign)
            for kind, line in document.charges
        )
        batch.invoice_taxes.append(rows.invoice_tax(invoice_id, story.total))
        if story.total and not document.is_credit:
            payment_id = next(ids.payments)
            batch.payments.append(
                rows.payment(self._books, document.number, buyer, story, payment_id)
            )
            batch.applications.append(rows.application(buyer, story, payment_id, invoice_id))

    def _add_order(
        self,
        batch: Batch,
        document: PastDocument,
        buyer: Buyer,
        story: rows.Story,
        order_id: int,
        line_ids: Sequence[int | None],
    ) -> None:
        batch.orders.append(rows.order(self._books, document, buyer, story, order_id))
        for position, (id_, row) in enumerate(zip(line_ids, document.lines, strict=True), 1):
            line = row[1]
            batch.order_lines.append(
                rows.order_line(
                    id_ or 0, order_id, buyer.account_id, position, line,
                    product_id=self._product_of(row),
                    credited=self._matches.credited.get(line.line, ZERO),
                )
            )  # fmt: skip
        batch.order_charges.extend(
            rows.order_charge(order_id, kind, line, story.at) for kind, line in document.charges
        )

    def _add_invoice_lines(
        self,
        batch: Batch,
        document: PastDocument,
        invoice_id: int,
        order_line_ids: Sequence[int | None],
        ids: Sequence[int],
    ) -> int | None:
        """Adds them; gives the id of the invoice that they all credit, if it is one."""
        credited: set[int] = set()
        places = zip(document.lines, order_line_ids, ids, strict=True)
        for position, (row, order_line_id, id_) in enumerate(places, 1):
            line = row[1]
            if line.line in self._wanted:
                self._sold[line.line] = (id_, invoice_id)
            sale = self._matches.sales.get(line.line)
            credits = self._sold.get(sale.line.line) if sale is not None else None
            credited.add(credits[1] if credits else 0)
            batch.invoice_lines.append(
                rows.invoice_line(
                    id_, invoice_id, position, line, document.sign,
                    order_line_id=order_line_id,
                    credits_line_id=credits[0] if credits else None,
                    product_id=self._product_of(row),
                    unmatched=document.is_credit and credits is None,
                )
            )  # fmt: skip
        only = credited.pop() if len(credited) == 1 else 0
        return only or None

    def _product_of(self, row: tuple[Kind, PastLine]) -> int | None:
        return self._products[row[1].code] if row[0] in PRODUCT_KINDS else None


class _Ids:
    """Fresh ids for a batch of documents, taken in a statement per table."""

    def __init__(self, session: Session, documents: Sequence[PastDocument]) -> None:
        sold = [one for one in documents if one.lines and not one.is_credit]
        lines = sum(len(one.lines) for one in documents)
        self.orders = _taken(session, Order, len(sold))
        self.order_lines = _taken(session, OrderLine, sum(len(one.lines) for one in sold))
        self.invoices = _taken(session, Invoice, len(documents))
        self.invoice_lines = _taken(session, InvoiceLine, lines)
        self.payments = _taken(session, Payment, len(documents))


def _taken(session: Session, model: type[Base], count: int) -> Iterator[int]:
    return iter(take_ids(session, model, count))
