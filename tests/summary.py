"""Adds up what several pytest runs reported, as the one line with which pytest itself ends.

python -m tests.summary FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

COUNTED = ("failures", "errors", "skipped")


def summary(folder: Path) -> str:
    """`3 failed, 412 passed, 2 skipped in 61.20s`, over every JUnit file in `folder`."""
    suites = [
        suite
        for report in sorted(folder.glob("*.xml"))
        for suite in ElementTree.parse(report).iter("testsuite")  # noqa: S314
    ]
    total = sum(int(suite.get("tests", 0)) for suite in suites)
    failed, errors, skipped = (sum(int(suite.get(name, 0)) for suite in suites) for name in COUNTED)
    seconds = sum(float(suite.get("time", 0)) for suite in suites)
    counts = {
        "failed": failed,
        "passed": total - failed - errors - skipped,
        "skipped": skipped,
        "errors": errors,
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{told or 'no tests ran'} in {seconds:.2f}s"


if __name__ == "__main__":
    print(f"=== {summary(Path(sys.argv[1]))} ===")  # noqa: T201
