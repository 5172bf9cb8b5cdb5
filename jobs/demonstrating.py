"""What bin/demo runs: migrates, loads the demo company once, and serves it until Ctrl-C.

The loaded company is kept as a template database beside the real one; `--reset` copies it back.
`flask demo status` says by its exit code whether the company is loaded (0) or not (3), `flask demo
load` loads it, and `flask demo sign-ins` prints who can sign in.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from sqlalchemy.engine import make_url

from jobs import migrating
from jobs.serving import gunicorn
from jobs.supervising import Child, Supervisor

TEMPLATE_SUFFIX = "_demo_template"
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
LOADED, NOT_LOADED = 0, 3
SECONDS_TO_START = 60


def main(arguments: list[str]) -> int:
    url = os.environ["DATABASE_URL"]
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if "--reset" in arguments and has_template(url):
        say("Putting the demo company back as it was loaded")
        copy_database(url, source=template_of(url), target=name_of(url))
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
    status = subprocess.run([*FLASK, "demo", "status"], capture_output=True).returncode  # noqa: S603
    if status not in (LOADED, NOT_LOADED):
        say("There is no demo company to load: the database stays empty")
        return
    if status == NOT_LOADED:
        say("Loading the demo company, once (under 3 minutes)")
        subprocess.run([*FLASK, "demo", "load"], check=True)  # noqa: S603
        say("Keeping a copy for --reset")
        copy_database(url, source=name_of(url), target=template_of(url))


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
        subprocess.run([*FLASK, "demo", "sign-ins"], stderr=subprocess.DEVNULL)  # noqa: S603
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
    record = Path(os.environ.get("DATA_DIR", "var")) / "stand-in" / "stripe.sqlite"
    options = {
        "host": host,
        "port": its_port,
        "record": record,
        "page-base": reached,
        "webhooks": f"http://{near}:{port}/webhooks/stripe",
    }
    written = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return Child("stand-in", [sys.executable, "-m", "integrations.stripe.standin", *written])


def wait_until_served(host: str, port: int, supervisor: Supervisor) -> bool:
    """Waits until the server answers; false when it is told to stop before."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and not supervisor.is_stopping:
        try:
            urllib.request.urlopen(f"http://{host}:{port}/health/live", timeout=2).close()
            return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    return False


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
    with maintenance(url) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [template_of(url)]
        )
        return found.fetchone() is not None


def maintenance(url: str) -> psycopg.Connection:
    """A connection beside the demo's database, to make and drop databases with."""
    plain = make_url(url).set(drivername="postgresql", database="postgres")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


def name_of(url: str) -> str:
    return make_url(url).database or "postgres"


def template_of(url: str) -> str:
    return name_of(url) + TEMPLATE_SUFFIX


def is_taken(host: str, port: int) -> bool:
    """Whether something listens on the port already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
