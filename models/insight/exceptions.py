"""What needs somebody today: late, held and releasable orders and messages, each list short."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, Text, func, literal, select, union_all
from sqlalchemy.orm import Session

from models.accounts import Account
from models.insight.order_views import VIEWS
from models.orders import Order, OrderHold, OrderRequest, hold_codes

MOST_SHOWN = 8
_URGENCY: dict[str, tuple[Any, ...]] = {
    "late": (Order.promised_on,),
    "held": (Order.total_amount.desc(),),
    "release": (Order.promised_on.asc().nulls_last(),),
}
"""What stands first in a queue: the latest, the most money, the first promised."""


def first_orders(
    session: Session, views: Collection[str], *, today: date, most: int = MOST_SHOWN
) -> dict[str, list[Any]]:
    """The first orders of each of these queues, what is most urgent first, in one statement."""
    if not views:
        return {}
    firsts = [_first(view, today, most) for view in views]
    found: dict[str, list[Any]] = {view: [] for view in views}
    for row in session.execute(union_all(*firsts)):
        found[row.view].append(row)
    return found


def _first(view: str, today: date, most: int) -> Select[Any]:
    since = (
        select(func.min(OrderHold.placed_at))
        .where(OrderHold.order_id == Order.id, OrderHold.released_at.is_(None))
        .correlate(Order)
        .scalar_subquery()
    )
    rows = (
        select(
            literal(view, Text).label("view"), Order.number, Order.status, Order.promised_on,
            Order.total_amount, Order.currency, Account.name.label("account_name"),
            hold_codes().label("hold_codes"), since.label("since"),
        )
        .join(Account, Account.id == Order.account_id)
        .where(VIEWS[view](today))
        .order_by(*_URGENCY[view], Order.id)
        .limit(most)
        .subquery(view)
    )  # fmt: skip
    return select(rows)


def asked_orders(session: Session, *, most: int = MOST_SHOWN) -> Sequence[Any]:
    """The orders whose buyers ask for something that nobody has answered, longest waiting first."""
    return session.execute(
        select(
            Order.number, Order.status, Order.total_amount, Order.currency,
            Account.name.label("account_name"), OrderRequest.kind, OrderRequest.text,
            OrderRequest.asked_at,
        )
        .join(OrderRequest, OrderRequest.order_id == Order.id)
        .join(Account, Account.id == Order.account_id)
        .where(OrderRequest.answered_at.is_(None))
        .order_by(OrderRequest.asked_at, OrderRequest.id)
        .limit(most)
    ).all()  # fmt: skip
