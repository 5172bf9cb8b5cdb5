"""What the program asks of whoever takes cards, and what it is told. `integrations/stripe` is one.

Amounts are Decimals in the currency's own units. `key` is the idempotency key of the intent: the
same key and the same request have one effect, however often they are sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


class Declined(Exception):
    """The provider said no, and will say so again. `str(error)` is a sentence for finance."""


class Unavailable(Exception):
    """No answer, or none that can be trusted: ask again with the same key."""


class Mismatch(Exception):
    """What the provider says does not fit our own records; a person has to look at it."""


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """A payment to be made on the provider's own page, open until `expires_at`."""

    key: str
    description: str
    amount: Decimal
    currency: str
    expires_at: datetime
    return_url: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """How a payment page stands: open, complete or expired. `payment_reference` once it is paid."""

    key: str
    reference: str
    url: str
    state: str
    is_paid: bool
    amount: Decimal
    currency: str
    payment_reference: str | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """News that money was taken for the attempt with this key."""

    key: str
    payment_reference: str
    amount: Decimal
    currency: str
    is_live: bool
    session_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Expired:
    """News that a payment page can no longer be used."""

    key: str
    session_reference: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class CardRefused:
    """News that a card was refused; the payer may try another one on the same page."""

    key: str
    sentence: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Money to be given back from a payment."""

    key: str
    payment_reference: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class RefundReply:
    """How a refund stands: sent, succeeded or failed. `key` is empty if we did not ask for it."""

    key: str
    reference: str
    payment_reference: str
    state: str
    amount: Decimal
    currency: str
    problem: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class CardFee:
    """What the provider kept of a payment, in the currency it settles in."""

    reference: str
    payment_reference: str
    amount: Decimal
    currency: str


News = Taken | Expired | CardRefused | RefundReply


class CardProvider(Protocol):
    """Takes cards. Every method raises Declined or Unavailable, and nothing else, for its part."""

    @property
    def is_live(self) -> bool:
        """Whether real money moves."""

    def start(self, request: CheckoutRequest) -> Checkout:
        """Opens the payment page, or gives the one that this key opened before."""

    def find(self, reference: str) -> Checkout:
        """How a payment page stands."""

    def expire(self, reference: str, key: str) -> Checkout:
        """Closes a payment page, and says how it stands then: it may have been paid before."""

    def refund(self, request: RefundRequest) -> RefundReply:
        """Gives money back, once per key."""

    def find_refund(self, reference: str) -> RefundReply:
        """How a refund stands."""

    def fee_of(self, payment_reference: str) -> CardFee | None:
        """What was kept of a payment; None while the provider does not know it yet."""
