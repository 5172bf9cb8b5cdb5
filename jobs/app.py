"""The task library, set up once. A task is declared with `@task` and deferred by its name:

    @task("invoice.render")
    def render(work: Work, invoice_id: int) -> None:
        with work.session() as session:
            ...
            session.commit()

Tasks may run twice (a worker can die between its commit and its report): each is safe to repeat.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

import procrastinate
import structlog
from procrastinate.testing import InMemoryConnector
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from models.kernel.activity import current_request_id
from models.kernel.database import make_engine, session_factory
from models.kernel.failpoint import fail_at
from models.kernel.files import FileStore

MOST_ATTEMPTS = 8
LONGEST_STATEMENT = "60s"
P = ParamSpec("P")
log = structlog.get_logger("tasks")


@dataclass(frozen=True, slots=True)
class Work:
    """What a task works with."""

    settings: Settings
    sessions: sessionmaker[Session]
    files: FileStore

    def session(self) -> Session:
        """A new session; the task commits it, and commits before it calls another machine."""
        return self.sessions()


def prepare(settings: Settings) -> Work:
    """The means of a worker process: connections with the longer time-outs that tasks need."""
    options = f"-c timezone=UTC -c statement_timeout={LONGEST_STATEMENT} -c lock_timeout=10s"
    engine = make_engine(settings.database_url, pool_size=2, settings=options)
    return Work(settings, session_factory(engine), FileStore(settings.files_dir))


app = procrastinate.App(connector=InMemoryConnector())
"""Knows the tasks; inside `on_database` it reads the queue of a database."""
WORK: dict[str, Callable[..., None]] = {}
"""Every task by name, as plain functions: a test calls `WORK["mail.send"](work, message_id=1)`."""


@contextmanager
def on_database(url: str) -> Iterator[procrastinate.App]:
    """The app on the queue in this database, while the block lasts.

    The connector is replaced, not the app: a task that runs by the clock is queued through the
    app that it was declared with.
    """
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(conninfo=plain, min_size=1, max_size=3)
    with app.replace_connector(connector) as replaced:
        yield replaced


def task(
    name: str, *, queue: str = "default", cron: str | None = None, alone: bool = True
) -> Callable[[Callable[Concatenate[Work, P], None]], Callable[Concatenate[Work, P], None]]:
    """Declares a task. It is tried up to eight times, waiting longer each time (2 s to 8 min).

    With `cron` (`*/5 * * * *`) it also runs by the clock, in UTC, never twice at once, unless
    `alone` is False: then a run whose worker died does not keep the next ones waiting.
    """

    def declare(
        function: Callable[Concatenate[Work, P], None],
    ) -> Callable[Concatenate[Work, P], None]:
        WORK[name] = function

        @functools.wraps(function)
        def run(context: procrastinate.JobContext, **args: Any) -> None:
            _run(function, context, args)

        options: Any = {"queueing_lock": name} if cron else {}
        if cron and alone:
            options["lock"] = name
        strategy = procrastinate.RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=2)
        made = app.task(name=name, queue=queue, pass_context=True, retry=strategy, **options)(run)
        if cron:
            app.periodic(cron=cron)(made)
        return function

    return declare


def _run(function: Callable[..., None], context: Any, args: dict[str, Any]) -> None:
    args.pop("timestamp", None)
    token = current_request_id.set(f"task-{context.job.id}")
    try:
        function(context.additional_context["work"], **args)
        fail_at("task.done")
        log.info("task_done", task=context.job.task_name, job_id=context.job.id)
    except Exception:
        log.exception(
            "task_failed",
            task=context.job.task_name,
            job_id=context.job.id,
            attempts=context.job.attempts,
        )
        raise
    finally:
        current_request_id.reset(token)
