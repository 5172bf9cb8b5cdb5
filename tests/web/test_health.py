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


def test_a_ready_program_is_migrated_and_keeps_up_with_its_tasks(client: FlaskClient) -> None:
    response = client.get("/health/ready")
    assert response.json is not None
    assert {"database", "migrated", "tasks"} <= {k for k, good in response.json.items() if good}


def test_a_task_that_waits_too_long_makes_it_unready(client: FlaskClient, session: Session) -> None:
    defer(session, "tasks.rescue")
    session.execute(text("UPDATE procrastinate_events SET at = now() - interval '2 minutes'"))
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["tasks"] is False


def test_a_database_of_another_revision_makes_it_unready(
    client: FlaskClient, session: Session
) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '0001_kernel'"))
    assert client.get("/health/ready").status_code == 503
