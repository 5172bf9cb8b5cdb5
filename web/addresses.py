"""How a postal address is written: the same on every page and every paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web.i18n import current_locale

POSTCODE_FIRST = {
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR",
    "HU", "IS", "IT", "LI", "LT", "LU", "ME", "MK", "NL", "NO", "PL", "PT", "RO", "RS",
    "SE", "SI", "SK",
}  # fmt: skip
"""Countries that write the postcode before the town (Universal Postal Union, addressing
systems by country). Elsewhere it follows the town."""


def address_lines(address: Any, home: str = "") -> list[str]:
    """The lines of an address, a record or the copy on a document, without the empty ones.

    The country is written by its name, and only where it is not `home`, the sender's own.
    """
    read = address.get if isinstance(address, Mapping) else lambda name: getattr(address, name, "")
    parts = (read("city"), read("postcode"))
    turned = parts[::-1] if read("country") in POSTCODE_FIRST else parts
    place = " ".join(part for part in turned if part)
    names = ("company", "contact", "line1", "line2", "line3")
    lines = [*(read(name) for name in names), place, read("subdivision")]
    country = read("country")
    if country and country != home:
        lines.append(country_name(country))
    return [str(line) for line in lines if line]


def country_name(code: str) -> str:
    """A country in the reader's language; the code itself where it has no name."""
    return str(current_locale().territories.get(code, code))
