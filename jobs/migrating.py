"""Brings the database to the newest revision, or another one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

TOP = Path(__file__).parents[1]
SETTINGS = "-c timezone=UTC -c lock_timeout=2s"


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for work on an open connection."""
    made = Config(str(TOP / "alembic.ini"))
    made.attributes["connection"] = connection
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Migrates up. Safe to repeat; two at once wait for each other."""
    with _connected(url) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrates down to `revision`; `base` removes everything."""
    with _connected(url) as connection:
        command.downgrade(configuration(connection), revision)


def _connected(url: str) -> Connection:
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": SETTINGS})
    return engine.connect()
