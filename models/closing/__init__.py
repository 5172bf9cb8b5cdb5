"""The day's end: checks that come to zero, cash by person, and closed days."""

from models.closing.cash import Drawer, cash_by_person, count_cash
from models.closing.closing import (
    CHECKS,
    Standing,
    close_day,
    closed_days,
    day_end_of,
    standing_of,
)
from models.closing.day_end import CashCount, DayEnd

__all__ = [
    "CHECKS",
    "CashCount",
    "DayEnd",
    "Drawer",
    "Standing",
    "cash_by_person",
    "close_day",
    "closed_days",
    "count_cash",
    "day_end_of",
    "standing_of",
]
