"""Reads uploaded CSV and XLSX files into rows of text, within limits, and refuses the rest.

Nothing of an uploaded file is ever evaluated: cells with formulas are refused by name.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath

from models.kernel.errors import Refused

MOST_BYTES = 25 * 1024 * 1024
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL_REFERENCE = re.compile(rb'r="([A-Z]+[0-9]+)"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and rows of text, each with its line number in the file. `encoding` of a CSV."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str


def read_sheet(content: bytes, filename: str) -> Sheet:
    """The first sheet of an XLSX, or a CSV (comma, semicolon or tab; UTF-8 or Windows-1252).

    Empty rows are left out. Refused, with what would be right: a file that is neither, is
    damaged, is too large packed or unpacked, has too many rows or columns, or holds formulas.
    """
    if len(content) > MOST_BYTES:
        raise Refused(f"{_name(filename)} is larger than 25 MiB. Split it into smaller files.")
    if not content.strip():
        raise Refused(f"{_name(filename)} is empty.")
    if content.startswith(b"PK"):
        return _sheet(_xlsx_rows(content, filename), filename, "XLSX")
    if content.startswith(b"\xd0\xcf\x11\xe0") or b"\0" in content[:4096]:
        raise Refused(f"{_name(filename)} is neither CSV nor XLSX. Save it as one of these.")
    text, encoding = _decoded(content)
    return _sheet(_csv_rows(text, filename), filename, encoding)


def _sheet(rows: list[list[str]], filename: str, encoding: str) -> Sheet:
    widest = max((len(row) for row in rows), default=0)
    if widest > MOST_COLUMNS:
        raise Refused(f"{_name(filename)} has {widest} columns; at most {MOST_COLUMNS} are read.")
    numbered = [(line, row) for line, row in enumerate(rows, 1) if any(cell for cell in row)]
    if not numbered:
        raise Refused(f"{_name(filename)} has no rows.")
    if len(numbered) - 1 > MOST_ROWS:
        raise Refused(f"{_name(filename)} has more than 50,000 rows. Split it into smaller files.")
    header = tuple(numbered[0][1])
    return Sheet(header, tuple((line, tuple(row)) for line, row in numbered[1:]), encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "Windows-1252"


def _csv_rows(text: str, filename: str) -> list[list[str]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            # Line numbers are the file's, also after a cell that goes over several lines.
            rows.extend([] for _ in range(reader.line_num - len(rows) - 1))
            rows.append([cell.strip() for cell in row])
            if len(rows) > 2 * MOST_ROWS:
                break
    except csv.Error as error:
        raise Refused(
            f"{_name(filename)} cannot be read as CSV at line {reader.line_num}: {error}."
        ) from None
    return rows


def _xlsx_rows(content: bytes, filename: str) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    _check_archive(content, filename)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.height > 2 * MOST_ROWS:
            raise Refused(
                f"{_name(filename)} has more than 50,000 rows. Split it into smaller files."
            )
        return [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError, IndexError):
        raise Refused(f"{_name(filename)} is damaged: Excel would not open it either.") from None


def _check_archive(content: bytes, filename: str) -> None:
    """Refuses archives that unpack too large, are broken or carry formulas, before parsing."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > 10_000 or sum(each.file_size for each in infos) > MOST_UNPACKED_BYTES:
                raise Refused(f"{_name(filename)} unpacks to more than 100 MiB and is not read.")
            names = [each.filename for each in infos]
            if "xl/workbook.xml" not in names:
                raise Refused(f"{_name(filename)} is not an XLSX workbook. Save it as XLSX or CSV.")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_formulas(archive, name, filename)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError):
        raise Refused(f"{_name(filename)} is damaged: Excel would not open it either.") from None


def _check_formulas(archive: zipfile.ZipFile, name: str, filename: str) -> None:
    with archive.open(name) as part:
        data = part.read(MOST_UNPACKED_BYTES + 1)
    if len(data) > MOST_UNPACKED_BYTES:
        raise Refused(f"{_name(filename)} unpacks to more than 100 MiB and is not read.")
    found = _FORMULA.search(data)
    if found is None:
        return
    cells = _CELL_REFERENCE.findall(data, 0, found.start())
    where = f"cell {cells[-1].decode()}" if cells else "a cell"
    raise Refused(
        f"{_name(filename)} has a formula in {where}. Replace formulas by their values: "
        "copy the cells and paste them as values."
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _name(filename: str) -> str:
    return PurePath(filename).name[:80] or "The file"
