"""The office's order list: one page of rows, their totals, and what stands beside an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Role, StaffRole, User
from models.insight.order_views import OrderFilter, conditions
from models.inventory import Warehouse
from models.kernel.database import columns_of
from models.orders import Order, OrderHold, OrderLine

MOST_COUNTED = 2000
"""Beyond so many orders a list says "2,000+" instead of counting on."""
MOST_BESIDE = 1000
REMEMBERED = 200

SORTS: dict[str, Any] = {
    "number": Order.id,
    "placed": Order.placed_at,
    "promised": Order.promised_on,
    "account": Account.name,
    "total": Order.total_amount,
    "status": Order.status,
}
UNDATED = frozenset({"promised"})
"""Columns that may be empty."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many orders a list holds in one currency and what they come to."""

    currency: str
    count: int
    total: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Beside:
    """Where an order stands in its list, and the numbers before and after it."""

    position: int
    count: int
    previous: str | None
    next: str | None


def order_rows(
    session: Session,
    chosen: OrderFilter,
    actor: Actor,
    *,
    today: date,
    sort: str = "placed",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of the list in one statement, with each order's lines and open holds."""
    statement = _rows(chosen, actor, today, sort, descending, limit, offset)
    return columns_of(session, statement).all()


@lru_cache(REMEMBERED)
def _rows(
    chosen: OrderFilter,
    actor: Actor,
    today: date,
    sort: str,
    descending: bool,
    limit: int,
    offset: int,
) -> Select[Any]:
    """The statement of a list, of which the office asks for a few again and again."""
    key = SORTS.get(sort, Order.placed_at)
    page = (
        select(
            Order.id, Order.number, Order.status, Order.po_number, Order.placed_at, Order.currency,
            Order.promised_on, Order.total_amount, Order.paid_amount,
            Order.ship_to["city"].astext.label("city"),
            Account.name.label("account_name"), Account.number.label("account_number"),
            Account.id.label("account_id"), key.label("sort_key"),
        )
        .join(Account, Account.id == Order.account_id)
        .where(*conditions(chosen, actor, today))
        .order_by(*_ordered(key, Order.id, descending, sort in UNDATED))
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )  # fmt: skip
    is_wanted = OrderLine.ordered > OrderLine.cancelled
    done = and_(is_wanted, OrderLine.shipped >= OrderLine.ordered - OrderLine.cancelled)
    lines = (
        select(
            func.count().filter(is_wanted).label("line_count"),
            func.count().filter(done).label("shipped_lines"),
        )
        .where(OrderLine.order_id == page.c.id)
        .lateral("lines")
    )
    holds = (
        select(func.array_agg(OrderHold.code))
        .where(OrderHold.order_id == page.c.id, OrderHold.released_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(page, lines.c.line_count, lines.c.shipped_lines, holds.label("hold_codes"))
        .join(lines, true())
        .order_by(*_ordered(page.c.sort_key, page.c.id, descending, sort in UNDATED))
    )


def order_sums(session: Session, chosen: OrderFilter, actor: Actor, *, today: date) -> list[Sum]:
    """The list's totals by currency, over at most MOST_COUNTED + 1 orders, in one statement."""
    return [Sum(*row) for row in columns_of(session, _sums(chosen, actor, today))]


@lru_cache(REMEMBERED)
def _sums(chosen: OrderFilter, actor: Actor, today: date) -> Select[Any]:
    rows = (
        select(Order.currency, Order.total_amount, Order.paid_amount)
        .where(*conditions(chosen, actor, today))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return (
        select(
            rows.c.currency,
            func.count(),
            func.sum(rows.c.total_amount),
            func.sum(rows.c.paid_amount),
        )
        .group_by(rows.c.currency)
        .order_by(func.count().desc())
    )


def beside(
    session: Session,
    order_id: int,
    chosen: OrderFilter,
    actor: Actor,
    *,
    today: date,
    sort: str = "placed",
    descending: bool = True,
) -> Beside | None:
    """The neighbours of an order in its list; None where it is not among the first thousand."""
    key = SORTS.get(sort, Order.placed_at)
    rows = (
        select(Order.id, Order.number, key.label("sort_key"))
        .join(Account, Account.id == Order.account_id)
        .where(*conditions(chosen, actor, today))
        .order_by(*_ordered(key, Order.id, descending, sort in UNDATED))
        .limit(MOST_BESIDE)
        .subquery()
    )
    way = _ordered(rows.c.sort_key, rows.c.id, descending, sort in UNDATED)
    placed = select(
        rows.c.id,
        func.row_number().over(order_by=way).label("position"),
        func.count().over().label("among"),
        func.lag(rows.c.number).over(order_by=way).label("previous"),
        func.lead(rows.c.number).over(order_by=way).label("next"),
    ).subquery()
    row = session.execute(select(placed).where(placed.c.id == order_id)).first()
    return Beside(row.position, row.among, row.previous, row.next) if row else None


def filter_options(session: Session) -> dict[str, list[tuple[int, str]]]:
    """The warehouses and reps to filter by, in one statement: {kind: [(id, name)]}."""
    found: dict[str, list[tuple[int, str]]] = {"rep": [], "warehouse": []}
    for row in columns_of(session, _options()):
        found[row.kind].append((row.id, row.name))
    return found


@cache
def _options() -> Select[Any]:
    reps = (
        select(literal("rep").label("kind"), User.id, User.name)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(StaffRole.role == Role.SALES_REP, User.disabled_at.is_(None))
    )
    places = select(literal("warehouse").label("kind"), Warehouse.id, Warehouse.name)
    both = union_all(reps, places).subquery()
    return select(both).order_by(both.c.name)


def _ordered(key: Any, tie: Any, descending: bool, may_miss: bool) -> list[ColumnElement[Any]]:
    """Orders without a date come last either way; where there is always a value this is not said,
    for PostgreSQL would not read a plain index backwards then."""
    way = [key.desc(), tie.desc()] if descending else [key.asc(), tie.asc()]
    return [way[0].nulls_last(), way[1]] if may_miss else way
