"""A task worker: one process, one task at a time. `flask worker` runs it; several do more."""

from __future__ import annotations

import asyncio

import jobs.every_task
from config import Settings
from jobs.app import on_database, prepare

SECONDS_TO_FINISH = 25.0


def work(settings: Settings, *, until_stopped: bool = True) -> None:
    """Works off the queue until SIGTERM or SIGINT, or, without `until_stopped`, until it is empty.

    A stopping worker finishes its task, for at most 25 seconds.
    """
    assert jobs.every_task.MODULES
    means = prepare(settings)

    async def run() -> None:
        with on_database(settings.database_url) as queue:
            async with queue.open_async():
                await queue.run_worker_async(
                    wait=until_stopped,
                    listen_notify=until_stopped,
                    concurrency=1,
                    shutdown_graceful_timeout=SECONDS_TO_FINISH,
                    additional_context={"work": means},
                    install_signal_handlers=until_stopped,
                )

    asyncio.run(run())
