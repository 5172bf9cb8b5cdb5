"""What bin/demo runs: migrates, loads the demo company once, and serves it until Ctrl-C.

The loaded company is kept as a template database beside the real one; `--reset` copies it back.
`flask demo status` says by its exit code whether the company is loaded (0), not yet (3) or by half
(4, it was broken off); `flask demo load` loads it, `flask demo sign-ins` prints who can sign in.
A database of somebody's own is filled and copied too, as far as its role may make databases.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

from jobs import migrating
from jobs.databases import copy_database, emptied, exists, name_of
from jobs.hosting import FLASK, is_taken, run, say, serve
from jobs.standing_in import copy_record, kept_record, stand_in, stand_in_record

TEMPLATE_SUFFIX = "_demo_template"
LOADED, NOT_LOADED, HALF_LOADED = 0, 3, 4


def main(arguments: list[str]) -> int:
    """Runs the demo; says what went wrong in a sentence. Gives the exit code."""
    try:
        return demonstrate(arguments)
    except KeyboardInterrupt:
        say("\nStopped")
        return 130
    except subprocess.CalledProcessError as failed:
        return failed.returncode


def demonstrate(arguments: list[str]) -> int:
    """Migrates, resets when asked to, loads what is not loaded, and serves."""
    url = os.environ["DATABASE_URL"]
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if "--reset" in arguments:
        if not has_template(url):
            say("There is no copy to put back: bin/demo makes one when it loads the company.")
            return 1
        say("Putting the demo company back as it was loaded")
        copy_database(url, source=template_of(url), target=name_of(url))
        copy_record(kept_record(), stand_in_record())
    say("Migrating the database")
    migrating.upgrade(url)
    if not has_template(url):
        load(url)
    if is_taken(host, port):
        if "--reset" in arguments:
            say(f"Done. What listens on port {port} goes on.")
            return 0
        say(f"Port {port} is taken. Choose another one: PORT=8001 bin/demo")
        return 1
    return served(host, port)


def load(url: str) -> None:
    """Loads the demo company unless it is there, and keeps a copy of the loaded database."""
    status = run([*FLASK, "demo", "status"], check=False)
    if status == HALF_LOADED:
        say("Loading was broken off before: starting again")
        emptied(url)
        migrating.upgrade(url)
    elif status != NOT_LOADED:
        return
    say("Loading the demo company, once (under 3 minutes)")
    stand_in_record().unlink(missing_ok=True)
    run([*FLASK, "demo", "load"])
    try:
        copy_database(url, source=name_of(url), target=template_of(url))
        copy_record(stand_in_record(), kept_record())
    except (psycopg.errors.InsufficientPrivilege, psycopg.OperationalError):
        say("This role may not make databases: no copy is kept, and --reset will not work")


def served(host: str, port: int) -> int:
    """Serves the company, with a stand-in for Stripe where no key is set."""
    first = [] if os.environ.get("STRIPE_SECRET_KEY") else [stand_in(host, port)]
    return serve(
        host, port, first=first, then=lambda: run([*FLASK, "demo", "sign-ins"], check=True)
    )


def has_template(url: str) -> bool:
    """Whether the loaded company was kept."""
    return exists(url, template_of(url))


def template_of(url: str) -> str:
    return name_of(url) + TEMPLATE_SUFFIX


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
