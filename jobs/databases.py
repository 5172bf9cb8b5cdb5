"""Whole databases: made, copied and emptied, beside the one that the program works on."""

from __future__ import annotations

import psycopg
from sqlalchemy.engine import make_url


def copy_database(url: str, *, source: str, target: str) -> None:
    """Makes `target` a copy of `source`, replacing it; whoever is connected is disconnected."""
    with maintenance(url) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
        )
        connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def emptied(url: str) -> None:
    """Takes everything out of the database, which a broken-off loading left."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def exists(url: str, database: str) -> bool:
    """Whether the server has a database of this name."""
    with psycopg.connect(plain(url)) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return found.fetchone() is not None


def maintenance(url: str) -> psycopg.Connection:
    """A connection beside the demo's database, to make and drop databases with."""
    return psycopg.connect(plain(url, "postgres"), autocommit=True)


def plain(url: str, database: str | None = None) -> str:
    """The URL as PostgreSQL's own library reads it; of another database where one is named."""
    parts = make_url(url).set(drivername="postgresql")
    if database is not None:
        parts = parts.set(database=database)
    return parts.render_as_string(hide_password=False)


def name_of(url: str) -> str:
    return make_url(url).database or "postgres"
