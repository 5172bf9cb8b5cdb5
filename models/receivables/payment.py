"""Money received, what it paid, and card payments under way."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Amount, Base, ExchangeRate, Facts, Id, Moment
from models.kernel.money import ZERO

MEANS = ("card", "terminal", "transfer", "cheque", "cash", "imported")


class Payment(Base):
    """Money of one bill-to account. What is not applied to invoices is unapplied credit.

    `order_id` names the order a card payment was taken for; until it is invoiced the money stands
    in customer deposits.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("bill_to_account_id", "id"),
        UniqueConstraint("provider", "provider_reference"),
        UniqueConstraint("bill_to_account_id", "submission_key"),
        ForeignKeyConstraint(
            ["bill_to_account_id", "order_id"], ["sales_order.bill_to_account_id", "sales_order.id"]
        ),
        CheckConstraint(
            "means IN ('card', 'terminal', 'transfer', 'cheque', 'cash', 'imported')",
            name="means",
        ),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "fee_amount >= 0 AND (fee_amount IS NULL) = (fee_reference IS NULL)", name="fee"
        ),
        CheckConstraint(
            "unapplied_amount >= 0 AND refunded_amount >= 0 "
            "AND unapplied_amount + refunded_amount <= amount",
            name="unapplied",
        ),
        Index("ix_payment_cash", "created_at", postgresql_where=text("means = 'cash'")),
        Index("ix_payment_received", text("received_on DESC"), text("id DESC")),
        Index("ix_payment_account", "bill_to_account_id", text("received_on DESC")),
        Index(
            "ix_payment_unapplied",
            "bill_to_account_id",
            postgresql_where=text("unapplied_amount > 0"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    bill_to_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    order_id: Mapped[int | None]
    means: Mapped[str]
    currency: Mapped[str]
    exchange_rate: Mapped[ExchangeRate] = mapped_column(server_default="1", default=1)
    amount: Mapped[Amount]
    unapplied_amount: Mapped[Amount]
    refunded_amount: Mapped[Amount] = mapped_column(server_default="0", default=ZERO)
    fee_amount: Mapped[Amount | None]
    """What the card provider kept of it, in the seller's base currency; none while not known."""
    fee_reference: Mapped[str | None] = mapped_column(unique=True)
    fee_asked_at: Mapped[Moment | None]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(server_default="", default="")
    provider: Mapped[str | None]
    provider_reference: Mapped[str | None]
    submission_key: Mapped[str | None]
    """The form it was recorded with: the same form twice makes one payment."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())


class Application(Base):
    """Part of a payment or of a credit note set against an invoice of the same bill-to account.

    Undoing keeps the row. The composite keys make it impossible to pay another account's invoice.
    """

    __tablename__ = "application"
    __table_args__ = (
        ForeignKeyConstraint(
            ["bill_to_account_id", "payment_id"], ["payment.bill_to_account_id", "payment.id"]
        ),
        ForeignKeyConstraint(
            ["bill_to_account_id", "credit_note_id"], ["invoice.bill_to_account_id", "invoice.id"]
        ),
        ForeignKeyConstraint(
            ["bill_to_account_id", "invoice_id"], ["invoice.bill_to_account_id", "invoice.id"]
        ),
        CheckConstraint("(payment_id IS NULL) <> (credit_note_id IS NULL)", name="one_source"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_application_invoice", "invoice_id"),
        Index("ix_application_payment", "payment_id"),
    )

    id: Mapped[Id]
    bill_to_account_id: Mapped[int]
    payment_id: Mapped[int | None]
    credit_note_id: Mapped[int | None]
    invoice_id: Mapped[int]
    amount: Mapped[Amount]
    applied_on: Mapped[date]
    applied_at: Mapped[Moment] = mapped_column(server_default=func.now())
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[Moment | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PaymentAttempt(Base):
    """The intent to take a card payment, written before the provider is called.

    `key` is the idempotency key of every call for it. `expected_amount` and `currency` are what
    the provider's answer must say; anything else is parked as `mismatch`.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("provider", "session_reference"),
        CheckConstraint(
            "state IN ('intent', 'started', 'succeeded', 'failed', 'expired', 'mismatch')",
            name="state",
        ),
        CheckConstraint("expected_amount > 0", name="expected_amount"),
        ForeignKeyConstraint(
            ["bill_to_account_id", "order_id"], ["sales_order.bill_to_account_id", "sales_order.id"]
        ),
        Index("ix_payment_attempt_order", "order_id"),
        Index(
            "uq_payment_attempt_live_order",
            "order_id",
            unique=True,
            postgresql_where=text("state IN ('intent', 'started')"),
        ),
        Index(
            "ix_payment_attempt_live",
            "created_at",
            postgresql_where=text("state IN ('intent', 'started')"),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str]
    provider: Mapped[str] = mapped_column(server_default="stripe", default="stripe")
    bill_to_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    order_id: Mapped[int | None]
    invoices: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    """{invoice id: amount} for a payment of open invoices."""
    expected_amount: Mapped[Amount]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="intent", default="intent")
    session_reference: Mapped[str | None]
    session_url: Mapped[str] = mapped_column(server_default="", default="")
    return_url: Mapped[str] = mapped_column(server_default="", default="")
    """Where the payer comes back to; kept, so that a repeated call says the same."""
    description: Mapped[str] = mapped_column(server_default="", default="")
    payment_reference: Mapped[str | None] = mapped_column(index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    problem: Mapped[str] = mapped_column(server_default="", default="")
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    expires_at: Mapped[Moment | None]
    asked_at: Mapped[Moment | None]
    """When the provider was last asked how it stands."""
    finished_at: Mapped[Moment | None]


class Refund(Base):
    """Money given back: decided here first, carried out by the provider with `key`.

    From the decision on the payment's `refunded_amount` holds it, so that no refund can go beyond
    what was captured; a refund that failed gives it back. `sent` waits for the card's bank.
    A `returned` one was not our decision: the bank took a cheque or a transfer back.
    """

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('intent', 'sent', 'succeeded', 'failed')", name="state"),
        CheckConstraint("kind IN ('refund', 'returned')", name="kind"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="refund", default="refund")
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    amount: Mapped[Amount]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="intent", default="intent")
    provider_reference: Mapped[str | None] = mapped_column(unique=True)
    problem: Mapped[str] = mapped_column(server_default="", default="")
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    finished_at: Mapped[Moment | None]


class InboundEvent(Base):
    """A verified webhook event, stored raw before it is worked on; once per provider and id."""

    __tablename__ = "inbound_event"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        CheckConstraint("state IN ('waiting', 'done', 'ignored', 'parked')", name="state"),
        Index(
            "ix_inbound_event_parked",
            "payment_reference",
            postgresql_where=text("state = 'parked'"),
        ),
    )

    id: Mapped[Id]
    provider: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="waiting", default="waiting")
    problem: Mapped[str] = mapped_column(server_default="", default="")
    payment_reference: Mapped[str] = mapped_column(server_default="", default="")
    """The provider's payment that a parked event speaks of, once we know it."""
    received_at: Mapped[Moment] = mapped_column(server_default=func.now())
    worked_at: Mapped[Moment | None]
