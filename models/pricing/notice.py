"""Price notices: that a list's prices change on a day, and what each account was told of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Id, Moment

NOTICE_STATES = ("scheduled", "sent", "cancelled")


class PriceNotice(Base):
    """The prices of a list that change on `starts_on`, told to its accounts on `send_on`.

    A list has one that waits for a day of change; another may follow once that one was sent.
    """

    __tablename__ = "price_notice"
    __table_args__ = (
        CheckConstraint("state IN ('scheduled', 'sent', 'cancelled')", name="state"),
        CheckConstraint("send_on < starts_on", name="days"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        Index(
            "uq_price_notice_waiting", "list_id", "starts_on", unique=True,
            postgresql_where=text("state = 'scheduled'"),
        ),
        Index("ix_price_notice_due", "send_on", postgresql_where=text("state = 'scheduled'")),
    )  # fmt: skip

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    starts_on: Mapped[date]
    send_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="scheduled", default="scheduled")
    made_at: Mapped[Moment] = mapped_column(server_default=func.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[Moment | None]


class AccountPriceNotice(Base):
    """What one account was told, and kept: `document_file_id` is none until its file is made.

    `means` is how it leaves: a workbook by mail, or a paper by post where the account wants that.
    `told` is a digest of the prices to come, so that nobody is told the same twice.
    """

    __tablename__ = "account_price_notice"
    __table_args__ = (
        UniqueConstraint("notice_id", "account_id"),
        CheckConstraint("means IN ('mail', 'post')", name="means"),
        CheckConstraint("products > 0 AND prices >= products", name="counts"),
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("price_notice.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    means: Mapped[str] = mapped_column(server_default="mail", default="mail")
    products: Mapped[int]
    prices: Mapped[int]
    told: Mapped[str]
    document_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    mailed_at: Mapped[Moment | None]
    made_at: Mapped[Moment] = mapped_column(server_default=func.now())
