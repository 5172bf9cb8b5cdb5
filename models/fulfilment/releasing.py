"""Releasing orders to the warehouse: pick lists in walking order."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.fulfilment.shipment import PickLine, PickList
from models.inventory import Allocation, Stock, bins_of
from models.kernel import activity, clock
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Conflict, Refused
from models.kernel.failpoint import fail_at
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.seller import Seller, today_of
from models.orders import Order, OrderHold, OrderLine, place_hold, refresh, tell
from models.receivables import due_by_card, standing

CARD_LINK_DAYS = 5
"""How long goods that came later are kept for a card payment by link."""
Place = tuple[int, int, Decimal]
"""An order line, its stock row, and the units to pick."""


def release_to_picking(session: Session, order_id: int, *, by: Actor | None) -> list[PickList]:
    """Makes the pick lists of what is allocated and not on a list yet, one per warehouse.

    Credit is checked once more: an account that has gone over its limit since is held instead,
    and nothing is released. So is an order by card whose goods came after its payment: they are
    charged now, with a link in a mail. Conflict while the order is on hold; Refused when nothing is
    allocated, or when it is to ship complete and is not.
    """
    if by is not None:
        by.require(Permission.PICK, "Releasing to picking needs the permission for it.")
    order = _lock(session, order_id)
    _require_free(session, order)
    if _credit_stops(session, order) or _card_stops(session, order):
        return []
    to_pick = _unlisted(session, order.id)
    if not to_pick:
        raise Refused(f"{order.number} has nothing in stock to pick.")
    if order.backorder_choice == "complete" and _is_short(session, order):
        raise Refused(f"{order.number} ships complete, and some of it is not in stock yet.")
    lists = _make_lists(session, order, to_pick, by)
    fail_at("release.listed")
    now = clock.now()
    order.released_at = order.released_at or now
    order.picking_since = order.picking_since or now
    for pick_list in lists:
        tell(
            session, order.id, "order.released", by=by, document=("pick_list", pick_list.id),
            number=pick_list.number,
        )  # fmt: skip
    activity.record(
        session, "order.released", by=by, subject=order, account_id=order.account_id,
        number=order.number,
    )  # fmt: skip
    refresh(session, order)
    return lists


def _lock(session: Session, order_id: int) -> Order:
    bill_to = session.scalar(select(Order.bill_to_account_id).where(Order.id == order_id))
    lock(session, Account, [bill_to or 0])
    return lock(session, Order, [order_id])[0]


def _require_free(session: Session, order: Order) -> None:
    codes = session.scalars(
        select(OrderHold.code).where(
            OrderHold.order_id == order.id, OrderHold.released_at.is_(None)
        )
    ).all()
    if codes:
        raise Conflict(f"{order.number} is on hold. Release the hold first.")
    if order.cancelled_at is not None:
        raise Conflict(f"{order.number} is cancelled.")


def _credit_stops(session: Session, order: Order) -> bool:
    """Places a hold where the account has gone over its limit since the order came.

    An order whose hold somebody released by hand is not stopped for the same reason again.
    """
    if order.payment_means != "on_account":
        return False
    let_through = session.scalar(
        select(func.count()).where(
            OrderHold.order_id == order.id, OrderHold.code.in_(("credit_limit", "overdue"))
        )
    )
    if let_through:
        return False
    account = session.get_one(Account, order.bill_to_account_id)
    today = clock.today(session.get_one(Seller, order.seller_id).time_zone)
    state = standing(session, account, today=today, without_order_id=order.id)
    left = order.total_amount - order.invoiced_amount
    if state.over_by(left):
        place_hold(
            session, order, "credit_limit", by=None, over=state.over_by(left), limit=state.limit,
            exposure=state.exposure,
        )  # fmt: skip
        return True
    if state.is_overdue:
        place_hold(
            session, order, "overdue", by=None, overdue=state.overdue, days=state.overdue_days
        )
        return True
    return False


def _card_stops(session: Session, order: Order) -> bool:
    """Holds an order by card while something of what is to be picked is not paid.

    Somebody who released this hold by hand has let the order through.
    """
    if order.payment_means != "card" or due_by_card(session, order) <= 0:
        return False
    let_through = session.scalar(
        select(func.count()).where(
            OrderHold.order_id == order.id,
            OrderHold.code == "awaiting_payment",
            OrderHold.released_by_id.is_not(None),
        )
    )
    if let_through:
        return False
    until = clock.now() + timedelta(days=CARD_LINK_DAYS)
    place_hold(session, order, "awaiting_payment", by=None, stock_kept_until=until)
    announce(session, "payment.due", account_id=order.account_id, order_id=order.id)
    return True


def _unlisted(session: Session, order_id: int) -> list[Place]:
    """Allocated, not picked, and on no open pick list yet."""
    listed = (
        select(func.coalesce(func.sum(PickLine.quantity - PickLine.picked), 0))
        .join(PickList, PickList.id == PickLine.pick_list_id)
        .where(
            PickLine.order_line_id == Allocation.order_line_id,
            PickLine.stock_id == Allocation.stock_id,
            PickLine.finished_at.is_(None),
            PickList.state.in_(("released", "picking")),
        )
        .correlate(Allocation)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Allocation.order_line_id,
            Allocation.stock_id,
            (Allocation.quantity - Allocation.picked - listed).label("units"),
        )
        .join(OrderLine, OrderLine.id == Allocation.order_line_id)
        .where(OrderLine.order_id == order_id, Allocation.closed_at.is_(None))
    )
    return [(row.order_line_id, row.stock_id, row.units) for row in rows if row.units > 0]


def _is_short(session: Session, order: Order) -> bool:
    missing = session.scalar(
        select(
            func.sum(
                OrderLine.ordered - OrderLine.cancelled - OrderLine.shipped - OrderLine.allocated
            )
        ).where(OrderLine.order_id == order.id)
    )
    return bool(missing)


def _make_lists(
    session: Session, order: Order, to_pick: list[Place], by: Actor | None
) -> list[PickList]:
    stocks = {
        row.id: row
        for row in session.scalars(select(Stock).where(Stock.id.in_([p[1] for p in to_pick])))
    }
    by_warehouse: dict[int, list[Place]] = defaultdict(list)
    for place in to_pick:
        by_warehouse[stocks[place[1]].warehouse_id].append(place)
    return [
        _make_list(session, order, warehouse_id, places, by)
        for warehouse_id, places in sorted(by_warehouse.items())
    ]


def _make_list(
    session: Session, order: Order, warehouse_id: int, places: list[Place], by: Actor | None
) -> PickList:
    now: datetime = clock.now()
    number = next_number(
        session, seller_id=order.seller_id, kind="pick_list", on=today_of(session, order.seller_id)
    )
    pick_list = PickList(
        number=number.text,
        order_id=order.id,
        warehouse_id=warehouse_id,
        released_at=now,
        released_by_id=by.id if by else None,
    )
    session.add(pick_list)
    session.flush()
    insert_rows(session, PickLine, _pick_lines(session, pick_list, places))
    return pick_list


def _pick_lines(session: Session, pick_list: PickList, places: list[Place]) -> list[dict[str, Any]]:
    """From each product's bins in walking order, as far as one bin goes, then the next."""
    bins = bins_of(session, [stock_id for _, stock_id, _ in places])
    left = {(stock_id, row.id): units for stock_id, rows in bins.items() for row, units in rows}
    wanted: list[tuple[tuple[int, str, int], dict[str, Any]]] = []
    for line_id, stock_id, units in places:
        missing = units
        for place, _ in bins.get(stock_id, []):
            part = min(missing, left[stock_id, place.id])
            if part > 0:
                left[stock_id, place.id] -= part
                missing -= part
                row = {
                    "pick_list_id": pick_list.id,
                    "order_line_id": line_id,
                    "stock_id": stock_id,
                    "bin_id": place.id,
                    "bin_code": place.code,
                    "quantity": part,
                }
                wanted.append(((place.walking_order, place.code, line_id), row))
    wanted.sort(key=lambda item: item[0])
    return [{**row, "position": position} for position, (_, row) in enumerate(wanted, start=1)]
