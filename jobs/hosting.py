"""What bin/demo, bin/start and bin/practice share: the program's commands run, its server started
and waited for."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

from jobs.serving import gunicorn
from jobs.supervising import Child, Supervisor, die_with_parent

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
SECONDS_TO_START = 60


def run(command: list[str], *, check: bool = True) -> int:
    """Runs a command of the program, which ends when this process does; gives its exit code."""
    return subprocess.run(command, check=check, preexec_fn=die_with_parent).returncode  # noqa: S603


def serve(
    host: str, port: int, *, first: Sequence[Child] = (), then: Callable[[], object] = lambda: None
) -> int:
    """Serves web and tasks, beside what comes `first`, until told to stop.

    Once the server answers it says where it is, and does `then`. Gives the exit code.
    """
    children = [Child("web", gunicorn(host, port)), Child("worker", [*FLASK, "worker"])]
    supervisor = Supervisor([*first, *children])
    say("Starting the web server and the task worker")
    supervisor.start()
    if wait_until_served(host, port, supervisor):
        say(f"\nTrade Counter is on http://localhost:{port} - Ctrl-C stops it")
        then()
    supervisor.run()
    say("Stopped")
    return 0


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


def is_taken(host: str, port: int) -> bool:
    """Whether something listens on the port already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def say(sentence: str) -> None:
    print(sentence, flush=True)
