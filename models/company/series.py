"""Number series as the company keeps them: how they look, and where they go on; never backwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.kernel import activity, clock, database
from models.kernel.errors import NotFound, Refused
from models.kernel.numbering import COUNTERS, NO_YEAR, NumberCounter, NumberSeries
from models.kernel.seller import Seller

MOST = 999_999_999
PREFIX = re.compile(r"[A-Za-z0-9/_.-]{0,12}")


@dataclass(frozen=True, slots=True)
class SeriesState:
    """A series, its next number as it would be written, and the highest sequence given so far."""

    series: NumberSeries
    next_sequence: int
    highest_given: int
    shown: str


def series_of(session: Session, seller: Seller) -> list[SeriesState]:
    """The seller's series in the order they were made."""
    rows = session.scalars(
        select(NumberSeries).where(NumberSeries.seller_id == seller.id).order_by(NumberSeries.id)
    ).all()
    year = clock.today(seller.time_zone).year
    counters: dict[int, list[NumberCounter]] = {}
    for counter in session.scalars(
        select(NumberCounter).where(NumberCounter.series_id.in_([row.id for row in rows]))
    ):
        counters.setdefault(counter.series_id, []).append(counter)
    return [_state(row, counters.get(row.id, []), year) for row in rows]


def change_series(
    session: Session, series_id: int, *, prefix: str, next_sequence: int, by: Actor
) -> NumberSeries:
    """The prefix and the next number, from now on; numbers that were given stay.

    Refused for a number that is not above all that were given: none may be given twice; and for
    a leap in a gapless series that has begun, which would be a gap.
    """
    found = database.lock(session, NumberSeries, [series_id])
    if not found:
        raise NotFound("There is no such number series.")
    series, field = found[0], f"next-{series_id}"
    prefix = prefix.strip()
    if not PREFIX.fullmatch(prefix):
        raise Refused(
            "A prefix has up to 12 letters, digits and dashes.", field=f"prefix-{series_id}"
        )
    seller = session.get_one(Seller, series.seller_id)
    year = clock.today(seller.time_zone).year if series.yearly_reset else NO_YEAR
    counters = session.scalars(
        select(NumberCounter)
        .where(NumberCounter.series_id == series.id, NumberCounter.year == year)
        .order_by(NumberCounter.counter)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    state = _state(series, counters, year)
    _check_next(series, state, year, next_sequence, field)
    before = {"prefix": series.prefix, "next": state.next_sequence}
    after = {"prefix": prefix, "next": next_sequence}
    if before == after:
        return series
    series.prefix = prefix
    if next_sequence != state.next_sequence:
        _go_on(series, counters, next_sequence)
    activity.record(
        session, "number_series.changed", by=by, subject=series, series=series.kind,
        before=before, after=after,
    )  # fmt: skip
    session.info.pop("number_series", None)
    return series


def _check_next(
    series: NumberSeries, state: SeriesState, year: int, next_sequence: int, field: str
) -> None:
    if not 1 <= next_sequence <= MOST:
        raise Refused("The next number lies between 1 and 999,999,999.", field=field)
    if next_sequence != state.next_sequence and state.highest_given:
        last = series.written(year, state.highest_given)
        if next_sequence <= state.highest_given:
            raise Refused(
                f"{last} has been given already. The next number must be above it.", field=field
            )
        if series.gapless:
            raise Refused(
                f"{last} has been given, and this series runs without gaps: the next one follows.",
                field=field,
            )


def _go_on(series: NumberSeries, counters: Sequence[NumberCounter], first: int) -> None:
    if not counters or series.gapless:
        series.first_sequence = first
    for counter in counters:
        counter.next_sequence = first + counter.counter


def _state(series: NumberSeries, counters: Sequence[NumberCounter], year: int) -> SeriesState:
    of_year = year if series.yearly_reset else NO_YEAR
    here = [each.next_sequence for each in counters if each.year == of_year]
    following = min(here, default=series.first_sequence)
    step = 1 if series.gapless else COUNTERS
    given = [each - step for each in here if each - step >= series.first_sequence]
    return SeriesState(series, following, max(given, default=0), series.written(year, following))
