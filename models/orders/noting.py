"""Notes that staff write on an order's timeline; buyers never see them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.kernel.errors import Refused
from models.orders.order import Order, OrderEvent
from models.orders.timeline import tell

LONGEST_NOTE = 2000


def add_note(session: Session, order: Order, text: str, *, by: Actor) -> OrderEvent:
    """Adds a staff note. Refused when it is empty or longer than 2,000 characters."""
    by.require(Permission.ORDERS_VIEW, "Notes are written by staff who see orders.")
    words = text.strip()
    if not words:
        raise Refused("Write the note first.", field="text")
    if len(words) > LONGEST_NOTE:
        raise Refused("A note has at most 2,000 characters.", field="text")
    return tell(session, order.id, "note.added", by=by, staff_only=True, note=words)
