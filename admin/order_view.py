"""What the order page shows, worked out once: the next step, where each line is, figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from models.accounts import Actor, Permission
from models.fulfilment import Shipment
from models.kernel.money import ZERO, line_amount
from models.orders import Order, OrderLine, told_status
from web.i18n import _, ngettext
from web.presenting import money


@dataclass(frozen=True)
class Step:
    """The page's main button: a link, or a form that is posted."""

    label: str
    href: str
    icon: str
    posts: bool = False


@dataclass(frozen=True)
class PickPanel:
    """An open pick list with its lines."""

    id: int
    number: str
    state: str
    picker: str
    warehouse: str
    rows: list[tuple[Any, OrderLine]]

    @property
    def done(self) -> int:
        return sum(1 for row, _line in self.rows if row.finished_at is not None)


@dataclass(frozen=True)
class Waits:
    """A line with the units of it that wait in one place."""

    line: OrderLine
    units: Decimal


def amount_of(line: OrderLine, units: Decimal, currency: str) -> Decimal:
    """What so many units of the line come to, before tax."""
    return line_amount(line.unit_price, units, line.price_per, currency)


def is_by_hand(line: OrderLine, ties: Container[int]) -> bool:
    """Whether somebody changed the line's price, or gave one where it was on request; a special,
    which has a tie, never had another."""
    is_priced = line.original_price is not None or line.overridden_by_id is not None
    return is_priced and not line.is_sample and line.id not in ties


def pick_panels(order: Order, rows: Sequence[Any]) -> list[PickPanel]:
    """The order's open pick lists."""
    lines = {line.id: line for line in order.lines}
    panels: dict[int, PickPanel] = {}
    for row in rows:
        if row.list_id not in panels:
            panels[row.list_id] = PickPanel(
                row.list_id, row.number, row.state, row.picker or "", row.warehouse, []
            )
        panels[row.list_id].rows.append((row, lines[row.order_line_id]))
    return list(panels.values())


def to_release(order: Order, rows: Sequence[Any]) -> list[Waits]:
    """The lines with units in stock that are on no pick list yet."""
    listed: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.finished_at is None:
            listed[row.order_line_id] += row.quantity
    waits = [Waits(line, line.allocated - line.picked - listed[line.id]) for line in order.lines]
    return [each for each in waits if each.units > 0]


def backorders(order: Order) -> list[Waits]:
    """The lines that wait for goods."""
    return [Waits(line, line.backordered) for line in order.lines if line.backordered > 0]


def later(order: Order) -> list[Waits]:
    """The lines whose ship date is too far ahead for stock to be kept for them now."""
    return [Waits(line, line.unpromised) for line in order.lines if line.unpromised > 0]


def shipped_lines(order: Order) -> tuple[int, int]:
    """How many lines have left whole, and how many there are that were not cancelled."""
    wanted = [line for line in order.lines if line.ordered > line.cancelled]
    return sum(line.shipped >= line.ordered - line.cancelled for line in wanted), len(wanted)


def next_step(
    order: Order,
    actor: Actor,
    *,
    panels: Sequence[PickPanel],
    waits: Sequence[Waits],
    shipments: Sequence[Shipment],
    invoices: Sequence[Any],
) -> Step | None:
    """What brings this order on, of what this person may do; the furthest along comes first."""
    if order.open_holds:
        return _about_advance(order, actor) or _about_hold(order, actor)
    return (
        _about_shipment(actor, shipments)
        or _about_picking(order, actor, panels, waits)
        or _about_payment(order, actor, invoices)
    )


def _about_hold(order: Order, actor: Actor) -> Step | None:
    if not actor.can(Permission.HOLDS_RELEASE):
        return None
    if all(hold.code == "approval" for hold in order.open_holds):
        return None
    return Step(_("Release hold"), "#hold", "shield-check")


def _about_shipment(actor: Actor, shipments: Sequence[Shipment]) -> Step | None:
    if not actor.can(Permission.SHIP):
        return None
    for shipment in reversed(shipments):
        if shipment.state == "packed":
            words = ngettext("Ship %(num)s line", "Ship %(num)s lines", len(shipment.lines))
            href = url_for("office_order.ship", number=shipment.number)
            return Step(words, href, "truck", posts=True)
    for shipment in reversed(shipments):
        if shipment.state == "packing":
            words = ngettext("Pack %(num)s line", "Pack %(num)s lines", len(shipment.lines))
            return Step(
                words, url_for("floor_packing.page", shipment_id=shipment.id), "package-open"
            )
    return None


def _about_picking(
    order: Order, actor: Actor, panels: Sequence[PickPanel], waits: Sequence[Waits]
) -> Step | None:
    if not actor.can(Permission.PICK):
        return None
    if panels:
        left = sum(len(panel.rows) - panel.done for panel in panels)
        words = ngettext("Pick %(num)s line", "Pick %(num)s lines", left)
        return Step(words, url_for("floor_picking.page", id=panels[0].id), "hand")
    if waits and order.cancelled_at is None:
        words = ngettext(
            "Release %(num)s line to picking", "Release %(num)s lines to picking", len(waits)
        )
        return Step(words, url_for("office_order.release", number=order.number), "hand", posts=True)
    return None


def _about_payment(order: Order, actor: Actor, invoices: Sequence[Any]) -> Step | None:
    owed = owed_now(invoices)
    if not owed or not actor.can(Permission.PAYMENTS_RECORD):
        return None
    words = _("Record payment %(amount)s", amount=money(owed, order.currency))
    return Step(words, _payment_form(order), "wallet")


def _about_advance(order: Order, actor: Actor) -> Step | None:
    """An order that waits for nothing but its transfer goes on when the money is recorded."""
    told = told_status(order.status, [hold.code for hold in order.open_holds])
    waits = order.payment_means == "transfer" and told == "awaiting_payment"
    if not waits or not actor.can(Permission.PAYMENTS_RECORD):
        return None
    return Step(_("Record its payment"), _payment_form(order), "wallet")


def _payment_form(order: Order) -> str:
    return url_for("office_payments.new", account=order.bill_to_account_id, order=order.number)


def owed_now(invoices: Sequence[Any]) -> Decimal:
    """What is open on the order's invoices, less open credit notes; never below zero."""
    owed = sum(
        (row.open_amount if row.kind == "invoice" else -row.open_amount for row in invoices),
        ZERO,
    )
    return max(owed, ZERO)


def next_due(invoices: Sequence[Any]) -> date | None:
    """The first due date of what is still open."""
    open_ones = (row for row in invoices if row.kind == "invoice" and row.open_amount > 0)
    return min((row.due_on for row in open_ones), default=None)


def to_invoice(order: Order) -> Decimal:
    """What of the order's total is not invoiced yet."""
    return max(ZERO, order.total_amount - order.invoiced_amount)
