"""What an import says at its end: the count of every line, and the rows that need a look."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from jobs.importing.running import Prepared
from models.history import Count, Kind

COLUMNS = ("line", "kind", "document", "code", "quantity", "amount", "reason")
WHY_LEFT_OUT = {
    Kind.STOCK_CORRECTION: "Price zero and no customer: a correction of the stock, not a sale.",
    Kind.TEST: "The mapping says that this code is a test.",
}
SHOWN = 10


def summary(prepared: Prepared, seconds: float) -> str:
    """The last line of `--json`: the total as read, and the kinds that add up to it."""
    kinds = sorted(prepared.plan.kinds.items())
    return json.dumps(
        {
            "total": _figures(prepared.total),
            "kinds": {kind.value: _figures(count) for kind, count in kinds},
            "rejected": prepared.plan.kinds[Kind.REJECTED].lines,
            "seconds": round(seconds, 1),
        }
    )


def table(prepared: Prepared) -> list[str]:
    """The same for people."""
    counts = [*sorted(prepared.plan.kinds.items()), ("total", prepared.total)]
    return [
        f"  {str(kind).replace('_', ' '):<18}{count.lines:>10,}{count.quantity:>14,}"
        f"{count.amount:>20,}"
        for kind, count in counts
    ]


def remarks(prepared: Prepared) -> list[str]:
    """What somebody should know beside the figures."""
    plan = prepared.plan
    matches = plan.matches
    told = []
    if matches.credits_of_customers:
        told.append(
            f"{len(matches.sales):,} of {matches.credits_of_customers:,} product credits with a "
            "customer match an earlier sale; the others are kept, marked unmatched."
        )
    if prepared.shift:
        told.append(f"All dates are moved by {prepared.shift.days // 7} weeks.")
    told.extend(
        f"Nothing is known by the country “{name}” ({number} customers): the seller's own was "
        "taken. Name it under [countries] in the mapping."
        for name, number in sorted(plan.unknown_countries.items())
    )
    rejections = plan.rejections
    told.extend(f"Line {row.line}: {row.reason}" for row in rejections[:SHOWN])
    if len(rejections) > SHOWN:
        told.append(f"... and {len(rejections) - SHOWN:,} more rejected rows.")
    return told


def write_report(prepared: Prepared, path: Path) -> int:
    """Writes every row that was rejected or left out, with its line number and reason, as CSV."""
    plan = prepared.plan
    rows: list[tuple[Any, ...]] = [
        (row.line, Kind.REJECTED.value, "", "", row.quantity, row.amount, row.reason)
        for row in plan.rejections
    ]
    rows += [
        (row.line, kind.value, row.document, row.code, row.quantity, row.amount, WHY_LEFT_OUT[kind])
        for kind, row in plan.left_out
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows))
    return len(rows)


def _figures(count: Count) -> dict[str, Any]:
    return {
        "lines": count.lines,
        "quantity": _number(count.quantity),
        "amount": format(count.amount, "f"),
    }


def _number(quantity: Decimal) -> int | float:
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)
