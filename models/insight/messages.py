"""The queue of what buyers write and ask about their orders, the longest waiting first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, aliased

from models.accounts import Account, Actor, User, visible_accounts
from models.kernel import clock, settings
from models.orders import Order, OrderRequest

ANSWER_WITHIN = settings.define(
    "messages.answer_hours", 4, "Hours within which a buyer's message is answered"
)
QUEUES = ("open", "mine", "free", "answered")


def message_rows(
    session: Session,
    queue: str,
    actor: Actor,
    *,
    today: date,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of a queue: what waits by its age, what was answered latest first."""
    owner, asker = aliased(User), aliased(User)
    is_done = queue == "answered"
    by_age = OrderRequest.answered_at.desc() if is_done else OrderRequest.asked_at.asc()
    return session.execute(
        select(
            OrderRequest.id, OrderRequest.kind, OrderRequest.text, OrderRequest.asked_at,
            OrderRequest.owner_id, OrderRequest.answer, OrderRequest.answered_at,
            Order.number, Order.status, Account.name.label("account_name"),
            owner.name.label("owner"), asker.name.label("asked_by"),
        )
        .join(Order, Order.id == OrderRequest.order_id)
        .join(Account, Account.id == OrderRequest.account_id)
        .outerjoin(owner, owner.id == OrderRequest.owner_id)
        .outerjoin(asker, asker.id == OrderRequest.asked_by_id)
        .where(
            in_message_queue(queue, actor),
            OrderRequest.account_id.in_(visible_accounts(actor, on=today)),
        )
        .order_by(by_age, OrderRequest.id)
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def in_message_queue(queue: str, actor: Actor) -> ColumnElement[bool]:
    """What a queue holds for this person, said once: for the list and for its count."""
    if queue == "answered":
        return OrderRequest.answered_at.is_not(None)
    narrower = {
        "mine": OrderRequest.owner_id == actor.id,
        "free": OrderRequest.owner_id.is_(None),
    }.get(queue, true())
    return OrderRequest.answered_at.is_(None) & narrower


def answer_by(session: Session) -> datetime:
    """What was written before this moment should have been answered by now."""
    return clock.now() - timedelta(hours=settings.get(session, ANSWER_WITHIN))
