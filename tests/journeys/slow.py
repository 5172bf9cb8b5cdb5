"""A slow world, for the faults that only a slow machine or a bad line shows.

`SLOW=1 bin/test tests/journeys` goes the journeys in it: each page, each htmx answer and each
script comes late, by times drawn from the seed, the browser computes at a fraction of its speed,
and htmx knows a page's links and fields only a while after the page stands there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from random import Random
from threading import Lock
from time import sleep
from typing import Any

from playwright.sync_api import Page

SEED = os.environ.get("SLOW", "")
LATE = (0.3, 0.9)
"""Seconds, from and to."""
TIMES_SLOWER = 4
LATE_START = """
const inTime = window.setTimeout;
window.setTimeout = (act, wait = 400, ...given) => inTime(act, wait, ...given);
"""
"""htmx begins by a timer that names no time."""

Program = Callable[[dict[str, Any], Any], Iterable[bytes]]


def slowed(program: Program) -> Program:
    """The program with answers to htmx and scripts that come late; as it is outside this world."""
    if not SEED:
        return program
    drawing, lock = Random(SEED), Lock()

    def late(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        answer = program(environ, start)
        if not environ["PATH_INFO"].startswith("/static/") or environ["PATH_INFO"].endswith(".js"):
            with lock:
                seconds = drawing.uniform(*LATE)
            sleep(seconds)
        return answer

    return late


def slow_down(page: Page) -> None:
    """Makes the browser compute slowly, in the slow world."""
    if SEED:
        page.context.new_cdp_session(page).send(
            "Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER}
        )
        page.add_init_script(LATE_START)
