"""A real server and the people who ask it: CPU, clock times and bytes of many requests."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode

from benchmarks.metering import cpu_ms
from jobs.serving import gunicorn

CONNECTIONS = 8
SECRET_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"  # noqa: S105 - of a benchmark


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: a GET, or with a form a POST as htmx sends it."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None


@dataclass(slots=True)
class Round:
    """Many requests together. CPU in milliseconds per request."""

    app_cpu_ms: float
    db_cpu_ms: float
    times_ms: list[float]
    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server."""

    pid: int
    port: int


@contextmanager
def serving(database_url: str, module: str = "wsgi") -> Iterator[Server]:
    """Serves `module:app` as production does, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*gunicorn("127.0.0.1", port)[:-1], f"{module}:app"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(command, env=environment(database_url, folder))
        try:
            _wait_for(port)
            yield Server(process.pid, port)
        finally:
            process.terminate()
            process.wait(30)


def environment(database_url: str, data_dir: str) -> dict[str, str]:
    """The settings of a program under measurement."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "DATA_DIR": data_dir,
        "ENVIRONMENT": "test",
        "SECRET_KEY": SECRET_KEY,
        "LOG_LEVEL": "WARNING",
    }


def drive(server: Server, postmaster: int, asks: Sequence[Ask], requests: int) -> Round:
    """Sends `requests` requests over eight connections, the asks in turn.

    SystemExit with what was answered when one of them is no success.
    """
    times: list[float] = []
    sizes: list[int] = []
    faults: list[str] = []
    share = requests // CONNECTIONS

    def person(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        mine = cycle(list(asks)[number % len(asks) :] + list(asks)[: number % len(asks)])
        for _ in range(share):
            status, body, took = _send(connection, next(mine))
            if status >= 400:
                faults.append(f"{status}: {body[:300]!r}")
            times.append(took)
            sizes.append(len(body))

    before = cpu_ms(server.pid), cpu_ms(postmaster), time.perf_counter()
    threads = [threading.Thread(target=person, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - before[2]
    if faults:
        sys.exit(f"{len(faults)} of {requests} requests failed: {faults[0]}")
    count = share * CONNECTIONS
    return Round(
        (cpu_ms(server.pid) - before[0]) / count,
        (cpu_ms(postmaster) - before[1]) / count,
        times,
        seconds,
        max(sizes),
    )


def _send(connection: http.client.HTTPConnection, ask: Ask) -> tuple[int, bytes, float]:
    began = time.perf_counter()
    if ask.form is None:
        connection.request("GET", ask.path, headers=ask.headers)
    else:
        headers = {"Content-Type": "application/x-www-form-urlencoded", **ask.headers}
        connection.request("POST", ask.path, urlencode(ask.form), headers)
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, body, (time.perf_counter() - began) * 1000


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/health/live")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")
