"""A provider of cards in the test's own process: the port's real fake, with no network.

The contract test shows that the stand-in behaves so over HTTP; here the domain is tried quickly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

from models.receivables import (
    CardFee,
    Checkout,
    CheckoutRequest,
    Declined,
    RefundReply,
    RefundRequest,
    Taken,
    Unavailable,
)


@dataclass
class FakeCards:
    """Keeps pages and refunds in memory, one per key. `is_lost` loses the next answer."""

    is_live: bool = False
    is_lost: bool = False
    pages: dict[str, Checkout] = field(default_factory=dict)
    refunds: dict[str, RefundReply] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def start(self, request: CheckoutRequest) -> Checkout:
        page = self.pages.get(request.key)
        if page is None:
            page = self.pages[request.key] = Checkout(
                request.key, f"cs_{next(self._numbers)}_{request.key[:8]}", "http://pay.test/page",
                "open", False, request.amount, request.currency, None, self.is_live,
            )  # fmt: skip
        self._lose()
        return page

    def find(self, reference: str) -> Checkout:
        for page in self.pages.values():
            if page.reference == reference:
                return page
        raise Declined("There is no such page.")

    def expire(self, reference: str, key: str) -> Checkout:
        page = self.find(reference)
        if page.state == "open":
            page = self.pages[page.key] = replace(page, state="expired")
        return page

    def fee_of(self, payment_reference: str) -> CardFee | None:
        return CardFee(f"txn_{payment_reference}", payment_reference, Decimal("0.20"), "GBP")

    def pay(self, key: str) -> Taken:
        """A person pays the page of this key."""
        page = self.pages[key]
        if page.payment_reference is None:
            page = self.pages[key] = replace(
                page, state="complete", is_paid=True, payment_reference=f"pi_{page.key}"
            )
        return Taken(
            key, page.payment_reference or "", page.amount, page.currency, self.is_live,
            page.reference,
        )  # fmt: skip

    def refund(self, request: RefundRequest) -> RefundReply:
        if request.key not in self.refunds:
            self.refunds[request.key] = RefundReply(
                request.key, f"re_{request.key}", request.payment_reference, "succeeded",
                request.amount, request.currency, "", self.is_live,
            )  # fmt: skip
        self._lose()
        return self.refunds[request.key]

    def find_refund(self, reference: str) -> RefundReply:
        for reply in self.refunds.values():
            if reply.reference == reference:
                return reply
        raise Declined("There is no such refund.")

    def _lose(self) -> None:
        if self.is_lost:
            self.is_lost = False
            raise Unavailable("The answer got lost.")
