"""Tasks that run by the clock are queued in the database."""

from __future__ import annotations

import asyncio
import time

import pytest
from procrastinate.periodic import PeriodicDeferrer
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

import jobs.every_task
from jobs.app import app, on_database

pytestmark = pytest.mark.concurrency


def test_what_runs_every_minute_is_queued_where_workers_look(
    committed_database: Engine, committed_sessions: sessionmaker[Session]
) -> None:
    assert jobs.every_task.MODULES

    async def one_minute(url: str) -> None:
        with on_database(url) as queue:
            async with queue.open_async():
                by_the_clock = PeriodicDeferrer(registry=queue.periodic_registry)
                due = by_the_clock.get_previous_tasks(at=time.time())
                await by_the_clock.defer_jobs(list(due))

    asyncio.run(one_minute(committed_database.url.render_as_string(hide_password=False)))
    with committed_sessions() as session:
        queued = set(session.scalars(text("SELECT task_name FROM procrastinate_jobs")))
    assert {"card.reconcile", "tasks.rescue"} <= queued
    assert not app.connector.jobs, "nothing is left where no worker looks"
