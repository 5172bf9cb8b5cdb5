"""Jobs and events live and die with the transaction that caused them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from models.kernel.outbox import DELIVERING, DomainEvent, announce, defer

JOBS = text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")


def test_a_job_is_queued_with_its_arguments(session: Session) -> None:
    job_id = defer(session, "invoice.render", invoice_id=41, total=Decimal("12.50"))
    assert job_id is not None
    assert session.execute(JOBS).all() == [("invoice.render", {"invoice_id": 41, "total": "12.50"})]


def test_a_rollback_leaves_no_job_and_no_event(committed_sessions: sessionmaker[Session]) -> None:
    with committed_sessions() as session:
        announce(session, "order.placed", order_id=1)
        session.rollback()
    with committed_sessions() as session:
        assert session.execute(JOBS).all() == []
        assert session.scalars(select(DomainEvent)).all() == []


def test_a_commit_leaves_the_event_and_its_delivery(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        event = announce(session, "order.placed", account_id=3, order_id=1)
        session.commit()
    with committed_sessions() as session:
        kept = session.scalars(select(DomainEvent)).one()
        assert (kept.kind, kept.account_id, kept.facts) == ("order.placed", 3, {"order_id": 1})
        assert session.execute(JOBS).all() == [(DELIVERING, {"event_id": event.id})]


def test_a_queueing_lock_lets_only_one_job_wait(session: Session) -> None:
    first = defer(session, "stock.recount", queueing_lock="recount")
    second = defer(session, "stock.recount", queueing_lock="recount")
    assert first is not None
    assert second is None
    assert len(session.execute(JOBS).all()) == 1


@pytest.mark.parametrize("kind", ["order.placed", "price_list.changed"])
def test_an_event_waits_until_it_is_delivered(session: Session, kind: str) -> None:
    assert announce(session, kind).delivered_at is None
