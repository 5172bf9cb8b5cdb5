"""Past lines put together to documents: who bought what when, and what it is to become."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from models.history.kinds import CHARGE_KINDS, LEFT_OUT, Kind, Rules
from models.history.past import PastLine, Rejection
from models.kernel.money import ZERO

Sorted = tuple[Kind, PastLine]


@dataclass(slots=True)
class Gathered:
    """The rows of one document number. The first row says when; any row may say who."""

    number: str
    lines: list[PastLine] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """The earliest time among the rows: a number with two times is one document."""
        return min(line.at for line in self.lines)

    @property
    def customer(self) -> str:
        """The first customer named on it, empty where none is."""
        return next((line.customer for line in self.lines if line.customer), "")


@dataclass(slots=True)
class PastDocument:
    """An invoice or credit note to be written. `at` is local time, shifted already.

    Amounts of a credit note are positive; `sign` turns the file's into them.
    """

    number: str
    is_credit: bool
    customer: str
    at: datetime
    lines: list[Sorted]
    charges: list[Sorted]

    @property
    def sign(self) -> int:
        return -1 if self.is_credit else 1

    @property
    def goods(self) -> Decimal:
        return self.sign * sum((line.amount for _, line in self.lines), ZERO)

    @property
    def charged(self) -> Decimal:
        return self.sign * sum((line.amount for _, line in self.charges), ZERO)

    @property
    def total(self) -> Decimal:
        return self.goods + self.charged


@dataclass(frozen=True, slots=True)
class Numbering:
    """How imported numbers are written, and what marks a cancelling document in the file."""

    prefix: str = ""
    credit_suffix: str = "-CR"
    cancellation_mark: str = ""


def gather(lines: Iterable[PastLine]) -> list[Gathered]:
    """The lines by document number, wherever in the file they stand, oldest document first."""
    documents: dict[str, Gathered] = {}
    for line in lines:
        found = documents.get(line.document)
        if found is None:
            found = documents[line.document] = Gathered(line.document)
        found.lines.append(line)
    return sorted(documents.values(), key=lambda each: (each.at, each.lines[0].line))


def fault_of(line: PastLine, customer: str, numbering: Numbering) -> str | None:
    """Why a row cannot belong to the document it names; None where it can."""
    if line.customer and line.customer != customer:
        return (
            f"Document {line.document} belongs to customer {customer}; "
            f"this row says {line.customer}."
        )
    mark = numbering.cancellation_mark
    if mark and line.document.startswith(mark) and line.quantity > 0 and line.unit_price > 0:
        return f"Document {line.document} is a cancellation, but this row sells."
    return None


def sort_lines(
    gathered: Gathered, rules: Rules, numbering: Numbering
) -> tuple[list[Sorted], list[Rejection]]:
    """The document's rows with their kinds, and those that do not fit into it."""
    customer = gathered.customer
    fitting: list[Sorted] = []
    rejected: list[Rejection] = []
    for line in gathered.lines:
        fault = fault_of(line, customer, numbering)
        if fault is None:
            fitting.append((rules.kind_of(line, customer), line))
        else:
            rejected.append(Rejection(line.line, fault, line.quantity, line.amount))
    return fitting, rejected


def split(
    number: str, customer: str, at: datetime, rows: list[Sorted], numbering: Numbering
) -> list[PastDocument]:
    """The documents that these rows become: an invoice, a credit note, or both.

    What sells goes on the invoice, what gives back on the credit note. A document of the file
    that does both becomes both; its credit note has the same number with a suffix. Allowances
    stay on an invoice that can carry them. Lines that are left out make no document.
    """
    kept = [row for row in rows if row[0] not in LEFT_OUT]
    lines = [row for row in kept if row[0] not in CHARGE_KINDS]
    charges = [row for row in kept if row[0] in CHARGE_KINDS]
    sold = [row for row in lines if row[1].quantity > 0]
    back = [row for row in lines if row[1].quantity < 0]
    added = [row for row in charges if row[1].amount >= 0]
    taken = [row for row in charges if row[1].amount < 0]
    if taken and not back and _sum(sold) + _sum(charges) >= 0 and (sold or added):
        added, taken = charges, []
    written = numbering.prefix + number
    made: list[PastDocument] = []
    if sold or added:
        made.append(PastDocument(written, False, customer, at, sold, added))
    if back or taken:
        suffix = numbering.credit_suffix if made else ""
        made.append(PastDocument(written + suffix, True, customer, at, back, taken))
    return made


def _sum(rows: list[Sorted]) -> Decimal:
    return sum((line.amount for _, line in rows), ZERO)
