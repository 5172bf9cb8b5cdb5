"""One commit per request, none by a GET, and none forgotten in silence."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

import config
from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.database import ALREADY_THERE
from models.kernel.errors import Refused
from models.kernel.settings import SettingRow
from tests.program import make_program
from web.access import Pages, anyone
from web.transactions import MOST_ATTEMPTS, ForgottenCommit, commit, session

LATE_ROW = text("INSERT INTO activity (at, kind, details) VALUES (now(), 'late', '{}')")

THERE = {"key": "probe.there", "value": 1}

DEADLOCK_AT_FIRST = (
    "CREATE SEQUENCE tries",
    "CREATE FUNCTION meet_a_deadlock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF nextval('tries') = 1 THEN RAISE EXCEPTION 'met' USING ERRCODE = '40P01'; END IF;"
    " RETURN NEW; END $$",
    "CREATE TRIGGER meets_a_deadlock BEFORE INSERT ON activity"
    " FOR EACH ROW EXECUTE FUNCTION meet_a_deadlock()",
)
"""Sequences are not rolled back: the second try goes through."""


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(Activity.kind).order_by(Activity.id)))


def test_a_view_that_commits_has_written(probe: FlaskClient, session: Session) -> None:
    assert probe.post("/probe/written").status_code == 200
    assert kinds(session) == ["probe.written"]


def test_a_refusal_writes_nothing(probe: FlaskClient, session: Session) -> None:
    assert probe.post("/probe/written", data={"refuse": "1"}).status_code == 422
    assert kinds(session) == []


def test_a_get_cannot_write(probe: FlaskClient, session: Session) -> None:
    with pytest.raises(InternalError, match="read-only transaction"):
        probe.get("/probe/written")
    assert kinds(session) == []


def test_a_forgotten_commit_is_loud(probe: FlaskClient, session: Session) -> None:
    with pytest.raises(ForgottenCommit, match=r"probe\.forgotten"):
        probe.post("/probe/forgotten")
    assert kinds(session) == []


def test_a_call_outside_stands_between_two_commits(probe: FlaskClient, session: Session) -> None:
    assert probe.post("/probe/external").status_code == 200
    assert kinds(session) == ["probe.intended", "probe.done"]


def test_no_transaction_is_open_during_a_call_outside(probe: FlaskClient) -> None:
    with pytest.raises(RuntimeError, match="inside external"):
        probe.post("/probe/external", data={"peek": "1"})


def test_an_observation_is_written_after_the_answer(probe: FlaskClient, session: Session) -> None:
    response = probe.get("/probe/observed")
    response.close()
    assert kinds(session) == ["probe.observed"]


@pytest.fixture
def committing(settings: config.Settings, committed_sessions: sessionmaker[Session]) -> Flask:
    app = make_program(settings, committed_sessions)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_the_whole_request_runs_again_when_the_database_asks(
    committing: Flask, committed_database: Engine, state: str
) -> None:
    runs = _route_that_fails(committing, state, times=MOST_ATTEMPTS - 1)
    assert committing.test_client().post("/again").data == b"3"
    assert len(runs) == MOST_ATTEMPTS
    with committed_database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Activity)) == 1


def test_the_whole_request_runs_again_when_a_flush_met_a_deadlock(
    committing: Flask, committed_database: Engine
) -> None:
    with committed_database.begin() as connection:
        for statement in DEADLOCK_AT_FIRST:
            connection.execute(text(statement))
    pages = Pages("flushing", __name__)

    @pages.post("/flushing", access=anyone)
    def flushing() -> str:
        session().add(Activity(at=clock.now(), kind="probe.flushed", details={}))
        commit()
        return "done"

    committing.register_blueprint(pages)
    assert committing.test_client().post("/flushing").data == b"done"
    with committed_database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Activity)) == 1


def test_a_request_gives_up_after_three_attempts(committing: Flask) -> None:
    runs = _route_that_fails(committing, "40001", times=MOST_ATTEMPTS)
    with pytest.raises(OperationalError):
        committing.test_client().post("/again")
    assert len(runs) == MOST_ATTEMPTS


def test_who_adds_what_somebody_added_at_the_same_moment_is_told_so(
    committing: Flask, committed_database: Engine
) -> None:
    """Looked up before the other one committed, added after: the second run finds it."""
    pages, seen = Pages("adding", __name__), []

    @pages.post("/adding", access=anyone)
    def adding() -> str:
        there = session().scalar(select(func.count()).select_from(SettingRow))
        seen.append(there)
        if there:
            raise Refused("That is there already.")
        with committed_database.begin() as connection:
            connection.execute(insert(SettingRow).values(THERE))
        session().execute(insert(SettingRow).values(THERE))
        commit()
        return "added"

    committing.register_blueprint(pages)
    answer = committing.test_client().post("/adding")
    assert (answer.status_code, seen) == (422, [0, 1])
    assert "That is there already." in answer.text


def test_a_row_that_is_refused_again_is_not_tried_a_third_time(committing: Flask) -> None:
    runs = _route_that_fails(committing, ALREADY_THERE, times=MOST_ATTEMPTS)
    with pytest.raises(IntegrityError):
        committing.test_client().post("/again")
    assert len(runs) == 2


def test_what_was_prepared_outlives_the_request(committing: Flask) -> None:
    pages = Pages("prepared", __name__)

    @pages.get("/prepared", access=anyone)
    def prepared() -> str:
        return str(session().scalar(text("SELECT count(*) FROM pg_prepared_statements")))

    committing.register_blueprint(pages)
    client = committing.test_client()
    assert int([client.get("/prepared").data for _ in range(12)][-1]) > 0


def test_what_follows_the_commit_without_one_of_its_own_is_undone(
    committing: Flask, committed_database: Engine
) -> None:
    pages = Pages("late", __name__)

    @pages.post("/late", access=anyone)
    def late() -> str:
        commit()
        session().execute(LATE_ROW)
        return "late"

    committing.register_blueprint(pages)
    assert committing.test_client().post("/late").status_code == 200
    with committed_database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Activity)) == 0


def test_a_get_cannot_write_in_production_either(committing: Flask) -> None:
    pages = Pages("writing", __name__)

    @pages.get("/writing", access=anyone)
    def writing() -> str:
        session().execute(LATE_ROW)
        return "written"

    committing.register_blueprint(pages)
    with pytest.raises(InternalError, match="read-only transaction"):
        committing.test_client().get("/writing")


def _route_that_fails(app: Flask, state: str, *, times: int) -> list[int]:
    pages = Pages("again", __name__)
    runs: list[int] = []

    @pages.post("/again", access=anyone)
    def again() -> Any:
        runs.append(1)
        session().add(Activity(kind="probe.again", details={}))
        session().flush()
        if len(runs) <= times:
            session().execute(
                text(f"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '{state}'; END $$")
            )
        commit()
        return str(len(runs))

    app.register_blueprint(pages)
    return runs
