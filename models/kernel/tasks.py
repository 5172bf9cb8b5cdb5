"""What became of queued work: whether it goes on, tasks that gave up, tasks whose worker died."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.kernel import clock
from models.kernel.activity import Actor, record
from models.kernel.errors import NotFound

SILENT_SECONDS = 60
"""A worker that has not been heard of for so long is dead; its heart beats every ten seconds."""
LONGEST_WAIT_SECONDS = 60
"""A due task that has waited for longer is late: something works it off, or somebody must look."""
STUCK_SECONDS = 300
"""A worker that has begun nothing for so long while tasks are late is stuck."""
_QUEUE = text(
    "SELECT EXISTS (SELECT FROM procrastinate_workers"
    "   WHERE last_heartbeat >= now() - make_interval(secs => :silent)) AS has_worker,"
    " (SELECT coalesce(max(extract(epoch FROM now() - coalesce(job.scheduled_at, event.at))), 0)"
    "   FROM procrastinate_jobs job"
    "   JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'"
    "   WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()) AS waiting,"
    " (SELECT extract(epoch FROM now() - at) FROM procrastinate_events WHERE type = 'started'"
    "   ORDER BY id DESC LIMIT 1) AS since_begun,"
    " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed') AS given_up"
)
_DEAD = text(
    "SELECT job.id, job.task_name, job.args, job.attempts, max(event.at) AS failed_at"
    " FROM procrastinate_jobs job"
    " LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'failed'"
    " WHERE job.status = 'failed' GROUP BY job.id ORDER BY failed_at DESC, job.id DESC LIMIT :most"
)
_COUNT = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
_FAILED = text("SELECT task_name FROM procrastinate_jobs WHERE id = :id AND status = 'failed'")
_RETRY = text("SELECT procrastinate_retry_job_v2(:id, :at, NULL, NULL, NULL)")
_ABANDONED = text(
    "SELECT job.id FROM procrastinate_jobs job"
    " LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
    " WHERE job.status = 'doing' AND (worker.id IS NULL"
    "   OR worker.last_heartbeat < now() - make_interval(secs => :silent)) ORDER BY job.id"
)
_WAITS_ALREADY = text(
    "SELECT EXISTS (SELECT FROM procrastinate_jobs job JOIN procrastinate_jobs waiting"
    " ON waiting.queueing_lock = job.queueing_lock AND waiting.status = 'todo'"
    " WHERE job.id = :id)"
)
_GIVE_WAY = text("SELECT procrastinate_finish_job_v1(:id, 'aborted', false)")
_DELETE_OLD = text(
    "DELETE FROM procrastinate_jobs WHERE id IN (SELECT job_id FROM procrastinate_events"
    " WHERE type = 'succeeded' AND at < now() - make_interval(days => :days))"
    " AND status = 'succeeded'"
)


@dataclass(frozen=True, slots=True)
class Queue:
    """How queued work goes on at this moment."""

    has_worker: bool
    """A worker was heard of within the last minute."""
    waiting_seconds: int
    """For how long the oldest due task has waited."""
    since_begun_seconds: int | None
    """How long ago a worker last began a task; None if none ever did."""
    given_up: int
    """Tasks that gave up and wait for somebody."""

    @property
    def goes_on(self) -> bool:
        """No due task is late, or a worker is at the late ones. A backlog alone is no fault."""
        if self.waiting_seconds < LONGEST_WAIT_SECONDS:
            return True
        begun = self.since_begun_seconds
        return self.has_worker and begun is not None and begun < STUCK_SECONDS


@dataclass(frozen=True, slots=True)
class DeadTask:
    """A task that gave up after its last attempt."""

    id: int
    name: str
    args: dict[str, Any]
    attempts: int
    failed_at: datetime | None


def queue_now(session: Session) -> Queue:
    """How queued work goes on; asks, and changes nothing."""
    row = session.execute(_QUEUE, {"silent": SILENT_SECONDS}).one()
    begun = None if row.since_begun is None else int(row.since_begun)
    return Queue(row.has_worker, int(row.waiting), begun, row.given_up)


def dead_tasks(session: Session, most: int = 100) -> list[DeadTask]:
    """The latest tasks that gave up, newest first."""
    rows = session.execute(_DEAD, {"most": most})
    return [DeadTask(*row) for row in rows]


def count_dead_tasks(session: Session) -> int:
    """How many tasks have given up and wait for somebody."""
    count: int = session.execute(_COUNT).scalar_one()
    return count


def try_again(session: Session, task_id: int, *, by: Actor | None) -> None:
    """Queues a task that gave up once more, now. NotFound unless it is one."""
    name = session.scalar(_FAILED, {"id": task_id})
    if name is None:
        raise NotFound("This task is not waiting to be tried again.")
    session.execute(_RETRY, {"id": task_id, "at": clock.now()})
    record(session, "task.retried", by=by, task_id=task_id, task=name)


def rescue_abandoned(session: Session, silent_seconds: int = SILENT_SECONDS) -> int:
    """Queues again what dead workers had begun, and says how many tasks that were.

    One of which the like waits already (the next run of a task by the clock) gives way to it.
    """
    abandoned = session.scalars(_ABANDONED, {"silent": silent_seconds}).all()
    for task_id in abandoned:
        if session.scalar(_WAITS_ALREADY, {"id": task_id}):
            session.execute(_GIVE_WAY, {"id": task_id})
        else:
            session.execute(_RETRY, {"id": task_id, "at": clock.now()})
    return len(abandoned)


def forget_finished(session: Session, days: int = 14) -> None:
    """Deletes tasks that succeeded more than `days` ago; dead ones stay."""
    session.execute(_DELETE_OLD, {"days": days})
