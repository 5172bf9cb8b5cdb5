"""CPU time and memory of processes, from /proc; statements counted on an engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, event, text

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    """One row of the process table. CPU time in milliseconds, its ended children's included."""

    pid: int
    parent: int
    cpu_ms: float


def processes() -> dict[int, Process]:
    """All processes of this machine, by pid."""
    found = {}
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks = sum(int(each) for each in fields[11:15])
        pid = int(place.name)
        found[pid] = Process(pid, int(fields[1]), ticks * 1000 / TICKS_PER_SECOND)
    return found


def family(root: int) -> list[Process]:
    """A process and all its descendants."""
    table = processes()
    members, found = {root}, [table[root]] if root in table else []
    grown = True
    while grown:
        children = [p for p in table.values() if p.parent in members and p.pid not in members]
        members |= {child.pid for child in children}
        found += children
        grown = bool(children)
    return found


def cpu_ms(root: int) -> float:
    """CPU time that a process and its descendants have used, in milliseconds."""
    return sum(member.cpu_ms for member in family(root))


def memory_mib(root: int) -> float:
    """The proportional set size of a process's descendants, in MiB."""
    total = 0
    for member in family(root):
        if member.pid != root:
            rollup = Path(f"/proc/{member.pid}/smaps_rollup").read_text()
            line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
            total += int(line.split()[1])
    return total / 1024


def postmaster(engine: Engine) -> int:
    """The pid of the PostgreSQL server behind an engine; 0 where it is on another machine."""
    with engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    process = processes().get(backend or 0)
    return process.parent if process else 0


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that run on an engine during the block."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET TRANSACTION")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
