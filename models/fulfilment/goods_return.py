"""Returns of goods: what a customer sends back, what came, and what became of it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.kernel.base import Base, Id, Moment, Units
from models.kernel.money import ZERO

RETURN_STATES = ("requested", "approved", "refused", "partly_received", "received", "closed")
RETURN_REASONS = ("damaged", "faulty", "wrong_item", "not_wanted", "other")
OPEN_STATES = ("requested", "approved", "partly_received", "received")
AWAITED_STATES = ("approved", "partly_received")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class GoodsReturn(Base):
    """A return of shipped units of one order (an RMA), from its request until it is closed."""

    __tablename__ = "goods_return"
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        UniqueConstraint("account_id", "submission_key"),
        ForeignKeyConstraint(
            ["account_id", "order_id"], ["sales_order.account_id", "sales_order.id"]
        ),
        CheckConstraint(_one_of("state", RETURN_STATES), name="state"),
        CheckConstraint(_one_of("reason", RETURN_REASONS), name="reason"),
        Index("ix_goods_return_state", "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    order_id: Mapped[int] = mapped_column(index=True)
    account_id: Mapped[int]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    """Where the goods come back to."""
    state: Mapped[str] = mapped_column(server_default="requested", default="requested")
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="", default="")
    submission_key: Mapped[str]
    requested_at: Mapped[Moment] = mapped_column(server_default=func.now())
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision: Mapped[str] = mapped_column(server_default="", default="")
    """What the customer was told with the decision."""
    received_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    close_reason: Mapped[str] = mapped_column(server_default="", default="")

    lines: Mapped[list[ReturnLine]] = relationship(
        back_populates="goods_return", order_by="ReturnLine.id", lazy="raise_on_sql"
    )


class ReturnLine(Base):
    """Units of an order line that come back, and what became of those that did."""

    __tablename__ = "return_line"
    __table_args__ = (
        UniqueConstraint("return_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("restocked >= 0 AND scrapped >= 0 AND sent_back >= 0", name="signs"),
        CheckConstraint("restocked + scrapped + sent_back <= quantity", name="received"),
        CheckConstraint(
            "credited >= 0 AND credited <= restocked + scrapped + sent_back", name="credited"
        ),
    )

    id: Mapped[Id]
    return_id: Mapped[int] = mapped_column(ForeignKey("goods_return.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[Units]
    restocked: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    scrapped: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    sent_back: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    """Sent on to the vendor."""
    credited: Mapped[Units] = mapped_column(server_default="0", default=ZERO)

    goods_return: Mapped[GoodsReturn] = relationship(back_populates="lines", lazy="raise_on_sql")

    @property
    def received(self) -> Decimal:
        return self.restocked + self.scrapped + self.sent_back

    @property
    def to_come(self) -> Decimal:
        return self.quantity - self.received

    @property
    def to_credit(self) -> Decimal:
        return self.received - self.credited


class ReturnReceipt(Base):
    """One delivery of returned goods, append-only."""

    __tablename__ = "return_receipt"
    __table_args__ = (UniqueConstraint("return_id", "submission_key"),)

    id: Mapped[Id]
    return_id: Mapped[int] = mapped_column(ForeignKey("goods_return.id"))
    submission_key: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="", default="")
    received_at: Mapped[Moment] = mapped_column(server_default=func.now())
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ReturnReceiptLine(Base):
    """What came of a line in one delivery, by what became of it; append-only."""

    __tablename__ = "return_receipt_line"
    __table_args__ = (
        CheckConstraint("restocked >= 0 AND scrapped >= 0 AND sent_back >= 0", name="signs"),
        CheckConstraint("restocked + scrapped + sent_back > 0", name="some_units"),
    )

    receipt_id: Mapped[int] = mapped_column(ForeignKey("return_receipt.id"), primary_key=True)
    return_line_id: Mapped[int] = mapped_column(ForeignKey("return_line.id"), primary_key=True)
    restocked: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    scrapped: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    sent_back: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
