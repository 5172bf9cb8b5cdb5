"""What runs by the clock, in UTC. One line per entry; the work itself is one call to the domain."""

from __future__ import annotations

from jobs.app import Work, task
from models.accounts import forget_old_tries
from models.kernel import tasks


@task("tasks.rescue", cron="* * * * *", alone=False)
def rescue(work: Work) -> None:
    """Every minute: work that a dead worker had begun goes back on the queue.

    Not alone: what a worker had begun when it died may be this very task.
    """
    with work.session() as session:
        tasks.rescue_abandoned(session)
        session.commit()


@task("tasks.forget", cron="17 3 * * *")
def forget(work: Work) -> None:
    """Every night: tasks that succeeded long ago leave the table."""
    with work.session() as session:
        tasks.forget_finished(session)
        session.commit()


@task("sign_in.forget_tries", cron="23 3 * * *")
def forget_tries(work: Work) -> None:
    """Every night: counts of tries to sign in whose window ended long ago."""
    with work.session() as session:
        forget_old_tries(session)
        session.commit()
