"""Which column of a file is which: guessed from its title and what stands below, then corrected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.importing.kind import Column, Kind, Record
from models.importing.values import Format
from models.kernel.errors import Problem, Refused
from models.kernel.spreadsheet import Sheet

SAMPLED = 500
_COMMA = re.compile(
    r"[^\d]*-?\d{1,3}(?:\.\d{3})*,\d{1,2}(?:\D*)$|[^\d]*-?\d+,\d{1,2}\D*$|.*\.\d{3},"
)
_POINT = re.compile(r"[^\d]*-?\d{1,3}(?:,\d{3})*\.\d{1,4}\D*$|[^\d]*-?\d+\.\d{1,2}\D*$")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where each column stands in the file, by its number from 0; and how the file writes."""

    places: Mapping[str, int] = field(default_factory=dict)
    format: Format = field(default_factory=Format)

    def stored(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "places": dict(self.places),
            "decimal_mark": self.format.decimal_mark,
            "month_first": self.format.month_first,
        }


def mapping_from(stored: Mapping[str, Any]) -> ColumnMapping:
    """What `ColumnMapping.stored` gave."""
    return ColumnMapping(
        {name: int(place) for name, place in stored.get("places", {}).items()},
        Format(stored.get("decimal_mark", "."), bool(stored.get("month_first", False))),
    )


def guess(
    kind: Kind, sheet: Sheet, learned: Mapping[str, Collection[str]] | None = None
) -> ColumnMapping:
    """The likeliest mapping: a title that is a column's name, title or alias; each place once.

    `learned` are the titles that people have said are a column, {column: titles}; they go first.
    """
    titles = [plain(title) for title in sheet.header]
    places = _as_learned(kind, titles, learned or {})
    for wanted in (_names_exactly, _begins_with):
        for column in kind.columns:
            if column.name in places:
                continue
            for place, title in enumerate(titles):
                if title and place not in places.values() and wanted(column, title):
                    places[column.name] = place
                    break
    for column in kind.columns:
        if column.name in places and column.stands_in_for not in ("", *places):
            places[column.stands_in_for] = places.pop(column.name)
    return ColumnMapping(places, guess_format(sheet))


def _as_learned(
    kind: Kind, titles: Sequence[str], learned: Mapping[str, Collection[str]]
) -> dict[str, int]:
    places: dict[str, int] = {}
    for column in kind.columns:
        said = {plain(title) for title in learned.get(column.name, ())}
        for place, title in enumerate(titles):
            if title in said and title and place not in places.values():
                places[column.name] = place
                break
    return places


def guess_format(sheet: Sheet) -> Format:
    """The decimal mark and the order of dates that most cells show."""
    cells = [cell for _, row in sheet.rows[:SAMPLED] for cell in row if cell]
    commas = sum(bool(_COMMA.match(cell)) for cell in cells)
    points = sum(bool(_POINT.match(cell)) for cell in cells)
    dates = [found for cell in cells if (found := _DATE.match(cell))]
    month_first = any(int(found[2]) > 12 for found in dates) and not any(
        int(found[1]) > 12 for found in dates
    )
    return Format("," if commas > points else ".", month_first)


def check_mapping(kind: Kind, sheet: Sheet, mapping: ColumnMapping) -> None:
    """Refused, at each field, where a needed column has no place or two stand in one."""
    problems = []
    taken: dict[int, str] = {}
    for column in kind.columns:
        place = mapping.places.get(column.name)
        if place is None:
            if column.needed:
                problems.append(
                    Problem(f"Say which column is “{column.title}”.", f"column-{column.name}")
                )
            continue
        if not 0 <= place < len(sheet.header):
            problems.append(Problem("The file has no such column.", f"column-{column.name}"))
        elif place in taken:
            problems.append(
                Problem(
                    f"“{sheet.header[place]}” is “{taken[place]}” already.", f"column-{column.name}"
                )
            )
        taken[place] = column.title
    if problems:
        raise Refused(problems[0].sentence, problems=problems)


def read_records(kind: Kind, sheet: Sheet, mapping: ColumnMapping) -> list[Record]:
    """The rows as records; each cell that cannot be read rejects its row, by its column."""
    mapped = [(column, mapping.places[column.name]) for column in kind.columns
              if column.name in mapping.places]  # fmt: skip
    known: dict[tuple[str, str], Any] = {}
    return [_record(line, cells, mapped, mapping.format, known) for line, cells in sheet.rows]


def _record(
    line: int,
    cells: tuple[str, ...],
    mapped: Sequence[tuple[Column, int]],
    format_: Format,
    known: dict[tuple[str, str], Any],
) -> Record:
    record = Record(line, cells)
    for column, place in mapped:
        cell = cells[place].strip() if place < len(cells) else ""
        if not cell:
            if column.needed:
                record.faulty.add(column.name)
                record.reject(f"{column.title} is missing.")
            continue
        value = known.get((column.name, cell))
        if value is None:
            try:
                value = column.read(cell, format_)
            except Refused as refusal:
                record.faulty.add(column.name)
                record.reject(f"{column.title}: {refusal.sentence}")
                continue
            known[column.name, cell] = value
        record.values[column.name] = value
    return record


def plain(title: str) -> str:
    """A title in lower case without accents, units in brackets and signs: `Unit price`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title)  # UnitPrice
    split = unicodedata.normalize("NFKD", apart.lower())
    letters = "".join(each for each in split if not unicodedata.combining(each))
    return " ".join(re.sub(r"[^a-z0-9%]+", " ", re.sub(r"\(.*?\)", " ", letters)).split())


def _names_exactly(column: Column, title: str) -> bool:
    names = (column.name, column.title, *column.aliases)
    return title.replace(" ", "") in {plain(each).replace(" ", "") for each in names}


def _begins_with(column: Column, title: str) -> bool:
    names = [plain(each) for each in (column.title, *column.aliases)]
    return any(title.startswith(f"{each} ") or title.endswith(f" {each}") for each in names if each)
