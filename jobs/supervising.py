"""Keeps a few processes running together: for the demo, and for a worker with several processes.

A child that dies is started again, waiting longer each time it dies at once. SIGTERM or SIGINT
stops them all; they have 30 seconds. Children die with a supervisor that is killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field

import structlog

SECONDS_TO_STOP = 30.0
LONGEST_WAIT_SECONDS = 30.0
STEADY_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
log = structlog.get_logger("supervisor")
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Child:
    """A command that should be running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    began: float = field(default=0.0, init=False)
    due: float = field(default=0.0, init=False)
    wait_seconds: float = field(default=0.5, init=False)

    def start(self) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command, start_new_session=True, preexec_fn=die_with_parent
        )

    def look_after(self) -> None:
        """Starts the child again if it has died and its waiting time is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        if self.process.poll() is None:
            return
        lived = now - self.began
        self.wait_seconds = (
            0.5 if lived > STEADY_SECONDS else min(self.wait_seconds * 2, LONGEST_WAIT_SECONDS)
        )
        log.warning("child_died", name=self.name, pid=self.process.pid)
        self.process, self.due = None, now + self.wait_seconds


class Supervisor:
    """Runs its children until it is told to stop."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self._is_stopping = False

    def start(self) -> None:
        """Starts every child, and listens for the signals that stop them."""
        signal.signal(signal.SIGTERM, self._stop_soon)
        signal.signal(signal.SIGINT, self._stop_soon)
        for child in self.children:
            child.start()

    def run(self) -> None:
        """Looks after the children until SIGTERM or SIGINT, then stops them all."""
        while not self._is_stopping:
            for child in self.children:
                child.look_after()
            time.sleep(0.2)
        self.stop()

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    def stop(self) -> None:
        """Asks every child to end, and kills what is left after 30 seconds."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + SECONDS_TO_STOP
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _stop_soon(self, _number: int, _frame: object) -> None:
        self._is_stopping = True


def die_with_parent() -> None:
    """For `preexec_fn`: the new process gets SIGTERM when the one that started it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
