"""What the stand-in knows to be true, in a SQLite file: objects, answers by key, deliveries."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Thing = dict[str, Any]
SCHEMA = """
CREATE TABLE IF NOT EXISTS thing (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, n INTEGER, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS thing_kind ON thing (kind, n);
CREATE TABLE IF NOT EXISTS answer (
  key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
  n INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, due REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS mode (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Record:
    """One lock around everything: the stand-in does one thing at a time, and each is whole."""

    def __init__(self, path: Path | str) -> None:
        self.lock = threading.RLock()
        self._db = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Lets the file go."""
        self._db.close()

    def copy_to(self, path: Path) -> None:
        """Makes the record at `path` the same as this one, though somebody may have it open."""
        with sqlite3.connect(str(path)) as other:
            self._db.backup(other)
        other.close()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All of the block is kept, or none of it."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def save(self, thing: Thing) -> Thing:
        """Keeps an object under its id."""
        self._db.execute(
            "INSERT INTO thing (id, kind, n, body) VALUES (?, ?, "
            "(SELECT coalesce(max(n), 0) + 1 FROM thing), ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (thing["id"], thing["object"], json.dumps(thing)),
        )
        return thing

    def get(self, kind: str, identity: str) -> Thing | None:
        row = self._db.execute(
            "SELECT body FROM thing WHERE id = ? AND kind = ?", (identity, kind)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> list[Thing]:
        """Every object of a kind, newest first."""
        rows = self._db.execute("SELECT body FROM thing WHERE kind = ? ORDER BY n DESC", (kind,))
        return [json.loads(row[0]) for row in rows]

    def answer_to(self, key: str) -> tuple[str, int, str] | None:
        """What was answered under an idempotency key: the request, the status, the body."""
        row = self._db.execute(
            "SELECT request, status, body FROM answer WHERE key = ?", (key,)
        ).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def keep_answer(self, key: str, request: str, status: int, body: str) -> None:
        self._db.execute("INSERT INTO answer VALUES (?, ?, ?, ?)", (key, request, status, body))

    def deliver(self, event_id: str, due: float) -> None:
        """Queues a webhook."""
        self._db.execute("INSERT INTO delivery (event_id, due) VALUES (?, ?)", (event_id, due))

    def due_deliveries(self, *, newest_first: bool) -> list[tuple[int, Thing, int]]:
        rows = self._db.execute(
            "SELECT d.n, t.body, d.tries FROM delivery d JOIN thing t ON t.id = d.event_id "
            "WHERE d.done = 0 AND d.due <= ? ORDER BY d.n",
            (time.time(),),
        ).fetchall()
        found = [(row[0], json.loads(row[1]), row[2]) for row in rows]
        return found[::-1] if newest_first else found

    def delivered(self, number: int) -> None:
        self._db.execute("UPDATE delivery SET done = 1 WHERE n = ?", (number,))

    def not_delivered(self, number: int, tries: int, due: float) -> None:
        self._db.execute("UPDATE delivery SET tries = ?, due = ? WHERE n = ?", (tries, due, number))

    def mode(self, name: str, default: Any = 0) -> Any:
        """How the stand-in should misbehave."""
        row = self._db.execute("SELECT value FROM mode WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def set_mode(self, name: str, value: Any) -> None:
        self._db.execute(
            "INSERT INTO mode VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )

    def use_up(self, name: str) -> bool:
        """Whether the next call should misbehave so; counts it down."""
        left = int(self.mode(name))
        if left > 0:
            self.set_mode(name, left - 1)
        return left > 0


def new_id(prefix: str) -> str:
    """`cs_test_...`, `pi_...`: as long and as random as Stripe's."""
    return f"{prefix}_{secrets.token_hex(14)}"


def now() -> int:
    return int(time.time())
