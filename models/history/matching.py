"""Which past sale a past credit gives back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from models.history.documents import PastDocument
from models.history.kinds import PRODUCT_KINDS
from models.history.past import PastLine
from models.kernel.money import ZERO


@dataclass(slots=True)
class Sale:
    """A sold line, the document it stands on, and what of it was not given back yet."""

    line: PastLine
    number: str
    position: int
    left: Decimal


@dataclass(slots=True)
class Matches:
    """`sales` by the line number of the credit; `credited` by that of the sale, in base units."""

    sales: dict[int, Sale] = field(default_factory=dict)
    credited: dict[int, Decimal] = field(default_factory=dict)
    credits_of_customers: int = 0


def match_credits(documents: Iterable[PastDocument]) -> Matches:
    """Finds for each credited line an earlier sale of that code to that customer.

    `documents` come oldest first. Of several sales the latest is taken that has enough left at
    the same price, then the latest with enough left, then simply the latest: some customers were
    credited more than they bought. Never more is counted as credited than was sold. The counter
    is nobody: its credits match nothing.
    """
    matches = Matches()
    sold: dict[tuple[str, str], list[Sale]] = defaultdict(list)
    for document in documents:
        if not document.customer:
            continue
        for position, (kind, line) in enumerate(document.lines, start=1):
            if kind not in PRODUCT_KINDS:
                continue
            key = (document.customer, line.code)
            if document.is_credit:
                matches.credits_of_customers += 1
                _match(line, sold.get(key, ()), matches)
            else:
                sold[key].append(Sale(line, document.number, position, line.quantity))
    return matches


def _match(credit: PastLine, sales: Iterable[Sale], matches: Matches) -> None:
    wanted = -credit.quantity
    best = max(
        enumerate(sales),
        key=lambda entry: (
            entry[1].left >= wanted and entry[1].line.unit_price == credit.unit_price,
            entry[1].left >= wanted,
            entry[0],
        ),
        default=None,
    )
    if best is None:
        return
    sale = best[1]
    part = min(wanted, sale.left)
    sale.left -= part
    matches.sales[credit.line] = sale
    matches.credited[sale.line.line] = matches.credited.get(sale.line.line, ZERO) + part
