"""Imports of large files: looked at and applied by the worker, each in one transaction."""

from __future__ import annotations

import time

from jobs.app import Work, task
from jobs.importing.running import without_collecting
from models.accounts import Actor, User, permissions_of
from models.importing import APPLYING, LOOKING, ImportRun, apply, find_run, look, refuse
from models.importing.kind import Progress
from models.kernel.errors import DomainError
from models.kernel.failpoint import fail_at

SAID_EVERY_SECONDS = 1.0


@task(LOOKING, queue="default")
def look_at(work: Work, run_id: int) -> None:
    """Notes what each row of the file would do. Does nothing for one that is past that."""
    with work.session() as session:
        run = find_run(session, run_id)
        if run.state != "looking":
            return
        try:
            with without_collecting():
                look(session, work.files, run, by=_who(work, run), progress=_progress(work, run_id))
        except DomainError as refusal:
            session.rollback()
            _refuse(work, run_id, refusal)
            return
        session.commit()


@task(APPLYING, queue="default")
def apply_all(work: Work, run_id: int, leave_out: bool = False) -> None:
    """Writes the whole file, but for rows to be left out, or nothing. Killed, it begins again."""
    with work.session() as session:
        run = find_run(session, run_id)
        if run.state != "applying":
            return
        try:
            with without_collecting():
                apply(
                    session, work.files, run, by=_who(work, run),
                    progress=_progress(work, run_id), leave_out=leave_out,
                )  # fmt: skip
        except DomainError as refusal:
            session.rollback()
            _refuse(work, run_id, refusal)
            return
        fail_at("import.applied")
        session.commit()


def _who(work: Work, run: ImportRun) -> Actor:
    """The person who started it, with the permissions that they have now."""
    with work.session() as session:
        user = session.get_one(User, run.started_by_id)
        session.refresh(user, ["staff_roles"])
        return Actor(user.id, user.name, is_staff=True, permissions=permissions_of(user.roles))


def _progress(work: Work, run_id: int) -> Progress:
    """Tells how far it is in a transaction of its own, once a second."""
    last = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last < SAID_EVERY_SECONDS:
            return
        last = time.monotonic()
        with work.session() as session:
            run = find_run(session, run_id)
            run.rows_done = min(run.rows_total, run.rows_total * done // max(of, 1))
            session.commit()

    return tell


def _refuse(work: Work, run_id: int, refusal: DomainError) -> None:
    with work.session() as session:
        refuse(find_run(session, run_id), refusal.sentence)
        session.commit()
