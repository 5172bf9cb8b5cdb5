"""What an import is made of: kinds with their columns, records of a file, what they do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.importing.values import Reading
from models.kernel.errors import Problem, Refused
from models.kernel.files import FileStore
from models.kernel.seller import Seller

Key = tuple[Any, ...]
Progress = Callable[[int, int], None]


class Outcome(StrEnum):
    """What a row of the file does."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind understands. `aliases` are what other programs call it, in lower case.

    `needed` columns must be in the file; an empty cell of another leaves what is there as it is.
    A guess takes it for `stands_in_for` where the file has nothing better for that.
    """

    name: str
    title: str
    read: Reading
    aliases: tuple[str, ...] = ()
    needed: bool = False
    example: str = ""
    hint: str = ""
    stands_in_for: str = ""


@dataclass(slots=True)
class Record:
    """A row of the file, read. `values` has the mapped columns that say something, also of a row
    that is rejected: its other faults are found, too."""

    line: int
    cells: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    refs: dict[str, Any] = field(default_factory=dict)
    """What its codes turned out to name; filled by the kind."""
    faulty: set[str] = field(default_factory=set)
    """The columns whose cell is missing or cannot be read: nothing follows from their silence."""
    outcome: Outcome = Outcome.ADDED
    faults: list[str] = field(default_factory=list)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    target_id: int | None = None

    @property
    def is_good(self) -> bool:
        return self.outcome is not Outcome.REJECTED

    @property
    def sentence(self) -> str:
        """All that is wrong with it, each once."""
        return " ".join(dict.fromkeys(self.faults))

    def says(self, *names: str) -> bool:
        """Whether all of these columns say something that can be read."""
        return all(name in self.values for name in names)

    def lacks(self, name: str) -> bool:
        """Whether this column says nothing, and is not at fault already."""
        return name not in self.values and name not in self.faulty

    def reject(self, sentence: str) -> None:
        """Adds what is wrong with the row. It must not follow from what was said of it before."""
        self.outcome = Outcome.REJECTED
        self.faults.append(sentence)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says under a key: the record's id and the values of its columns."""

    id: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """In which company, on which day and by whom a file is read."""

    seller: Seller
    today: date
    by: Actor
    run_id: int = 0
    content: bytes = b""
    """The file itself, for kinds whose rows are only the names of what is in it."""
    files: FileStore | None = None


class Kind(Protocol):
    """A kind of file. One small class declares it; the engine does the rest."""

    @property
    def name(self) -> str:
        """How addresses and records call it."""

    @property
    def columns(self) -> Sequence[Column]:
        """What it understands."""

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Looks up what the records name, into `refs`; rejects those that name nothing. What does
        not hang on a fault of a row is checked all the same."""

    def key_of(self, record: Record) -> Key | None:
        """What makes a record the same as one that is there; None where a row always adds."""

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """Those that are there already, by key."""

    def write(
        self,
        session: Session,
        added: Sequence[Record],
        changed: Sequence[Record],
        context: Context,
        progress: Progress,
    ) -> None:
        """Writes them, many at a time."""

    def title_of(self, record: Record) -> str:
        """How a row is named in the list of differences."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file does, row by row. The same file and database give the same fingerprint."""

    records: Sequence[Record]

    def count(self, outcome: Outcome) -> int:
        return sum(record.outcome is outcome for record in self.records)

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: self.count(outcome) for outcome in Outcome}

    @property
    def fingerprint(self) -> str:
        digest = sha256()
        for record in self.records:
            facts = (record.line, record.outcome, record.target_id, record.changes)
            digest.update(repr(facts).encode())
        return digest.hexdigest()[:32]

    def of(self, outcome: Outcome) -> list[Record]:
        return [record for record in self.records if record.outcome is outcome]

    def refuse_rejected(self, most: int = 50) -> None:
        """Refused, naming the lines, where any row cannot be taken: all or nothing."""
        rejected = self.of(Outcome.REJECTED)
        if rejected:
            raise Refused(
                f"{len(rejected):,} of {len(self.records):,} rows cannot be taken, so nothing was "
                f"imported. The first is line {rejected[0].line}: {rejected[0].sentence}",
                problems=[
                    Problem(f"Line {each.line}: {each.sentence}", f"line-{each.line}")
                    for each in rejected[:most]
                ],
            )


def ids_by(records: Collection[Record], name: str) -> set[Any]:
    """The values of one column in all records that say it."""
    return {record.values[name] for record in records if name in record.values}
