"""Changes of a placed order as they were made, and what buyers write about it."""

from __future__ import annotations

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

from models.kernel.base import Amount, Base, Id, Moment


class OrderAmendment(Base):
    """One change of an order: who made it, what it was before and after, and what it came to.

    `revision` is the number that the acknowledgement of it bears. `changes` are `Changed` rows as
    JSON. The same form sent twice is one amendment.
    """

    __tablename__ = "order_amendment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "order_id"], ["sales_order.account_id", "sales_order.id"]
        ),
        UniqueConstraint("order_id", "submission_key"),
        UniqueConstraint("order_id", "revision"),
        CheckConstraint("kind IN ('amended', 'cancelled', 'rest_cancelled')", name="kind"),
        CheckConstraint("revision > 0", name="revision"),
    )

    id: Mapped[Id]
    order_id: Mapped[int]
    account_id: Mapped[int]
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(server_default="amended", default="amended")
    submission_key: Mapped[str]
    made_at: Mapped[Moment] = mapped_column(server_default=func.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    on_behalf: Mapped[bool] = mapped_column(server_default="false", default=False)
    reason: Mapped[str] = mapped_column(server_default="", default="")
    changes: Mapped[list[Any]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb"), default=list
    )
    total_before: Mapped[Amount]
    total_after: Mapped[Amount]
    mailed_at: Mapped[Moment | None]


class OrderRequest(Base):
    """What a buyer writes about an order, or asks for that they may not do themselves any more.

    An entry of the desk's queue until somebody has answered it, or closed it without words; one
    open entry for an order. `owner_id` is who has taken it, `asked_at` starts its clock.
    """

    __tablename__ = "order_request"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "order_id"], ["sales_order.account_id", "sales_order.id"]
        ),
        CheckConstraint("kind IN ('cancel', 'change', 'message')", name="kind"),
        CheckConstraint("answered_at IS NOT NULL OR answer = ''", name="answer"),
        CheckConstraint("(owner_id IS NULL) = (taken_at IS NULL)", name="owner"),
        Index(
            "uq_order_request_open",
            "order_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index(
            "ix_order_request_waiting",
            "asked_at",
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int]
    account_id: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    asked_at: Mapped[Moment] = mapped_column(server_default=func.now())
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_at: Mapped[Moment | None]
    answer: Mapped[str] = mapped_column(server_default="", default="")
    answered_at: Mapped[Moment | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
