"""What an order comes to once units of it are cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.kernel.money import ZERO, line_amount
from models.kernel.quantity import plain
from models.orders import (
    Order,
    OrderAmendment,
    OrderCharge,
    OrderLine,
    close_order,
    drop_charges,
    end_holds,
    fallen_away,
    last_day,
    lines_of,
    note_amendment,
    refresh,
    settle_short,
)
from models.pricing import TaxedAmount, tax_breakdown
from models.receivables.invoicing import tax_of
from models.receivables.pro_forma import end_pro_forma

NOT_THERE = "Not in stock"
"""Why units are cancelled that are short, where they may not wait or shall not."""


def note_cancelled(
    session: Session,
    order: Order,
    units: Mapping[int, Decimal],
    *,
    reason: str,
    by: Actor | None,
    key: str = "",
    is_rest: bool = False,
) -> OrderAmendment:
    """States what the order comes to after units of its lines were cancelled, {line id: units}.

    Lines, total and day are of what is left. Where nothing is left to ship, holds, the demand for
    payment and the charges that no invoice bears fall away; an order of which nothing has left,
    either, is cancelled whole. It is a change of the order, a revision, told and mailed: that its
    open rest is cancelled, with `is_rest` or where nothing is left to ship. `by` None is the
    program. What was paid beyond the total is the caller's to give back, as the status is to
    refresh. The caller has locked the order and written the lines.
    """
    lines = lines_of(session, order)
    before = order.total_amount
    changes = [
        {
            "what": "cancelled",
            "sku": line.sku,
            "before": plain(line.live + units[line.id]),
            "after": plain(line.live),
        }
        for line in lines
        if units.get(line.id)
    ]
    kind = "rest_cancelled" if is_rest else "amended"
    if all(line.live == 0 for line in lines):
        kind = "cancelled"
        close_order(session, order)
        end_pro_forma(session, order.id)
    elif not any(line.open for line in lines):
        kind = "rest_cancelled"
        end_holds(session, order)
        end_pro_forma(session, order.id)
        changes += fallen_away(drop_charges(session, order))
    _sum_up(session, order, lines)
    if order.cancelled_at is None:
        order.promised_on = last_day(session, order) or order.promised_on
    return note_amendment(
        session, order, kind, key=key or uuid4().hex, reason=reason,
        changes=changes, total_before=before, by=by,
    )  # fmt: skip


def cancel_short(session: Session, order: Order) -> bool:
    """What is short now follows the order's choice, as `settle_short`, and the order comes to what
    is left, as `note_cancelled`. Says whether anything was cancelled."""
    cancelled = settle_short(session, order)
    if cancelled:
        note_cancelled(session, order, cancelled, reason=NOT_THERE, by=None)
        refresh(session, order)
    return bool(cancelled)


def state_sums(session: Session, order: Order) -> None:
    """Writes what is left of all its lines, with its charges, as what the order comes to."""
    _sum_up(session, order, lines_of(session, order))


def _sum_up(session: Session, order: Order, lines: Sequence[OrderLine]) -> None:
    for line in lines:
        line.line_amount = line_amount(line.unit_price, line.live, line.price_per, order.currency)
    charges = session.scalars(select(OrderCharge).where(OrderCharge.order_id == order.id)).all()
    breakdown = tax_breakdown(
        [TaxedAmount(line.line_amount, tax_of(line)) for line in lines],
        [TaxedAmount(charge.amount, tax_of(charge)) for charge in charges],
        order.currency,
    )
    order.goods_amount = sum((line.line_amount for line in lines), ZERO)
    order.charges_amount = sum((charge.amount for charge in charges), ZERO)
    order.tax_amount, order.total_amount = breakdown.tax, breakdown.gross
    session.flush()
