"""The request's session and its one commit.

GET and HEAD run READ ONLY. A view that writes ends with `commit()`: a success answer with unsaved
work raises `ForgottenCommit`. A refusal or an exception rolls back. A serialization failure, a
deadlock or a lock time-out runs the whole request again, up to three times in all, as long as it
has committed nothing. So does, once, a row that somebody else has added at the same moment (the
same SKU, say): the second run finds it and says its sentence.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, sessionmaker

from models.kernel.database import ALREADY_THERE, RETRYABLE, end_quietly, reading
from models.kernel.failpoint import fail_at

MOST_ATTEMPTS = 3
LONGEST_PAUSE_SECONDS = 0.05
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ForgottenCommit(AssertionError):
    """A view answered with success but left work uncommitted."""


class TransactionalFlask(Flask):
    """Flask that runs a whole request again when the database asks for it."""

    def full_dispatch_request(self) -> Response:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                return super().full_dispatch_request()
            except DBAPIError as error:
                if not _may_run_again(error, attempt):
                    raise
                _start_over(error)
                time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS * attempt))  # noqa: S311
        raise AssertionError("unreachable: the last attempt returns or raises")


def install(app: Flask, sessions: sessionmaker[Session]) -> None:
    """Gives every request a session from `sessions`, and closes it at the end."""
    app.extensions["sessions"] = sessions
    bind = sessions.kw["bind"]
    app.extensions["reading"] = reading(bind) if isinstance(bind, Engine) else None
    app.extensions["request_sessions"] = watched(sessions)
    app.after_request(_insist_on_commit)
    app.teardown_request(_close)


def watched(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Sessions of requests, made like others; what they write is noted, so that no commit is
    forgotten."""
    made = sessionmaker(**sessions.kw)
    event.listen(made, "after_begin", _set_up)
    event.listen(made, "after_flush", _note_flush)
    event.listen(made, "do_orm_execute", _note_statement)
    event.listen(made, "after_commit", _forget)
    event.listen(made, "after_rollback", _forget)
    return made


def sessions() -> sessionmaker[Session]:
    """What makes sessions in this app; for work apart from the request's own transaction."""
    return cast("sessionmaker[Session]", current_app.extensions["sessions"])


def session() -> Session:
    """The request's session. It is READ ONLY in a GET or HEAD."""
    if "session" not in g:
        g.session = _watched()
    return cast("Session", g.session)


def commit() -> None:
    """Commits the request's work: the last line before the answer. Refuses in a GET (TypeError)."""
    if request.method in SAFE_METHODS:
        raise TypeError(f"A {request.method} writes nothing, so it has nothing to commit.")
    session().commit()
    fail_at("web.committed")
    g.has_committed = True


@contextmanager
def external() -> Iterator[None]:
    """Commits, and keeps the database out of the block: there a network call may be made.

    The intent must be recorded before, the outcome after it with another `commit()`.
    """
    commit()
    session().info["outside"] = True
    try:
        yield
    finally:
        session().info["outside"] = False


def _watched() -> Session:
    is_reading = request.method in SAFE_METHODS
    engine: Engine | None = current_app.extensions["reading"] if is_reading else None
    make = current_app.extensions["request_sessions"]
    session: Session = make(bind=engine) if engine else make()
    session.info["must_say_read_only"] = is_reading and engine is None
    return session


def _set_up(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    if session.info.get("outside"):
        raise RuntimeError("No database work inside external(): it would hold a transaction open.")
    if session.info["must_say_read_only"]:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _note_flush(session: Session, _context: object) -> None:
    session.info["unsaved"] = True


def _note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info["unsaved"] = True


def _forget(session: Session) -> None:
    session.info["unsaved"] = False


def _insist_on_commit(response: Response) -> Response:
    used: Session | None = g.get("session")
    if used is None or response.status_code >= 400:
        return response
    pending = bool(used.new or used.deleted or any(used.is_modified(row) for row in used.dirty))
    if pending or used.info.get("unsaved"):
        raise ForgottenCommit(f"{request.endpoint} answered with success but did not commit().")
    return response


def _close(error: BaseException | None) -> None:
    used: Session | None = g.pop("session", None)
    if used is not None and error is None:
        end_quietly(used)
    elif used is not None:
        used.close()


def _may_run_again(error: DBAPIError, attempt: int) -> bool:
    state: Any = getattr(error.orig, "sqlstate", None)
    again = state in RETRYABLE and attempt < MOST_ATTEMPTS
    once = state == ALREADY_THERE and attempt == 1
    return (again or once) and not g.get("has_committed")


def _start_over(error: BaseException) -> None:
    _close(error)
    for name in list(g):
        g.pop(name)
    for upload in request.files.values():
        upload.stream.seek(0)
