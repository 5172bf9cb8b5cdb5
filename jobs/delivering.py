"""Domain events reach their consumers here, each consumer once per event.

    @consumes("order.placed")
    def mail_the_acknowledgement(session: Session, event: DomainEvent) -> None: ...

A consumer works in the transaction that also notes its effect: either both stand or neither. What
it wants from another machine it defers as a task of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobs.app import Work, task
from models.kernel import clock
from models.kernel.failpoint import fail_at
from models.kernel.outbox import DELIVERING, DomainEvent, EventEffect

Consumer = Callable[[Session, DomainEvent], None]
BASE_URL = "base_url"
"""Where `session.info` tells a consumer the program's address, for links in mails."""
CONSUMERS: dict[str, list[Consumer]] = defaultdict(list)


def consumes(kind: str) -> Callable[[Consumer], Consumer]:
    """Registers a consumer for events of `kind`."""

    def register(consumer: Consumer) -> Consumer:
        CONSUMERS[kind].append(consumer)
        return consumer

    return register


@task(DELIVERING)
def deliver(work: Work, event_id: int) -> None:
    """Runs every consumer that has not dealt with the event yet, each in its own transaction."""
    with work.session() as session:
        kind = session.get_one(DomainEvent, event_id).kind
    for consumer in CONSUMERS[kind]:
        with work.session() as session:
            session.info[BASE_URL] = work.settings.base_url
            event = session.get_one(DomainEvent, event_id)
            if _claim(session, event, consumer):
                consumer(session, event)
            fail_at("event.consumed")
            session.commit()
    fail_at("event.before_delivered")
    with work.session() as session:
        session.get_one(DomainEvent, event_id).delivered_at = clock.now()
        session.commit()


def _claim(session: Session, event: DomainEvent, consumer: Consumer) -> bool:
    claimed = session.execute(
        insert(EventEffect)
        .values(event_id=event.id, consumer=f"{consumer.__module__}.{consumer.__qualname__}")
        .on_conflict_do_nothing()
        .returning(EventEffect.event_id)
    )
    return claimed.first() is not None
