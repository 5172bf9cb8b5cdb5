"""Tables as XLSX workbooks: numbers as numbers, text as text, nothing of it ever a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

Cell = str | Decimal | int | date | None
DAY = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading, how wide it is, and the format of its numbers."""

    title: str
    width: int = 13
    number_format: str = ""


def workbook(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    above: Sequence[str] = (),
) -> bytes:
    """A sheet of that name with its heading, fixed while the rows scroll; `above` it, lines of
    text."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(name[:31])
    bold, dated = book.add_format({"bold": True}), book.add_format({"num_format": DAY})
    formats = [
        book.add_format({"num_format": column.number_format}) if column.number_format else None
        for column in columns
    ]
    for line, text in enumerate(above):
        sheet.write_string(line, 0, text, None if line else bold)
    top = len(above) + 1 if above else 0
    for place, column in enumerate(columns):
        sheet.write_string(top, place, column.title, bold)
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(top + 1, 0)
    for line, row in enumerate(rows, top + 1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif isinstance(value, Decimal | int):
                sheet.write_number(line, place, float(value), formats[place])
            elif isinstance(value, date):
                sheet.write_datetime(line, place, datetime.combine(value, time()), dated)
    book.close()
    return out.getvalue()
