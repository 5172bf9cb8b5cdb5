"""Whether somebody may change a placed order now, until when, and what to do where not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Actor, Capability, Permission
from models.inventory import Calendar, calendars
from models.kernel import clock
from models.kernel.settings import define, get
from models.orders import Order, OrderHold, OrderLine

BUYERS_CHANGE = define(
    "orders.buyers_change", True, "Buyers may change and cancel their orders until cut-off"
)
CREDIT_IT = " What an invoice charged too much is corrected by a credit note for it."
FINISHED = ("shipped", "delivered", "invoiced", "paid", "closed")


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    """`why_not` is empty where the order may be changed; `until` is when that ends, if it does.

    `may_ask` says that the desk could still do it, so that it is worth asking.
    """

    why_not: str = ""
    until: datetime | None = None
    may_ask: bool = False

    @property
    def is_open(self) -> bool:
        return not self.why_not


def change_window(session: Session, order: Order, by: Actor) -> ChangeWindow:
    """The desk may change an order while something of it is open; a buyer until the cut-off.

    Staff who act for the account may do it until the order is released. After that only what the
    warehouse has not begun with can change, and that is the desk's.
    """
    is_desk = by.can(Permission.ORDERS_EDIT)
    over = _is_over(order)
    if over:
        return ChangeWindow(over + CREDIT_IT if is_desk and order.invoiced_at else over)
    if is_desk:
        return ChangeWindow()
    if not by.can(Capability.PLACE_ORDERS):
        return ChangeWindow("Changing orders needs the capability to place them.")
    if not by.is_staff and not get(session, BUYERS_CHANGE, order.seller_id):
        return ChangeWindow("Please ask us to change it.", may_ask=True)
    if order.released_at is not None:
        return ChangeWindow("The warehouse has it already. Ask us, we see what can be done.",
                            may_ask=True)  # fmt: skip
    if by.is_staff:
        return ChangeWindow()
    return _until_cut_off(session, order)


def _is_over(order: Order) -> str:
    if order.origin != "entered":
        return "This order comes from the old system and cannot be changed here."
    if order.cancelled_at is not None or order.status == "cancelled":
        return "This order is cancelled. Order again to get these goods."
    if order.status in FINISHED:
        return "All of this order has left. Place a new one, or return what is not right."
    return ""


def _until_cut_off(session: Session, order: Order) -> ChangeWindow:
    """An order that is held waits anyhow; another one has its day's cut-off."""
    held = select(OrderHold.id).where(
        OrderHold.order_id == order.id, OrderHold.released_at.is_(None)
    )
    if session.scalar(held.limit(1)) is not None:
        return ChangeWindow()
    first = session.scalar(
        select(func.min(OrderLine.promised_on)).where(
            OrderLine.order_id == order.id,
            OrderLine.ordered > OrderLine.shipped + OrderLine.cancelled,
        )
    )
    if first is None:
        return ChangeWindow()
    until = last_moment_for(first, calendars(session, [order.warehouse_id])[order.warehouse_id])
    if clock.now() >= until:
        return ChangeWindow(
            "It is past the cut-off for this order. Ask us, we see what can be done.", may_ask=True
        )
    return ChangeWindow(until=until)


def last_moment_for(ships_on: date, calendar: Calendar) -> datetime:
    """The cut-off until which an order still ships on this day."""
    day = calendar.after(ships_on, -calendar.lead_time_days)
    return datetime.combine(day, calendar.cut_off, tzinfo=ZoneInfo(calendar.time_zone))
