"""What a past line was: a sale, a credit, or one of the other things that hide among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from models.history.past import PastLine
from models.kernel.money import ZERO


class Kind(StrEnum):
    """Every line has exactly one."""

    PRODUCT_SALE = "product_sale"
    PRODUCT_CREDIT = "product_credit"
    FREE_GOODS = "free_goods"
    MANUAL = "manual"
    SAMPLE = "sample"
    GIFT_VOUCHER = "gift_voucher"
    CHARGE = "charge"
    DISCOUNT = "discount"
    ADJUSTMENT = "adjustment"
    FEE = "fee"
    STOCK_CORRECTION = "stock_correction"
    TEST = "test"
    REJECTED = "rejected"


PRODUCT_KINDS = frozenset({Kind.PRODUCT_SALE, Kind.PRODUCT_CREDIT, Kind.FREE_GOODS})
"""Lines that name a product of the catalogue."""
CHARGE_KINDS = frozenset({Kind.CHARGE, Kind.DISCOUNT, Kind.ADJUSTMENT, Kind.FEE})
"""Lines that become charges or allowances of their document."""
LEFT_OUT = frozenset({Kind.STOCK_CORRECTION, Kind.TEST})
"""Lines that are counted and reported, but are neither sold nor moved."""
NAMEABLE = frozenset(
    {Kind.MANUAL, Kind.SAMPLE, Kind.GIFT_VOUCHER, Kind.TEST} | CHARGE_KINDS
)  # fmt: skip
"""The kinds that a mapping may give to codes which are no products."""


@dataclass(frozen=True)
class Rules:
    """Which codes are no products. A code ending in `*` stands for all that begin so."""

    codes: Mapping[str, Kind]
    _known: dict[str, Kind | None] = field(default_factory=dict)

    def kind_of(self, line: PastLine, customer: str) -> Kind:
        """The kind of a line of a document of this customer (empty: the counter).

        Price zero without a customer is somebody correcting the stock through the till, whatever
        the code. A price below zero adjusts an amount; no product has one.
        """
        if not line.unit_price and not customer:
            return Kind.STOCK_CORRECTION
        named = self._named(line.code)
        if line.unit_price < 0 and named not in CHARGE_KINDS:
            return Kind.ADJUSTMENT
        if named is not None:
            return named
        if line.quantity < 0:
            return Kind.PRODUCT_CREDIT
        return Kind.PRODUCT_SALE if line.unit_price else Kind.FREE_GOODS

    def _named(self, code: str) -> Kind | None:
        if code not in self._known:
            self._known[code] = self._look_up(code)
        return self._known[code]

    def _look_up(self, code: str) -> Kind | None:
        if code in self.codes:
            return self.codes[code]
        for pattern, kind in self.codes.items():
            if pattern.endswith("*") and code.startswith(pattern[:-1]):
                return kind
        return None


@dataclass(slots=True)
class Count:
    """Lines with their quantity and amount, to the last digit."""

    lines: int = 0
    quantity: Decimal = ZERO
    amount: Decimal = ZERO

    def add(self, quantity: Decimal, amount: Decimal) -> None:
        """Counts one more line."""
        self.lines += 1
        self.quantity += quantity
        self.amount += amount
