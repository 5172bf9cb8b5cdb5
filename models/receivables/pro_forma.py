"""Pro-forma invoices: what an order comes to, asked for before it goes out. Posted nowhere."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.kernel import clock
from models.kernel.base import Amount, Base, Id, Moment


class ProForma(Base):
    """The demand for an order's money in advance. One is in force for an order at most.

    `total_amount` is what the order came to when it was issued, tax included. It ends when the
    money has come, the order is changed (a new one is issued) or cancelled; it lapses when the
    order's stock is kept no longer, and can still be paid.
    """

    __tablename__ = "pro_forma"
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        CheckConstraint("total_amount >= 0", name="total_amount"),
        Index(
            "uq_pro_forma_in_force",
            "order_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    number: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    currency: Mapped[str]
    total_amount: Mapped[Amount]
    issued_at: Mapped[Moment]
    pay_by: Mapped[date]
    """The last day on which the order's stock is kept."""
    reminded_at: Mapped[Moment | None]
    lapsed_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    document_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))


def end_pro_forma(session: Session, order_id: int) -> None:
    """The demand in force is in force no longer; nothing where there is none."""
    found = pro_forma_of(session, order_id)
    if found is not None:
        found.ended_at = clock.now()
        session.flush()


def pro_forma_of(session: Session, order_id: int) -> ProForma | None:
    """The demand that is in force for an order."""
    return session.scalars(
        select(ProForma).where(ProForma.order_id == order_id, ProForma.ended_at.is_(None))
    ).first()
