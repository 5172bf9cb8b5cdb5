"""What buyers ask the desk to do with an order that they may not change themselves any more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Capability, Permission
from models.kernel import clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, Refused
from models.orders.amendment import OrderRequest
from models.orders.order import Order
from models.orders.timeline import tell

LONGEST_REQUEST = 1000
DONE = "Done."


def ask_desk(session: Session, order: Order, kind: str, text: str, *, by: Actor) -> OrderRequest:
    """Asks the desk to cancel or change the order. Refused without words.

    While one is open, asking again gives that one.
    """
    by.require(Capability.PLACE_ORDERS, "Asking for it needs the capability to place orders.")
    lock(session, Order, [order.id])
    waiting = open_request(session, order.id)
    if waiting is not None:
        return waiting
    words = text.strip()
    if not words:
        raise Refused("Say what we should do, and why.", field="text")
    if len(words) > LONGEST_REQUEST:
        raise Refused("A request has at most 1,000 characters.", field="text")
    request = OrderRequest(
        order_id=order.id, account_id=order.account_id, kind=kind, text=words,
        asked_at=clock.now(), asked_by_id=by.id,
    )  # fmt: skip
    session.add(request)
    tell(session, order.id, f"request.{kind}", by=by, note=words)
    session.flush()
    return request


def answer_request(session: Session, order: Order, answer: str, *, by: Actor) -> OrderRequest:
    """Says no, or what was agreed instead; the buyer reads it on the timeline.

    Refused without words; Conflict where a colleague has answered.
    """
    by.require(Permission.ORDERS_EDIT, "Requests are answered by the order desk.")
    lock(session, Order, [order.id])
    waiting = open_request(session, order.id)
    if waiting is None:
        raise Conflict("A colleague has answered this already.")
    words = answer.strip()
    if not words:
        raise Refused("Write the answer first.", field="answer")
    _close(waiting, words[:LONGEST_REQUEST], by)
    tell(session, order.id, "request.answered", by=by, note=waiting.answer)
    session.flush()
    return waiting


def answer_by_doing(session: Session, order: Order, *, by: Actor) -> None:
    """The order was changed or cancelled by the desk: what was asked for is settled with it."""
    waiting = open_request(session, order.id)
    if waiting is not None and by.is_staff:
        _close(waiting, DONE, by)


def open_request(session: Session, order_id: int) -> OrderRequest | None:
    """What a buyer asked for and nobody has answered."""
    return session.scalars(
        select(OrderRequest).where(
            OrderRequest.order_id == order_id, OrderRequest.answered_at.is_(None)
        )
    ).first()


def _close(request: OrderRequest, answer: str, by: Actor) -> None:
    request.answer, request.answered_at, request.answered_by_id = answer, clock.now(), by.id
