"""What people have said about the columns of files, so that nobody has to say it twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.accounts import User
from models.accounts.actor import Actor
from models.importing.columns import ColumnMapping, guess, plain
from models.importing.kind import Kind
from models.importing.run import ImportMapping, ImportRun
from models.kernel import activity, clock
from models.kernel.activity import as_json
from models.kernel.errors import NotFound
from models.kernel.spreadsheet import Sheet

MOST_LEARNED = 50
"""How many of the latest mappings of a kind are learned from."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the columns of one sort of file were settled to be, {column: title}, and by whom."""

    id: int
    titles: Mapping[str, str]
    by: str
    """Empty where nobody is known."""
    at: datetime


def proposed(session: Session, kind: Kind, sheet: Sheet) -> dict[str, Any]:
    """What the columns of a file are taken for, as a run keeps it.

    As it was settled for the last file with these titles, then with who did and when under
    `settled`; else a guess, in which titles go first that somebody has settled for this kind.
    """
    saved = session.scalars(
        select(ImportMapping).where(
            ImportMapping.kind == kind.name,
            ImportMapping.header_digest == _digest(sheet.header),
        )
    ).first()
    if saved is None:
        return guess(kind, sheet, _learned(session, kind)).stored()
    by = session.get(User, saved.mapping.get("by_id") or 0)
    settled = {"at": saved.saved_at, "by": by.name if by else ""}
    return {**saved.mapping, "settled": as_json(settled)}


def guessed_anew(kind: Kind, run: ImportRun) -> ColumnMapping:
    """What the columns would be taken for if nobody had ever said anything."""
    rows = tuple((line, tuple(cells)) for line, cells in enumerate(run.samples, 2))
    return guess(kind, Sheet(tuple(run.header), rows, run.encoding))


def remember(session: Session, run: ImportRun, mapping: ColumnMapping) -> None:
    """Keeps what was settled for the next file of the kind with these titles."""
    titles = {name: run.header[place] for name, place in mapping.places.items()}
    statement = insert(ImportMapping).values(
        kind=run.kind, header_digest=_digest(run.header),
        mapping={**mapping.stored(), "titles": titles, "by_id": run.started_by_id},
    )  # fmt: skip
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "header_digest"],
            set_={"mapping": statement.excluded.mapping, "saved_at": clock.now()},
        )
    )


def remembered(session: Session, kind: Kind) -> list[Remembered]:
    """The mappings of a kind that the next file is read by, the latest first; the 50 latest."""
    by_id = ImportMapping.mapping["by_id"].as_integer()
    rows = session.execute(
        select(ImportMapping, User.name)
        .outerjoin(User, User.id == by_id)
        .where(ImportMapping.kind == kind.name)
        .order_by(ImportMapping.saved_at.desc(), ImportMapping.id.desc())
        .limit(MOST_LEARNED)
    )
    return [
        Remembered(row.id, row.mapping.get("titles", {}), name or "", row.saved_at)
        for row, name in rows
    ]


def forget(session: Session, kind: Kind, mapping_id: int, *, by: Actor) -> None:
    """The next file with these titles is guessed, as if nobody had settled one. Files that are
    in already stay as they are. NotFound where the kind has no such mapping."""
    row = session.get(ImportMapping, mapping_id, with_for_update=True)
    if row is None or row.kind != kind.name:
        raise NotFound("There is no such mapping.")
    titles = row.mapping.get("titles", {})
    activity.record(
        session, "import.mapping_forgotten", by=by, import_kind=kind.name,
        columns=", ".join(titles.values()),
    )  # fmt: skip
    session.delete(row)


def _learned(session: Session, kind: Kind) -> dict[str, list[str]]:
    """The titles that were settled for each column, the latest first; each for one column alone."""
    rows = session.scalars(
        select(ImportMapping.mapping)
        .where(ImportMapping.kind == kind.name)
        .order_by(ImportMapping.saved_at.desc())
        .limit(MOST_LEARNED)
    )
    learned: dict[str, list[str]] = {}
    seen: set[str] = set()
    for mapping in rows:
        for name, title in mapping.get("titles", {}).items():
            if plain(title) not in seen:
                seen.add(plain(title))
                learned.setdefault(name, []).append(title)
    return learned


def _digest(header: Sequence[Any]) -> str:
    return sha256("\n".join(plain(str(title)) for title in header).encode()).hexdigest()[:32]
