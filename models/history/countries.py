"""Country names of a past, as ISO codes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale


@cache
def _names() -> dict[str, str]:
    territories = Locale("en").territories
    return {name.casefold(): code for code, name in territories.items() if code.isalpha()}


def country_code(name: str, aliases: Mapping[str, str]) -> str | None:
    """The ISO 3166 code of a country by its alias, code or English name.

    An alias may be empty, for names that mean no country. None where nothing is known by the
    name.
    """
    for alias, code in aliases.items():
        if alias.casefold() == name.casefold():
            return code
    if len(name) == 2 and name.upper() in Locale("en").territories:
        return name.upper()
    return _names().get(name.casefold())
