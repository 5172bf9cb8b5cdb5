"""A template to fill in for each kind: its columns with one example, as CSV or as a workbook."""

from __future__ import annotations

import csv
import io

from models.importing.kind import Kind


def template_csv(kind: Kind) -> bytes:
    """Titles and an example, UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title for column in kind.columns])
    writer.writerow([column.example for column in kind.columns])
    return out.getvalue().encode("utf-8-sig")


def template_xlsx(kind: Kind) -> bytes:
    """The same as a workbook, needed columns in bold and a sheet that says what each means."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet = book.add_worksheet("Data")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(kind.columns):
        sheet.write_string(0, place, column.title, bold if column.needed else None)
        sheet.write_string(1, place, column.example)
        sheet.set_column(place, place, max(12, len(column.title) + 2))
    told = book.add_worksheet("Columns")
    told.write_row(0, 0, ("Column", "Needed", "Meaning", "Also known as"), bold)
    for line, column in enumerate(kind.columns, 1):
        told.write_string(line, 0, column.title)
        told.write_string(line, 1, "yes" if column.needed else "")
        told.write_string(line, 2, column.hint, plain)
        told.write_string(line, 3, ", ".join(column.aliases), plain)
    told.set_column(0, 3, 32)
    book.close()
    return out.getvalue()
