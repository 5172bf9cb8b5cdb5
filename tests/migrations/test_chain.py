"""Migrations lead to exactly what the models say, one step at a time, up and down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from migrations.env_rules import ours
from migrations.every_model import metadata
from tests.database import Server, alembic_configuration


@pytest.fixture
def empty(postgres: Server) -> Iterator[Connection]:
    """A connection to a database with nothing in it."""
    url = postgres.clone("migrating", "template0")
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    postgres.drop("migrating")


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(alembic_configuration(None))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def things(connection: Connection) -> set[str]:
    found = connection.execute(
        text(
            "SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = 'public'"
            " UNION SELECT 'function ' || proname FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace"
            " UNION SELECT 'type ' || typname FROM pg_type"
            " WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')"
        )
    )
    names = {row[0] for row in found} - {"table alembic_version"}
    connection.commit()
    return names


def test_the_newest_revision_is_what_the_models_say(committed_database: Engine) -> None:
    with committed_database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": ours}
        )
        assert compare_metadata(context, metadata) == []


def test_there_is_one_line_of_revisions() -> None:
    scripts = ScriptDirectory.from_config(alembic_configuration(None))
    assert scripts.get_heads() == [revisions()[-1]]
    assert [int(name[:4]) for name in revisions()] == list(range(1, len(revisions()) + 1))


def test_each_revision_goes_up_down_and_up_again(empty: Connection) -> None:
    configuration = alembic_configuration(empty)
    for revision in revisions():
        before = things(empty)
        command.upgrade(configuration, revision)
        after = things(empty)
        command.downgrade(configuration, "-1")
        assert things(empty) == before, f"{revision} does not take back all it made"
        command.upgrade(configuration, revision)
        assert things(empty) == after


def test_going_down_to_nothing_leaves_nothing(empty: Connection) -> None:
    configuration = alembic_configuration(empty)
    command.upgrade(configuration, "head")
    assert "number_series" in inspect(empty).get_table_names()
    empty.commit()
    command.downgrade(configuration, "base")
    assert things(empty) == set()
