"""Files that are answered: PDFs, and tables as CSV that no spreadsheet runs as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response

from models.kernel.files import safe_name

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def pdf(content: bytes, name: str) -> Response:
    """A PDF to be looked at; the browser's save button names it."""
    return file_answer(content, "application/pdf", name, "inline")


def csv_table(heading: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> Response:
    """A table with a byte order mark, as spreadsheets want it. Texts never start a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return file_answer(out.getvalue().encode("utf-8-sig"), "text/csv", name, "attachment")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text


def file_answer(content: bytes, media_type: str, name: str, disposition: str) -> Response:
    """A file to be looked at (`inline`) or saved (`attachment`), kept by no cache."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'{disposition}; filename="{safe_name(name)}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
