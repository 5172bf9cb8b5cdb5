"""Questions about card payments: how one stands, whom to ask, what finance has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, User
from models.kernel.errors import NotFound
from models.orders import Order
from models.receivables.card_starting import LIVE
from models.receivables.payment import InboundEvent, Payment, PaymentAttempt, Refund

FIRST_ASKED_AFTER = timedelta(minutes=1)
ASKED_EVERY = timedelta(minutes=5)


def attempt_of(session: Session, key: str, by: Actor) -> PaymentAttempt:
    """The card payment of this key, where this buyer's account pays or has ordered it.

    NotFound otherwise.
    """
    attempt = session.scalars(select(PaymentAttempt).where(PaymentAttempt.key == key)).first()
    if attempt is None or by.account_id is None or not _is_theirs(session, attempt, by.account_id):
        raise NotFound("There is no such payment.")
    return attempt


def attempts_to_ask(session: Session, now: datetime) -> list[int]:
    """Attempts whose outcome we do not know and have not asked about for a while."""
    asked = func.coalesce(PaymentAttempt.asked_at, PaymentAttempt.created_at)
    pause = now - ASKED_EVERY
    never = PaymentAttempt.asked_at.is_(None) & (
        PaymentAttempt.created_at < now - FIRST_ASKED_AFTER
    )
    return list(
        session.scalars(
            select(PaymentAttempt.id)
            .where(PaymentAttempt.state.in_(LIVE), or_(never, asked < pause))
            .order_by(PaymentAttempt.id)
            .limit(200)
        )
    )


def refunds_to_ask(session: Session, now: datetime) -> list[int]:
    """Refunds that were decided or sent a while ago and are not finished."""
    return list(
        session.scalars(
            select(Refund.id)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(
                Refund.state.in_(("intent", "sent")),
                Refund.created_at < now - FIRST_ASKED_AFTER,
                Payment.provider.is_not(None),
            )
            .order_by(Refund.id)
            .limit(200)
        )
    )


def refunds_of(session: Session, payment_id: int) -> Sequence[Any]:
    """A payment's refunds, oldest first, with who asked for them."""
    return session.execute(
        select(
            Refund.id, Refund.kind, Refund.amount, Refund.reason, Refund.state, Refund.problem,
            Refund.created_at, Refund.finished_at, User.name.label("requested_by"),
        )
        .outerjoin(User, User.id == Refund.requested_by_id)
        .where(Refund.payment_id == payment_id)
        .order_by(Refund.id)
    ).all()  # fmt: skip


def card_payments_of(session: Session, order_id: int) -> Sequence[Any]:
    """What was paid for an order itself, and what of it went back."""
    return session.execute(
        select(
            Payment.id, Payment.number, Payment.received_on, Payment.amount, Payment.refunded_amount
        )
        .where(Payment.order_id == order_id)
        .order_by(Payment.id)
    ).all()


def parked_events(session: Session, *, most: int = 100) -> Sequence[InboundEvent]:
    """What came from a provider and does not fit our records, newest first."""
    return session.scalars(
        select(InboundEvent)
        .where(InboundEvent.state == "parked")
        .order_by(InboundEvent.id.desc())
        .limit(most)
    ).all()


def latest_attempts(session: Session, *, state: str = "", most: int = 100) -> Sequence[Any]:
    """Card payments as finance sees them, newest first."""
    statement = (
        select(
            PaymentAttempt.id, PaymentAttempt.state, PaymentAttempt.description,
            PaymentAttempt.expected_amount, PaymentAttempt.currency, PaymentAttempt.created_at,
            PaymentAttempt.problem, PaymentAttempt.payment_id, PaymentAttempt.payment_reference,
            Account.name.label("account"), Account.id.label("account_id"),
            Order.number.label("order_number"), Payment.number.label("payment_number"),
        )
        .join(Account, Account.id == PaymentAttempt.bill_to_account_id)
        .outerjoin(Order, Order.id == PaymentAttempt.order_id)
        .outerjoin(Payment, Payment.id == PaymentAttempt.payment_id)
        .order_by(PaymentAttempt.id.desc())
        .limit(most)
    )  # fmt: skip
    if state:
        statement = statement.where(PaymentAttempt.state == state)
    return session.execute(statement).all()


def failed_refunds(session: Session, *, most: int = 100) -> Sequence[Any]:
    """Refunds that did not go through, newest first."""
    return session.execute(
        select(
            Refund.id, Refund.amount, Refund.reason, Refund.problem, Refund.created_at,
            Payment.id.label("payment_id"), Payment.number, Payment.currency,
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == "failed")
        .order_by(Refund.id.desc())
        .limit(most)
    ).all()  # fmt: skip


def _is_theirs(session: Session, attempt: PaymentAttempt, account_id: int) -> bool:
    if attempt.bill_to_account_id == account_id:
        return True
    if attempt.order_id is None:
        pays = session.scalar(select(Account.bill_to_id).where(Account.id == account_id))
        return pays == attempt.bill_to_account_id
    return (
        session.scalar(select(Order.account_id).where(Order.id == attempt.order_id)) == account_id
    )
