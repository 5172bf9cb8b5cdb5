"""Places where a test kills the process, to show that nothing is lost or done twice.

Compiled in always, active only when the environment names one: `FAILPOINT=invoice.posted:2` kills
the process the second time it passes `fail_at("invoice.posted")`. Production refuses to start with
it set.
"""

from __future__ import annotations

import os
import signal
from itertools import count


def _armed() -> tuple[str, int] | None:
    value = os.environ.get("FAILPOINT", "")
    if not value:
        return None
    name, _, nth = value.partition(":")
    return name, int(nth or 1)


_ARMED = _armed()
_passes = count(1)


def fail_at(name: str) -> None:
    """Dies here by SIGKILL, as a power cut would have it, if FAILPOINT names this place."""
    if _ARMED and _ARMED[0] == name and next(_passes) == _ARMED[1]:
        os.kill(os.getpid(), signal.SIGKILL)
