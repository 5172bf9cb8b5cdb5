"""What the audit log calls the facts of an entry, and how it writes their values."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from web.i18n import _, lazy
from web.presenting import day, money, quantity

FIELDS: dict[str, Any] = {
    "added": lazy("added"),
    "amount": lazy("amount"),
    "carrier_service_id": lazy("carrier's service no."),
    "code": lazy("code"),
    "count": lazy("how many"),
    "credit_limit": lazy("credit limit"),
    "delta": lazy("difference"),
    "effective_from": lazy("counts from"),
    "email": lazy("e-mail address"),
    "ends_on": lazy("up to"),
    "event": lazy("message"),
    "floor": lazy("floor price"),
    "floor_price": lazy("floor price"),
    "holder": lazy("given to"),
    "key": lazy("setting"),
    "limit": lazy("credit limit"),
    "line1": lazy("address, first line"),
    "line2": lazy("address, second line"),
    "means": lazy("paid by"),
    "min_quantity": lazy("from how many"),
    "parent_id": lazy("category no."),
    "product_id": lazy("product no."),
    "sku": lazy("SKU"),
    "skus": lazy("SKUs"),
    "shown": lazy("shown to"),
    "task_id": lazy("task no."),
    "terms_id": lazy("payment terms no."),
    "text": lazy("for"),
    "unit_price": lazy("price each"),
    "valid_from": lazy("counts from"),
    "valid_to": lazy("counts until"),
}
"""Facts whose name in the program is not what people call them; others are read as they stand."""
AMOUNTS = {"total", "amount", "limit", "credit_limit"}
_NUMBER = re.compile(r"-?\d+\.\d+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")


def field_words(name: str) -> str:
    """The fact in words: `credit limit`."""
    if name in FIELDS:
        return str(FIELDS[name])
    return name.removesuffix("_id").replace("_", " ")


def written(name: str, value: Any, currency: str) -> str:
    """A value as people write it: amounts in `currency`, days by their month, codes as words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(written(name, each, currency) for each in value)
    if isinstance(value, dict):
        facts = ((key, written(key, each, currency)) for key, each in value.items())
        return ", ".join(f"{field_words(key)} {text}" for key, text in facts if text)
    text = str(value)
    if name in AMOUNTS and (_NUMBER.fullmatch(text) or text.isdigit()):
        return money(Decimal(text), currency)
    if _NUMBER.fullmatch(text):
        return _plain(Decimal(text))
    if _DATE.fullmatch(text):
        return day(date.fromisoformat(text))
    return text.replace("_", " ") if _CODE.fullmatch(text) else text


def _plain(number: Decimal) -> str:
    """A price keeps its four decimals, a quantity has three at most; neither shows idle zeros."""
    return quantity(number) if number == round(number, 3) else f"{number.normalize():f}"
