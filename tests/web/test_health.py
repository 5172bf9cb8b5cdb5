"""What a watching machine is told."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.kernel.outbox import defer


def test_a_live_process_says_so(client: FlaskClient) -> None:
    response = client.get("/health/live")
    assert response.status_code == 200
    assert response.json == {"alive": True}


def hear_of_a_worker(session: Session, seconds_ago: int = 5) -> None:
    session.execute(
        text(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => :ago))"
        ),
        {"ago": seconds_ago},
    )


def leave_waiting(session: Session) -> None:
    """A task that has been due for two minutes."""
    defer(session, "tasks.rescue")
    session.execute(text("UPDATE procrastinate_events SET at = now() - interval '2 minutes'"))


def begin_a_task(session: Session, seconds_ago: int) -> None:
    begun = defer(session, "invoice.render")
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"), {"id": begun}
    )
    session.execute(
        text(
            "UPDATE procrastinate_events SET at = now() - make_interval(secs => :ago)"
            " WHERE job_id = :id AND type = 'started'"
        ),
        {"id": begun, "ago": seconds_ago},
    )


def told(client: FlaskClient) -> dict[str, bool | int]:
    """What the answer says; its status agrees with it."""
    response = client.get("/health/ready")
    answer = response.json
    assert answer is not None
    checks = [each for each in answer.values() if isinstance(each, bool)]
    assert response.status_code == (200 if all(checks) else 503)
    return dict(answer)


def test_a_ready_program_is_migrated_and_keeps_up_with_its_tasks(
    client: FlaskClient, session: Session
) -> None:
    hear_of_a_worker(session)
    answer = told(client)
    assert {"database", "migrated", "worker", "tasks"} <= {k for k, v in answer.items() if v}
    assert (answer["waiting_seconds"], answer["given_up"]) == (0, 0)


def test_without_a_worker_it_is_unready_even_while_nothing_waits(
    client: FlaskClient, session: Session
) -> None:
    hear_of_a_worker(session, seconds_ago=90)
    answer = told(client)
    assert (answer["worker"], answer["tasks"]) == (False, True)


def test_a_backlog_that_is_worked_off_is_told_but_not_unready(
    client: FlaskClient, session: Session
) -> None:
    hear_of_a_worker(session)
    leave_waiting(session)
    begin_a_task(session, seconds_ago=20)
    answer = told(client)
    assert answer["tasks"] is True
    assert answer["waiting_seconds"] == 120


def test_a_worker_that_begins_nothing_while_tasks_wait_is_stuck(
    client: FlaskClient, session: Session
) -> None:
    hear_of_a_worker(session)
    leave_waiting(session)
    assert told(client)["tasks"] is False
    begin_a_task(session, seconds_ago=600)
    assert told(client)["tasks"] is False


def test_a_backlog_whose_worker_died_is_unready(client: FlaskClient, session: Session) -> None:
    leave_waiting(session)
    begin_a_task(session, seconds_ago=20)
    answer = told(client)
    assert (answer["worker"], answer["tasks"]) == (False, False)


def test_a_task_that_gave_up_is_told(client: FlaskClient, session: Session) -> None:
    begin_a_task(session, seconds_ago=20)
    session.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
    assert told(client)["given_up"] == 1


def test_a_database_of_another_revision_makes_it_unready(
    client: FlaskClient, session: Session
) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '0001_kernel'"))
    assert client.get("/health/ready").status_code == 503
