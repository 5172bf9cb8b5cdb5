"""What staff note on an order: on its timeline, or where a kind of note is read."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.accounts import (
    Actor,
    Note,
    Noted,
    Permission,
    add_note_about,
    end_note,
    note_words,
)
from models.kernel.errors import Conflict
from models.orders.order import Order, OrderEvent, OrderLine
from models.orders.timeline import tell

NEEDS = "Notes are written by staff who see orders."
TOO_LATE = (
    "Nothing of this order is left to be picked, delivered or invoiced, so nobody would read the "
    "note there. Write it as an internal note or as an alert."
)


def add_note(session: Session, order: Order, text: str, *, by: Actor) -> OrderEvent:
    """Adds a note that stays on the timeline; buyers never see it. Refused when it is empty or
    longer than 2,000 characters."""
    by.require(Permission.ORDERS_VIEW, NEEDS)
    return tell(session, order.id, "note.added", by=by, staff_only=True, note=note_words(text))


def note_on_order(session: Session, order: Order, kind: str, text: str, *, by: Actor) -> Note:
    """Notes what is read where its kind belongs, for this order alone, until it is taken off.

    Conflict where nothing is left that the note could be read for; an alert counts as long as
    anybody opens the order.
    """
    if kind in ("picking", "delivery", "invoice") and not _waits(session, order):
        raise Conflict(TOO_LATE)
    return add_note_about(session, _noted(order), kind, text, by=by)


def end_order_note(session: Session, order: Order, note_id: int, *, by: Actor) -> Note:
    """Takes one of the order's own notes off all pages. NotFound for any other."""
    return end_note(session, note_id, _noted(order), by=by)


def _waits(session: Session, order: Order) -> bool:
    """Whether something of it is still to be shipped or invoiced."""
    open_quantity = OrderLine.ordered - OrderLine.shipped - OrderLine.cancelled
    left = select(OrderLine.id).where(
        OrderLine.order_id == order.id,
        or_(open_quantity > 0, OrderLine.shipped > OrderLine.invoiced),
    )
    return session.scalar(left.limit(1)) is not None


def _noted(order: Order) -> Noted:
    facts = {"account_id": order.account_id, "order": order.number}
    return Noted("order", order.id, Permission.ORDERS_VIEW, NEEDS, facts)
