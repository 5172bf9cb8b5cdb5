"""Returns as lists and as single records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from models.accounts import Account, Actor, Permission, User, visible_accounts
from models.fulfilment.goods_return import (
    AWAITED_STATES,
    GoodsReturn,
    ReturnLine,
    ReturnReceipt,
    ReturnReceiptLine,
)
from models.fulfilment.returning import announced
from models.kernel.errors import NotFound
from models.kernel.money import ZERO
from models.orders import Order, OrderLine

QUEUES = ("requested", "awaited", "to_credit")


def in_queue(queue: str) -> list[ColumnElement[bool]]:
    """The conditions on `GoodsReturn` of a queue, or of one state; none for all."""
    if queue == "awaited":
        return [GoodsReturn.state.in_(AWAITED_STATES)]
    if queue == "to_credit":
        received = ReturnLine.restocked + ReturnLine.scrapped + ReturnLine.sent_back
        waits = select(ReturnLine.id).where(
            ReturnLine.return_id == GoodsReturn.id, received > ReturnLine.credited
        )
        return [GoodsReturn.state.in_(("partly_received", "received")), waits.exists()]
    return [GoodsReturn.state == queue] if queue else []


def return_list(
    session: Session,
    queue: str,
    actor: Actor,
    *,
    today: date,
    query: str = "",
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of returns, oldest request first in a queue, else newest, in one statement."""
    units = (
        select(func.sum(ReturnLine.quantity))
        .where(ReturnLine.return_id == GoodsReturn.id)
        .scalar_subquery()
    )
    order_by = GoodsReturn.id if queue in QUEUES else GoodsReturn.id.desc()
    return session.execute(
        select(
            GoodsReturn.id, GoodsReturn.number, GoodsReturn.state, GoodsReturn.reason,
            GoodsReturn.requested_at, Order.number.label("order_number"),
            Account.id.label("account_id"), Account.name.label("account_name"),
            units.label("units"),
        )
        .join(Order, Order.id == GoodsReturn.order_id)
        .join(Account, Account.id == GoodsReturn.account_id)
        .where(*in_queue(queue), *_visible(actor, today), *_fits(query))
        .order_by(order_by)
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def return_by_number(session: Session, number: str, actor: Actor, *, today: date) -> GoodsReturn:
    """A return with its lines. NotFound where this person may not see it."""
    found = session.scalars(
        select(GoodsReturn)
        .where(GoodsReturn.number == number, *_visible(actor, today))
        .options(selectinload(GoodsReturn.lines))
    ).first()
    if found is None:
        raise NotFound("There is no such return.")
    return found


def return_facts(session: Session, found: GoodsReturn) -> Any:
    """The order, the account and the people of a return, in one statement."""
    asked, decided = aliased(User), aliased(User)
    return session.execute(
        select(
            Order.number.label("order_number"), Order.currency, Account.name.label("account_name"),
            Account.id.label("account_id"), asked.name.label("requested_by"),
            decided.name.label("decided_by"),
        )
        .select_from(GoodsReturn)
        .join(Order, Order.id == GoodsReturn.order_id)
        .join(Account, Account.id == GoodsReturn.account_id)
        .outerjoin(asked, asked.id == GoodsReturn.requested_by_id)
        .outerjoin(decided, decided.id == GoodsReturn.decided_by_id)
        .where(GoodsReturn.id == found.id)
    ).one()  # fmt: skip


def return_lines(session: Session, return_id: int) -> Sequence[Any]:
    """Each line of a return with the product and price it was sold at."""
    return session.execute(
        select(ReturnLine, OrderLine.sku, OrderLine.name, OrderLine.unit_price, OrderLine.price_per)
        .join(OrderLine, OrderLine.id == ReturnLine.order_line_id)
        .where(ReturnLine.return_id == return_id)
        .order_by(OrderLine.position)
    ).all()


def return_receipts(session: Session, return_id: int) -> Sequence[Any]:
    """The deliveries of a return, oldest first, with what became of their units."""
    line = ReturnReceiptLine
    return session.execute(
        select(
            ReturnReceipt.id, ReturnReceipt.received_at, ReturnReceipt.note,
            User.name.label("received_by"), func.sum(line.restocked).label("restocked"),
            func.sum(line.scrapped).label("scrapped"), func.sum(line.sent_back).label("sent_back"),
        )
        .join(line, line.receipt_id == ReturnReceipt.id)
        .outerjoin(User, User.id == ReturnReceipt.received_by_id)
        .where(ReturnReceipt.return_id == return_id)
        .group_by(ReturnReceipt.id, User.name)
        .order_by(ReturnReceipt.id)
    ).all()  # fmt: skip


def returns_of_order(session: Session, order_id: int) -> Sequence[Any]:
    """The returns of an order with how many units were asked for and came, newest first."""
    received = func.sum(ReturnLine.restocked + ReturnLine.scrapped + ReturnLine.sent_back)
    return session.execute(
        select(
            GoodsReturn.number, GoodsReturn.state, GoodsReturn.reason, GoodsReturn.decision,
            GoodsReturn.requested_at, func.sum(ReturnLine.quantity).label("units"),
            received.label("received"), func.sum(ReturnLine.credited).label("credited"),
        )
        .join(ReturnLine, ReturnLine.return_id == GoodsReturn.id)
        .where(GoodsReturn.order_id == order_id)
        .group_by(GoodsReturn.id)
        .order_by(GoodsReturn.id.desc())
    ).all()  # fmt: skip


def returnable(session: Session, lines: Sequence[OrderLine]) -> dict[int, Decimal]:
    """By order line, how many units may still be asked to be taken back; lines with none absent."""
    coming = announced(session, [line.id for line in lines])
    left = {line.id: line.shipped - line.returned - coming.get(line.id, ZERO) for line in lines}
    return {line_id: units for line_id, units in left.items() if units > 0}


def _visible(actor: Actor, today: date) -> list[ColumnElement[bool]]:
    if actor.can(Permission.SEE_ALL_ACCOUNTS):
        return []
    return [GoodsReturn.account_id.in_(visible_accounts(actor, on=today))]


def _fits(query: str) -> list[ColumnElement[bool]]:
    typed = query.strip()
    if not typed:
        return []
    return [
        or_(
            GoodsReturn.number == typed.upper(),
            GoodsReturn.number.endswith(typed, autoescape=True),
            Order.number == typed.upper(),
            func.lower(Account.name).contains(typed.lower(), autoescape=True),
        )
    ]
