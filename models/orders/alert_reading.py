"""Who has read which alert on which order: each person reads it once for each order.

An alert asks a person for attention; it is no hold. Nothing here stops an order.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, ForeignKey, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Actor, Note, Permission
from models.kernel import clock
from models.kernel.base import Base, Moment
from models.kernel.bulk import insert_rows


class AlertReading(Base):
    """That a person has read an alert when they opened an order, and when."""

    __tablename__ = "alert_reading"

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), primary_key=True)
    read_at: Mapped[Moment] = mapped_column(server_default=func.now())


def has_read(order_id: int, by: Actor) -> ColumnElement[bool]:
    """A condition on `Note`: this person has read it on this order, or wrote it."""
    reading = select(AlertReading.note_id).where(
        AlertReading.order_id == order_id,
        AlertReading.user_id == by.id,
        AlertReading.note_id == Note.id,
    )
    return or_(Note.author_id.is_not_distinct_from(by.id), reading.exists())


def keep_read(session: Session, order_id: int, note_ids: Iterable[int], *, by: Actor) -> None:
    """Keeps that this person has read these alerts on this order; what they have read before
    stays as it was, so that two presses are one reading.

    Whoever calls it answers for the alerts being the order's. Denied to who sees no orders.
    """
    by.require(Permission.ORDERS_VIEW, "Alerts on orders are read by staff who see orders.")
    read_at = clock.now()
    rows = [
        {"order_id": order_id, "user_id": by.id, "note_id": note_id, "read_at": read_at}
        for note_id in sorted(set(note_ids))
    ]
    insert_rows(session, AlertReading, rows, on_conflict="ON CONFLICT DO NOTHING")
