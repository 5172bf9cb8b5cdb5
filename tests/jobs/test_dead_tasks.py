"""Tasks that gave up are seen and can be tried again; a dead worker's work is not lost."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import jobs.every_task
from jobs.app import app
from models.kernel.errors import NotFound
from models.kernel.outbox import defer
from models.kernel.tasks import count_dead_tasks, dead_tasks, rescue_abandoned, try_again
from tests.factories.kernel import Person


def fail(session: Session, job_id: int) -> None:
    for status in ("doing", "failed"):
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = CAST(:s AS procrastinate_job_status)"
                " WHERE id = :id"
            ),
            {"s": status, "id": job_id},
        )


def status(session: Session, job_id: int) -> str:
    return str(
        session.scalar(text("SELECT status FROM procrastinate_jobs WHERE id = :id"), {"id": job_id})
    )


def test_a_task_that_gave_up_is_listed_and_can_be_tried_again(session: Session) -> None:
    job_id = defer(session, "invoice.render", invoice_id=4)
    assert job_id is not None
    fail(session, job_id)
    assert [(each.id, each.name, each.args) for each in dead_tasks(session)] == [
        (job_id, "invoice.render", {"invoice_id": 4})
    ]
    try_again(session, job_id, by=Person())
    assert count_dead_tasks(session) == 0
    assert status(session, job_id) == "todo"


def test_a_task_that_did_not_give_up_cannot_be_tried_again(session: Session) -> None:
    job_id = defer(session, "invoice.render")
    assert job_id is not None
    with pytest.raises(NotFound, match="not waiting"):
        try_again(session, job_id, by=Person())


def test_what_a_dead_worker_had_begun_goes_back_on_the_queue(session: Session) -> None:
    begun = defer(session, "invoice.render")
    waiting = defer(session, "invoice.mail")
    assert begun is not None
    assert waiting is not None
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"), {"id": begun}
    )
    assert rescue_abandoned(session) == 1
    assert status(session, begun) == "todo"
    assert rescue_abandoned(session) == 0


def test_one_that_waits_already_takes_the_place_of_one_whose_worker_died(session: Session) -> None:
    begun = defer(session, "tasks.rescue", queueing_lock="tasks.rescue")
    other = defer(session, "invoice.render")
    assert begun is not None
    assert other is not None
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id IN (:begun, :other)"),
        {"begun": begun, "other": other},
    )
    waiting = defer(session, "tasks.rescue", queueing_lock="tasks.rescue")
    assert waiting is not None
    assert rescue_abandoned(session) == 2
    assert [status(session, each) for each in (begun, waiting, other)] == [
        "aborted", "todo", "todo",
    ]  # fmt: skip


def test_the_rescue_does_not_wait_for_a_rescue_whose_worker_died() -> None:
    assert jobs.every_task.MODULES
    assert app.tasks["tasks.rescue"].lock is None
