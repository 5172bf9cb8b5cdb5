"""The supervisor keeps its children running, and stops them all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = """
import sys
from jobs.supervising import Child, Supervisor
body = "import os, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(600)"
child = [sys.executable, "-c", "import sys; " + body, sys.argv[1]]
supervisor = Supervisor([Child("sleeper", child)])
supervisor.start()
supervisor.run()
"""
SECONDS_TO_WAIT = 20


def pids(place: Path) -> list[int]:
    return [int(line) for line in place.read_text().split()] if place.exists() else []


def wait_for(place: Path, count: int) -> list[int]:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while len(pids(place)) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return pids(place)


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().split()[2] != "Z"


def test_a_dead_child_is_started_again_and_all_stop_with_the_supervisor(tmp_path: Path) -> None:
    place = tmp_path / "pids"
    supervisor = subprocess.Popen([sys.executable, "-c", PROGRAM, str(place)])
    try:
        (first,) = wait_for(place, 1)
        os.kill(first, signal.SIGKILL)
        second = wait_for(place, 2)[-1]
        assert second != first
        assert is_running(second)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(SECONDS_TO_WAIT) == 0
        assert not is_running(second)
    finally:
        supervisor.kill()
