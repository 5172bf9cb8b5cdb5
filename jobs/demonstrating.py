"""What bin/demo runs: migrates, loads the demo company once, and serves it until Ctrl-C.

The loaded company is kept as a template database beside the real one; `--reset` copies it back.
`flask demo status` says by its exit code whether the company is loaded (0), not yet (3) or by half
(4, it was broken off); `flask demo load` loads it, `flask demo sign-ins` prints who can sign in.
A database of somebody's own is filled and copied too, as far as its role may make databases.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from sqlalchemy.engine import make_url

from integrations.stripe.standin.record import Record
from jobs import migrating
from jobs.hosting import FLASK, is_taken, run, say, wait_until_served
from jobs.serving import gunicorn
from jobs.supervising import Child, Supervisor

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
    return serve(host, port)


def load(url: str) -> None:
    """Loads the demo company unless it is there, and keeps a copy of the loaded database."""
    status = run([*FLASK, "demo", "status"], check=False)
    if status == HALF_LOADED:
        say("Loading was broken off before: starting again")
        empty(url)
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


def empty(url: str) -> None:
    """Takes everything out of the database, which a broken-off loading left."""
    plain = make_url(url).set(drivername="postgresql")
    with psycopg.connect(
        plain.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def serve(host: str, port: int) -> int:
    """Serves web and tasks until told to stop, and a stand-in for Stripe where no key is set."""
    children = [Child("web", gunicorn(host, port)), Child("worker", [*FLASK, "worker"])]
    if not os.environ.get("STRIPE_SECRET_KEY"):
        children.insert(0, stand_in(host, port))
        say("Starting a stand-in for Stripe: test payments, no card is charged")
    supervisor = Supervisor(children)
    say("Starting the web server and the task worker")
    supervisor.start()
    if wait_until_served(host, port, supervisor):
        say(f"\nTrade Counter is on http://localhost:{port} - Ctrl-C stops it")
        run([*FLASK, "demo", "sign-ins"])
    supervisor.run()
    say("Stopped")
    return 0


def stand_in(host: str, port: int) -> Child:
    """The stand-in for Stripe on the next free port; tells this process's children where it is."""
    its_port = next(free for free in range(port + 1, port + 100) if not is_taken(host, free))
    base_url = os.environ.get("BASE_URL") or f"http://localhost:{port}"
    reached = f"http://{urlsplit(base_url).hostname}:{its_port}"
    near = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    os.environ.update(
        STRIPE_SECRET_KEY=f"sk_test_{secrets.token_hex(12)}",
        STRIPE_WEBHOOK_SECRET=f"whsec_{secrets.token_hex(16)}",
        STRIPE_API_BASE=f"http://{near}:{its_port}",
        STRIPE_CHECKOUT_HOST=reached,
    )
    options = {
        "host": host,
        "port": its_port,
        "record": stand_in_record(),
        "page-base": reached,
        "webhooks": f"http://{near}:{port}/webhooks/stripe",
    }
    written = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return Child("stand-in", [sys.executable, "-m", "integrations.stripe.standin", *written])


def stand_in_record() -> Path:
    """Where the stand-in for Stripe keeps what it knows."""
    return Path(os.environ.get("DATA_DIR", "var")) / "stand-in" / "stripe.sqlite"


def kept_record() -> Path:
    """That record as it was when the company had been loaded."""
    return stand_in_record().with_name("as-loaded.sqlite")


def copy_record(source: Path, target: Path) -> None:
    """Makes the stand-in's record at `target` the one of `source`, whoever has it open."""
    if source.exists():
        record = Record(source)
        record.copy_to(target)
        record.close()


def copy_database(url: str, *, source: str, target: str) -> None:
    """Makes `target` a copy of `source`, replacing it; whoever is connected is disconnected."""
    with maintenance(url) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
        )
        connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def has_template(url: str) -> bool:
    """Whether the loaded company was kept."""
    with psycopg.connect(plain(url)) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [template_of(url)]
        )
        return found.fetchone() is not None


def maintenance(url: str) -> psycopg.Connection:
    """A connection beside the demo's database, to make and drop databases with."""
    return psycopg.connect(plain(url, "postgres"), autocommit=True)


def plain(url: str, database: str | None = None) -> str:
    """The URL as PostgreSQL's own library reads it; of another database where one is named."""
    parts = make_url(url).set(drivername="postgresql")
    if database is not None:
        parts = parts.set(database=database)
    return parts.render_as_string(hide_password=False)


def name_of(url: str) -> str:
    return make_url(url).database or "postgres"


def template_of(url: str) -> str:
    return name_of(url) + TEMPLATE_SUFFIX


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
