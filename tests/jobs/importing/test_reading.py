"""Files as other programs write them: encodings, separators, workbooks, packed or not."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from jobs.importing.mapping import DEFAULT, HistoryMapping, read_mapping
from jobs.importing.reading import read_history
from models.history import Kind, PastLine, Rejection
from models.kernel.errors import Refused
from tests.jobs.importing.messy import HEADER, ROWS, as_csv, write_csv


@pytest.fixture
def mapping() -> HistoryMapping:
    return read_mapping(DEFAULT)


def read(path: Path, mapping: HistoryMapping) -> list[PastLine | Rejection]:
    return list(read_history(path, mapping))


def written(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_packed_file_reads_like_the_plain_one(tmp_path: Path, mapping: HistoryMapping) -> None:
    packed = tmp_path / "past.csv.gz"
    packed.write_bytes(gzip.compress(as_csv().encode()))
    assert read(packed, mapping) == read(write_csv(tmp_path), mapping)


def test_an_old_programs_encoding_is_understood(tmp_path: Path, mapping: HistoryMapping) -> None:
    new = read(written(tmp_path, as_csv(), encoding="utf-8-sig"), mapping)
    old = read(written(tmp_path, as_csv(), encoding="cp1252"), mapping)
    assert old == new
    assert "£" in old[2].description


def test_semicolons_and_tabs_separate_as_well(tmp_path: Path, mapping: HistoryMapping) -> None:
    line = "1;A1;Trowel;3;2011-01-04T10:00:00;4.50;77;France"
    for separator in ";\t":
        text = "\n".join((";".join(HEADER), line)).replace(";", separator)
        (row,) = read(written(tmp_path, text), mapping)
        assert (row.code, row.amount) == ("A1", Decimal("13.50"))


def test_a_workbook_reads_like_a_csv_with_the_same_line_numbers(
    tmp_path: Path, mapping: HistoryMapping
) -> None:
    path = tmp_path / "past.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate([HEADER, *ROWS]):
        sheet.write_row(number, 0, row)
    sheet.write_row(1, 0, [536365.0, "85123A", "WHITE HANGING HEART", 6, ROWS[0][4], 2.55, 17850])
    book.close()
    packed = tmp_path / "past.xlsx.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read(path, mapping) == read(packed, mapping) == read(write_csv(tmp_path), mapping)


def test_line_numbers_are_the_files_also_after_a_cell_of_two_lines(
    tmp_path: Path, mapping: HistoryMapping
) -> None:
    rows = [(*ROWS[0][:2], "TWO\nLINES", *ROWS[0][3:]), ROWS[1]]
    assert [row.line for row in read(write_csv(tmp_path, rows), mapping)] == [2, 4]


def test_a_row_that_is_too_short_is_named(tmp_path: Path, mapping: HistoryMapping) -> None:
    path = written(tmp_path, ",".join(HEADER) + "\n1,A1\n")
    (row,) = read(path, mapping)
    assert isinstance(row, Rejection)
    assert (row.line, row.reason) == (2, "The row has 2 columns, the header 8.")


def test_decimal_commas_and_a_date_format_are_settings(tmp_path: Path) -> None:
    settings = tmp_path / "mapping.toml"
    told = DEFAULT.read_text().replace('mark = "."', 'mark = ","')
    settings.write_text(told.replace('"iso"', '"%d.%m.%Y %H:%M"'))
    text = ";".join(HEADER) + "\n1;A1;Kelle;1.200;04.01.2011 10:30;4,50;77;France\n"
    (row,) = read(written(tmp_path, text), read_mapping(settings))
    assert (row.quantity, row.unit_price) == (Decimal(1200), Decimal("4.50"))
    assert row.at.isoformat() == "2011-01-04T10:30:00"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0 something", "old Excel file"),
        (b"PK\x03\x04 something", "is damaged"),
        (b"\x1f\x8b something", "cannot be read"),
        (b"a,b\n\0\0", "neither CSV nor XLSX"),
        (b"a,b\n1,2\n", "has no column “InvoiceNo”, which the mapping names as document"),
        (",".join(HEADER).encode() + b'\n1,"A', "cannot be read as CSV at line 2"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(
    tmp_path: Path, mapping: HistoryMapping, content: bytes, sentence: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=sentence):
        read(path, mapping)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, mapping: HistoryMapping) -> None:
    with pytest.raises(Refused, match="There is no file"):
        read(tmp_path / "nothing.csv", mapping)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("currency = ", "is not valid TOML"),
        ("[columns]", "does not say the currency"),
        ('currency = "GBP"', "does not say which column is: document, code"),
        ('currency = "GBP"\n[colums]', "“colums” is unknown"),
        ('currency = "GBP"\n[codes]\npostage = []', "has no setting “postage”"),
    ],
)
def test_bad_mappings_are_refused_with_a_sentence(
    tmp_path: Path, settings: str, sentence: str
) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(settings)
    with pytest.raises(Refused, match=sentence):
        read_mapping(path)


def test_codes_may_end_in_a_star(mapping: HistoryMapping, tmp_path: Path) -> None:
    (row,) = read(write_csv(tmp_path, [ROWS[6]]), mapping)
    assert isinstance(row, PastLine)
    assert mapping.rules.kind_of(row, "17850") is Kind.GIFT_VOUCHER
