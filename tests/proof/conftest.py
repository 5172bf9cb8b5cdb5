"""A wholesaler on a database where commits are real, with the program serving it.

`town` and `live` are shared by the tests of a module: each brings people and products of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from os import getpid

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

import config
from config import Settings
from models.accounts import Actor
from models.kernel.database import make_engine, session_factory
from tests import database
from tests.program import make_program
from tests.proof.door import Caller, Door, open_door
from tests.proof.everybody import forms, read, walk
from tests.signing_in import sign_in
from tests.world import World, make_world

_clones = count(1)
__all__ = ["forms", "live", "read", "town", "walk"]


@dataclass
class Live:
    """A committed database, the settings that lead to it, and the program in this process."""

    engine: Engine
    sessions: sessionmaker[Session]
    settings: Settings
    app: Flask

    def cookies(self, session: Session, actor: Actor) -> dict[str, str]:
        """The cookies of a real session of this person, as the sign-in page sets them."""
        client = sign_in(self.app.test_client(), session, actor)
        return {each.key: each.value for each in client._cookies.values()}


@dataclass
class Town:
    """The same with the program open for business in processes of its own."""

    live: Live
    world: World
    door: Door

    def caller(self, actor: Actor) -> Caller:
        """A browser of this person, signed in."""
        return self.door.caller(self.live.cookies(self.world.session, actor))


@pytest.fixture(scope="module")
def live(
    postgres: database.Server, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """A database of the module's own."""
    name = f"proof_{getpid()}_{next(_clones)}"
    url = postgres.clone(name, template)
    made = config.load(
        {
            "ENVIRONMENT": "test",
            "DATABASE_URL": url,
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "SECRET_KEY": "tests-" + "0123456789abcdef" * 3,
            "BASE_URL": "http://127.0.0.1",
            "LOG_LEVEL": "WARNING",
        }
    )
    engine = make_engine(url)
    sessions = session_factory(engine)
    yield Live(engine, sessions, made, make_program(made, sessions))
    engine.dispose()
    postgres.drop(name)


@pytest.fixture(scope="module")
def town(live: Live) -> Iterator[Town]:
    """The wholesaler, open."""
    with live.sessions() as session:
        world = make_world(session)
        session.commit()
        with open_door(live.settings) as door:
            yield Town(live, world, door)
