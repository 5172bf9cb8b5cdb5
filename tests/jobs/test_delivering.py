"""Events reach each consumer once, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import worker
from jobs.app import Work
from jobs.delivering import CONSUMERS, consumes, deliver
from models.kernel.activity import Activity, record
from models.kernel.outbox import DomainEvent, announce


@pytest.fixture(autouse=True)
def consumers() -> Iterator[list[bool]]:
    """Two consumers of probe.happened; the second fails while the list holds True."""
    fails: list[bool] = []

    @consumes("probe.happened")
    def first(session: Session, event: DomainEvent) -> None:
        record(session, "probe.first", by=None, event=event.id)

    @consumes("probe.happened")
    def second(session: Session, event: DomainEvent) -> None:
        record(session, "probe.second", by=None)
        if fails:
            raise RuntimeError("not now")

    yield fails
    del CONSUMERS["probe.happened"]


def happened(work: Work) -> int:
    with work.session() as session:
        event = announce(session, "probe.happened")
        session.commit()
        return event.id


def effects(work: Work) -> list[str]:
    with work.session() as session:
        return list(session.scalars(select(Activity.kind).order_by(Activity.id)))


def test_every_consumer_sees_the_event_once_though_it_is_delivered_twice(work: Work) -> None:
    event_id = happened(work)
    deliver(work, event_id)
    deliver(work, event_id)
    assert effects(work) == ["probe.first", "probe.second"]


def test_a_consumer_that_fails_is_tried_again_without_repeating_the_others(
    work: Work, consumers: list[bool]
) -> None:
    event_id = happened(work)
    consumers.append(True)
    with pytest.raises(RuntimeError):
        deliver(work, event_id)
    with work.session() as session:
        assert session.get_one(DomainEvent, event_id).delivered_at is None
    consumers.clear()
    deliver(work, event_id)
    assert effects(work) == ["probe.first", "probe.second"]
    with work.session() as session:
        assert session.get_one(DomainEvent, event_id).delivered_at is not None


def test_a_worker_delivers_what_a_transaction_announced(work: Work) -> None:
    happened(work)
    worker.work(work.settings, until_stopped=False)
    assert effects(work) == ["probe.first", "probe.second"]
