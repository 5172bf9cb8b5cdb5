"""The only source of time. Timestamps are aware and in UTC; business days have a time zone.

`travelling` moves the clock for the code inside it: the demo company lives through its
eighteen months with it, and tests stand on a chosen day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The current moment, aware, UTC."""
    return _moment.get() or datetime.now(UTC)


def day_of(at: datetime, time_zone: str) -> date:
    """The day that a moment falls on in an IANA time zone such as `Europe/London`: half past
    midnight in Hull is no longer yesterday."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def today(time_zone: str) -> date:
    """The current business day in a time zone."""
    return day_of(now(), time_zone)


@contextmanager
def travelling(moment: datetime) -> Iterator[None]:
    """Inside the block, `now()` is `moment` (aware). Refuses a naive datetime with ValueError."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone; got a naive datetime.")
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
