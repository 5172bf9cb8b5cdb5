"""Statements of account: what was owed, what came and went in a period, what is owed now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Amount, Base, Id, Moment
from models.receivables.ageing import Ageing


class AccountStatement(Base):
    """A statement that was made in a run and kept: one for each account and last day.

    `document_file_id` is none until the task has made the PDF; `means` is how it leaves: by mail,
    or by post where the account wants that or nobody is known to mail it to.
    """

    __tablename__ = "account_statement"
    __table_args__ = (
        UniqueConstraint("account_id", "ends_on"),
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint("means IN ('mail', 'post')", name="means"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    currency: Mapped[str]
    balance: Mapped[Amount]
    means: Mapped[str] = mapped_column(server_default="mail", default="mail")
    document_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    mailed_at: Mapped[Moment | None]
    made_at: Mapped[Moment] = mapped_column(server_default=func.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that changed what is owed. `amount` is positive where more is owed."""

    on: date
    kind: str
    number: str
    reference: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice that was open, or a credit note that was not used up, on the last day."""

    number: str
    kind: str
    issued_on: date
    due_on: date
    reference: str
    total: Decimal
    open: Decimal
    """Negative for a credit note."""


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's receivables from `starts_on` to `ends_on`, both included, in its currency.

    `opening` plus the entries is `closing`; the open items less `unapplied` payments are, too.
    """

    currency: str
    starts_on: date
    ends_on: date
    opening: Decimal
    entries: Sequence[Entry]
    items: Sequence[OpenItem]
    ageing: Ageing

    @property
    def closing(self) -> Decimal:
        return self.entries[-1].balance if self.entries else self.opening

    @property
    def unapplied(self) -> Decimal:
        """Money received that was set against no invoice yet."""
        return sum((item.open for item in self.items), Decimal(0)) - self.closing

    @property
    def is_empty(self) -> bool:
        """Nothing owed, nothing happened: no statement is sent."""
        return not self.entries and not self.items and not self.closing


def month_before(today: date) -> tuple[date, date]:
    """The first and last day of the month that ended last."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
