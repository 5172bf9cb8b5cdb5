"""What tests stand on. `session` is rolled back; `committed_database` is a clone of its own."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

import config
from config import Settings
from models.accounts import Actor, User
from models.kernel.database import make_engine, session_factory
from models.kernel.files import FileStore
from tests import database
from tests.program import make_program
from tests.signing_in import sign_in
from tests.stand_in import StandIn, stand_in
from tests.world import World, make_world
from wsgi import COLLECT_AFTER

CHROMIUM = "/usr/bin/chromium-headless-shell"
PATIENCE = 30_000
"""Milliseconds."""
SWITCHES = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_clones = count(1)
# A busy machine is no fault of the code: examples may take the time they take.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """Collects garbage as the program's server does: what is imported by now stays anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@pytest.fixture(scope="session")
def postgres() -> Iterator[database.Server]:
    """The PostgreSQL server of this run."""
    with database.server() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: database.Server) -> str:
    """The name of the migrated, empty database that others are cloned from."""
    return postgres.migrated_template()


@pytest.fixture(scope="session")
def worker_database(postgres: database.Server, template: str) -> Iterator[Engine]:
    """This worker's own database; every test leaves it as it was, by rolling back."""
    name = f"worker_{os.getpid()}"
    # A test is one long transaction: it may pause for longer than the program's may.
    engine = make_engine(postgres.clone(name, template), settings="-c timezone=UTC -c jit=off")
    database.remember_statements(engine)
    yield engine
    engine.dispose()
    postgres.drop(name)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of this run: two of the driver's loops cannot live in one process.

    A busy machine is slow, not wrong: what is expected may take half a minute to appear.
    """
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def sessions(worker_database: Engine) -> Iterator[sessionmaker[Session]]:
    """Makes sessions that all see one another's work, and whose commits are undone at the end."""
    with worker_database.connect() as connection:
        outer = connection.begin()
        yield sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        outer.rollback()


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session on the migrated database; nothing of it stays."""
    with sessions() as session:
        yield session


@pytest.fixture
def committed_database(postgres: database.Server, template: str) -> Iterator[Engine]:
    """A database of the test's own, where commits are real: for races, crashes and journeys."""
    name = f"committed_{os.getpid()}_{next(_clones)}"
    engine = make_engine(postgres.clone(name, template), pool_size=20, max_overflow=20)
    yield engine
    engine.dispose()
    postgres.drop(name)


@pytest.fixture
def committed_sessions(committed_database: Engine) -> sessionmaker[Session]:
    """Sessions on `committed_database`."""
    return session_factory(committed_database)


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    """An empty file store."""
    return FileStore(tmp_path / "files")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a test: nothing leaves the machine, files go to a folder of its own."""
    return config.load(
        {
            "ENVIRONMENT": "test",
            "DATABASE_URL": "postgresql://nowhere/none",
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "tests-" + "0123456789abcdef" * 3,
            "LOG_LEVEL": "WARNING",
        }
    )


@pytest.fixture
def app(settings: Settings, sessions: sessionmaker[Session]) -> Flask:
    """The whole program over the test's rolled-back connection. Forged forms are refused here too;
    `web` tests show that, the others are spared the token."""
    made = make_program(settings, sessions)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture(scope="session")
def standing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """The stand-in for Stripe, one process for the run; each test counts from what it finds."""
    with stand_in(tmp_path_factory.mktemp("stripe")) as running:
        yield running


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, not signed in."""
    return app.test_client()


@pytest.fixture
def world(session: Session) -> World:
    """The cast, where the program's own sessions see it."""
    made = make_world(session)
    session.commit()
    return made


@pytest.fixture
def client_for(app: Flask, session: Session) -> Callable[[Actor | User], FlaskClient]:
    """`client_for(world.bob)`: a browser of their own, signed in as this person."""
    return lambda person: sign_in(app.test_client(), session, person)


@pytest.fixture
def signed_in_as(client: FlaskClient, session: Session) -> Callable[[Actor | User], FlaskClient]:
    """`signed_in_as(world.bob)` signs `client` in as this person."""
    return lambda person: sign_in(client, session, person)
