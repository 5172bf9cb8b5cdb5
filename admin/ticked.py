"""The orders that are ticked in a list."""

from __future__ import annotations

from flask import request

from models.kernel.errors import Refused
from web.i18n import _

MOST_AT_ONCE = 100


def selected_orders() -> list[str]:
    """The numbers of the orders that are ticked. Refused for none, and for more than 100."""
    numbers = request.form.getlist("order")
    if not numbers:
        raise Refused(_("Select at least one order first."))
    if len(numbers) > MOST_AT_ONCE:
        raise Refused(_("Select at most 100 orders at once."))
    return numbers
