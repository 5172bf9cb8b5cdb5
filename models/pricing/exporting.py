"""A price list as a file: CSV or XLSX, with the columns that importing reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.kernel.quantity import plain
from models.kernel.workbook import Column, workbook
from models.pricing.price_entry import PriceEntry

COLUMNS = (
    "sku", "name", "min_quantity", "unit_price", "price_per", "floor_price", "valid_from",
    "valid_to",
)  # fmt: skip
WIDTHS = {"sku": 18, "name": 40}
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
    columns = [Column(title, WIDTHS.get(title, 13)) for title in COLUMNS]
    return workbook("Prices", columns, _rows(session, list_id, on))


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
