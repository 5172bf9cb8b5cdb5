"""What a benchmark found: one JSON object per line, or a table for people."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Result:
    """One figure. `ratio` is CPU against the reference of the same run; `target` its most.

    Where the target is a time or a rate, `measured` and `target` are in `unit` and `ok` says
    whether it is met; None where nothing is promised.
    """

    name: str
    size: str
    requests_per_s: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    app_cpu_ms: float | None = None
    db_cpu_ms: float | None = None
    queries: int | None = None
    bytes: int | None = None
    ratio: float | None = None
    measured: float | None = None
    unit: str = ""
    target: str = ""
    ok: bool | None = None

    @property
    def cpu_ms(self) -> float:
        """CPU per request, application plus database."""
        return (self.app_cpu_ms or 0) + (self.db_cpu_ms or 0)

    def as_json(self) -> str:
        rounded = {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }
        return json.dumps(rounded)

    def as_text(self) -> str:
        """A row of the table."""
        verdict = {True: "ok", False: "MISSED", None: ""}[self.ok]
        cpu = f"{self.app_cpu_ms:.2f} + {self.db_cpu_ms:.2f}" if self.app_cpu_ms is not None else ""
        figures = [
            f"{self.name:<34} {self.size:<6}",
            f"{cpu:>16}",
            f"{self.ratio:>6.2f}" if self.ratio is not None else " " * 6,
            f"{self.queries:>4}" if self.queries is not None else " " * 4,
            f"{self.p95_ms:>8.1f}" if self.p95_ms is not None else " " * 8,
            f"{self.measured:>10.1f} {self.unit}" if self.measured is not None else "",
            self.target,
            verdict,
        ]
        return " ".join(figures).rstrip()


HEADING = f"{'name':<34} {'size':<6} {'CPU app + db ms':>16} {'ratio':>6} {'SQL':>4} {'p95 ms':>8}"


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0
