"""Price files in and out, the bad ones too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from models.kernel.errors import Refused
from models.pricing import (
    ImportResult,
    Outcome,
    PriceEntry,
    PriceList,
    export_csv,
    export_xlsx,
    import_prices,
    read_sheet,
)
from tests.factories.accounts import make_staff
from tests.factories.catalog import make_product
from tests.factories.pricing import make_entry, make_list

TODAY = date(2026, 3, 2)


@pytest.fixture
def trade(session: Session) -> PriceList:
    price_list = make_list(session)
    for sku, price in (("AA-1", "5"), ("AA-2", "6")):
        make_entry(session, price_list, make_product(session, sku=sku).id, price)
    make_product(session, sku="=AA-3")
    return price_list


def run(
    session: Session, price_list: PriceList, content: bytes, name: str = "prices.csv", **how: bool
) -> ImportResult:
    return import_prices(
        session,
        price_list.id,
        content,
        name,
        effective_from=TODAY,
        by=make_staff(session),
        dry_run=how.get("dry_run", False),
    )


def workbook(fill: Callable[[Workbook], None]) -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    fill(book)
    book.close()
    return out.getvalue()


def in_force(session: Session, price_list: PriceList) -> list[Decimal]:
    query = select(PriceEntry.unit_price).where(
        PriceEntry.list_id == price_list.id, PriceEntry.valid_to.is_(None)
    )
    return sorted(session.scalars(query))


MIXED = b"SKU;Unit price;Min quantity\naa-1;5.00;\nAA-2;6.50;1\nAA-2;6;10\nNOPE;1;\nAA-1;x;5\n"


def test_a_dry_run_tells_row_by_row_and_changes_nothing(session: Session, trade: PriceList) -> None:
    result = run(session, trade, MIXED, dry_run=True)
    assert [(row.line, row.outcome.value) for row in result.rows] == [
        (2, "unchanged"), (3, "changed"), (4, "added"), (5, "rejected"), (6, "rejected"),
    ]  # fmt: skip
    assert result.rows[1].old_price == 6
    assert result.rows[3].sentence == "There is no product NOPE."
    assert result.rows[4].sentence == "unit_price “x” is not a number such as 12.50."
    assert not result.is_applied
    assert in_force(session, trade) == [5, 6]


def test_one_bad_row_stops_the_whole_file(session: Session, trade: PriceList) -> None:
    with pytest.raises(Refused, match="2 of 5 rows") as refusal:
        run(session, trade, MIXED)
    assert [problem.field for problem in refusal.value.problems] == ["line-5", "line-6"]
    assert in_force(session, trade) == [5, 6]


def test_a_good_file_takes_effect_and_a_second_run_changes_nothing(
    session: Session, trade: PriceList
) -> None:
    good = b"sku,unit_price,min_quantity\nAA-1,5,\nAA-2,6.50,1\nAA-2,6,10\n'=AA-3,1.25,\n"
    result = run(session, trade, good)
    assert result.count(Outcome.ADDED) == 2
    assert in_force(session, trade) == [Decimal("1.25"), 5, 6, Decimal("6.5")]
    ended = select(func.count()).where(PriceEntry.list_id == trade.id, PriceEntry.valid_to == TODAY)
    assert session.scalar(ended) == 1
    assert run(session, trade, good).count(Outcome.UNCHANGED) == 4


def test_importing_again_on_the_same_day_replaces(session: Session, trade: PriceList) -> None:
    run(session, trade, b"sku,unit_price\nAA-1,7\n")
    run(session, trade, b"sku,unit_price\nAA-1,8\n")
    assert in_force(session, trade) == [6, 8]


def test_what_is_exported_can_be_imported(session: Session, trade: PriceList) -> None:
    content = export_csv(session, trade.id, on=TODAY)
    assert content.startswith(b"\xef\xbb\xbfsku,name,")
    assert run(session, trade, content).count(Outcome.UNCHANGED) == 2
    again = run(session, trade, export_xlsx(session, trade.id, on=TODAY), "prices.xlsx")
    assert again.count(Outcome.UNCHANGED) == 2


def test_exported_text_is_never_a_formula(session: Session, trade: PriceList) -> None:
    evil = make_product(session, sku="@SUM", name="=1+1")
    make_entry(session, trade, evil.id, "5")
    assert b"'@SUM,'=1+1," in export_csv(session, trade.id, on=TODAY)
    book = CalamineWorkbook.from_filelike(io.BytesIO(export_xlsx(session, trade.id, on=TODAY)))
    assert "=1+1" in [row[1] for row in book.get_sheet_by_index(0).to_python()]


def test_a_file_from_an_old_windows_program_is_read_and_says_so() -> None:
    sheet = read_sheet("sku;name\nA;Käse\n".encode("cp1252"), "x.csv")
    assert (sheet.encoding, sheet.rows[0][1][1]) == ("Windows-1252", "Käse")


def test_lines_are_numbered_as_in_the_file() -> None:
    sheet = read_sheet(b'sku,note\n\nA,"two\nlines"\nB,\n', "x.csv")
    assert [(line, cells[0]) for line, cells in sheet.rows] == [(4, "A"), (5, "B")]


def with_formula(book: Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["sku", "unit_price"])
    sheet.write_string(1, 0, "AA-1")
    sheet.write_formula(1, 1, "=2+3", None, 5)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(101 * 1024 * 1024))
    return out.getvalue()


def other_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", b"<document/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"", "is empty"),
        (lambda: b" \n\n", "is empty"),
        (lambda: b"sku,price\nAA-1,5\n", "no column “unit_price”"),
        (lambda: b"sku,unit_price,sku\nAA-1,5,x\n", "more than one column “sku”"),
        (lambda: b"sku,unit_price\n" + b"A,1\n" * 50_001, "more than 50,000 rows"),
        (lambda: b"," * 250 + b"\n", "251 columns"),
        (lambda: b"x" * (25 * 1024 * 1024 + 1), "larger than 25 MiB"),
        (lambda: b'sku,unit_price\n"AA-1,5\n', "cannot be read as CSV"),
        (lambda: b"%PDF\0\1", "neither CSV nor XLSX"),
        (lambda: b"\xd0\xcf\x11\xe0old", "neither CSV nor XLSX"),
        (lambda: workbook(with_formula), "formula in cell B2"),
        (lambda: workbook(with_formula)[:2000], "is damaged"),
        (bomb, "unpacks to more than 100 MiB"),
        (other_archive, "not an XLSX workbook"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(
    session: Session, trade: PriceList, content: Callable[[], bytes], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        run(session, trade, content(), "prices")
    assert in_force(session, trade) == [5, 6]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "NOPE,dear,0,soon",
            "There is no product NOPE. unit_price “dear” is not a number such as "
            "12.50. floor_price “soon” is not a number such as 12.50. min_quantity must be more "
            "than 0.",
        ),
        (",5", "The SKU is missing."),
        ("AA-1,", "unit_price is missing."),
        ("AA-1,-1", "unit_price -1 is not between 0 and 99,999,999."),
        ("AA-1,NaN", "unit_price NaN is not between 0 and 99,999,999."),
        ("AA-1,1e400", "unit_price 1e400 is not between 0 and 99,999,999."),
        ("AA-1,1.23456", "unit_price 1.23456 has too many decimals."),
        ("AA-1,5,0", "min_quantity must be more than 0."),
        ("AA-1,5\nAA-1,6", "Line 2 already has this product and quantity."),
    ],
)
def test_a_bad_row_says_what_is_wrong(
    session: Session, trade: PriceList, row: str, sentence: str
) -> None:
    content = f"sku,unit_price,min_quantity,floor_price\n{row}\n".encode()
    result = run(session, trade, content, dry_run=True)
    assert result.rows[-1].sentence == sentence
