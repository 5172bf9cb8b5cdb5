"""Last year's sales: finished documents, so that buyers and reps see what was bought last.

The rules are those of `models/history` (docs/importing.md); here they come in whole, by one file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from models import history
from models.history import AccountPolicy, Numbering, PastLine, Rules, fault_of_figures
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record

NOON = time(12)
AT_ONCE = 500


def _signed(cell: str, format_: read.Format) -> Decimal:
    return read.number(cell, format_)


class PastSales:
    """One row a line of a past document. Documents that are there stay as they are."""

    name = "past-sales"
    columns = (
        Column("document", "Document", read.code, ("invoice", "invoice no", "invoice number",
               "document no", "doc no", "belegnummer", "order no", "number", "ref"), needed=True,
               example="48211"),
        Column("code", "SKU", read.code, ("stock code", "stockcode", "item code", "item",
               "product code", "product", "artikel", "part number"), needed=True,
               example="TR-1001"),
        Column("quantity", "Quantity", _signed, ("qty", "menge", "units"), needed=True,
               example="24", hint="Below zero: given back"),
        Column("unit_price", "Price each", _signed, ("price", "unit price", "net price",
               "einzelpreis", "sell price"), needed=True, example="4.86"),
        Column("date", "Date", read.day, ("invoice date", "invoicedate", "document date", "datum"),
               needed=True, example="2026-03-14"),
        Column("customer", "Customer number", read.code, ("customer", "account", "customer id",
               "account no", "a/c no", "a/c", "account number", "customer no", "kunde"),
               example="C1001", hint="Empty: counter sales"),
        Column("customer_name", "Customer name", read.text, ("company", "account name"),
               example="The Garden Room"),
        Column("description", "Description", read.text, ("product name", "item name",
               "bezeichnung", "details"), example="Hand trowel"),
        Column("country", "Country", read.text, ("land",), example="United Kingdom"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Puts the lines together to documents, and rejects what cannot be placed."""
        books = history.books_of(
            session, currency=context.seller.base_currency, policy=AccountPolicy()
        )
        by_line = {record.line: record for record in records}
        lines = []
        for record in records:
            said = record.values
            if record.says("quantity", "unit_price"):
                fault = fault_of_figures(said["quantity"], said["unit_price"])
                if fault:
                    record.reject(fault)
            if record.says("date") and said["date"] > context.today:
                record.reject("Date: it is still to come.")
            if record.is_good:
                lines.append(_line(record))
        gathered = history.gather(lines)
        numbers = [each.number for each in gathered]
        numbers += [f"{number}-CR" for number in numbers]
        plan = history.make_plan(
            gathered, [], rules=Rules({}), numbering=Numbering(),
            taken=history.numbers_taken(session, books.seller, numbers), shift=timedelta(),
            country_aliases={},
        )  # fmt: skip
        for rejection in plan.rejections:
            by_line[rejection.line].reject(rejection.reason)
        there = history.numbers_there(session, books.seller)
        for document in plan.documents:
            for _, line in (*document.lines, *document.charges):
                by_line[line.line].refs["is_there"] = document.number in there
        for record in records:
            record.refs["books"], record.refs["plan"] = books, plan

    def key_of(self, record: Record) -> Key | None:
        """Each line is its own; a document's number says whether it is there."""
        return (record.line,)

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """Lines of documents that are there, and lines that are no sale at all."""
        return {
            (record.line,): Known(record.line, record.values)
            for record in records
            if record.refs.get("is_there", True)
        }

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """Goods and customers that are missing, then the documents, then the books."""
        plan, books = added[0].refs["plan"], added[0].refs["books"]
        history.write_goods(session, plan.goods)
        customers = [*plan.customers.values()]
        if plan.has_counter_sales:
            customers.append(history.counter(books))
        history.write_accounts(session, books, customers)
        there = history.numbers_there(session, books.seller)
        missing = [each for each in plan.documents if each.number not in there]
        writer = history.Writer(session, books, plan.matches, today=context.today)
        for begin in range(0, len(missing), AT_ONCE):
            writer.write(missing[begin : begin + AT_ONCE])
            progress(begin, len(missing))
        history.book_months(session, books)

    def title_of(self, record: Record) -> str:
        """Document and product."""
        return f"{record.values.get('document', '')}, {record.values.get('code', '')}"


def _line(record: Record) -> PastLine:
    said = record.values
    return PastLine(
        record.line, said["document"], said["code"].upper(), said.get("description", ""),
        said["quantity"], said["unit_price"], datetime.combine(said["date"], NOON),
        said.get("customer", ""), said.get("customer_name", ""), said.get("country", ""),
    )  # fmt: skip
