"""Purchase orders: raised, sent, dated anew. Each change moves what is promised to customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.inventory import Supply, expect
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.seller import today_of
from models.orders import Order, repromise
from models.purchasing.purchase_order import PurchaseOrder, PurchaseOrderLine, Vendor, VendorProduct


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product to buy: base units, and the cost where it is not the vendor's usual one, the day
    where it is not the whole order's."""

    product_id: int
    quantity: Decimal
    unit_cost: Decimal | None = None
    expected_on: date | None = None


def raise_purchase_order(
    session: Session,
    *,
    seller_id: int,
    vendor: Vendor,
    warehouse_id: int,
    wanted: Sequence[Wanted],
    expected_on: date,
    submission_key: str,
    by: Actor,
    note: str = "",
    external_id: str | None = None,
) -> PurchaseOrder:
    """A draft purchase order. Costs come from the vendor's terms by quantity, where not given.
    `external_id` is the number that the vendor knows it by from the system before.

    The same submission again gives the same purchase order. Refused when nothing is wanted, a
    quantity is not positive, or a product has no cost.
    """
    by.require(Permission.PURCHASING_EDIT, "Buying needs the permission for it.")
    lock(session, Vendor, [vendor.id])
    before = session.scalars(
        select(PurchaseOrder).where(PurchaseOrder.submission_key == submission_key)
    ).first()
    if before is not None:
        return before
    if not wanted:
        raise Refused("Add at least one product to buy.")
    today = today_of(session, seller_id)
    number = next_number(session, seller_id=seller_id, kind="purchase_order", on=today)
    order = PurchaseOrder(
        number=number.text,
        external_id=external_id,
        seller_id=seller_id,
        vendor_id=vendor.id,
        warehouse_id=warehouse_id,
        currency=vendor.currency,
        expected_on=expected_on,
        note=note.strip(),
        submission_key=submission_key,
        created_by_id=by.id,
        created_at=clock.now(),
    )
    session.add(order)
    session.flush()
    add_lines(session, order, vendor, wanted, after=0)
    activity.record(session, "purchase_order.raised", by=by, subject=order, number=order.number)
    return order


def add_lines(
    session: Session,
    order: PurchaseOrder,
    vendor: Vendor,
    wanted: Sequence[Wanted],
    *,
    after: int,
) -> None:
    """Writes these lines behind the position `after`. Refused as `raise_purchase_order` is."""
    terms = _terms(session, vendor, wanted)
    for position, item in enumerate(wanted, start=after + 1):
        session.add(_line(order, vendor, item, position, terms.get(item.product_id, [])))
    session.flush()


def send_purchase_order(
    session: Session, order_id: int, *, by: Actor, vendor_has_it: bool = False
) -> list[Order]:
    """Sends it: from now on its goods are expected, promises follow, and the vendor gets it by
    mail where their address is known, unless they have it already.

    Returns the customers' orders whose date moved. Conflict unless it is a draft.
    """
    by.require(Permission.PURCHASING_EDIT, "Buying needs the permission for it.")
    order = _lock(session, order_id)
    if order.state != "draft":
        raise Conflict(f"{order.number} is {order.state} already.")
    order.state, order.sent_at = "sent", clock.now()
    lines = lines_of(session, order)
    _expect(session, order, lines)
    activity.record(session, "purchase_order.sent", by=by, subject=order, number=order.number)
    if not vendor_has_it:
        announce(session, "purchase_order.sent", purchase_order_id=order.id)
    return repromise(session, [line.product_id for line in lines])


def change_date(
    session: Session, order_id: int, expected_on: date, *, by: Actor, line_id: int | None = None
) -> list[Order]:
    """Moves when its goods (or one line's) are expected; the promises that hang on it move too.

    Returns the customers' orders whose date moved. Conflict when nothing more is to come.
    """
    by.require(Permission.PURCHASING_EDIT, "Buying needs the permission for it.")
    order = _lock(session, order_id)
    if order.state not in {"draft", "sent", "partly_received"}:
        raise Conflict(f"{order.number} is {order.state}: nothing more is to come.")
    lines = [line for line in lines_of(session, order) if line_id in (None, line.id)]
    before = order.expected_on
    for line in lines:
        line.expected_on = expected_on
    if line_id is None:
        order.expected_on = expected_on
    session.flush()
    activity.record(
        session, "purchase_order.dated", by=by, subject=order, number=order.number,
        before=before, after=expected_on,
    )  # fmt: skip
    if order.state == "draft":
        return []
    _expect(session, order, lines)
    return repromise(session, [line.product_id for line in lines])


def expect_rest(session: Session, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """States what is still to come of these lines; nothing once the order is closed."""
    _expect(session, order, lines)


def _expect(session: Session, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    expect(
        session,
        [
            Supply(
                "purchase_order_line",
                line.id,
                line.product_id,
                order.warehouse_id,
                line.open if order.is_open else ZERO,
                line.expected_on,
            )
            for line in lines
        ],
    )


def _lock(session: Session, order_id: int) -> PurchaseOrder:
    found = lock(session, PurchaseOrder, [order_id])
    if not found:
        raise NotFound("There is no such purchase order.")
    return found[0]


def lines_of(session: Session, order: PurchaseOrder) -> Sequence[PurchaseOrderLine]:
    """The lines of a purchase order, by position."""
    return session.scalars(
        select(PurchaseOrderLine)
        .where(PurchaseOrderLine.purchase_order_id == order.id)
        .order_by(PurchaseOrderLine.position)
    ).all()


def _terms(
    session: Session, vendor: Vendor, wanted: Sequence[Wanted]
) -> dict[int, list[VendorProduct]]:
    """The vendor's terms of each product, largest quantity first, in one statement."""
    rows = session.scalars(
        select(VendorProduct)
        .where(
            VendorProduct.vendor_id == vendor.id,
            VendorProduct.product_id.in_({item.product_id for item in wanted}),
        )
        .order_by(VendorProduct.min_quantity.desc())
    )
    found: dict[int, list[VendorProduct]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append(row)
    return found


def _line(
    order: PurchaseOrder, vendor: Vendor, item: Wanted, position: int, terms: list[VendorProduct]
) -> PurchaseOrderLine:
    if item.quantity <= 0:
        raise Refused("Buy at least one of each product.", field="quantity")
    usual = next((row for row in terms if row.min_quantity <= item.quantity), None)
    cost = item.unit_cost if item.unit_cost is not None else (usual.unit_cost if usual else None)
    if cost is None:
        raise Refused(
            f"Enter the cost: {vendor.name} has none for this product yet.", field="unit_cost"
        )
    return PurchaseOrderLine(
        purchase_order_id=order.id,
        position=position,
        product_id=item.product_id,
        part_number=usual.part_number if usual else "",
        ordered=item.quantity,
        unit_cost=cost,
        expected_on=item.expected_on or order.expected_on,
    )
