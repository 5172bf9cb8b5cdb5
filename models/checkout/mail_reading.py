"""The lines of a mail as a customer wrote it, read into rows: a code and a quantity amid words.

A line that is a row as it stands is read as on every list. Of any other the one product that it
names counts, by SKU, barcode or the account's own number, and the number that says how many.
Lines that name nothing and hold no number, such as a greeting, are left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from models.catalog import CodeMatch, match_codes
from models.checkout.row_reading import SPELLINGS, UNITS, TypedRow, read_text

MOST_WORDS = 30
BETWEEN = re.compile(r"[\s,;:()\t]+")
COUNTED = re.compile(r"(?i)^[x×]?(\d{1,7})[x×]?([a-z]*)\.?$")
TIMES = frozenset({"x", "×"})
PRICED = frozenset({"@", "at", "£", "$", "€"})


@dataclass(frozen=True, slots=True)
class MailRows:
    """The rows of a mail, and how many lines of it were taken for words."""

    rows: list[TypedRow]
    left_out: int


class _Part(NamedTuple):
    """One or two words of a line that may be a code, and where they begin and end."""

    text: str
    start: int
    end: int


class _Count(NamedTuple):
    """A number of a line; `is_sure` where it says itself that it counts: `12 x`, `3 cases`."""

    at: int
    digits: str
    unit: str
    is_sure: bool


def read_mail(session: Session, text: str, account_id: int) -> MailRows:
    """The rows of a pasted mail; two statements at most. Refused over 5,000 rows."""
    lines = {number: line for number, line in enumerate(text.splitlines(), 1) if line.strip()}
    plain = read_text(text)
    words = {number: BETWEEN.split(line.strip())[:MOST_WORDS] for number, line in lines.items()}
    known = match_codes(session, {row.code for row in plain}, account_id)
    unknown = [row for row in plain if not known[row.code].product_ids]
    parts = {row.number: list(_parts(words[row.number])) for row in unknown}
    asked = {part.text for found in parts.values() for part in found}
    matches = match_codes(session, asked, account_id) if asked else {}
    rows, left_out = [], 0
    for row in plain:
        read: TypedRow | None = row
        if row.number in parts:
            read = _read(row, words[row.number], parts[row.number], matches)
        if read is None:
            left_out += 1
        else:
            rows.append(read)
    return MailRows(rows, left_out)


def _parts(words: list[str]) -> Iterator[_Part]:
    for at, word in enumerate(words):
        if len(word) > 2 and (not word.isdecimal() or len(word) > 7):
            yield _Part(word.strip("."), at, at + 1)
        if at + 1 < len(words) and word and not COUNTED.match(word):
            yield _Part(f"{word} {words[at + 1]}", at, at + 2)


def _read(
    row: TypedRow, words: list[str], parts: list[_Part], matches: dict[str, CodeMatch]
) -> TypedRow | None:
    """The row that the line is; as it stands where it names no product or several; None where it
    is words alone."""
    named = [part for part in parts if matches[part.text].product_ids]
    products = {id_ for part in named for id_ in matches[part.text].product_ids}
    if len(products) != 1:
        return row if any(each.isdigit() for each in "".join(words)) else None
    code = min(named, key=lambda part: part.end - part.start)
    counts = list(_counts(words, code))
    sure = [each for each in counts if each.is_sure] or counts
    if len(sure) > 1:
        return TypedRow(row.number, code.text, " or ".join(each.digits for each in sure))
    digits, unit = (sure[0].digits, sure[0].unit) if sure else ("", "")
    return TypedRow(row.number, code.text, digits, unit)


def _counts(words: list[str], code: _Part) -> Iterator[_Count]:
    """The whole numbers of the line that are neither its code nor a price."""
    for at, word in enumerate(words):
        found = COUNTED.match(word)
        if found is None or code.start <= at < code.end:
            continue
        before = words[at - 1].lower() if at else ""
        after = words[at + 1].lower().rstrip(".") if at + 1 < len(words) else ""
        if before in PRICED:
            continue
        tail = found.group(2).lower()
        unit = _unit(tail) or _unit(after)
        if tail and not _unit(tail) and tail not in TIMES:
            continue
        is_sure = bool(unit) or word[:1].lower() in TIMES or word[-1:].lower() in TIMES
        is_sure = is_sure or before in TIMES or after in TIMES
        yield _Count(at, found.group(1), unit, is_sure)


def _unit(word: str) -> str:
    return word if word in UNITS else SPELLINGS.get(word, "")
