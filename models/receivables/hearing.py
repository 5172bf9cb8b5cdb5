"""The inbox: what a provider reported, stored raw first and worked on afterwards, once.

An event that does not fit our records is parked for finance and changes nothing. One that came
too early (a refund before its payment) is parked too, and taken up again when the payment comes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.outbox import defer
from models.receivables.card import CardRefused, Expired, Mismatch, News, RefundReply, Taken
from models.receivables.card_settling import expire, note_card_refused, settle
from models.receivables.payment import InboundEvent, Payment
from models.receivables.refunding import hear_refund

WORKING = "card.event"
Reader = Callable[[dict[str, Any]], News | None]


def store_event(
    session: Session, *, provider: str, event_id: str, kind: str, payload: dict[str, Any]
) -> bool:
    """Keeps a verified event and queues the work on it; False when it was stored before."""
    stored = session.scalar(
        insert(InboundEvent)
        .values(
            provider=provider, event_id=event_id, kind=kind, payload=payload,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(InboundEvent.id)
    )  # fmt: skip
    if stored is None:
        return False
    defer(session, WORKING, inbound_id=stored)
    return True


def work_on_event(session: Session, inbound_id: int, read: Reader, *, is_live: bool) -> None:
    """Acts on a stored event: done, ignored where it says nothing to us, or parked."""
    event = lock(session, InboundEvent, [inbound_id])[0]
    if event.state != "waiting":
        return
    event.worked_at = clock.now()
    try:
        news = read(event.payload)
        if news is None:
            event.state = "ignored"
            return
        event.payment_reference = _reference(news)
        session.flush()
        with session.begin_nested():
            _act(session, news, is_live)
    except Mismatch as mismatch:
        session.refresh(event)
        event.state, event.problem = "parked", str(mismatch)[:500]
        event.worked_at = clock.now()
        activity.record(
            session, "card.parked", by=None, subject=event, problem=event.problem, event=event.kind
        )
        return
    event.state, event.problem = "done", ""
    if isinstance(news, Taken):
        _take_up_early_ones(session, news.payment_reference)


def take_up_again(session: Session, inbound_id: int, *, by: Actor) -> None:
    """Works on a parked event once more. Conflict where it is not parked any more."""
    event = _parked(session, inbound_id, by)
    event.state = "waiting"
    defer(session, WORKING, inbound_id=event.id)
    activity.record(session, "card.taken_up", by=by, subject=event)


def put_aside(session: Session, inbound_id: int, *, reason: str, by: Actor) -> None:
    """Says that nothing is to be done about a parked event. Refused without a reason."""
    event = _parked(session, inbound_id, by)
    if not reason.strip():
        raise Refused("Say why nothing is to be done about it.", field="reason")
    event.state, event.problem = "ignored", f"{event.problem}. {reason.strip()}"[:800]
    activity.record(session, "card.put_aside", by=by, subject=event, reason=reason.strip())


def take_up_known(session: Session) -> None:
    """Takes up parked events whose payment has become known since: two workers crossed."""
    for reference in session.scalars(
        select(InboundEvent.payment_reference)
        .join(Payment, Payment.provider_reference == InboundEvent.payment_reference)
        .where(
            InboundEvent.state == "parked",
            InboundEvent.worked_at < Payment.created_at + timedelta(minutes=2),
        )
        .distinct()
    ).all():
        _take_up_early_ones(session, reference)


def _parked(session: Session, inbound_id: int, by: Actor) -> InboundEvent:
    by.require(Permission.PAYMENTS_RECORD, "Payments are put right by accounting.")
    event = next(iter(lock(session, InboundEvent, [inbound_id])), None)
    if event is None:
        raise NotFound("There is no such event.")
    if event.state != "parked":
        raise Conflict("Somebody has dealt with this already.")
    return event


def _act(session: Session, news: News, is_live: bool) -> None:
    if isinstance(news, Taken):
        settle(session, news, is_live=is_live)
    elif isinstance(news, Expired):
        expire(session, news, is_live=is_live)
    elif isinstance(news, CardRefused):
        note_card_refused(session, news, is_live=is_live)
    else:
        hear_refund(session, news, is_live=is_live)


def _reference(news: News) -> str:
    return news.payment_reference if isinstance(news, Taken | RefundReply) else ""


def _take_up_early_ones(session: Session, payment_reference: str) -> None:
    early = session.scalars(
        select(InboundEvent)
        .where(InboundEvent.state == "parked", InboundEvent.payment_reference == payment_reference)
        .order_by(InboundEvent.id)
        .with_for_update()
    ).all()
    for event in early:
        event.state = "waiting"
        defer(session, WORKING, inbound_id=event.id)
