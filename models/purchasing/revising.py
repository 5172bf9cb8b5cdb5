"""A purchase order that was sent, put right before anything of it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.kernel import activity
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.orders import Order, follow_later, repromise
from models.purchasing.ordering import Wanted, add_lines, expect_rest, lines_of
from models.purchasing.purchase_order import PurchaseOrder, PurchaseOrderLine, Vendor


def revise_purchase_order(
    session: Session,
    order_id: int,
    changed: Mapping[int, Wanted],
    added: Sequence[Wanted],
    *,
    by: Actor,
) -> list[Order]:
    """Sets quantity, cost and day of lines ({line id: what is wanted now}) and adds others.

    What is expected and promised moves with it; no mail goes to the vendor. What a special then
    lacks goes on a draft, for the buyer to send or to speak about with the desk. Returns the
    customers' orders whose date moved. Conflict once something was received or nothing more is to
    come; NotFound for a line of another order.
    """
    by.require(Permission.PURCHASING_EDIT, "Buying needs the permission for it.")
    order = next(iter(lock(session, PurchaseOrder, [order_id])), None)
    if order is None:
        raise NotFound("There is no such purchase order.")
    lines = {row.id: row for row in lines_of(session, order)}
    if order.state != "sent" or any(line.received for line in lines.values()):
        raise Conflict(f"{order.number} was received from already, or is closed.")
    for line_id, wanted in changed.items():
        if line_id not in lines:
            raise NotFound("This line is not on the purchase order.")
        _set(lines[line_id], wanted)
    vendor = session.get_one(Vendor, order.vendor_id)
    last = max((line.position for line in lines.values()), default=0)
    add_lines(session, order, vendor, added, after=last)
    after = lines_of(session, order)
    order.expected_on = min(line.expected_on for line in after)
    expect_rest(session, order, after)
    activity.record(
        session, "purchase_order.revised", by=by, subject=order, number=order.number,
        changed=len(changed), added=len(added),
    )  # fmt: skip
    follow_later(session, [line.product_id for line in after if line.order_line_id])
    return repromise(session, [line.product_id for line in after])


def _set(line: PurchaseOrderLine, wanted: Wanted) -> None:
    if wanted.quantity <= 0:
        raise Refused("Buy at least one of each product.", field="quantity")
    line.ordered = wanted.quantity + line.cancelled
    if wanted.unit_cost is not None:
        line.unit_cost = wanted.unit_cost
    if wanted.expected_on is not None:
        line.expected_on = wanted.expected_on
