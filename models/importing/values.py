"""What a cell says, read as people write it in files. Each refusal is the sentence for its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global

from models.kernel.errors import Refused

LONGEST = 200
LARGEST = Decimal("99999999.9999")
YES = frozenset({"1", "y", "yes", "true", "x", "ja", "j", "on"})
NO = frozenset({"0", "n", "no", "false", "", "nein", "off", "-"})
EXCEL_EPOCH = date(1899, 12, 30)
_MONEY_SIGNS = re.compile(r"[£$€\s\u00a0\u202f']|(?:GBP|EUR|USD)\b")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DATED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})(?: .*)?")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;.<>]+")


@dataclass(frozen=True, slots=True)
class Format:
    """How a file writes numbers and dates: guessed, shown, and corrected where that is wrong."""

    decimal_mark: str = "."
    month_first: bool = False


Reading = Callable[[str, Format], Any]


def text(cell: str, _format: Format) -> str:
    """Words, with single blanks. Refused beyond 200 letters."""
    words = " ".join(cell.split())
    if len(words) > LONGEST:
        raise Refused(f"“{words[:30]}…” is longer than {LONGEST} letters.")
    return words


def long_text(cell: str, _format: Format) -> str:
    """A description, as it stands. Refused beyond 10,000 letters."""
    if len(cell) > 10_000:
        raise Refused("The text is longer than 10,000 letters.")
    return cell.strip()


def code(cell: str, _format: Format) -> str:
    """A code without blanks around it and without the apostrophe that spreadsheets put before."""
    words = " ".join(cell.removeprefix("'").split())
    if len(words) > 60:
        raise Refused(f"“{words[:30]}…” is longer than 60 signs.")
    return words


def postcode(cell: str, format_: Format) -> str:
    """A code in capitals, as postcodes are written."""
    return code(cell, format_).upper()


def codes(cell: str, format_: Format) -> tuple[str, ...]:
    """Several codes, apart by comma, semicolon, bar or blank, each once, in order."""
    return tuple(dict.fromkeys(code(each, format_) for each in re.split(r"[\s,;|]+", cell) if each))


def number(cell: str, format_: Format, *, places: int = 4, least: Decimal | None = None) -> Decimal:
    """A number with the file's decimal mark; money signs and thousands marks are passed over."""
    plain = _MONEY_SIGNS.sub("", cell).replace("−", "-")
    thousands = "," if format_.decimal_mark == "." else "."
    if thousands in plain and not re.fullmatch(
        rf"-?\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{format_.decimal_mark}\d*)?", plain
    ):
        raise Refused(f"“{cell[:30]}” is not a number such as 12{format_.decimal_mark}50.")
    plain = plain.replace(thousands, "").replace(format_.decimal_mark, ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise Refused(
            f"“{cell[:30]}” is not a number such as 12{format_.decimal_mark}50."
        ) from None
    if not value.is_finite() or abs(value) > LARGEST:
        raise Refused(f"{cell[:30]} is out of range.")
    if least is not None and value < least:
        raise Refused(f"{cell[:30]} is below {least}.")
    if value != value.quantize(Decimal(1).scaleb(-places)):
        raise Refused(f"{cell[:30]} has more than {places} decimals.")
    return value


def amount(cell: str, format_: Format) -> Decimal:
    """A price or amount of at least 0, with up to four decimals."""
    return number(cell, format_, least=Decimal(0))


def quantity(cell: str, format_: Format) -> Decimal:
    """Units of at least 0, with up to three decimals."""
    return number(cell, format_, places=3, least=Decimal(0))


def whole(cell: str, format_: Format) -> int:
    """A whole number of at least 0."""
    return int(number(cell, format_, places=0, least=Decimal(0)))


def percent(cell: str, format_: Format) -> Decimal:
    """A percentage from 0 to 100, with or without its sign."""
    value = number(cell.replace("%", ""), format_, least=Decimal(0))
    if value > 100:
        raise Refused(f"{cell[:30]} is more than 100 per cent.")
    return value


def flag(cell: str, _format: Format) -> bool:
    """Yes or no."""
    word = cell.strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise Refused(f"“{cell[:30]}” is neither yes nor no.")


def day(cell: str, format_: Format) -> date:
    """A date: 2026-11-30, or 30/11/2026 in the file's order, or a spreadsheet's day number."""
    words = cell.strip()
    try:
        if found := _ISO.fullmatch(words):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DATED.fullmatch(words):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            year += 2000 if year < 100 else 0
            return date(year, first, second) if format_.month_first else date(year, second, first)
        if words.isdigit() and 20_000 < int(words) < 80_000:
            return EXCEL_EPOCH + timedelta(days=int(words))
    except ValueError:
        pass
    shown = "11/30/2026" if format_.month_first else "30/11/2026"
    raise Refused(f"“{words[:30]}” is no date such as 2026-11-30 or {shown}.")


def email(cell: str, _format: Format) -> str:
    """An e-mail address."""
    words = cell.strip().strip("<>")
    if not _EMAIL.fullmatch(words) or len(words) > 254:
        raise Refused(f"“{words[:40]}” is no e-mail address.")
    return words


def country(cell: str, _format: Format) -> str:
    """A country by its two letters or its name in English or its own language."""
    word = " ".join(cell.split())
    if len(word) == 2 and word.upper() in get_global("territory_zones"):
        return word.upper()
    found = _countries().get(word.lower())
    if found is None:
        raise Refused(f"“{word[:40]}” is no country. Write its two letters, such as GB.")
    return found


@lru_cache(1)
def _countries() -> dict[str, str]:
    known = get_global("territory_zones")
    names: dict[str, str] = {
        "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB",
        "northern ireland": "GB", "usa": "US", "eire": "IE", "holland": "NL",
    }  # fmt: skip
    for language in ("de", "fr", "en"):
        territories: Any = Locale.parse(language).territories
        names |= {name.lower(): key for key, name in territories.items() if key in known}
    return names


def choice(words: Mapping[str, Collection[str]]) -> Reading:
    """One of a few values, each with the words that files use for it."""
    known = {word.lower(): value for value, said in words.items() for word in (value, *said)}

    def read(cell: str, _format: Format) -> str:
        value = known.get(" ".join(cell.split()).lower())
        if value is None:
            allowed = ", ".join(words)
            raise Refused(f"“{cell[:30]}” is none of {allowed}.")
        return value

    return read
