"""An account's orders as its buyers see them: lists, one order with its story, what to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Capability, User
from models.kernel.errors import NotFound
from models.orders.order import Order, OrderCharge, OrderEvent, OrderHold, OrderLine
from models.orders.status import hold_codes

OPEN = ("awaiting_approval", "on_hold", "open", "picking", "partly_shipped")
PAGE_ROWS = 30
MOST_RECENT = 10


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list shows. `after` is the last one shown: (placed_at, id)."""

    state: str = ""
    query: str = ""
    since: date | None = None
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order with everything its page tells."""

    head: Any
    lines: Sequence[Any]
    charges: Sequence[Any]
    holds: Sequence[Any]
    events: Sequence[Any]


def is_buyers(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Order` that this person may see it while buying.

    Their account's, and its branches' where they cover them; only those they placed themselves
    without the capability to see all.
    """
    mine = Order.account_id == actor.account_id
    if actor.covers_branches:
        branches = select(Account.id).where(Account.parent_id == actor.account_id)
        mine = or_(mine, Order.account_id.in_(branches))
    if not actor.can(Capability.SEE_ALL_ORDERS):
        mine = mine & (Order.placed_by_id == actor.id)
    return mine


def list_orders(session: Session, by: Actor, wanted: OrderFilter) -> list[Any]:
    """The newest orders that fit, one more than a page holds, in one statement."""
    lines = (
        select(func.count()).where(OrderLine.order_id == Order.id).correlate(Order)
    ).scalar_subquery()
    statement = (
        select(
            Order.id, Order.number, Order.po_number, Order.placed_at, Order.status,
            Order.promised_on, Order.total_amount, Order.currency, Order.ship_to,
            Order.placed_on_behalf, User.name.label("placed_by"), lines.label("lines"),
            hold_codes().label("hold_codes"),
        )
        .outerjoin(User, User.id == Order.placed_by_id)
        .where(is_buyers(by), *_fits(wanted))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(PAGE_ROWS + 1)
    )  # fmt: skip
    return list(session.execute(statement))


def recent_orders(session: Session, by: Actor, limit: int = MOST_RECENT) -> list[Any]:
    """The newest orders, for repeating one."""
    return list_orders(session, by, OrderFilter())[:limit]


def count_open(session: Session, by: Actor) -> int:
    """How many orders are not finished."""
    statement = select(func.count()).where(is_buyers(by), Order.status.in_(OPEN))
    return int(session.scalar(statement.select_from(Order)) or 0)


def order_page(session: Session, number: str, by: Actor) -> OrderPage:
    """The order of that number with its lines, charges, holds and story. NotFound if not theirs."""
    return _page(session, number, is_buyers(by))


def order_page_of(session: Session, number: str, account_id: int) -> OrderPage:
    """The same for whoever looks after this account. NotFound where the order is not its."""
    return _page(session, number, Order.account_id == account_id)


def _page(session: Session, number: str, allowed: ColumnElement[bool]) -> OrderPage:
    head = session.execute(
        select(Order, User.name.label("placed_by"))
        .outerjoin(User, User.id == Order.placed_by_id)
        .where(allowed, Order.number == number)
    ).first()
    if head is None:
        raise NotFound("There is no such order.")
    order_id = head.Order.id
    return OrderPage(
        head,
        _of(session, OrderLine, order_id, OrderLine.position),
        _of(session, OrderCharge, order_id, OrderCharge.id),
        _of(session, OrderHold, order_id, OrderHold.id),
        events_of(session, order_id, staff=False),
    )


def events_of(session: Session, order_id: int, *, staff: bool) -> Sequence[Any]:
    """The order's events, newest first, each with who did it; what is for staff only to staff."""
    statement = (
        select(
            OrderEvent.id, OrderEvent.at, OrderEvent.kind, OrderEvent.facts, OrderEvent.on_behalf,
            OrderEvent.audience, OrderEvent.document_kind, OrderEvent.document_id,
            User.name.label("actor"),
        )
        .outerjoin(User, User.id == OrderEvent.actor_id)
        .where(OrderEvent.order_id == order_id)
        .order_by(OrderEvent.at.desc(), OrderEvent.id.desc())
    )  # fmt: skip
    if not staff:
        statement = statement.where(OrderEvent.audience == "all")
    return session.execute(statement).all()


def _of(session: Session, model: Any, order_id: int, order_by: Any) -> Sequence[Any]:
    statement: Select[Any] = select(model).where(model.order_id == order_id).order_by(order_by)
    return session.scalars(statement).all()


def _fits(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "open":
        conditions.append(Order.status.in_(OPEN))
    elif wanted.state == "done":
        conditions.append(Order.status.not_in((*OPEN, "cancelled")))
    elif wanted.state == "cancelled":
        conditions.append(Order.status == "cancelled")
    typed = wanted.query.strip()
    if typed:
        conditions.append(
            or_(
                func.upper(Order.po_number).startswith(typed.upper(), autoescape=True),
                func.upper(Order.external_id) == typed.upper(),
                func.upper(Order.number) == typed.upper(),
                func.upper(Order.number).endswith(typed.upper(), autoescape=True),
            )
        )
    if wanted.since is not None:
        conditions.append(Order.placed_at >= wanted.since)
    if wanted.after is not None:
        conditions.append(tuple_(Order.placed_at, Order.id) < wanted.after)
    return conditions
