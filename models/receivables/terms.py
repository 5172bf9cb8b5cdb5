"""When an invoice falls due."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from models.accounts import PaymentTerms


def due_on(terms: PaymentTerms, issued_on: date) -> date:
    """The due date of an invoice issued on a day, under these terms.

    From the invoice date or the end of its month, `days` later; where the terms name a day of the
    month, the first such day on or after that (the last day of a month too short for it).
    """
    day = issued_on
    if terms.base == "end_of_month":
        day = _in_month(issued_on.year, issued_on.month, 31)
    day += timedelta(days=terms.days)
    if not terms.day_of_month:
        return day
    wanted = _in_month(day.year, day.month, terms.day_of_month)
    if wanted >= day:
        return wanted
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return _in_month(year, month, terms.day_of_month)


def discount_until(terms: PaymentTerms, issued_on: date) -> date | None:
    """The last day on which paying earns the terms' discount; None where there is none."""
    if not terms.discount_percent:
        return None
    return issued_on + timedelta(days=terms.discount_days)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
