"""Returns: asked for from shipped lines, decided, and closed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Actor, Capability, Permission
from models.fulfilment.goods_return import (
    OPEN_STATES,
    RETURN_REASONS,
    GoodsReturn,
    ReturnLine,
)
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Problem, Refused
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.quantity import plain
from models.kernel.seller import today_of
from models.orders import Order, OrderLine, is_buyers, tell

LONGEST = 500


def request_return(
    session: Session,
    order_id: int,
    quantities: dict[int, Decimal],
    *,
    reason: str,
    note: str,
    submission_key: str,
    by: Actor,
) -> GoodsReturn:
    """Asks for shipped units to be taken back: {order line id: base units}.

    A buyer asks for what they may see of their account's orders, staff for any order. The same
    submission again gives the same return. Refused for more than was shipped and is neither back
    nor announced already, for no units, and without a reason; NotFound for another's order.
    """
    order = _order_of(session, order_id, by)
    before = session.scalars(
        select(GoodsReturn).where(
            GoodsReturn.account_id == order.account_id,
            GoodsReturn.submission_key == submission_key,
        )
    ).first()
    if before is not None:
        return before
    wanted = {key: units for key, units in quantities.items() if units > 0}
    _require_complete(wanted, reason, note, submission_key)
    lines = {row.id: row for row in lock(session, OrderLine, wanted)}
    if any(key not in lines or lines[key].order_id != order.id for key in wanted):
        raise NotFound("This line is not on the order.")
    _require_returnable(session, lines, wanted)
    made = _add(session, order, wanted, reason, note.strip(), submission_key, by)
    units = sum(wanted.values(), ZERO)
    _tell(session, made, "return.requested", by, units=units)
    announce(session, "return.requested", account_id=made.account_id, return_id=made.id)
    return made


def approve_return(session: Session, return_id: int, *, message: str, by: Actor) -> GoodsReturn:
    """Agrees to take the goods back; from now on they are awaited. Conflict when decided."""
    found = _decide(session, return_id, "approved", message, by)
    announce(session, "return.decided", account_id=found.account_id, return_id=found.id)
    return found


def refuse_return(session: Session, return_id: int, *, reason: str, by: Actor) -> GoodsReturn:
    """Declines the request, with the reason that the customer reads. Refused without one."""
    if not reason.strip():
        raise Refused("Say why it is refused; the customer reads it.", field="decision")
    found = _decide(session, return_id, "refused", reason, by)
    announce(session, "return.decided", account_id=found.account_id, return_id=found.id)
    return found


def close_return(session: Session, return_id: int, *, reason: str, by: Actor) -> GoodsReturn:
    """Ends a return of which nothing more comes, or for which no credit is due.

    Refused without a reason; Conflict for one that is closed, refused or not decided yet.
    """
    by.require(Permission.RETURNS_DECIDE, "Closing a return needs the permission for it.")
    _order, found = lock_return(session, return_id)
    if found.state not in ("approved", "partly_received", "received"):
        raise Conflict(f"{found.number} is {said(found.state)}: there is nothing to close.")
    if not reason.strip():
        raise Refused("Say why it is closed, for example “never arrived”.", field="close_reason")
    finish(session, found, reason=reason.strip()[:LONGEST], by=by)
    return found


def finish(session: Session, found: GoodsReturn, *, reason: str, by: Actor | None) -> None:
    """Writes that nothing more is to be done about a return; its row is locked."""
    found.state, found.closed_at = "closed", clock.now()
    found.closed_by_id, found.close_reason = by.id if by else None, reason
    _tell(session, found, "return.closed", by, reason=reason)


def lock_return(session: Session, return_id: int) -> tuple[Order, GoodsReturn]:
    """The order first, then the return: the house's order of locks. NotFound without one."""
    order_id = session.scalar(select(GoodsReturn.order_id).where(GoodsReturn.id == return_id))
    if order_id is None:
        raise NotFound("There is no such return.")
    order = lock(session, Order, [order_id])[0]
    return order, lock(session, GoodsReturn, [return_id])[0]


def lines_of(session: Session, return_id: int) -> Sequence[ReturnLine]:
    """The return's lines, locked in id order and read afresh."""
    ids = session.scalars(select(ReturnLine.id).where(ReturnLine.return_id == return_id))
    return lock(session, ReturnLine, ids)


def said(state: str) -> str:
    """A state in the words of a sentence."""
    return state.replace("_", " ")


