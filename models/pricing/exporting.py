"""A price list as a file: CSV or XLSX, with the columns that importing reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.kernel.quantity import plain
from models.pricing.price_entry import PriceEntry

COLUMNS = (
    "sku", "name", "min_quantity", "unit_price", "price_per", "floor_price", "valid_from",
    "valid_to",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_csv(session: Session, list_id: int, *, on: date) -> bytes:
    """The entries in force on the day or later, UTF-8 with a byte order mark.

    Text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(session, list_id, on):
        writer.writerow([_text(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def export_xlsx(session: Session, list_id: int, *, on: date) -> bytes:
    """The same as a workbook: numbers as numbers, text as text, never a formula."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Prices")
    bold, dated = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, COLUMNS, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, len(COLUMNS) - 1, 13)
    for line, row in enumerate(_rows(session, list_id, on), 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, column, value)
            elif isinstance(value, Decimal | int):
                sheet.write_number(line, column, float(value))
            elif isinstance(value, date):
                sheet.write_datetime(line, column, datetime.combine(value, time()), dated)
    book.close()
    return out.getvalue()


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _text(value: str | Decimal | int | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


def _rows(
    session: Session, list_id: int, on: date
) -> Iterator[Sequence[str | Decimal | int | date | None]]:
    entry = PriceEntry
    query = (
        select(
            Product.sku, Product.name, entry.min_quantity, entry.unit_price, Product.price_per,
            entry.floor_price, entry.valid_from, entry.valid_to,
        )
        .join(Product, Product.id == entry.product_id)
        .where(entry.list_id == list_id, or_(entry.valid_to.is_(None), entry.valid_to > on))
        .order_by(Product.sku, entry.min_quantity, entry.valid_from)
    )  # fmt: skip
    yield from session.execute(query)
