"""Lists of codes and quantities as people paste, type or upload them, read into rows.

A row is a code and a quantity in either order, apart by tab, comma, semicolon or blanks, perhaps
with a unit behind the quantity. A header is left out. Nothing is refused here: what cannot be
read comes out as it stands, for a decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.kernel.errors import Refused

MOST_ROWS = 5000
UNITS = frozenset({"each", "inner", "case", "pallet"})
SPELLINGS = {
    "ea": "each", "pc": "each", "pcs": "each", "piece": "each", "pieces": "each", "unit": "each",
    "units": "each", "inners": "inner", "cases": "case", "cs": "case", "ctn": "case",
    "carton": "case", "cartons": "case", "pallets": "pallet", "plt": "pallet",
}  # fmt: skip
HEADINGS = re.compile(
    r"(?i)^(sku|code|item|item code|product|product code|article|part|part number|ean|gtin|"
    r"barcode|qty|quantity|units?|pcs|amount|menge|artikel|artikelnummer)\.?$"
)
NUMBER = re.compile(r"^[x×]?\s*\d[\d,' ]*(?:\.\d+)?\s*[x×]?$", re.IGNORECASE)
SEPARATORS = ("\t", ";", ",")


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row as it was read: its number in the list, the code, the quantity's text and its unit.

    A row typed alone has the number 0: it takes the next of those that wait for a decision.

    An empty quantity means the smallest that can be ordered.
    """

    number: int
    code: str
    quantity: str = ""
    unit: str = ""


def read_text(text: str) -> list[TypedRow]:
    """The rows of a pasted text, numbered by its lines. Refused over 5,000 rows."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return read_cells((number, _cells(line)) for number, line in lines)


def read_cells(rows: Iterable[tuple[int, Sequence[str]]]) -> list[TypedRow]:
    """The rows of a table, each with its number. Refused over 5,000 rows."""
    cleaned = [(number, [cell.strip() for cell in cells]) for number, cells in rows]
    filled = [(number, [cell for cell in cells if cell]) for number, cells in cleaned]
    filled = [(number, cells) for number, cells in filled if cells]
    if filled and _is_header(filled[0][1]):
        filled = filled[1:]
    if len(filled) > MOST_ROWS:
        raise Refused(f"The list has {len(filled):,} rows; at most 5,000 are read at once.")
    quantity_first = _quantity_comes_first([cells for _, cells in filled])
    return [_row(number, cells, quantity_first=quantity_first) for number, cells in filled]


def _cells(line: str) -> list[str]:
    for separator in SEPARATORS:
        if separator in line:
            return _without_quotes(line.split(separator))
    return _by_blanks(line)


def _without_quotes(cells: list[str]) -> list[str]:
    return [cell.strip().strip('"') for cell in cells]


def _by_blanks(line: str) -> list[str]:
    """`PL 1104  24 case` as code, quantity and unit: the quantity is the last or first number."""
    words = line.split()
    unit = [words.pop()] if len(words) > 2 and _unit(words[-1]) else []
    if len(words) > 1 and words[-1].lower() in ("x", "×"):
        words = [*words[:-2], f"{words[-2]}x"]
    if len(words) == 1:
        return words
    if NUMBER.match(words[-1]):
        return [" ".join(words[:-1]), words[-1], *unit]
    if NUMBER.match(words[0]):
        rest = words[2:] if words[1].lower() in ("x", "×") and len(words) > 2 else words[1:]
        return [words[0], " ".join(rest), *unit]
    return [" ".join([*words, *unit])]


def _is_header(cells: Sequence[str]) -> bool:
    return any(HEADINGS.match(cell) for cell in cells) and not any(map(NUMBER.match, cells))


def _quantity_comes_first(rows: Sequence[Sequence[str]]) -> bool:
    """Which column holds the quantities, for rows where both cells are numbers."""
    first = sum(1 for cells in rows if len(cells) > 1 and _says_quantity_first(cells))
    last = sum(1 for cells in rows if len(cells) > 1 and _says_quantity_last(cells))
    return first > last


def _says_quantity_first(cells: Sequence[str]) -> bool:
    if NUMBER.match(cells[0]) and NUMBER.match(cells[1]):
        return len(cells[0]) < 6 <= len(cells[1])
    return bool(NUMBER.match(cells[0]))


def _says_quantity_last(cells: Sequence[str]) -> bool:
    return bool(NUMBER.match(cells[1])) and not _says_quantity_first(cells)


def _row(number: int, cells: Sequence[str], *, quantity_first: bool) -> TypedRow:
    if len(cells) == 1:
        return TypedRow(number, cells[0])
    first, second = cells[0], cells[1]
    unit = _unit(cells[2]) if len(cells) > 2 else ""
    is_number = bool(NUMBER.match(first)), bool(NUMBER.match(second))
    swapped = quantity_first if is_number == (True, True) else is_number == (True, False)
    code, quantity = (second, first) if swapped else (first, second)
    word = quantity.split()[-1] if quantity.split() else ""
    if not unit and _unit(word) and len(quantity.split()) == 2:
        quantity, unit = quantity.split()[0], _unit(word)
    return TypedRow(number, code, re.sub(r"(?i)^[x×]\s*|\s*[x×]$", "", quantity), unit)


def _unit(word: str) -> str:
    lowered = word.lower().rstrip(".")
    return lowered if lowered in UNITS else SPELLINGS.get(lowered, "")
