"""Warehouses and their calendar as the company keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.company.founding import open_warehouse
from models.inventory import ClosedDay, Warehouse
from models.kernel import activity, clock, database
from models.kernel.errors import NotFound, Problem, Refused
from models.kernel.seller import Seller, first_seller

CODE = re.compile(r"[A-Z0-9-]{1,12}")
MOST_DAYS = 500
DATED = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(.*)")


@dataclass(frozen=True, slots=True)
class WarehouseFacts:
    """What is settled about a warehouse. `weekdays` are the ISO weekdays worked, as digits."""

    code: str
    name: str
    address: Mapping[str, str]
    time_zone: str
    cut_off: time
    weekdays: str
    lead_time_days: int
    transit_days: int


def add_warehouse(session: Session, facts: WarehouseFacts, *, by: Actor) -> Warehouse:
    """Opens a warehouse, with a staging and a receiving bin. Refused, naming the field, for a code
    that is taken and for what makes no sense."""
    _check(facts)
    seller = first_seller(session)
    if session.scalar(select(Warehouse.id).where(func.upper(Warehouse.code) == facts.code)):
        raise Refused(f"There is a warehouse {facts.code} already.", field="code")
    last = session.scalar(select(func.max(Warehouse.position))) or 0
    warehouse = open_warehouse(
        session, seller, code=facts.code, name=facts.name, address=dict(facts.address),
        position=last + 1,
    )  # fmt: skip
    _put(warehouse, facts)
    activity.record(
        session, "warehouse.opened", by=by, subject=warehouse, code=facts.code, name=facts.name
    )
    return warehouse


def change_warehouse(
    session: Session, warehouse_id: int, facts: WarehouseFacts, *, by: Actor
) -> Warehouse:
    """Changes a warehouse for what is promised from now on; its code stays."""
    warehouse = _found(session, warehouse_id)
    _check(facts, code=warehouse.code)
    before = _told(warehouse)
    _put(warehouse, facts)
    after = _told(warehouse)
    if before != after:
        activity.record(
            session, "warehouse.changed", by=by, subject=warehouse, code=warehouse.code,
            before=before, after=after,
        )  # fmt: skip
    return warehouse


def set_closed_days(session: Session, warehouse_id: int, text: str, *, by: Actor) -> int:
    """The days to come on which the warehouse is closed, one a line: `2026-12-25 Christmas Day`.

    Days that have passed stay. Gives how many are to come. Refused, naming each line, for what is
    no date.
    """
    warehouse = _found(session, warehouse_id)
    today = clock.today(warehouse.time_zone)
    days = {day: name for day, name in _days(text).items() if day >= today}
    old = {
        row.day: row.name
        for row in session.scalars(
            select(ClosedDay).where(ClosedDay.warehouse_id == warehouse_id, ClosedDay.day >= today)
        )
    }
    if old == days:
        return len(days)
    session.execute(
        delete(ClosedDay).where(ClosedDay.warehouse_id == warehouse_id, ClosedDay.day >= today)
    )
    session.add_all(
        ClosedDay(warehouse_id=warehouse_id, day=day, name=name) for day, name in days.items()
    )
    activity.record(
        session, "warehouse.closed_days", by=by, subject=warehouse, code=warehouse.code,
        before={str(day): name for day, name in old.items() if days.get(day) != name},
        after={str(day): name for day, name in days.items() if old.get(day) != name},
    )  # fmt: skip
    return len(days)


def bank_holidays(seller: Seller, *, years: int = 2) -> dict[date, str]:
    """The country's bank holidays from today to the end of the coming year, as a proposal."""
    import holidays

    today = clock.today(seller.time_zone)
    subdivision = "ENG" if seller.country == "GB" else None
    try:
        found = holidays.country_holidays(
            seller.country, subdiv=subdivision, years=range(today.year, today.year + years)
        )
    except NotImplementedError:
        return {}
    return {day: str(name) for day, name in sorted(found.items()) if day >= today}


def _days(text: str) -> dict[date, str]:
    days: dict[date, str] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = DATED.fullmatch(line.strip())
        try:
            days[date.fromisoformat(found[1] if found else "")] = (found[2] if found else "")[:80]
        except ValueError:
            problems.append(
                Problem(f"Line {number}: write a date as 2026-12-25 and a name.", "closed_days")
            )
    if len(days) > MOST_DAYS:
        problems.append(Problem("List at most 500 days.", "closed_days"))
    if problems:
        raise Refused(problems[0].sentence, problems=problems[:20])
    return dict(sorted(days.items()))


def _found(session: Session, warehouse_id: int) -> Warehouse:
    found = database.lock(session, Warehouse, [warehouse_id])
    if not found:
        raise NotFound("There is no such warehouse.")
    return found[0]


def _check(facts: WarehouseFacts, *, code: str = "") -> None:
    problems = []
    if not code and not CODE.fullmatch(facts.code):
        problems.append(Problem("A code has up to 12 capital letters and digits.", "code"))
    if not facts.name.strip():
        problems.append(Problem("Enter the warehouse's name.", "name"))
    if facts.time_zone not in available_timezones():
        problems.append(Problem("Choose a time zone, such as Europe/London.", "time_zone"))
    if not facts.weekdays or set(facts.weekdays) - set("1234567"):
        problems.append(Problem("Choose the days on which it works.", "weekdays"))
    for name in ("lead_time_days", "transit_days"):
        if not 0 <= getattr(facts, name) <= 60:
            problems.append(Problem("Type between 0 and 60 days.", name))
    if problems:
        raise Refused(problems[0].sentence, problems=problems)


def _put(warehouse: Warehouse, facts: WarehouseFacts) -> None:
    warehouse.name = facts.name.strip()
    warehouse.address = dict(facts.address)
    warehouse.time_zone = facts.time_zone
    warehouse.cut_off = facts.cut_off
    warehouse.weekdays = "".join(sorted(set(facts.weekdays)))
    warehouse.lead_time_days = facts.lead_time_days
    warehouse.transit_days = facts.transit_days


def _told(warehouse: Warehouse) -> dict[str, Any]:
    names = ("name", "time_zone", "cut_off", "weekdays", "lead_time_days", "transit_days")
    return {name: str(getattr(warehouse, name)) for name in names} | {
        key: value for key, value in warehouse.address.items() if value
    }
