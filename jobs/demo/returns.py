"""What comes back in the demo's story: a few returns, each left at another step of its way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.demo.cast import Cast
from models.accounts import Actor
from models.fulfilment import (
    Came,
    GoodsReturn,
    ReturnLine,
    approve_return,
    credit_return,
    receive_return,
    request_return,
)
from models.kernel import clock
from models.orders import Order, OrderLine

TOLD = (
    (50, "credited", "damaged", "Two boxes were crushed in transit"),
    (38, "credited", "wrong_item", "We ordered the smaller size"),
    (12, "credited", "faulty", "The catch does not close"),
    (5, "received", "damaged", "Handles split on arrival"),
    (3, "approved", "not_wanted", "Bought too many for the season"),
    (1, "requested", "damaged", "Corners dented, the boxes look fine"),
)
"""Days before today that the goods are asked to be taken back, how far it goes, and why."""


def send_back(cast: Cast, day: date) -> None:
    """Whatever the story has coming back on this day; the clock stands there."""
    for told, upto, reason, note in TOLD:
        if told == (cast.today - day).days:
            buyers = [cast.buyers[key] for key in ("seaglass", "harbour")]
            _send_one(cast.session, upto, reason, note, buyers, cast.staff)


def _send_one(
    session: Session,
    upto: str,
    reason: str,
    note: str,
    buyers: list[Actor],
    staff: dict[str, Actor],
) -> None:
    line, by = _sold(session, buyers)
    if line is None or by is None:
        return
    units = min(line.shipped, max(Decimal(1), (line.shipped / 4).to_integral_value()))
    found = request_return(
        session, line.order_id, {line.id: units}, reason=reason, note=note,
        submission_key=f"demo-return-{line.id}", by=by,
    )  # fmt: skip
    if upto == "requested":
        return
    approve_return(session, found.id, message="Please send it back to us.", by=staff["olu"])
    if upto == "approved":
        return
    _take_in(session, found, units, staff["sam"], keep=reason != "damaged")
    if upto == "credited":
        credit_return(
            session, found.id, reason=note, submission_key=f"demo-credit-{found.id}",
            by=staff["nora"],
        )  # fmt: skip


def _take_in(
    session: Session, found: GoodsReturn, units: Decimal, by: Actor, *, keep: bool
) -> None:
    line = session.scalars(select(ReturnLine).where(ReturnLine.return_id == found.id)).one()
    came = Came(restocked=units) if keep else Came(scrapped=units)
    receive_return(
        session, found.id, {line.id: came}, submission_key=f"demo-came-{found.id}", by=by
    )


def _sold(session: Session, buyers: list[Actor]) -> tuple[OrderLine | None, Actor | None]:
    """A line that one of the buyers got in the month before and sent nothing back of."""
    by_account = {buyer.account_id: buyer for buyer in buyers}
    since = clock.now() - timedelta(days=30)
    line = session.scalars(
        select(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.account_id.in_(by_account),
            Order.placed_by_id.in_([buyer.id for buyer in buyers]),
            Order.status.in_(("invoiced", "paid")),
            Order.shipped_at >= since,
            OrderLine.shipped > 0,
            OrderLine.returned == 0,
            OrderLine.id.not_in(select(ReturnLine.order_line_id)),
        )
        .order_by(Order.shipped_at.desc(), OrderLine.position)
        .limit(1)
    ).first()
    return (line, by_account[line.account_id]) if line is not None else (None, None)
