"""Working days: when a warehouse can ship, and when that reaches the customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from models.inventory.warehouse import ClosedDay, Warehouse
from models.kernel import clock
from models.kernel.seller import Seller

DAY = timedelta(days=1)
LONGEST_CLOSURE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one warehouse, and its cut-off in its own time zone."""

    weekdays: frozenset[int]
    closed: frozenset[date]
    cut_off: time
    time_zone: str
    lead_time_days: int
    transit_days: int

    def works_on(self, day: date) -> bool:
        """Whether the warehouse ships on this day."""
        return day.isoweekday() in self.weekdays and day not in self.closed

    def next_working(self, day: date) -> date:
        """`day` itself where it is worked, else the first working day after it."""
        return self._first(day, DAY)

    def last_working(self, day: date) -> date:
        """`day` itself where it is worked, else the last working day before it."""
        return self._first(day, -DAY)

    def after(self, day: date, working_days: int) -> date:
        """The day `working_days` working days after `day` (before it, if negative)."""
        step = DAY if working_days >= 0 else -DAY
        current = day
        for _ in range(abs(working_days)):
            current = self._first(current + step, step)
        return current

    def ship_date(self, moment: datetime) -> date:
        """The day on which an order taken at `moment` ships from stock.

        After the cut-off, or on a day off, it counts from the next working day; the lead time to
        pick comes on top.
        """
        local = moment.astimezone(ZoneInfo(self.time_zone))
        day = local.date()
        if self.works_on(day) and local.time() >= self.cut_off:
            day += DAY
        return self.after(self.next_working(day), self.lead_time_days)

    def next_cut_off(self, moment: datetime) -> datetime:
        """The moment until which an order still makes the coming ship date."""
        zone = ZoneInfo(self.time_zone)
        local = moment.astimezone(zone)
        day = local.date()
        if self.works_on(day) and local.time() >= self.cut_off:
            day += DAY
        return datetime.combine(self.next_working(day), self.cut_off, tzinfo=zone)

    def delivery_date(self, ship_on: date, takes_on: str = "12345") -> date:
        """When goods shipped on `ship_on` arrive at a place that takes deliveries on `takes_on`.

        Transit counts working days; `takes_on` holds ISO weekdays as digits.
        """
        day = self.after(ship_on, self.transit_days)
        for _ in range(7):
            if str(day.isoweekday()) in takes_on:
                return day
            day += DAY
        return day

    def ship_date_for(self, deliver_on: date, earliest: date) -> date:
        """The latest ship date that still arrives by `deliver_on`, never before `earliest`."""
        wanted = self.after(self.last_working(deliver_on), -self.transit_days)
        return max(earliest, wanted)

    def within(self, day: date, working_days: int) -> bool:
        """Whether `day` lies at most so many working days ahead of today."""
        return day <= self.after(clock.today(self.time_zone), working_days)

    def _first(self, day: date, step: timedelta) -> date:
        for _ in range(LONGEST_CLOSURE_DAYS):
            if self.works_on(day):
                return day
            day += step
        return day


def calendars(session: Session, warehouse_ids: Iterable[int]) -> dict[int, Calendar]:
    """The calendars of these warehouses, in one statement."""
    return _read(session, _THESE, {"ids": list(set(warehouse_ids))})


def calendars_of(session: Session, seller_id: int) -> dict[int, Calendar]:
    """The calendars of all a seller's warehouses, in the seller's order, in one statement."""
    return _read(session, _SELLERS, {"seller": seller_id})


def _with_closed_days() -> Select[Any]:
    closed = (
        select(func.array_agg(ClosedDay.day))
        .where(ClosedDay.warehouse_id == Warehouse.id)
        .correlate(Warehouse)
        .scalar_subquery()
    )
    return select(
        Warehouse.id,
        Warehouse.weekdays,
        closed.label("closed"),
        Warehouse.cut_off,
        Warehouse.time_zone,
        Warehouse.lead_time_days,
        Warehouse.transit_days,
    )


_THESE = _with_closed_days().where(Warehouse.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
_SELLERS = (
    _with_closed_days()
    .where(Warehouse.seller_id == bindparam("seller", type_=BigInteger))
    .order_by(Warehouse.position, Warehouse.id)
)


def _read(session: Session, statement: Select[Any], values: dict[str, Any]) -> dict[int, Calendar]:
    return {
        row.id: Calendar(
            frozenset(int(digit) for digit in row.weekdays),
            frozenset(row.closed or ()),
            row.cut_off,
            row.time_zone,
            row.lead_time_days,
            row.transit_days,
        )
        for row in session.execute(statement, values)
    }


def calendars_column() -> Any:
    """The calendars of all of `Seller`'s warehouses as one column of a statement about the seller.

    `calendars_from` reads it.
    """
    closed = (
        select(func.coalesce(func.jsonb_agg(ClosedDay.day), func.jsonb_build_array()))
        .where(ClosedDay.warehouse_id == Warehouse.id)
        .correlate(Warehouse)
        .scalar_subquery()
    )
    told = func.jsonb_build_array(
        Warehouse.id, Warehouse.weekdays, closed, Warehouse.cut_off, Warehouse.time_zone,
        Warehouse.lead_time_days, Warehouse.transit_days,
    )  # fmt: skip
    return (
        select(func.jsonb_agg(aggregate_order_by(told, Warehouse.position, Warehouse.id)))
        .where(Warehouse.seller_id == Seller.id)
        .correlate(Seller)
        .scalar_subquery()
    )


def calendars_from(stored: list[list[Any]] | None) -> dict[int, Calendar]:
    """The calendars that `calendars_column` holds, in the seller's order."""
    return {
        id_: Calendar(
            frozenset(int(digit) for digit in weekdays),
            frozenset(date.fromisoformat(day) for day in closed),
            time.fromisoformat(cut_off),
            *rest,
        )
        for id_, weekdays, closed, cut_off, *rest in stored or ()
    }
