"""An import step by step: the file comes in, its columns are settled, it is looked at, applied.

Looking and applying run in the request for small files and in a task for large ones. Progress is
told by a callback, since the work itself is one transaction: all or nothing. "All" is without the
rows that cannot be taken, where the person who applies it says that they be left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.importing.columns import ColumnMapping, check_mapping, mapping_from, read_records
from models.importing.kind import Context, Kind, Outcome, Plan, Progress
from models.importing.kinds import ARCHIVES, OF_SEVERAL_ROWS, kind_named, read_file
from models.importing.planning import make_plan, write_plan
from models.importing.remembering import proposed, remember
from models.importing.run import ImportRow, ImportRun
from models.kernel import activity, clock
from models.kernel.bulk import copy_rows
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.files import FileStore, StoredFile
from models.kernel.outbox import defer
from models.kernel.seller import first_seller
from models.kernel.spreadsheet import Sheet

MOST_ROWS = 250_000
LARGE = 2_000
"""Rows from which a file is worked on by a task; fewer where each row is a piece of work."""
LARGE_ALREADY = {"pictures": 10, "sales-orders": 50, "purchase-orders": 200}
FILE = "import"
LOOKING, APPLYING = "imports.look", "imports.apply"
SAMPLES = 4


def begin(
    session: Session, files: FileStore, kind: Kind, content: bytes, file_name: str, *, by: Actor
) -> ImportRun:
    """Takes a file in and proposes what its columns are. Refused where it cannot be read."""
    sheet = read_file(kind.name, content, file_name, most_rows=MOST_ROWS)
    if not sheet.rows and kind.name in ARCHIVES:
        raise Refused("There are no pictures in the zip.", field="file")
    if not sheet.rows:
        raise Refused("The file has a first row with titles and nothing below it.", field="file")
    run = ImportRun(
        kind=kind.name,
        file_name=file_name[-120:],
        encoding=sheet.encoding,
        header=list(sheet.header),
        samples=[list(cells) for _, cells in sheet.rows[:SAMPLES]],
        mapping=proposed(session, kind, sheet),
        rows_total=len(sheet.rows),
        started_by_id=by.id,
    )
    session.add(run)
    session.flush()
    stored = files.put(
        session, content, kind=FILE, owner=run, media_type="application/octet-stream",
        file_name=file_name,
    )  # fmt: skip
    run.file_id = stored.id
    activity.record(
        session, "import.begun", by=by, subject=run, import_kind=kind.name, file=run.file_name
    )
    return run


def settle_columns(
    session: Session, files: FileStore, run: ImportRun, mapping: ColumnMapping
) -> bool:
    """Says what the columns are, and keeps it for the next such file.

    True where a task was asked to look at the file, False where it is small: look at once.
    Refused where a needed column has no place.
    """
    if run.state in ("looking", "applying", "done"):
        raise Conflict("This file is under way already, or done.")
    kind = kind_named(run.kind)
    check_mapping(kind, _header_of(run), mapping)
    run.mapping = mapping.stored()
    remember(session, run, mapping)
    run.state, run.problem, run.rows_done = "looking", "", 0
    if not _is_large(run):
        return False
    defer(session, LOOKING, run_id=run.id, queueing_lock=f"import-{run.id}")
    return True


def look(
    session: Session, files: FileStore, run: ImportRun, *, by: Actor, progress: Progress
) -> Plan:
    """The dry run: notes what each row would do, and writes nothing else."""
    kind, plan = _planned(session, files, run, by)
    session.execute(delete(ImportRow).where(ImportRow.run_id == run.id))
    copy_rows(
        session, ImportRow, ("run_id", "line", "outcome", "title", "sentence", "details"),
        _rows(run, kind, plan),
    )  # fmt: skip
    run.state, run.counts, run.fingerprint = "looked", plan.counts, plan.fingerprint
    run.rows_done = run.rows_total
    progress(run.rows_total, run.rows_total)
    return plan


def can_leave_out(run: ImportRun) -> bool:
    """Whether the rows of this file that cannot be taken may be left out: there are some, others
    change something, and each row stands for itself."""
    return bool(run.counts.get("rejected") and run.changes) and run.kind not in OF_SEVERAL_ROWS


def ask_to_apply(session: Session, run: ImportRun, *, leave_out: bool = False) -> bool:
    """Starts applying what was looked at. True where a task was asked, False where it is small.

    Conflict unless the difference has been looked at. Refused while rows are rejected, unless they
    may be left out and `leave_out` says so.
    """
    if run.state != "looked":
        raise Conflict("Look at what the file changes first.")
    if run.counts.get("rejected") and not (leave_out and can_leave_out(run)):
        raise Refused("Some rows cannot be taken, so nothing is. Put them right in the file.")
    run.state, run.rows_done = "applying", 0
    if not _is_large(run):
        return False
    defer(
        session, APPLYING, run_id=run.id, leave_out=leave_out, queueing_lock=f"import-{run.id}"
    )  # fmt: skip
    return True


def apply(
    session: Session,
    files: FileStore,
    run: ImportRun,
    *,
    by: Actor,
    progress: Progress,
    leave_out: bool = False,
) -> Plan:
    """Writes the whole file, or all but what cannot be taken when told to `leave_out`.

    Conflict where it would do something else than was looked at: what is left out is what was
    shown. The number of rows left out is in the record of the import.
    """
    one_at_a_time(session)
    kind, plan = _planned(session, files, run, by)
    if plan.fingerprint != run.fingerprint:
        raise Conflict("The data changed since you looked. Look at the difference again.")
    with _database_willing():
        write_plan(
            session, kind, plan, _context(session, files, run, by), progress, leave_out=leave_out
        )
    run.state, run.finished_at, run.rows_done = "done", clock.now(), run.rows_total
    activity.record(
        session, "import.applied", by=by, subject=run, import_kind=run.kind, file=run.file_name,
        **{name: count for name, count in plan.counts.items() if count},
    )  # fmt: skip
    return plan


def _is_large(run: ImportRun) -> bool:
    return run.rows_total > LARGE_ALREADY.get(run.kind, LARGE)


def refuse(run: ImportRun, sentence: str) -> None:
    """Notes why a file was not applied; it can be looked at again."""
    run.state, run.problem = "refused", sentence


def find_run(session: Session, run_id: int) -> ImportRun:
    """An import. NotFound without one."""
    run = session.get(ImportRun, run_id)
    if run is None:
        raise NotFound("There is no such import.")
    return run


def buyers_of(session: Session, run: ImportRun) -> list[str]:
    """The e-mails of the buyers whom this file brought in; none before it is applied."""
    if run.kind != "users" or run.state != "done":
        return []
    rows = session.scalars(
        select(ImportRow.details).where(
            ImportRow.run_id == run.id, ImportRow.outcome == Outcome.ADDED.value
        )
    )
    return [email for details in rows if (email := details.get("email", (None, ""))[1])]


def one_at_a_time(session: Session) -> None:
    """Two imports at once could both add the same record: the second waits for the first."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('import', 0))"))


