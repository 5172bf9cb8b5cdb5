"""Reads a file of past sales line by line: CSV or XLSX, packed by gzip or not.

The file is read twice in small pieces, once for its encoding; it is never held whole (an XLSX
workbook is, by its reader). Every row becomes a line of the past or a rejection with its reason.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, cast

from jobs.importing.mapping import ISO, HistoryMapping
from models.history import PastLine, Rejection, fault_of_figures
from models.kernel.errors import Refused
from models.kernel.money import ZERO

Cells = Sequence[Any]
GZIP, ZIP, OLD_EXCEL = b"\x1f\x8b", b"PK", b"\xd0\xcf\x11\xe0"
PIECE = 1 << 20
GROUPED = {".": r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", ",": r"[-+]?\d{1,3}(\.\d{3})+(,\d*)?"}
EARLIEST, LATEST = 1970, 2100


def read_history(path: Path, mapping: HistoryMapping) -> Iterator[PastLine | Rejection]:
    """The rows below the header, with their line numbers; empty rows are left out.

    Refused with a sentence: a file that is not there, is empty, damaged, neither CSV nor XLSX, or
    lacks a column that the mapping names.
    """
    rows = _rows(path)
    header = next(rows, None)
    if header is None:
        raise Refused(f"{path.name} is empty.")
    reader = RowReader(mapping, [_text(cell) for cell in header[1]], path.name)
    for line, cells in rows:
        yield reader.read(line, cells)


class RowReader:
    """Turns rows of cells into past lines. Equal cells become one value: files repeat a lot."""

    def __init__(self, mapping: HistoryMapping, header: list[str], name: str) -> None:
        self._mapping = mapping
        self._width = len(header)
        self._places = {key: _place(header, mapping, key, name) for key in mapping.columns}
        self._figures: dict[Any, Decimal | None] = {}
        self._moments: dict[Any, datetime | None] = {}
        self._texts: dict[Any, str] = {}
        self._codes: dict[str, str] = {}

    def read(self, line: int, cells: Cells) -> PastLine | Rejection:
        """The row as a line of the past, or why it cannot be one."""
        if len(cells) != self._width:
            reason = f"The row has {len(cells)} columns, the header {self._width}."
            return Rejection(line, reason, ZERO, ZERO)
        at = {key: cells[place] for key, place in self._places.items()}
        quantity, price = self._figure(at["quantity"]), self._figure(at["unit_price"])
        moment = self._moment(at["date"])
        document, code = self._word(at["document"]), self._code(at["code"])
        faults = self._faults(at, quantity, price, moment, document, code)
        if faults or quantity is None or price is None or moment is None:
            amount = (quantity or ZERO) * (price or ZERO)
            return Rejection(line, " ".join(faults), quantity or ZERO, amount)
        return PastLine(
            line,
            document,
            code,
            self._word(at.get("description", "")),
            quantity,
            price,
            moment,
            self._word(at.get("customer", "")),
            self._word(at.get("customer_name", "")),
            self._word(at.get("country", "")),
        )

    def _faults(
        self,
        at: dict[str, Any],
        quantity: Decimal | None,
        price: Decimal | None,
        moment: datetime | None,
        document: str,
        code: str,
    ) -> list[str]:
        """All that is wrong with a row."""
        faults = []
        if quantity is None:
            faults.append(f"The quantity “{_text(at['quantity'])}” is not a number.")
        if price is None:
            faults.append(f"The unit price “{_text(at['unit_price'])}” is not a number.")
        if moment is None:
            wanted = self._mapping.date_format
            faults.append(f"The date “{_text(at['date'])}” does not read as {wanted}.")
        if not document:
            faults.append("There is no document number.")
        if not code:
            faults.append("There is no product code.")
        if quantity is not None and price is not None:
            figures = fault_of_figures(quantity, price)
            faults += [figures] if figures else []
        return faults

    def _word(self, cell: Any) -> str:
        if cell not in self._texts:
            self._texts[cell] = " ".join(_text(cell).replace("\0", "").split())
        return self._texts[cell]

    def _code(self, cell: Any) -> str:
        word = self._word(cell)
        return self._codes.setdefault(word, word.upper())

    def _figure(self, cell: Any) -> Decimal | None:
        if cell not in self._figures:
            self._figures[cell] = _decimal(_text(cell), self._mapping.decimal_mark)
        return self._figures[cell]

    def _moment(self, cell: Any) -> datetime | None:
        if cell not in self._moments:
            self._moments[cell] = _datetime(cell, self._mapping.date_format)
        return self._moments[cell]


def _place(header: list[str], mapping: HistoryMapping, key: str, name: str) -> int:
    wanted = mapping.columns[key]
    for place, title in enumerate(header):
        if title.casefold() == wanted.casefold():
            return place
    raise Refused(
        f"{name} has no column “{wanted}”, which the mapping names as {key}. "
        f"Its columns are: {', '.join(header)}."
    )


def _rows(path: Path) -> Iterator[tuple[int, Cells]]:
    """(line number, cells) of every row with anything in it."""
    try:
        with _opened(path) as file:
            start = file.read(8)
        if not start:
            raise Refused(f"{path.name} is empty.")
        if start.startswith(OLD_EXCEL):
            raise Refused(f"{path.name} is an old Excel file. Save it as XLSX or CSV.")
        yield from _xlsx_rows(path) if start.startswith(ZIP) else _csv_rows(path)
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.") from None
    except (EOFError, OSError) as error:
        raise Refused(f"{path.name} cannot be read: {error}.") from None


def _csv_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    encoding = _encoding(path)
    with _opened(path) as file, io.TextIOWrapper(
        file, encoding=encoding, errors="strict" if encoding == "utf-8-sig" else "replace",
        newline="",
    ) as text:  # fmt: skip
        first = text.readline()
        delimiter = max(",;\t|", key=first.count)
        lines = _with_first(first, text)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        before = 0
        try:
            for cells in reader:
                if any(cells):
                    yield before + 1, cells
                before = reader.line_num
        except csv.Error as error:
            raise Refused(
                f"{path.name} cannot be read as CSV at line {reader.line_num}: {error}."
            ) from None


def _with_first(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is; else Windows-1252, as older programs export."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _opened(path) as file:
        try:
            while piece := file.read(PIECE):
                if b"\0" in piece:
                    raise Refused(f"{path.name} is neither CSV nor XLSX. Save it as one of these.")
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _xlsx_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    from python_calamine import CalamineError, CalamineWorkbook

    with _opened(path) as file:
        content = io.BytesIO(file.read())
    try:
        sheet = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0)
        for line, cells in enumerate(sheet.iter_rows(), 1):
            if any(cell != "" for cell in cells):
                yield line, cells
    except (CalamineError, ValueError, IndexError):
        raise Refused(f"{path.name} is damaged: Excel would not open it either.") from None


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        if file.read(2) == GZIP:
            file.seek(0)
            with gzip.open(file) as unpacked:
                yield cast(IO[bytes], unpacked)
        else:
            file.seek(0)
            yield file


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    return str(cell).strip()


def _decimal(text: str, mark: str) -> Decimal | None:
    """A figure, with or without separators of thousands; “1,5” is none where the mark is “.”."""
    separator = "." if mark == "," else ","
    if separator in text:
        if not re.fullmatch(GROUPED[mark], text):
            return None
        text = text.replace(separator, "")
    text = text.replace(mark, ".")
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def _datetime(cell: Any, wanted: str) -> datetime | None:
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001, local time
    else:
        text = _text(cell)
        try:
            moment = (
                datetime.fromisoformat(text) if wanted == ISO else datetime.strptime(text, wanted)  # noqa: DTZ007, local time
            )
        except ValueError:
            return None
    return moment.replace(tzinfo=None) if EARLIEST <= moment.year <= LATEST else None
