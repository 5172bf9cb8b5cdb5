"""A small past with everything in it that is dirty in a real one."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

HEADER = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID",
    "Country",
)  # fmt: skip
UK, DECEMBER, JANUARY = "United Kingdom", "2010-12-01T08:26:00", "2011-01-04T10:00:00"

ROWS: list[tuple[str, ...]] = [
    # One document with two times and a code in two cases.
    ("536365", "85123A", " WHITE HANGING HEART ", "6", DECEMBER, "2.55", "17850", UK),
    ("536365", "85123a", "WHITE HANGING HEART", "32", "2010-12-01T08:27:00", "2.25", "17850", UK),
    # Exact duplicates, a pound sign, commas and quotes.
    ("536366", "22197", 'POPCORN "BIG", £ HOLDER', "100", DECEMBER, "0.72", "17850", UK),
    ("536366", "22197", 'POPCORN "BIG", £ HOLDER', "100", DECEMBER, "0.72", "17850", UK),
    ("536366", "POST", "POSTAGE", "1", DECEMBER, "18.00", "17850", UK),
    # Over the counter, with a voucher; goods for nothing; an export under a name of its own.
    ("536367", "22423", "REGENCY CAKESTAND", "2", DECEMBER, "12.75", "", UK),
    ("536367", "gift_0001_20", "Gift Voucher £20.00", "1", DECEMBER, "17.02", "", UK),
    ("536368", "22423", "REGENCY CAKESTAND", "16", JANUARY, "10.95", "14911", "EIRE"),
    ("536368", "22197", "", "5", JANUARY, "0", "14911", "EIRE"),
    ("536368", "M", "Manual", "1", JANUARY, "4.50", "14911", "EIRE"),
    # Stock corrections that hide among the sales.
    ("536369", "85123A", "check", "-10", JANUARY, "0.0", "", UK),
    ("536370", "47566", "found", "12", JANUARY, "0", "", UK),
    ("536371", "47566", "", "-3", JANUARY, "0", "", UK),
    # Credits: with a sale, more than was sold, without a sale; a discount; samples; fees.
    ("C536372", "85123A", "WHITE HANGING HEART", "-2", JANUARY, "2.55", "17850", UK),
    ("C536373", "22423", "REGENCY CAKESTAND", "-20", JANUARY, "10.95", "14911", "EIRE"),
    ("C536374", "22197", "POPCORN HOLDER", "-1", "2010-12-01T08:00:00", "0.72", "17850", UK),
    ("C536375", "D", "Discount", "-1", JANUARY, "27.50", "17850", UK),
    ("C536376", "S", "SAMPLES", "-1", JANUARY, "9.74", "", UK),
    ("C536377", "AMAZONFEE", "AMAZON FEE", "-1", JANUARY, "135.41", "", UK),
    ("C536378", "BANK CHARGES", "Bank Charges", "-1", JANUARY, "0.001", "", UK),
    # Bad debts, up and down; a trial; the same customer from another country.
    ("A563185", "B", "Adjust bad debt", "1", JANUARY, "110.62", "", UK),
    ("A563186", "B", "Adjust bad debt", "1", JANUARY, "-110.62", "", UK),
    ("536379", "TEST001", "This is a test product.", "5", JANUARY, "4.50", "12346", UK),
    ("536380", "47566", "PARTY BUNTING", "50", JANUARY, "3.75", "14911", "Unspecified"),
    # Sells and gives back in one document.
    ("536381", "22423", "REGENCY CAKESTAND", "4", JANUARY, "12.75", "17850", UK),
    ("536381", "85123A", "WHITE HANGING HEART", "-1", JANUARY, "2.55", "17850", UK),
    # What cannot be placed.
    ("536382", "22197", "POPCORN HOLDER", "many", JANUARY, "0.72", "17850", UK),
    ("536383", "22197", "POPCORN HOLDER", "3", "yesterday", "0.72", "17850", UK),
    ("", "22197", "POPCORN HOLDER", "3", JANUARY, "0.72", "17850", UK),
    ("536384", "", "POPCORN HOLDER", "3", JANUARY, "0.72", "17850", UK),
    ("536380", "47566", "PARTY BUNTING", "1", JANUARY, "3.75", "17850", UK),
    ("536385", "47566", "PARTY BUNTING", "0", JANUARY, "3.75", "17850", UK),
]  # fmt: skip
REJECTED_LINES = [28, 29, 30, 31, 32, 33]
"""Where the last six stand in the file."""


def readable_totals() -> tuple[Decimal, Decimal]:
    """Quantity and amount of the file, as far as its figures are figures."""
    rows = [row for row in ROWS if row[3] != "many"]
    return (
        sum((Decimal(row[3]) for row in rows), Decimal(0)),
        sum((Decimal(row[3]) * Decimal(row[5]) for row in rows), Decimal(0)),
    )


def as_csv(rows: list[tuple[str, ...]] | None = None) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *(ROWS if rows is None else rows)])
    return text.getvalue()


def write_csv(folder: Path, rows: list[tuple[str, ...]] | None = None) -> Path:
    path = folder / "past.csv"
    path.write_text(as_csv(rows), encoding="utf-8", newline="")
    return path