@contextmanager
def _database_willing() -> Iterator[None]:
    """What only the database knew to be wrong is a refusal too, named by its constraint."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        diagnosis = getattr(error.orig, "diag", None)
        rule = getattr(diagnosis, "constraint_name", None) or type(error).__name__
        raise Refused(
            f"The database refused the file by its rule “{rule}”. Nothing was changed."
        ) from error


def content_of(session: Session, files: FileStore, run: ImportRun) -> bytes:
    """The file as it was sent."""
    stored = session.get(StoredFile, run.file_id)
    if stored is None:
        raise NotFound("The file of this import is gone.")
    with files.open(stored) as file:
        return file.read()


def _planned(session: Session, files: FileStore, run: ImportRun, by: Actor) -> tuple[Kind, Plan]:
    kind = kind_named(run.kind)
    context = _context(session, files, run, by)
    sheet = read_file(kind.name, context.content, run.file_name, most_rows=MOST_ROWS)
    records = read_records(kind, sheet, mapping_from(run.mapping))
    return kind, make_plan(session, kind, records, context)


def _context(session: Session, files: FileStore, run: ImportRun, by: Actor) -> Context:
    seller = first_seller(session)
    content = content_of(session, files, run)
    return Context(seller, clock.today(seller.time_zone), by, run.id, content, files)


def _header_of(run: ImportRun) -> Sheet:
    return Sheet(tuple(run.header), (), run.encoding)


def _rows(run: ImportRun, kind: Kind, plan: Plan) -> Iterator[tuple[Any, ...]]:
    for record in plan.records:
        if record.outcome is Outcome.UNCHANGED:
            continue
        details: dict[str, Any] = (
            {"cells": list(record.cells)}
            if record.outcome is Outcome.REJECTED
            else {name: [_shown(each) for each in both] for name, both in record.changes.items()}
        )
        yield (
            run.id, record.line, record.outcome.value, kind.title_of(record)[:200],
            record.sentence, json.dumps(details, default=str),
        )  # fmt: skip


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value
