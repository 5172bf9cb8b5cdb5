"""Reads uploaded CSV and XLSX files into rows of text, within limits, and refuses the rest.

Nothing of an uploaded file is ever evaluated: cells with formulas are refused by name.
"""

from __future__ import annotations

import codecs
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
MOST_CELLS = 20_000_000
PIECE, OVERLAP = 1 << 20, 40

NO_TEXT = (
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
)
MANGLED = ("Ã©", "Ã¼", "Ã¶", "Ã¤", "Ã¨", "â‚¬", "â€™", "Â£")
"""What letters of UTF-8 look like when they are read as Windows-1252."""
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW_NUMBER = re.compile(rb'\br="[A-Z]{0,3}([0-9]{1,9})"')
_COLUMN_LETTERS = re.compile(rb'\br="([A-Z]{1,3})[0-9]')
_CELL_REFERENCE = re.compile(rb'r="([A-Z]+[0-9]+)"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and rows of text, each with its line number in the file. `encoding` of a CSV."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str


def read_sheet(content: bytes, filename: str, *, most_rows: int = MOST_ROWS) -> Sheet:
    """The first sheet of an XLSX, or a CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 with its
    mark, or Windows-1252).

    Empty rows are left out. Refused, with what would be right: a file that is neither, is
    damaged, is too large packed or unpacked, has too many rows or columns, or holds formulas.
    """
    if len(content) > MOST_BYTES:
        raise Refused(f"{_name(filename)} is larger than 25 MiB. Split it into smaller files.")
    if not content.strip():
        raise Refused(f"{_name(filename)} is empty.")
    if content.startswith(b"PK"):
        return _sheet(_xlsx_rows(content, filename, most_rows), filename, "XLSX", most_rows)
    text, encoding = _decoded(content, filename)
    return _sheet(_csv_rows(text, filename, most_rows), filename, encoding, most_rows)


def _sheet(rows: list[list[str]], filename: str, encoding: str, most_rows: int) -> Sheet:
    widest = max((len(row) for row in rows), default=0)
    if widest > MOST_COLUMNS:
        raise Refused(f"{_name(filename)} has {widest} columns; at most {MOST_COLUMNS} are read.")
    numbered = [(line, row) for line, row in enumerate(rows, 1) if any(cell for cell in row)]
    if not numbered:
        raise Refused(f"{_name(filename)} has no rows.")
    if len(numbered) - 1 > most_rows:
        raise _too_long(filename, most_rows)
    header = tuple(numbered[0][1])
    return Sheet(header, tuple((line, tuple(row)) for line, row in numbered[1:]), encoding)


def _decoded(content: bytes, filename: str) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            raise _not_text(filename) from None
        if "\0" in text:  # the mark of UTF-32 begins as that of UTF-16 does
            raise _not_text(filename)
        return text, "UTF-16"
    # A letter never begins so: this is a picture, a PDF, an old workbook or a program.
    if b"\0" in content or content.startswith(NO_TEXT):
        raise Refused(f"{_name(filename)} is neither CSV nor XLSX. Save it as one of these.")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        if content.startswith(codecs.BOM_UTF8):
            raise _not_text(filename) from None
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _not_text(filename) from None
    if sum(text.count(sign) for sign in MANGLED) > 2:
        raise Refused(
            f"{_name(filename)} mixes encodings: some letters read as “{MANGLED[0]}”. "
            "Save it again as CSV UTF-8."
        )
    if _CONTROL.search(text):
        raise _not_text(filename)
    return text, "Windows-1252"


def _not_text(filename: str) -> Refused:
    return Refused(
        f"{_name(filename)} is in an encoding that is not known here. Save it as CSV UTF-8."
    )


def _too_long(filename: str, most_rows: int) -> Refused:
    return Refused(
        f"{_name(filename)} has more than {most_rows:,} rows. Split it into smaller files."
    )


def _csv_rows(text: str, filename: str, most_rows: int) -> list[list[str]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            # Line numbers are the file's, also after a cell that goes over several lines.
            rows.extend([] for _ in range(reader.line_num - len(rows) - 1))
            rows.append([cell.strip() for cell in row])
            if len(rows) > 2 * most_rows:
                break
    except csv.Error as error:
        raise Refused(
            f"{_name(filename)} cannot be read as CSV at line {reader.line_num}: {error}."
        ) from None
    return rows


def _xlsx_rows(content: bytes, filename: str, most_rows: int) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    _check_archive(content, filename)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.height > 2 * most_rows:
            raise _too_long(filename, most_rows)
        if sheet.width > 50 * MOST_COLUMNS:
            raise Refused(f"{_name(filename)} has {sheet.width} columns; at most 200 are read.")
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
                    _check_sheet(archive, name, filename)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError):
        raise Refused(f"{_name(filename)} is damaged: Excel would not open it either.") from None


def _check_sheet(archive: zipfile.ZipFile, name: str, filename: str) -> None:
    with archive.open(name) as part:
        data = part.read(MOST_UNPACKED_BYTES + 1)
    if len(data) > MOST_UNPACKED_BYTES:
        raise Refused(f"{_name(filename)} unpacks to more than 100 MiB and is not read.")
    _check_formulas(data, filename)
    _check_extent(data, filename)


def _check_extent(data: bytes, filename: str) -> None:
    """The reader takes room for every cell up to the last one: a single far cell would need more
    than there is, and end the process."""
    rows, columns = 0, set[bytes]()
    for begin in range(0, len(data), PIECE):
        piece = data[begin : begin + PIECE + OVERLAP]
        rows = max(rows, max((int(row) for row in set(_ROW_NUMBER.findall(piece))), default=0))
        columns |= set(_COLUMN_LETTERS.findall(piece))
    width = max((_number_of(letters) for letters in columns), default=0)
    if rows * width > MOST_CELLS or width > 50 * MOST_COLUMNS:
        raise Refused(
            f"{_name(filename)} has a cell far out, in row {rows:,} or column {width:,}. "
            "Copy the table into a new workbook."
        )


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_formulas(data: bytes, filename: str) -> None:
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
