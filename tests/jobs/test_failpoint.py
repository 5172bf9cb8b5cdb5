"""A failpoint kills the process where it is named, and nowhere else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = """
from models.kernel.failpoint import fail_at
fail_at("other.place")
for _ in range(3):
    print("passing", flush=True)
    fail_at("order.placed")
"""


@pytest.mark.parametrize(
    ("named", "code", "passes"),
    [("order.placed:2", -signal.SIGKILL, 2), ("order.placed", -signal.SIGKILL, 1), ("", 0, 3)],
)
def test_the_process_dies_at_the_nth_pass(named: str, code: int, passes: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "FAILPOINT": named},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert done.stdout.count("passing") == passes
