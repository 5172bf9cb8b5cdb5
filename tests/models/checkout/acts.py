"""What people do to the same orders at the same moment, each over a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models.accounts import Actor
from models.checkout import Amendment, ChargeWish, LineWish, Wishes, amend_order, propose_change
from models.fulfilment import (
    PickList,
    Shipment,
    confirm_all,
    pack,
    release_to_picking,
    ship_shipment,
)
from models.kernel.database import RETRYABLE
from models.kernel.errors import DomainError
from models.orders import Order, OrderLine

MOST_ATTEMPTS = 6
Act = Callable[[Session], Any]


def attempt(sessions: sessionmaker[Session], act: Act) -> tuple[str, Any]:
    """As a request would: one transaction, run again where PostgreSQL asks for it.

    `done` with what the act gave, the name of the refusal, or `gave up`.
    """
    for _ in range(MOST_ATTEMPTS):
        with sessions() as session:
            try:
                given = act(session)
                session.commit()
            except DomainError as refusal:
                session.rollback()
                return type(refusal).__name__, None
            except OperationalError as error:
                session.rollback()
                if getattr(error.orig, "sqlstate", None) not in RETRYABLE:
                    raise
            else:
                return "done", given
    return "gave up", None


def changing(order_id: int, units: int, by: Actor, key: str) -> Act:
    """Opens the order, types a quantity, and saves."""

    def act(session: Session) -> None:
        order = session.get_one(Order, order_id)
        line = session.scalars(select(OrderLine).where(OrderLine.order_id == order_id)).first()
        assert line is not None
        wishes = Wishes((LineWish(line.id, Decimal(units)),))
        change = propose_change(session, order, wishes, by=by)
        version = order.version
        amend_order(session, order_id, Amendment(key, version, change.total, wishes), by=by)

    return act


def charging(order_id: int, wish: ChargeWish, by: Actor, key: str) -> Act:
    """Opens the order, sets a charge by hand, and saves. Gives what the order comes to."""

    def act(session: Session) -> Decimal:
        order = session.get_one(Order, order_id)
        wishes, version = Wishes(charges=(wish,)), order.version
        total = propose_change(session, order, wishes, by=by).total
        form = Amendment(key, version, total, wishes, "They called.")
        return amend_order(session, order_id, form, by=by).total_amount

    return act


def working(order_id: int, sam: Actor) -> Act:
    """The next step in the warehouse: ship what is picked, else pick, else release. Gives the
    shipment that left."""

    def act(session: Session) -> int | None:
        shipment = session.scalars(
            select(Shipment).where(
                Shipment.order_id == order_id, Shipment.state.in_(("packing", "packed"))
            )
        ).first()
        if shipment is not None:
            if shipment.state == "packing":
                pack(session, shipment.id, [], by=sam)
            ship_shipment(session, shipment.id, by=sam)
            return shipment.id
        listed = session.scalars(
            select(PickList).where(
                PickList.order_id == order_id, PickList.state.in_(("released", "picking"))
            )
        ).first()
        if listed is not None:
            confirm_all(session, listed.id, by=sam)
        else:
            release_to_picking(session, order_id, by=sam)
        return None

    return act
