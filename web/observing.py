"""Notes that are no part of the request's work: last seen, denied access, fruitless searches.

They are written after the answer has gone, each in a short transaction of its own; one that fails
is logged and forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Flask, Response, g
from sqlalchemy.orm import Session

from web.transactions import sessions

Observation = Callable[[Session], None]
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Writes what `observe` collected once an answer has been sent."""
    app.after_request(_write_afterwards)


def observe(observation: Observation) -> None:
    """Calls `observation` with a session of its own after the answer, and commits it.

    It runs outside the request: it must not use `request`, `g` or objects of the request's session.
    """
    g.setdefault("observations", []).append(observation)


def _write_afterwards(response: Response) -> Response:
    observations: list[Observation] = g.pop("observations", [])
    if observations:
        factory = sessions()
        response.call_on_close(lambda: _write(factory, observations))
    return response


def _write(factory: Callable[[], Session], observations: list[Observation]) -> None:
    for observation in observations:
        try:
            with factory() as session:
                observation(session)
                session.commit()
        except Exception:
            log.exception("observation_failed")
