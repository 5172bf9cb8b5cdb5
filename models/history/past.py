"""A line of a wholesaler's past, as its file says it, and a line that could not be placed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class PastLine(NamedTuple):
    """One row of the file. `line` is its line number there; `at` is the seller's local time.

    `code` is trimmed and in capitals. Quantities and prices keep the file's signs and digits.
    `customer` is empty for counter sales.
    """

    line: int
    document: str
    code: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    at: datetime
    customer: str
    customer_name: str
    country: str

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price, not rounded."""
        return self.quantity * self.unit_price


class Rejection(NamedTuple):
    """A row that could not be placed, and why; what of it could be read still counts."""

    line: int
    reason: str
    quantity: Decimal
    amount: Decimal


MOST_QUANTITY = Decimal(10) ** 10
MOST_AMOUNT = Decimal(10) ** 13


def fault_of_figures(quantity: Decimal, unit_price: Decimal) -> str | None:
    """Why a quantity or price cannot be kept digit by digit; None where it can."""
    if not quantity:
        return "The quantity is zero."
    if abs(quantity) >= MOST_QUANTITY or abs(unit_price) >= MOST_QUANTITY:
        return f"{quantity} at {unit_price} is beyond anything that can be sold."
    if _places(quantity) > 3:
        return f"The quantity {quantity} has more than three decimals."
    if _places(unit_price) > 4 or _places(quantity * unit_price) > 4:
        return f"{quantity} at {unit_price} has more than four decimals."
    if abs(quantity * unit_price) >= MOST_AMOUNT:
        return f"{quantity} at {unit_price} is beyond anything that can be sold."
    return None


def _places(figure: Decimal) -> int:
    exponent = figure.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 99
