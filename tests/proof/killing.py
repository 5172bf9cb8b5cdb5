"""Running parts of the program that are killed on the way, and starting them again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from config import Settings
from tests.proof.door import DIED, PATIENCE_SECONDS, TOP, Caller, environment_of, free_port

KILLED = -signal.SIGKILL
GUNICORN_SAW_IT = "was sent SIGKILL"


@dataclass
class Served:
    """A running server and what it has written."""

    port: int
    pid: int
    output: Path

    def caller(self, cookies: dict[str, str]) -> Caller:
        return Caller(self.port, cookies)

    def was_killed(self) -> bool:
        """Whether a worker of it died by SIGKILL, as its master saw it."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if GUNICORN_SAW_IT in self.output.read_text("utf-8", "replace"):
                return True
            time.sleep(0.02)
        return False


class Program:
    """Parts of the program on one database, by way of the fork server."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self._numbers = count(1)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.forkserver"],
            cwd=TOP,
            env=environment_of(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)

    @contextmanager
    def serving(self, failpoint: str = "", *, workers: int = 1) -> Iterator[Served]:
        """A server while the block runs; armed where a failpoint is named."""
        port, output = free_port(), self._output()
        pid = self._ask("serve", failpoint, output, port=port, workers=workers)
        served = Served(port, pid, output)
        try:
            _wait_until_open(served)
            yield served
        finally:
            self._say({"do": "end", "pid": pid, "signal": signal.SIGKILL})

    def kill(self, served: Served) -> None:
        """`kill -9` on every process of a server."""
        os.killpg(served.pid, signal.SIGKILL)

    def work(self, failpoint: str = "", **environment: str) -> int:
        """Works the queue empty; the exit code, KILLED where it died at the failpoint."""
        output = self._output()
        code = self._ask("work", failpoint, output, environment)
        assert code in (0, KILLED), output.read_text()
        return code

    def command(self, *words: str, failpoint: str = "") -> tuple[int, str]:
        """Runs a command of `bin/flask`: its exit code and what it wrote."""
        output = self._output()
        code = self._ask("command", failpoint, output, words=[*words])
        return code, output.read_text()

    def _ask(
        self,
        do: str,
        failpoint: str,
        output: Path,
        environment: dict[str, str] | None = None,
        **more: Any,
    ) -> int:
        armed = {"FAILPOINT": failpoint} if failpoint else {}
        settled = environment_of(self.settings, **armed, **(environment or {}))
        return self._say({"do": do, "output": str(output), "environment": settled, **more})

    def _say(self, asked: dict[str, Any]) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: int = json.loads(self._process.stdout.readline())
        return answer

    def _output(self) -> Path:
        path = self.folder / f"output-{next(self._numbers)}.txt"
        path.touch()
        return path


def _wait_until_open(served: Served) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if Caller(served.port).get("/health/live").status == 200:
                return
        except DIED:
            time.sleep(0.02)
    raise AssertionError(f"the server did not open its door:\n{served.output.read_text()[-4000:]}")
