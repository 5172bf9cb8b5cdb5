"""Which orders belong to which queue of the office, each said once: for lists, tabs and counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    Text,
    Time,
    and_,
    any_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from models.accounts import Account, AccountRep, Actor, Permission, visible_accounts
from models.fulfilment import PickLine, PickList, Shipment
from models.inventory import Stock, Warehouse
from models.kernel.seller import zone_of
from models.orders import Order, OrderHold, OrderLine

OPEN = ("awaiting_approval", "on_hold", "open", "picking", "partly_shipped")
RELEASABLE = ("open", "picking", "partly_shipped")
EVENING = time(17)
"""When a working day has ended: what comes later is for the next."""
SHIPPED = ("partly_shipped", "shipped", "delivered")


def _written(statuses: tuple[str, ...]) -> list[ColumnElement[str]]:
    """As they stand in the statement: an index of open orders is of use only where it says so."""
    return [literal_column(f"'{status}'", Text) for status in statuses]


_OPEN = _written(OPEN)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What an order list shows: a view by name, and what narrows it further."""

    view: str = "open"
    status: str = ""
    account_id: int | None = None
    rep_id: int | None = None
    warehouse_id: int | None = None
    placed_from: date | None = None
    placed_to: date | None = None
    text: str = ""
    hold: str = ""
    """The code of an open hold."""


def is_open() -> ColumnElement[bool]:
    """Something of it is still to be shipped."""
    return Order.status.in_(_OPEN)


def is_releasable() -> ColumnElement[bool]:
    """Some of it is in stock, promised to it, and on no open pick list; nothing holds it."""
    listed = (
        select(func.coalesce(func.sum(PickLine.quantity), 0))
        .join(PickList, PickList.id == PickLine.pick_list_id)
        .where(
            PickLine.order_line_id == OrderLine.id,
            PickLine.finished_at.is_(None),
            PickList.state.in_(("released", "picking")),
        )
        .correlate(OrderLine)
        .scalar_subquery()
    )
    unlisted = (
        select(OrderLine.order_id)
        .where(
            OrderLine.allocated > OrderLine.picked, OrderLine.allocated > OrderLine.picked + listed
        )
        .distinct()
        .scalar_subquery()
    )
    missing = (
        select(OrderLine.id)
        .where(
            OrderLine.order_id == Order.id,
            OrderLine.ordered - OrderLine.cancelled - OrderLine.shipped > OrderLine.allocated,
        )
        .correlate(Order)
        .exists()
    )
    return and_(
        Order.status.in_(_written(RELEASABLE)),
        # An array, so that the few lines to pick are read, not each open order's.
        Order.id == any_(func.array(unlisted, type_=ARRAY(BigInteger))),
        or_(Order.backorder_choice != "complete", ~missing),
    )


def _on_a_pick_list() -> ColumnElement[bool]:
    return Order.id.in_(
        select(PickList.order_id).where(PickList.state.in_(("released", "picking")))
    )


def _with_shipment(state: str) -> ColumnElement[bool]:
    return Order.id.in_(select(Shipment.order_id).where(Shipment.state == state))


def _to_invoice() -> ColumnElement[bool]:
    waiting = Order.id.in_(select(OrderLine.order_id).where(OrderLine.shipped > OrderLine.invoiced))
    return and_(Order.status.in_(_written(SHIPPED)), waiting)


def _since_last_evening(today: date) -> ColumnElement[bool]:
    """What came in since the last working day's evening, in the seller's time zone."""
    back = {1: 3, 7: 2}.get(today.isoweekday(), 1)
    evening = datetime.combine(today - timedelta(days=back), EVENING)
    return and_(
        Order.placed_at >= func.date(today - timedelta(days=back + 1)),
        Order.placed_at >= func.timezone(zone_of(Order.seller_id), literal(evening)),
    )


def _placed_from(on: date) -> ColumnElement[bool]:
    """Placed on that day of the seller's or later. The index knows moments alone: it gets a day in
    UTC that is surely before."""
    began = func.timezone(zone_of(Order.seller_id), cast(func.date(on), DateTime))
    return and_(Order.placed_at >= func.date(on) - 1, Order.placed_at >= began)


