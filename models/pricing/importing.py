"""Prices from a file into a list: a dry run with a row-by-row difference, then all or nothing.

Columns: `sku`, `unit_price`, and if wanted `min_quantity` (1) and `floor_price`; others are
ignored. Prices that are not in the file stay as they are, or end where the file is to be the
whole list. Everything takes effect on one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.catalog import Product, product_ids_of
from models.kernel import activity
from models.kernel.activity import Actor
from models.kernel.errors import Conflict, Problem, Refused
from models.kernel.money import UNIT_PRICE_PLACES
from models.kernel.spreadsheet import Sheet, read_sheet
from models.pricing.editing import DEAREST, find_list, lock_list
from models.pricing.price_entry import PriceEntry
from models.pricing.putting import NewPrice, PriceInForce, end_prices, prices_in_force, put_prices

REQUIRED = ("sku", "unit_price")
MOST_PROBLEMS_NAMED = 50


class Outcome(StrEnum):
    """What a row of the file does to the list."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ENDED = "ended"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line of the file and what it does. `sentence` says why it was rejected.

    A price that ends because the file does not have it stands on line 0. `cells` are the line's.
    """

    line: int
    sku: str
    outcome: Outcome
    product_id: int | None = None
    min_quantity: Decimal | None = None
    new_price: Decimal | None = None
    old_price: Decimal | None = None
    new_floor: Decimal | None = None
    old_floor: Decimal | None = None
    sentence: str = ""
    cells: tuple[str, ...] = ()
    entry_id: int | None = None

    @property
    def percent(self) -> Decimal | None:
        """By how much the price rises or falls, where it had one above zero."""
        if not self.old_price or self.new_price is None:
            return None
        return (self.new_price - self.old_price) * 100 / self.old_price


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The difference that a file makes. `is_applied` tells a dry run from the real thing."""

    header: tuple[str, ...]
    rows: tuple[ImportRow, ...]
    encoding: str
    effective_from: date
    is_applied: bool

    def count(self, outcome: Outcome) -> int:
        """How many rows came out so."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def fingerprint(self) -> str:
        """Differs as soon as the file would do anything else than it did in another result."""
        facts = [
            (row.line, row.product_id, row.min_quantity, row.outcome, row.old_price, row.old_floor)
            for row in self.rows
        ]
        return sha256(repr((self.effective_from, facts)).encode()).hexdigest()[:32]

    @property
    def does_nothing(self) -> bool:
        """Whether the list says all of this already."""
        return all(row.outcome is Outcome.UNCHANGED for row in self.rows)


def import_prices(
    session: Session,
    list_id: int,
    content: bytes,
    filename: str,
    *,
    effective_from: date,
    by: Actor,
    dry_run: bool,
    ends_others: bool = False,
    seen: str = "",
) -> ImportResult:
    """Reads the file and, unless it is a dry run, puts all of its prices in force on that day.

    `ends_others` makes the file the whole list: prices in force that it lacks end on the day.
    `seen` is the fingerprint of the difference that was looked at. Refused without any change
    when the file cannot be read, lacks a column or, outside a dry run, has a rejected row;
    `problems` of the refusal name the rows. Conflict when the difference is another one by now.
    The same file again changes nothing.
    """
    sheet = read_sheet(content, filename)
    price_list = find_list(session, list_id) if dry_run else lock_list(session, list_id)
    rows = _compare(session, list_id, sheet, effective_from)
    if ends_others:
        rows += _missing(session, list_id, rows, effective_from)
    result = ImportResult(
        sheet.header, tuple(rows), sheet.encoding, effective_from, is_applied=not dry_run
    )
    if dry_run or result.does_nothing:
        return result
    if seen and seen != result.fingerprint:
        raise Conflict("The list was changed since you looked. Look at the difference again.")
    _refuse_rejected(result)
    _apply(session, list_id, rows, effective_from)
    activity.record(
        session,
        "price_list.imported",
        by=by,
        subject=price_list,
        code=price_list.code,
        file=filename[:200],
        effective_from=effective_from,
        added=result.count(Outcome.ADDED),
        changed=result.count(Outcome.CHANGED),
        unchanged=result.count(Outcome.UNCHANGED),
        ended=result.count(Outcome.ENDED),
    )
    return result


def _compare(session: Session, list_id: int, sheet: Sheet, effective_from: date) -> list[ImportRow]:
    columns = _columns(sheet)
    products = product_ids_of(session, [_sku(cells, columns) for _, cells in sheet.rows])
    known = prices_in_force(session, list_id, products.values(), effective_from)
    seen: dict[tuple[int, Decimal], int] = {}
    return [_row(line, cells, columns, products, known, seen) for line, cells in sheet.rows]


def _sku(cells: tuple[str, ...], columns: dict[str, int]) -> str:
    """The SKU, without the apostrophe that exporting puts before what looks like a formula."""
    return _at(cells, columns["sku"]).removeprefix("'")


def _columns(sheet: Sheet) -> dict[str, int]:
    names = [cell.strip().lower().replace(" ", "_") for cell in sheet.header]
    for name in REQUIRED:
        if names.count(name) != 1:
            problem = "has no" if name not in names else "has more than one"
            raise Refused(
                f"The first row {problem} column “{name}”. It needs sku and unit_price; "
                "min_quantity and floor_price may be there."
            )
    return {name: names.index(name) for name in names if name}


def _row(
    line: int,
    cells: tuple[str, ...],
    columns: dict[str, int],
    products: dict[str, int],
    known: dict[tuple[int, Decimal], PriceInForce],
    seen: dict[tuple[int, Decimal], int],
) -> ImportRow:
    sku = _sku(cells, columns)
    product_id, price, at, floor, faults = _read(sku, cells, columns, products)
    if product_id is not None and at is not None and (product_id, at) in seen:
        faults.append(f"Line {seen[product_id, at]} already has this product and quantity.")
    if faults or product_id is None or price is None or at is None:
        return ImportRow(line, sku, Outcome.REJECTED, sentence=" ".join(faults), cells=cells)
    seen[product_id, at] = line
    old = known.get((product_id, at))
    if old is None:
        return ImportRow(line, sku, Outcome.ADDED, product_id, at, price, new_floor=floor)
    is_same = (old.unit_price, old.floor_price) == (price, floor)
    outcome = Outcome.UNCHANGED if is_same else Outcome.CHANGED
    return ImportRow(
        line, sku, outcome, product_id, at, price, old.unit_price, floor, old.floor_price
    )


def _read(
    sku: str, cells: tuple[str, ...], columns: dict[str, int], products: dict[str, int]
) -> tuple[int | None, Decimal | None, Decimal | None, Decimal | None, list[str]]:
    """Product, price, quantity from which it holds, floor; and every fault of a cell."""
    faults = []

    def number(text: str, column: str, places: Decimal | str) -> Decimal | None:
        try:
            return _number(text, column, places)
        except Refused as refusal:
            faults.append(refusal.sentence)
            return None

    product_id = products.get(sku.upper()) if sku else None
    if product_id is None:
        faults.append(f"There is no product {sku[:40]}." if sku else "The SKU is missing.")
    price = number(_at(cells, columns["unit_price"]), "unit_price", UNIT_PRICE_PLACES)
    at_text = _at(cells, columns.get("min_quantity")) or "1"
    at = number(at_text, "min_quantity", "0.001")
    floor_text = _at(cells, columns.get("floor_price"))
    floor = number(floor_text, "floor_price", UNIT_PRICE_PLACES) if floor_text else None
    if at == 0:
        faults.append("min_quantity must be more than 0.")
    return product_id, price, at, floor, faults


def _missing(session: Session, list_id: int, rows: list[ImportRow], on: date) -> list[ImportRow]:
    """The prices in force on the day that no row of the file states."""
    there = {(row.product_id, row.min_quantity) for row in rows}
    entries = session.execute(
        select(
            PriceEntry.id, PriceEntry.product_id, Product.sku, PriceEntry.min_quantity,
            PriceEntry.unit_price, PriceEntry.floor_price,
        )
        .join(Product, Product.id == PriceEntry.product_id)
        .where(
            PriceEntry.list_id == list_id,
            PriceEntry.valid_from <= on,
            or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > on),
        )
        .order_by(Product.sku, PriceEntry.min_quantity)
    )  # fmt: skip
    return [
        ImportRow(
            0, sku, Outcome.ENDED, product, at, old_price=price, old_floor=floor, entry_id=entry_id
        )
        for entry_id, product, sku, at, price, floor in entries
        if (product, at) not in there
    ]


def _number(text: str, column: str, places: Decimal | str) -> Decimal:
    if not text:
        raise Refused(f"{column} is missing.")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Refused(f"{column} “{text[:30]}” is not a number such as 12.50.") from None
    if not number.is_finite() or number < 0 or number > DEAREST:
        raise Refused(f"{column} {text[:30]} is not between 0 and 99,999,999.")
    if number != number.quantize(Decimal(places)):
        raise Refused(f"{column} {text[:30]} has too many decimals.")
    return number


def _at(cells: tuple[str, ...], column: int | None) -> str:
    return cells[column].strip() if column is not None and column < len(cells) else ""


def _refuse_rejected(result: ImportResult) -> None:
    rejected = [row for row in result.rows if row.outcome is Outcome.REJECTED]
    if not rejected:
        return
    raise Refused(
        f"{len(rejected)} of {len(result.rows)} rows cannot be taken, so nothing was imported. "
        f"The first is line {rejected[0].line}: {rejected[0].sentence}",
        problems=[
            Problem(f"Line {row.line}: {row.sentence}", f"line-{row.line}")
            for row in rejected[:MOST_PROBLEMS_NAMED]
        ],
    )


def _apply(session: Session, list_id: int, rows: list[ImportRow], effective_from: date) -> None:
    wanted = {
        (row.product_id, row.min_quantity): NewPrice(row.new_price, row.new_floor)
        for row in rows
        if row.outcome in (Outcome.ADDED, Outcome.CHANGED)
        if row.product_id and row.min_quantity is not None and row.new_price is not None
    }
    over = [row.entry_id for row in rows if row.outcome is Outcome.ENDED and row.entry_id]
    end_prices(session, over, effective_from)
    put_prices(session, list_id, wanted, effective_from)
