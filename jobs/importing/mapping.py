"""The mapping file: what a wholesaler's export calls things, and what its codes mean."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from models.history import NAMEABLE, AccountPolicy, Kind, Numbering, Rules
from models.kernel.errors import Refused

DEFAULT = Path(__file__).parents[2] / "docs" / "mappings" / "online-retail.toml"
REQUIRED_COLUMNS = ("document", "code", "quantity", "date", "unit_price")
OPTIONAL_COLUMNS = ("description", "customer", "customer_name", "country")
SECTIONS = {
    "columns": {*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS},
    "format": {"date", "decimal_mark"},
    "documents": {"cancellation_mark", "prefix", "credit_suffix"},
    "codes": {kind.value for kind in NAMEABLE},
    "accounts": {
        "name", "number_prefix", "counter_number", "counter_name", "terms", "credit_limit",
    },
    "countries": None,
}  # fmt: skip
ISO = "iso"


@dataclass(frozen=True, slots=True)
class HistoryMapping:
    """A mapping file, checked."""

    currency: str
    columns: Mapping[str, str]
    date_format: str
    decimal_mark: str
    numbering: Numbering
    rules: Rules
    policy: AccountPolicy
    countries: Mapping[str, str]


def read_mapping(path: Path) -> HistoryMapping:
    """The mapping in `path`.

    Refused, saying where: what is not TOML, unknown sections or settings (a typing mistake must
    not go unnoticed), missing columns, and values that make no sense.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise Refused(f"There is no mapping file {path}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} is not valid TOML: {error}.") from None
    _refuse_unknown(told, path.name)
    columns = told.get("columns", {})
    missing = [name for name in REQUIRED_COLUMNS if not columns.get(name)]
    if missing:
        raise Refused(f"{path.name}: [columns] does not say which column is: {', '.join(missing)}.")
    mark = told.get("format", {}).get("decimal_mark", ".")
    if mark not in {".", ","}:
        raise Refused(f"{path.name}: decimal_mark is “.” or “,”, not “{mark}”.")
    return HistoryMapping(
        currency=str(told.get("currency", "")).upper(),
        columns=columns,
        date_format=told.get("format", {}).get("date", ISO),
        decimal_mark=mark,
        numbering=Numbering(**told.get("documents", {})),
        rules=Rules(_codes(told.get("codes", {}))),
        policy=_policy(told.get("accounts", {}), path.name),
        countries=told.get("countries", {}),
    )


def _refuse_unknown(told: dict[str, Any], name: str) -> None:
    if not told.get("currency"):
        raise Refused(f'{name} does not say the currency. Add a line such as: currency = "GBP"')
    for section, settings in told.items():
        if section == "currency":
            continue
        if section not in SECTIONS or not isinstance(settings, dict):
            known = ", ".join(f"[{each}]" for each in SECTIONS)
            raise Refused(f"{name}: “{section}” is unknown. There are: currency, {known}.")
        allowed = SECTIONS[section]
        unknown = sorted(settings.keys() - allowed) if allowed is not None else []
        if unknown:
            raise Refused(
                f"{name}: [{section}] has no setting “{unknown[0]}”. "
                f"There are: {', '.join(sorted(allowed or ()))}."
            )


def _codes(told: Mapping[str, list[str]]) -> dict[str, Kind]:
    return {code.strip().upper(): Kind(kind) for kind, codes in told.items() for code in codes}


def _policy(told: dict[str, str], name: str) -> AccountPolicy:
    facts: dict[str, Any] = dict(told)
    try:
        facts["credit_limit"] = Decimal(str(told.get("credit_limit", "0")))
        str(told.get("name", "")).format(id="1")
    except (InvalidOperation, KeyError, IndexError, ValueError):
        raise Refused(
            f'{name}: in [accounts], credit_limit is an amount such as "500.00", and name may '
            "hold {id} and nothing else in braces."
        ) from None
    return AccountPolicy(**facts)
