"""Runs migrations on DATABASE_URL, or on the connection that the caller hands over."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from migrations.env_rules import ours
from migrations.every_model import metadata

SETTINGS = "-c timezone=UTC -c lock_timeout=2s"


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=ours,
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    url = os.environ["DATABASE_URL"]
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": SETTINGS})
    with engine.connect() as connection:
        migrate(connection)


main()
