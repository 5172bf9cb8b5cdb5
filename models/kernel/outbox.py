"""News and work for later, recorded in the transaction that causes them.

`defer` puts a job on the queue through the caller's own connection: a rollback takes it back, a
commit makes it visible to the workers. `announce` records a domain event and defers its delivery.
The queue's tables belong to the task library; the domain only calls its SQL function.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.kernel import clock
from models.kernel.activity import as_json, current_request_id
from models.kernel.base import Base, BigInt, Facts, Id, Moment

DELIVERING = "outbox.deliver"
_DEFER = text(
    "SELECT (procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, :priority, :lock, :queueing_lock,"
    " CAST(:args AS jsonb), :schedule_at)::procrastinate_job_to_defer_v1]))[1]"
)


class DomainEvent(Base):
    """Something that happened, for those outside the transaction. Its consumers see it once."""

    __tablename__ = "domain_event"
    __table_args__ = (
        Index("ix_domain_event_undelivered", "at", postgresql_where=text("delivered_at IS NULL")),
    )

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    kind: Mapped[str]
    account_id: Mapped[BigInt | None]
    request_id: Mapped[str | None]
    facts: Mapped[Facts]
    delivered_at: Mapped[Moment | None]


class EventEffect(Base):
    """That a consumer has dealt with an event; committed together with what it did."""

    __tablename__ = "event_effect"

    event_id: Mapped[int] = mapped_column(ForeignKey("domain_event.id"), primary_key=True)
    consumer: Mapped[str] = mapped_column(primary_key=True)


def announce(
    session: Session, kind: str, *, account_id: int | None = None, **facts: Any
) -> DomainEvent:
    """Records that `kind` (`order.placed`) happened. Consumers run after the commit, in a task."""
    event = DomainEvent(
        kind=kind,
        account_id=account_id,
        request_id=current_request_id.get(),
        facts=as_json(facts),
    )
    session.add(event)
    session.flush()
    defer(session, DELIVERING, event_id=event.id)
    return event


def defer(
    session: Session,
    task: str,
    *,
    queue: str = "default",
    priority: int = 0,
    lock: str | None = None,
    queueing_lock: str | None = None,
    schedule_at: datetime | None = None,
    **args: Any,
) -> int | None:
    """Queues `task` with `args` (JSON values) in the caller's transaction and gives the job's id.

    Jobs with the same `lock` never run at once. While a job with this `queueing_lock` waits, no
    second one is queued: the answer is None.
    """
    values = {
        "queue": queue,
        "task": task,
        "priority": priority,
        "lock": lock,
        "queueing_lock": queueing_lock,
        "args": json.dumps(as_json(args)),
        "schedule_at": schedule_at,
    }
    if queueing_lock is None:
        return _queued(session, values)
    try:
        with session.begin_nested():
            return _queued(session, values)
    except IntegrityError as error:
        if "queueing_lock" not in str(error.orig):
            raise
        return None


def _queued(session: Session, values: dict[str, Any]) -> int:
    job_id: int = session.execute(_DEFER, values).scalar_one()
    return job_id
