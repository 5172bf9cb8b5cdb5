"""Pads that a person has set aside to begin another one, and taking one up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Address
from models.checkout.cart import Cart, UndecidedRow
from models.checkout.carting import current_cart
from models.checkout.pads import BACKORDER_CHOICES, FREIGHT_CHOICES, ship_tos
from models.kernel.database import lock
from models.kernel.errors import NotFound
from models.orders import Order

MOST_SHOWN = 20


def begin_copy(session: Session, order: Order, account: Account, *, by: Actor) -> Cart:
    """An empty current pad with the order's delivery choices. The pad so far is set aside, as it
    is, unless there is nothing on it. Lines are put on it by `repeat_order`."""
    pad = current_cart(session, account, by)
    if pad.line_count or _has_questions(session, pad):
        _set_aside(session, account.id, by)
        pad = current_cart(session, account, by)
    keep_delivery(session, pad, order)
    return pad


def keep_delivery(session: Session, pad: Cart, order: Order) -> None:
    """The order's delivery choices for the pad. An address that was changed since is the one that
    it has become; one that is not in use any more is none."""
    then = session.get(Address, order.ship_to_address_id) if order.ship_to_address_id else None
    now = (
        place.id for place in ship_tos(session, pad.account_id) if then and place.code == then.code
    )
    pad.ship_to_id = next(now, None)
    if order.freight_choice in FREIGHT_CHOICES:
        pad.freight_choice = order.freight_choice
    if order.backorder_choice in BACKORDER_CHOICES:
        pad.backorder_choice = order.backorder_choice
    session.flush()


def pads_aside(session: Session, account_id: int, by: Actor) -> Sequence[Any]:
    """The person's own pads for the account that wait, the last changed first."""
    return session.execute(
        select(Cart.id, Cart.name, Cart.line_count, Cart.goods_amount, Cart.changed_at)
        .where(
            Cart.account_id == account_id,
            Cart.owner_id == by.id,
            Cart.ordered_at.is_(None),
            ~Cart.is_current,
            Cart.source == "",
            Cart.line_count > 0,
        )
        .order_by(Cart.changed_at.desc(), Cart.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def take_up(session: Session, cart_id: int, account_id: int, *, by: Actor) -> Cart:
    """Makes a pad that was set aside the current one; the one so far is set aside.

    NotFound for a pad that is ordered or another person's.
    """
    pad = next(iter(lock(session, Cart, [cart_id])), None)
    mine = (account_id, by.id, "")
    is_mine = pad is not None and (pad.account_id, pad.owner_id, pad.source) == mine
    if pad is None or not is_mine or pad.ordered_at is not None:
        raise NotFound("This order pad does not exist any more.")
    _set_aside(session, account_id, by)
    pad.is_current = True
    session.flush()
    return pad


def _set_aside(session: Session, account_id: int, by: Actor) -> None:
    session.flush()
    session.execute(
        update(Cart)
        .where(
            Cart.account_id == account_id,
            Cart.owner_id == by.id,
            Cart.is_current,
            Cart.ordered_at.is_(None),
        )
        .values(is_current=False)
    )


def _has_questions(session: Session, pad: Cart) -> bool:
    found = select(UndecidedRow.id).where(UndecidedRow.cart_id == pad.id).limit(1)
    return session.scalar(found) is not None
