"""Goods in: stock, inventory value, and the backorders that they fill."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.inventory import Cause, Incoming, receive
from models.kernel import activity, clock
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import ZERO, round_amount
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.seller import Seller, today_of
from models.ledger import Chart, Document, Posting, post
from models.orders import fill_backorders, lock_waiting, repromise
from models.purchasing.ordering import expect_rest
from models.purchasing.purchase_order import PurchaseOrder, PurchaseOrderLine, Receipt, ReceiptLine


def receive_goods(
    session: Session,
    order_id: int,
    quantities: dict[int, Decimal],
    *,
    submission_key: str,
    by: Actor,
    delivery_note_number: str = "",
    discrepancies: dict[int, str] | None = None,
) -> Receipt:
    """Receives units of purchase order lines: {line id: base units}; in part or more than asked.

    Stock and inventory value rise, backorders are filled by account priority, then first promise,
    then age, and promises move. The same submission again gives the same receipt. Conflict when
    nothing more is expected; Refused when nothing is received; NotFound for a foreign line.
    """
    by.require(Permission.RECEIVE, "Receiving goods needs the permission for it.")
    order = next(iter(lock(session, PurchaseOrder, [order_id])), None)
    if order is None:
        raise NotFound("There is no such purchase order.")
    before = session.scalars(
        select(Receipt).where(Receipt.submission_key == submission_key)
    ).first()
    if before is not None:
        return before
    if not order.is_open:
        raise Conflict(f"{order.number} is {order.state}: nothing more is to come.")
    wanted = {line_id: units for line_id, units in quantities.items() if units > 0}
    lines = {row.id: row for row in lock(session, PurchaseOrderLine, wanted)}
    if not wanted:
        raise Refused("Enter what came in.", field="quantity")
    if any(line_id not in lines or lines[line_id].purchase_order_id != order.id
           for line_id in wanted):  # fmt: skip
        raise NotFound("This line is not on the purchase order.")
    lock_waiting(session, {line.product_id for line in lines.values()})
    receipt = _receipt(session, order, submission_key, delivery_note_number, by)
    value = _take_in(session, order, lines, wanted, receipt, by)
    _note(session, receipt, wanted, discrepancies or {})
    _close_if_complete(session, order)
    expect_rest(session, order, list(lines.values()))
    _post(session, order, receipt, value, by)
    products = {line.product_id for line in lines.values()}
    fill_backorders(session, products, cause=Cause("receipt", receipt.id, by.id))
    repromise(session, products)
    activity.record(
        session, "goods.received", by=by, subject=receipt, number=receipt.number,
        purchase_order=order.number,
    )  # fmt: skip
    announce(session, "goods.received", receipt_id=receipt.id)
    return receipt


def _receipt(
    session: Session, order: PurchaseOrder, key: str, delivery_note_number: str, by: Actor
) -> Receipt:
    now = clock.now()
    number = next_number(
        session, seller_id=order.seller_id, kind="receipt", on=today_of(session, order.seller_id)
    )
    receipt = Receipt(
        number=number.text,
        purchase_order_id=order.id,
        submission_key=key,
        delivery_note_number=delivery_note_number.strip(),
        received_at=now,
        received_by_id=by.id,
    )
    session.add(receipt)
    session.flush()
    return receipt


def _take_in(
    session: Session,
    order: PurchaseOrder,
    lines: dict[int, PurchaseOrderLine],
    wanted: dict[int, Decimal],
    receipt: Receipt,
    by: Actor,
) -> Decimal:
    """Puts the goods in stock and returns what they cost, not rounded."""
    receive(
        session,
        [
            Incoming(lines[line_id].product_id, units, lines[line_id].unit_cost)
            for line_id, units in wanted.items()
        ],
        warehouse_id=order.warehouse_id,
        cause=Cause("receipt", receipt.id, by.id),
    )
    for line_id, units in wanted.items():
        lines[line_id].received += units
    return sum((lines[key].unit_cost * units for key, units in wanted.items()), ZERO)


def _note(
    session: Session,
    receipt: Receipt,
    wanted: dict[int, Decimal],
    discrepancies: dict[int, str],
) -> None:
    insert_rows(
        session,
        ReceiptLine,
        [
            {
                "receipt_id": receipt.id,
                "purchase_order_line_id": line_id,
                "quantity": units,
                "discrepancy": discrepancies.get(line_id, ""),
            }
            for line_id, units in wanted.items()
        ],
    )


def _close_if_complete(session: Session, order: PurchaseOrder) -> None:
    session.flush()
    lines = session.scalars(
        select(PurchaseOrderLine).where(PurchaseOrderLine.purchase_order_id == order.id)
    )
    order.state = "partly_received" if any(line.open for line in lines) else "received"


def _post(
    session: Session, order: PurchaseOrder, receipt: Receipt, value: Decimal, by: Actor
) -> None:
    seller = session.get_one(Seller, order.seller_id)
    amount = round_amount(value, seller.base_currency)
    post(
        session,
        seller_id=seller.id,
        on=clock.today(seller.time_zone),
        kind="receipt",
        document=Document("receipt", receipt.id),
        currency=seller.base_currency,
        postings=[
            Posting(Chart.INVENTORY, amount),
            Posting(Chart.RECEIVED_NOT_INVOICED, -amount, vendor_id=order.vendor_id),
        ],
        text=receipt.number,
        by=by.id,
    )
