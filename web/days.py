"""Days that an address or a form asks for."""

from __future__ import annotations

from datetime import date

from flask import request

from models.kernel.errors import Refused
from web.i18n import _


def read_day(text: str, field: str) -> date | None:
    """A day as a date field sends it; None for an empty one. Refused for anything else."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(_("Enter the date as 2026-11-30."), field=field) from None


def date_arg(name: str) -> date | None:
    """A date of the address; None without one. Refused where it is none."""
    return read_day(request.args.get(name, ""), name)
