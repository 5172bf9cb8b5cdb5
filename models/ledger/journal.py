"""The ledger's tables: chart of accounts, periods, entries and their lines.

Entries are append-only and balance in the seller's base currency; both are enforced by triggers
(migration 0002), so no code path can leave half an entry behind.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.kernel.base import Amount, Base, ExchangeRate, Id, Moment


class LedgerAccount(Base):
    """A line of the chart of accounts of one seller."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("seller_id", "code"),
        CheckConstraint(
            "kind IN ('asset', 'liability', 'equity', 'revenue', 'expense')", name="kind"
        ),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]


class Period(Base):
    """A stretch of the books. A closed one refuses postings dated in it."""

    __tablename__ = "ledger_period"
    __table_args__ = (
        UniqueConstraint("seller_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closed_at: Mapped[Moment | None]
    closed_by_id: Mapped[int | None]


class JournalEntry(Base):
    """One document's posting. A document posts once per kind: a repeat is refused by UNIQUE."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("seller_id", "kind", "document_kind", "document_id"),
        Index("ix_journal_entry_posted_on", "seller_id", "posted_on"),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    posted_on: Mapped[date]
    kind: Mapped[str]
    document_kind: Mapped[str]
    document_id: Mapped[int]
    text: Mapped[str] = mapped_column(server_default="", default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    posted_by_id: Mapped[int | None]
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())

    lines: Mapped[list[JournalLine]] = relationship(
        back_populates="entry", order_by="JournalLine.id", lazy="raise_on_sql"
    )


class JournalLine(Base):
    """A debit (positive) or credit (negative), in the document's and the base currency.

    `bill_to_account_id` ties receivables to whoever owes them, so that the control account and
    the open items can be compared account by account.
    """

    __tablename__ = "journal_line"
    __table_args__ = (
        CheckConstraint("rate > 0", name="rate"),
        Index(
            "ix_journal_line_subledger",
            "ledger_account_id",
            "bill_to_account_id",
            postgresql_where="bill_to_account_id IS NOT NULL",
        ),
    )

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), index=True)
    ledger_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    amount: Mapped[Amount]
    currency: Mapped[str]
    base_amount: Mapped[Amount]
    rate: Mapped[ExchangeRate]
    bill_to_account_id: Mapped[int | None]
    vendor_id: Mapped[int | None]

    entry: Mapped[JournalEntry] = relationship(back_populates="lines", lazy="raise_on_sql")
