"""Holds: why an order waits, and letting it go. A hold never refuses or loses an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.kernel import activity, clock
from models.kernel.activity import as_json
from models.kernel.errors import Conflict, Refused
from models.orders.backordering import move_passed_promises
from models.orders.order import Order, OrderHold
from models.orders.status import refresh
from models.orders.timeline import tell


def place_hold(
    session: Session,
    order: Order,
    code: str,
    *,
    by: Actor | None,
    reason: str = "",
    stock_kept_until: datetime | None = None,
    **details: Any,
) -> OrderHold:
    """Puts the order on hold; a second hold with the same code changes nothing.

    `details` say by how much (limit, exposure, days), for the sentence on the page.
    """
    held = session.scalar(
        select(OrderHold).where(
            OrderHold.order_id == order.id,
            OrderHold.code == code,
            OrderHold.released_at.is_(None),
        )
    )
    if held:
        return held
    hold = OrderHold(
        order_id=order.id,
        code=code,
        reason=reason,
        details=as_json(details),
        placed_at=clock.now(),
        placed_by_id=by.id if by else None,
        stock_kept_until=stock_kept_until,
    )
    session.add(hold)
    tell(session, order.id, "hold.placed", by=by, code=code, reason=reason, **details)
    refresh(session, order)
    return hold


def release_hold(
    session: Session, order: Order, code: str, *, by: Actor | None, reason: str
) -> OrderHold:
    """Lets the order go on. Needs the permission to release holds, and a reason.

    `by` None is the program itself, when what was missing has come (the money, say). After the
    last hold a promise whose day has passed meanwhile moves to the first day on which the order can
    ship. Conflict when there is no such hold any more. The caller has locked the order.
    """
    if by is not None:
        by.require(Permission.HOLDS_RELEASE, "Releasing a hold needs the permission for it.")
    if not reason.strip():
        raise Refused("Say why the order may go on.", field="reason")
    hold = session.scalar(
        select(OrderHold)
        .where(
            OrderHold.order_id == order.id,
            OrderHold.code == code,
            OrderHold.released_at.is_(None),
        )
        .with_for_update()
    )
    if hold is None:
        raise Conflict("This hold has been released already.")
    hold.released_at = clock.now()
    hold.released_by_id = by.id if by else None
    hold.release_reason = reason.strip()
    tell(session, order.id, "hold.released", by=by, code=code, reason=reason.strip())
    activity.record(
        session, "hold.released", by=by, subject=order, account_id=order.account_id,
        code=code, reason=reason.strip(),
    )  # fmt: skip
    session.flush()
    still_held = select(OrderHold.id).where(
        OrderHold.order_id == order.id, OrderHold.released_at.is_(None)
    )
    if session.scalar(still_held.limit(1)) is None:
        move_passed_promises(session, order)
    refresh(session, order)
    return hold