def announced(session: Session, order_line_ids: Sequence[int]) -> dict[int, Decimal]:
    """By order line, the units of open returns that have not come back yet."""
    left = ReturnLine.quantity - ReturnLine.restocked - ReturnLine.scrapped - ReturnLine.sent_back
    rows = session.execute(
        select(ReturnLine.order_line_id, func.sum(left).label("units"))
        .join(GoodsReturn, GoodsReturn.id == ReturnLine.return_id)
        .where(ReturnLine.order_line_id.in_(order_line_ids), GoodsReturn.state.in_(OPEN_STATES))
        .group_by(ReturnLine.order_line_id)
    )
    return {row.order_line_id: row.units for row in rows}


def _order_of(session: Session, order_id: int, by: Actor) -> Order:
    if by.is_staff and by.account_id is None:
        by.require(Permission.ORDERS_EDIT, "Returns are entered by staff who change orders.")
        visible = Order.id == order_id
    else:
        by.require(Capability.PLACE_ORDERS, "Returns are asked for by those who order.")
        visible = (Order.id == order_id) & is_buyers(by)
    if session.scalar(select(Order.id).where(visible)) is None:
        raise NotFound("There is no such order.")
    return lock(session, Order, [order_id])[0]


def _require_complete(wanted: dict[int, Decimal], reason: str, note: str, key: str) -> None:
    if not key:
        raise Refused("Load the form again and send it once more.")
    if not wanted:
        raise Refused("Enter how many you want to return of at least one line.")
    if reason not in RETURN_REASONS:
        raise Refused("Choose why the goods come back.", field="reason")
    if len(note) > LONGEST:
        raise Refused("The note has at most 500 characters.", field="note")
    if reason == "other" and not note.strip():
        raise Refused("Say in a few words why the goods come back.", field="note")


def _require_returnable(
    session: Session, lines: dict[int, OrderLine], wanted: dict[int, Decimal]
) -> None:
    coming = announced(session, list(lines))
    problems = []
    for key, units in wanted.items():
        line = lines[key]
        most = line.shipped - line.returned - coming.get(key, ZERO)
        if units > most:
            sentence = (
                f"{line.sku}: at most {plain(most)} can be returned, not {plain(units)}."
                if most > 0
                else f"{line.sku}: nothing more of it can be returned."
            )
            problems.append(Problem(sentence, f"quantity-{key}"))
    if problems:
        raise Refused(problems[0].sentence, problems=problems)


def _add(
    session: Session,
    order: Order,
    wanted: dict[int, Decimal],
    reason: str,
    note: str,
    key: str,
    by: Actor,
) -> GoodsReturn:
    now = clock.now()
    number = next_number(
        session, seller_id=order.seller_id, kind="return", on=today_of(session, order.seller_id)
    )
    made = GoodsReturn(
        number=number.text,
        seller_id=order.seller_id,
        order_id=order.id,
        account_id=order.account_id,
        warehouse_id=order.warehouse_id,
        state="requested",
        reason=reason,
        note=note,
        submission_key=key,
        requested_at=now,
        requested_by_id=by.id,
    )
    session.add(made)
    session.flush()
    session.add_all(
        ReturnLine(return_id=made.id, order_line_id=line_id, quantity=units)
        for line_id, units in sorted(wanted.items())
    )
    session.flush()
    return made


def _decide(session: Session, return_id: int, state: str, message: str, by: Actor) -> GoodsReturn:
    by.require(Permission.RETURNS_DECIDE, "Deciding about returns needs the permission for it.")
    if len(message) > LONGEST:
        raise Refused("The message has at most 500 characters.", field="decision")
    _order, found = lock_return(session, return_id)
    if found.state != "requested":
        raise Conflict(f"{found.number} is {said(found.state)} already.")
    found.state, found.decided_at, found.decided_by_id = state, clock.now(), by.id
    found.decision = message.strip()
    _tell(session, found, f"return.{state}", by, reason=found.decision)
    return found


def _tell(session: Session, found: GoodsReturn, kind: str, by: Actor | None, **facts: Any) -> None:
    tell(
        session, found.order_id, kind, by=by, document=("goods_return", found.id),
        number=found.number, **facts,
    )  # fmt: skip
    activity.record(
        session, kind, by=by, subject=found, account_id=found.account_id,
        on_behalf_of=by.acting_for_id if by else None, number=found.number, **facts,
    )  # fmt: skip
