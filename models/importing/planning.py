"""The dry run: what each row of a file would do, told before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.importing.kind import Context, Key, Kind, Known, Outcome, Plan, Progress, Record


def make_plan(session: Session, kind: Kind, records: Sequence[Record], context: Context) -> Plan:
    """Compares the records with what is there. Only asks; statements do not grow with the rows."""
    kind.resolve(session, records, context)
    keys = _keys(kind, records)
    good = [record for record in records if record.is_good]
    known = kind.known(session, good, context) if good else {}
    for record in good:
        if not record.is_good:  # what is there may be a reason against it
            continue
        _compare(record, known.get(keys[record.line], NOBODY) if record.line in keys else NOBODY)
    return Plan(records)


def write_plan(
    session: Session,
    kind: Kind,
    plan: Plan,
    context: Context,
    progress: Progress,
    *,
    leave_out: bool = False,
) -> None:
    """Writes all of a plan. Where a row cannot be taken it is refused whole, or, when told to
    `leave_out`, writes the others."""
    if not leave_out:
        plan.refuse_rejected()
    added, changed = plan.of(Outcome.ADDED), plan.of(Outcome.CHANGED)
    if added or changed:
        kind.write(session, added, changed, context, progress)
        session.expire_all()


NOBODY = Known(0, {})


def _keys(kind: Kind, records: Sequence[Record]) -> dict[int, Key]:
    """The key of each good record; a key that another line has already rejects the later one."""
    keys: dict[int, Key] = {}
    lines: dict[Key, int] = {}
    for record in records:
        if not record.is_good:
            continue
        key = kind.key_of(record)
        if key is None:
            continue
        if key in lines:
            record.reject(f"Line {lines[key]} is about the same already.")
            continue
        lines[key] = record.line
        keys[record.line] = key
    return keys


def _compare(record: Record, there: Known) -> None:
    if there is NOBODY:
        record.outcome = Outcome.ADDED
        record.changes = {name: (None, value) for name, value in record.values.items()}
        return
    record.target_id = there.id
    record.changes = {
        name: (there.values[name], value)
        for name, value in record.values.items()
        if name in there.values and _differs(there.values[name], value)
    }
    record.outcome = Outcome.CHANGED if record.changes else Outcome.UNCHANGED


def _differs(before: Any, after: Any) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return before.strip() != after.strip()
    return bool(before != after)
