"""Closed days, and the cash that was counted for them. Both append-only, by a trigger."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Amount, Base, Id, Moment


class CashCount(Base):
    """The cash that one person took on a day, as it was counted. The latest count is the one.

    `expected_amount` is what the records said at that moment: cash taken later needs a new count.
    """

    __tablename__ = "cash_count"
    __table_args__ = (
        CheckConstraint("counted_amount >= 0", name="counted"),
        CheckConstraint("counted_amount = expected_amount OR reason <> ''", name="reason"),
        Index("ix_cash_count_day", "seller_id", "day", "user_id", "currency"),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    day: Mapped[date]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    currency: Mapped[str]
    expected_amount: Mapped[Amount]
    counted_amount: Mapped[Amount]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    counted_at: Mapped[Moment] = mapped_column(server_default=func.now())


class DayEnd(Base):
    """A day that somebody closed: with everything at zero, or signed with the reason why not.

    `stood` is what stood open then, `cash` what each person had taken and what was counted.
    """

    __tablename__ = "day_end"
    __table_args__ = (
        UniqueConstraint("seller_id", "day"),
        CheckConstraint("open_count >= 0 AND (open_count = 0 OR reason <> '')", name="reason"),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    day: Mapped[date]
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[Moment]
    open_count: Mapped[int]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    stood: Mapped[list[Any]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb"), default=list
    )
    cash: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"), default=list)
