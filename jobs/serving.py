"""The web server's command line: gunicorn, as it runs in production behind a proxy."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import config

SHARED_MEMORY = "/dev/shm"  # noqa: S108


def gunicorn(host: str, port: int, *, workers: int = 2) -> list[str]:
    """The command that serves the program on `host:port`."""
    options = {
        "bind": f"{host}:{port}",
        "worker-class": "gthread",
        "workers": workers,
        "threads": 4,
        "timeout": 30,
        "graceful-timeout": 30,
        "keep-alive": 5,
        "max-requests": 5000,
        "max-requests-jitter": 500,
        "limit-request-line": 4094,
        "limit-request-fields": 60,
        "forwarded-allow-ips": "127.0.0.1",
        "log-level": "warning",
    }
    if Path(SHARED_MEMORY).is_dir():
        options["worker-tmp-dir"] = SHARED_MEMORY
    written = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return [sys.executable, "-m", "gunicorn", *written, "--no-control-socket", "wsgi:app"]


def main() -> None:
    """Becomes the web server of this environment: HOST, PORT and WEB_WORKERS."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    try:
        config.load()
    except config.Misconfigured as faults:
        sys.exit(faults.message)
    command = gunicorn(host, port, workers=int(os.environ.get("WEB_WORKERS", "2")))
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
