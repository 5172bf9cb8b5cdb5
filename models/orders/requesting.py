"""What buyers write about an order, and ask the desk to do with it: a queue with owners."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Actor, Capability, Permission, Role, StaffRole, User, permissions_of
from models.kernel import clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, Denied, Refused
from models.kernel.outbox import announce
from models.orders.amendment import OrderRequest
from models.orders.order import Order
from models.orders.timeline import tell

LONGEST_REQUEST = 1000
LONGEST_ANSWER = 2000
DONE = "Done."
MESSAGE = "message"


def ask_desk(session: Session, order: Order, kind: str, text: str, *, by: Actor) -> OrderRequest:
    """Asks the desk to cancel or change the order. Refused without words.

    While one is open, asking again gives that one; an open message becomes the request.
    """
    by.require(Capability.PLACE_ORDERS, "Asking for it needs the capability to place orders.")
    lock(session, Order, [order.id])
    waiting = open_request(session, order.id)
    if waiting is not None and waiting.kind != MESSAGE:
        return waiting
    words = _words(text, "Say what we should do, and why.", "A request")
    entry = _entry(session, order, kind, words, waiting, by)
    tell(session, order.id, f"request.{kind}", by=by, note=words)
    session.flush()
    return entry


def write_message(session: Session, order: Order, text: str, *, by: Actor) -> OrderRequest:
    """A buyer, or who orders for them, writes to the desk. Refused without words.

    More words join the entry that waits already, and its clock runs on; the same words sent twice
    are written once.
    """
    _require_writer(by)
    lock(session, Order, [order.id])
    words = _words(text, "Write the message first.", "A message")
    waiting = open_request(session, order.id)
    if waiting is not None and words in (waiting.text, waiting.text.rpartition("\n\n")[2]):
        return waiting
    entry = _entry(session, order, MESSAGE, words, waiting, by)
    tell(session, order.id, "message.written", by=by, note=words)
    session.flush()
    return entry


def take_request(session: Session, order: Order, *, by: Actor) -> OrderRequest:
    """Makes it this person's to answer. Conflict where a colleague has it or has answered."""
    waiting = _to_settle(session, order, by)
    if waiting.owner_id not in (None, by.id):
        name = session.get_one(User, waiting.owner_id).name
        raise Conflict(f"{name} has taken this already.")
    if waiting.owner_id is None:
        _give(session, order, waiting, by.id, by.name, by=by)
    return waiting


def assign_request(
    session: Session, order: Order, user_id: int | None, *, by: Actor
) -> OrderRequest:
    """Gives it to a colleague who may answer it, or back to everybody with None."""
    waiting = _to_settle(session, order, by)
    if user_id == waiting.owner_id:
        return waiting
    if user_id is None:
        waiting.owner_id = waiting.taken_at = None
        tell(session, order.id, "message.given_back", by=by, staff_only=True)
        return waiting
    colleague = next((each for each in answerers(session) if each.id == user_id), None)
    if colleague is None:
        raise Refused("Choose a colleague who answers messages.", field="owner")
    _give(session, order, waiting, colleague.id, colleague.name, by=by)
    return waiting


def answer_request(session: Session, order: Order, answer: str, *, by: Actor) -> OrderRequest:
    """Answers what was asked; whoever asked reads it on the timeline and in a mail.

    Refused without words; Conflict where a colleague has answered.
    """
    waiting = _to_settle(session, order, by)
    words = answer.strip()
    if not words:
        raise Refused("Write the answer first.", field="answer")
    if len(words) > LONGEST_ANSWER:
        raise Refused("An answer has at most 2,000 characters.", field="answer")
    _close(waiting, words, by)
    tell(session, order.id, "request.answered", by=by, note=words)
    announce(session, "request.answered", request_id=waiting.id)
    session.flush()
    return waiting


def close_request(session: Session, order: Order, reason: str, *, by: Actor) -> OrderRequest:
    """Ends it without an answer to the buyer, such as a thank-you. Refused without a reason."""
    waiting = _to_settle(session, order, by)
    words = reason.strip()
    if not words:
        raise Refused("Say why it needs no answer.", field="reason")
    _close(waiting, "", by)
    tell(session, order.id, "message.closed", by=by, staff_only=True, note=words[:300])
    session.flush()
    return waiting


def answer_by_doing(session: Session, order: Order, *, by: Actor) -> None:
    """The order was changed or cancelled by the desk: what was asked for is settled with it.

    A message that asks for neither waits on for its answer.
    """
    waiting = open_request(session, order.id)
    if waiting is not None and waiting.kind != MESSAGE and by.is_staff:
        _close(waiting, DONE, by)


def open_request(session: Session, order_id: int) -> OrderRequest | None:
    """What was asked for or written, and nobody has answered."""
    return session.scalars(
        select(OrderRequest).where(
            OrderRequest.order_id == order_id, OrderRequest.answered_at.is_(None)
        )
    ).first()


def answerers(session: Session) -> list[User]:
    """The colleagues who may answer, by name."""
    roles = [role for role in Role if Permission.ORDERS_EDIT in permissions_of({role})]
    return list(
        session.scalars(
            select(User)
            .where(
                User.disabled_at.is_(None),
                User.id.in_(select(StaffRole.user_id).where(StaffRole.role.in_(roles))),
            )
            .order_by(func.lower(User.name), User.id)
        )
    )


def _require_writer(by: Actor) -> None:
    if by.is_staff and by.account_id is None:
        by.require(Permission.ACT_FOR, "Messages are written by buyers and who orders for them.")
    elif not by.can(Capability.BROWSE):
        raise Denied("Messages are written by buyers and who orders for them.")


def _words(text: str, missing: str, what: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(missing, field="text")
    if len(words) > LONGEST_REQUEST:
        raise Refused(f"{what} has at most 1,000 characters.", field="text")
    return words


def _entry(
    session: Session, order: Order, kind: str, words: str, waiting: OrderRequest | None, by: Actor
) -> OrderRequest:
    """The words as the order's one open entry: a new one, or joined to what waits."""
    if waiting is not None:
        waiting.text = f"{waiting.text}\n\n{words}"
        if kind != MESSAGE:
            waiting.kind = kind
        return waiting
    entry = OrderRequest(
        order_id=order.id, account_id=order.account_id, kind=kind, text=words,
        asked_at=clock.now(), asked_by_id=by.id,
    )  # fmt: skip
    session.add(entry)
    return entry


def _to_settle(session: Session, order: Order, by: Actor) -> OrderRequest:
    by.require(Permission.ORDERS_EDIT, "Messages are answered by the order desk.")
    lock(session, Order, [order.id])
    waiting = open_request(session, order.id)
    if waiting is None:
        raise Conflict("A colleague has answered this already.")
    return waiting


def _give(
    session: Session, order: Order, waiting: OrderRequest, user_id: int, name: str, *, by: Actor
) -> None:
    waiting.owner_id, waiting.taken_at = user_id, clock.now()
    tell(session, order.id, "message.taken", by=by, staff_only=True, name=name)
    session.flush()


def _close(request: OrderRequest, answer: str, by: Actor) -> None:
    request.answer, request.answered_at, request.answered_by_id = answer, clock.now(), by.id
