"""Document numbers. A series belongs to a seller and a kind; its numbers are never reused.

**Gapless** series (invoices, credit notes) have one counter per year, locked by the transaction
that takes a number until it ends: numbers are 1, 2, 3 in the order of the commits, and a rollback
gives its number back. Take it last, in a short transaction.

**Other** series (orders, shipments) must not make checkouts wait for one another. They have
several counters, each giving every 16th number; a transaction takes the lowest one that no other
transaction holds (`SKIP LOCKED`). Alone, it gets 1, 2, 3; together, each gets a number of its own
at once. No sequence is used, so that the program needs no right to change the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.kernel.base import Base, BigInt, Id
from models.kernel.errors import Conflict, NotFound

COUNTERS = 16
"""How many transactions can take a number of an ungapless series without waiting."""
NO_YEAR = 0


class NumberSeries(Base):
    """How the numbers of a kind look: `prefix`, the year where they start again, and digits."""

    __tablename__ = "number_series"
    __table_args__ = (
        UniqueConstraint("seller_id", "kind"),
        CheckConstraint("padding BETWEEN 1 AND 12", name="padding"),
        CheckConstraint("first_sequence >= 1", name="first_sequence"),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    kind: Mapped[str]
    prefix: Mapped[str] = mapped_column(default="")
    yearly_reset: Mapped[bool] = mapped_column(default=False)
    gapless: Mapped[bool] = mapped_column(default=False)
    padding: Mapped[int] = mapped_column(default=5)
    first_sequence: Mapped[BigInt] = mapped_column(default=1)

    def written(self, year: int, sequence: int) -> str:
        """The number as it stands on the document: `INV-2026-00041`, `SO-10233`."""
        digits = str(sequence).zfill(self.padding)
        return f"{self.prefix}{year}-{digits}" if self.yearly_reset else f"{self.prefix}{digits}"


class NumberCounter(Base):
    """The next number of a series in a year (0 where it never starts again), per counter."""

    __tablename__ = "number_counter"

    series_id: Mapped[int] = mapped_column(ForeignKey("number_series.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_sequence: Mapped[BigInt]
    last_on: Mapped[date | None]


@dataclass(frozen=True, slots=True)
class AssignedNumber:
    """A number, and where it stands in its series; `year` is 0 where the series has no years."""

    text: str
    series_id: int
    year: int
    sequence: int


def next_number(session: Session, *, seller_id: int, kind: str, on: date) -> AssignedNumber:
    """The next number of the seller's series for `kind`, for a document dated `on`.

    Gapless series wait for the transaction that took the number before. Conflict when a gapless
    series has given a number for a later day already (dates must not run backwards).
    NotFound when the seller has no such series.
    """
    series = _series(session, seller_id, kind)
    year = on.year if series.yearly_reset else NO_YEAR
    take = _take_in_order if series.gapless else _take_any
    sequence = take(session, series, year, on)
    return AssignedNumber(series.written(year, sequence), series.id, year, sequence)


def _series(session: Session, seller_id: int, kind: str) -> NumberSeries:
    """How a series looks hardly ever changes: it is read once per session."""
    known: dict[tuple[int, str], NumberSeries] = session.info.setdefault("number_series", {})
    series = known.get((seller_id, kind))
    if series is None or series not in session:
        series = session.scalars(
            select(NumberSeries).where(
                NumberSeries.seller_id == seller_id, NumberSeries.kind == kind
            )
        ).first()
        if series is None:
            raise NotFound(f"The seller has no number series for “{kind}”. Set one up in settings.")
        known[seller_id, kind] = series
    return series


def _take_in_order(session: Session, series: NumberSeries, year: int, on: date) -> int:
    wanted = select(NumberCounter).where(
        NumberCounter.series_id == series.id, NumberCounter.year == year
    )
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    counter = session.scalars(locked).first()
    if counter is None:
        _open_year(session, series, year, counters=1)
        counter = session.scalars(locked).one()
    if counter.last_on and on < counter.last_on:
        last = series.written(year, counter.next_sequence - 1)
        raise Conflict(f"{last} is dated {counter.last_on}; the next cannot be dated {on}.")
    sequence = counter.next_sequence
    counter.next_sequence = sequence + 1
    counter.last_on = on
    session.flush()
    return sequence


def _take_any(session: Session, series: NumberSeries, year: int, on: date) -> int:
    sequence = _take_free(session, series, year, skip_locked=True)
    if sequence is None:
        _open_year(session, series, year, counters=COUNTERS)
        sequence = _take_free(session, series, year, skip_locked=True)
    if sequence is None:
        sequence = _take_free(session, series, year, skip_locked=False)
    if sequence is None:
        raise Conflict(f"No number of the series {series.kind} is free. Try again.")
    return sequence


def _take_free(
    session: Session, series: NumberSeries, year: int, *, skip_locked: bool
) -> int | None:
    free = (
        select(NumberCounter.counter)
        .where(NumberCounter.series_id == series.id, NumberCounter.year == year)
        .order_by(NumberCounter.next_sequence)
        .limit(1)
        .with_for_update(skip_locked=skip_locked)
        .scalar_subquery()
    )
    taken = (
        update(NumberCounter)
        .where(
            NumberCounter.series_id == series.id,
            NumberCounter.year == year,
            NumberCounter.counter == free,
        )
        .values(next_sequence=NumberCounter.next_sequence + COUNTERS)
        .returning(NumberCounter.next_sequence - COUNTERS)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(taken)


def _open_year(session: Session, series: NumberSeries, year: int, *, counters: int) -> None:
    rows = [
        {
            "series_id": series.id,
            "year": year,
            "counter": counter,
            "next_sequence": series.first_sequence + counter,
        }
        for counter in range(counters)
    ]
    session.execute(insert(NumberCounter).values(rows).on_conflict_do_nothing())
