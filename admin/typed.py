"""Prices, percentages, quantities and dates as people type them. Each refusal names the field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from flask import request

from models.kernel.errors import Refused
from models.kernel.quantity import parse_quantity
from web.days import read_day
from web.i18n import _

LONGEST = 30


def text_of(name: str) -> str:
    """What was typed, without blanks around it."""
    return request.form.get(name, "").strip()


def price_of(name: str) -> Decimal:
    """A price such as 12.50. Refused without one."""
    price = optional_price_of(name)
    if price is None:
        raise Refused(_("Type a price, such as 12.50."), field=name)
    return price


def optional_price_of(name: str) -> Decimal | None:
    """A price; None where nothing was typed."""
    return _number(name, _("is not a price such as 12.50"))


def percent_of(name: str) -> Decimal | None:
    """A percentage such as -12; None where nothing was typed."""
    return _number(name, _("is not a percentage such as -12"))


def quantity_of(name: str) -> Decimal | None:
    """A quantity with up to three decimals; None where nothing was typed."""
    return parse_quantity(text_of(name), decimals=3, field=name) if text_of(name) else None


def date_of(name: str) -> date | None:
    """A date as a date field sends it; None where nothing was typed."""
    return read_day(text_of(name), name)


def whole_of(name: str) -> int | None:
    """A whole number from 0 up; None where nothing was typed."""
    text = text_of(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused(_("Type a whole number."), field=name)
    return int(text)


def number_in(text: str | None) -> int | None:
    """The id that an option of a list stands for; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def ticked(name: str) -> bool:
    """Whether a box is ticked."""
    return bool(request.form.get(name))


def _number(name: str, complaint: str) -> Decimal | None:
    text = text_of(name).replace("−", "-").replace(" ", "").removesuffix("%")
    if not text:
        return None
    if "," in text and "." not in text and len(text.rpartition(",")[2]) != 3:
        text = text.replace(",", ".")
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Refused(f"“{text[:LONGEST]}” {complaint}.", field=name)
    return number
