"""What needs somebody today: the late and the held orders with their money, each list short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Account
from models.insight.order_views import VIEWS
from models.orders import Order, OrderHold, OrderRequest, hold_codes

MOST_SHOWN = 8


def late_orders(session: Session, *, today: date, most: int = MOST_SHOWN) -> Sequence[Any]:
    """The open orders whose promise has passed, latest first."""
    return session.execute(
        select(
            Order.number, Order.status, Order.promised_on, Order.total_amount, Order.currency,
            Account.name.label("account_name"), hold_codes().label("hold_codes"),
        )
        .join(Account, Account.id == Order.account_id)
        .where(VIEWS["late"](today))
        .order_by(Order.promised_on, Order.id)
        .limit(most)
    ).all()  # fmt: skip


def held_orders(session: Session, *, today: date, most: int = MOST_SHOWN) -> Sequence[Any]:
    """The orders on hold with all their reasons, the most money first."""
    since = (
        select(func.min(OrderHold.placed_at))
        .where(OrderHold.order_id == Order.id, OrderHold.released_at.is_(None))
        .correlate(Order)
        .scalar_subquery()
    )
    return session.execute(
        select(
            Order.number, Order.status, Order.total_amount, Order.currency,
            Account.name.label("account_name"), hold_codes().label("hold_codes"),
            since.label("since"),
        )
        .join(Account, Account.id == Order.account_id)
        .where(VIEWS["held"](today))
        .order_by(Order.total_amount.desc(), Order.id)
        .limit(most)
    ).all()  # fmt: skip


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


def releasable_orders(session: Session, *, today: date, most: int = MOST_SHOWN) -> Sequence[Any]:
    """The orders with goods in stock that nobody has released, first promised first."""
    return session.execute(
        select(
            Order.number, Order.status, Order.promised_on, Order.total_amount, Order.currency,
            Account.name.label("account_name"), hold_codes().label("hold_codes"),
        )
        .join(Account, Account.id == Order.account_id)
        .where(VIEWS["release"](today))
        .order_by(Order.promised_on.asc().nulls_last(), Order.id)
        .limit(most)
    ).all()  # fmt: skip