def _placed_to(on: date) -> ColumnElement[bool]:
    """Placed on that day of the seller's or before."""
    ended = func.timezone(zone_of(Order.seller_id), cast(func.date(on) + 1, DateTime))
    return and_(Order.placed_at < func.date(on) + 2, Order.placed_at < ended)


def _cut_off_has_passed() -> ColumnElement[bool]:
    there = func.timezone(Warehouse.time_zone, func.now())
    return Order.warehouse_id.in_(
        select(Warehouse.id).where(cast(there, Time) >= Warehouse.cut_off)
    )


def _backordered(*, in_stock: bool = False) -> ColumnElement[bool]:
    """A line of it waits for goods; `in_stock`: goods that are there by now."""
    waiting = select(OrderLine.order_id).where(OrderLine.backordered > 0)
    if in_stock:
        free = Stock.on_hand - Stock.allocated - Stock.safety_stock
        waiting = (
            waiting.join(Stock, Stock.product_id == OrderLine.product_id)
            .where(Stock.warehouse_id == Order.warehouse_id, free > 0)
            .correlate(Order)
        )
        return waiting.where(OrderLine.order_id == Order.id).exists()
    return Order.id.in_(waiting)


def _held_by(code: str) -> ColumnElement[bool]:
    return Order.id.in_(
        select(OrderHold.order_id).where(OrderHold.code == code, OrderHold.released_at.is_(None))
    )


VIEWS: dict[str, Callable[[date], ColumnElement[bool]]] = {
    "open": lambda today: is_open(),
    "late": lambda today: and_(is_open(), Order.promised_on < today),
    "held": lambda today: Order.status.in_(("on_hold", "awaiting_approval")),
    "release": lambda today: is_releasable(),
    "pick": lambda today: _on_a_pick_list(),
    "pack": lambda today: _with_shipment("packing"),
    "ship": lambda today: _with_shipment("packed"),
    "invoice": lambda today: _to_invoice(),
    "new": lambda today: _since_last_evening(today),
    "cut_off": lambda today: and_(is_open(), Order.promised_on == today, _cut_off_has_passed()),
    "short": lambda today: and_(is_open(), _backordered()),
    "fillable": lambda today: and_(
        Order.status.in_(_written(RELEASABLE)), _backordered(in_stock=True)
    ),
    "payment": lambda today: and_(is_open(), _held_by("awaiting_payment")),
    "unpaid": lambda today: Order.status == "invoiced",
    "paid": lambda today: Order.status == "paid",
    "all": lambda today: true(),
}
"""The office's queues by name, each a condition on an order as of a day."""


def conditions(chosen: OrderFilter, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    """What an order must be to stand in this list, for this person. A view nobody knows is all."""
    found: list[ColumnElement[bool]] = [VIEWS.get(chosen.view, VIEWS["all"])(today)]
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        found.append(Order.account_id.in_(visible_accounts(actor, on=today)))
    if chosen.hold:
        found.append(_held_by(chosen.hold))
    if chosen.status:
        found.append(Order.status == chosen.status)
    if chosen.account_id:
        found.append(Order.account_id == chosen.account_id)
    if chosen.rep_id:
        found.append(Order.account_id.in_(_looked_after(chosen.rep_id, today)))
    if chosen.warehouse_id:
        found.append(Order.warehouse_id == chosen.warehouse_id)
    if chosen.placed_from:
        found.append(_placed_from(chosen.placed_from))
    if chosen.placed_to:
        found.append(_placed_to(chosen.placed_to))
    if chosen.text.strip():
        found.append(_named(chosen.text.strip()))
    return found


def _looked_after(rep_id: int, today: date) -> Select[int]:
    return select(AccountRep.account_id).where(
        AccountRep.user_id == rep_id,
        AccountRep.valid_from <= today,
        or_(AccountRep.valid_to.is_(None), AccountRep.valid_to > today),
    )


def _named(text: str) -> ColumnElement[bool]:
    """By number (whole, or its last digits), PO number (its beginning), or the account."""
    accounts = select(Account.id).where(
        or_(
            func.lower(Account.name).contains(text.lower(), autoescape=True),
            func.upper(Account.number) == text.upper(),
        )
    )
    return or_(
        Order.number == text.upper(),
        Order.number.endswith(text, autoescape=True),
        func.upper(Order.po_number).startswith(text.upper(), autoescape=True),
        func.upper(Order.external_id) == text.upper(),
        Order.account_id.in_(accounts),
    )
