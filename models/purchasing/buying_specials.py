"""Buying specials: each for its order line, on the vendor's draft purchase order.

Nobody sends anything here: a draft goes out when purchasing sends it. What comes in is for the
order line that it was bought for, because no other line can name its product.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.catalog import Product
from models.inventory import Cause, Stock, stocks_of
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, Refused
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.kernel.seller import today_of
from models.orders import Order, OrderEvent, OrderLine, fill_backorders, tell
from models.purchasing.purchase_order import PurchaseOrder, PurchaseOrderLine, Vendor
from models.purchasing.special import Special

TO_COME = ("draft", "sent", "partly_received")
FOUND_AGAIN = "It was bought for this order."


def tie_specials(session: Session, line_ids: Mapping[int, int]) -> None:
    """Ties specials to the order lines that they are bought for: {product id: order line id}.

    Conflict where one is another line's already: it is bought once.
    """
    specials = session.scalars(
        select(Special)
        .where(Special.product_id.in_(line_ids))
        .order_by(Special.product_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    for special in specials:
        if special.order_line_id not in (None, line_ids[special.product_id]):
            raise Conflict("A special was ordered already, and is bought for that order alone.")
        special.order_line_id = line_ids[special.product_id]
    session.flush()


def lock_bought(session: Session, product_ids: Collection[int]) -> None:
    """Locks the vendors of specials and the purchase orders that they are, or may come to be, on.

    In the house's order these come before orders and stock, as receiving takes them. The vendor's
    lock keeps others from raising a draft of theirs meanwhile.
    """
    if not product_ids:
        return
    mine = select(Special.vendor_id).where(Special.product_id.in_(product_ids))
    vendors = lock(session, Vendor, session.scalars(mine))
    tied = (
        select(PurchaseOrderLine.purchase_order_id)
        .join(Special, Special.order_line_id == PurchaseOrderLine.order_line_id)
        .where(Special.product_id.in_(product_ids))
    )
    is_theirs = PurchaseOrder.vendor_id.in_([vendor.id for vendor in vendors])
    of_them = or_(and_(PurchaseOrder.state == "draft", is_theirs), PurchaseOrder.id.in_(tied))
    lock(
        session, PurchaseOrder,
        session.scalars(
            select(PurchaseOrder.id).where(PurchaseOrder.state.in_(TO_COME), of_them)
        ),
    )  # fmt: skip


def lock_bought_for(session: Session, order_id: int) -> Sequence[int]:
    """Locks what the specials of a placed order are bought on, and gives their products."""
    mine = select(Special.product_id).join(OrderLine, OrderLine.id == Special.order_line_id)
    products = session.scalars(mine.where(OrderLine.order_id == order_id)).all()
    lock_bought(session, products)
    return products


def follow_up(session: Session, order_id: int) -> None:
    """Brings what is bought for an order in line after units of its specials were lost or found.

    What lies free under their codes is the order's again; what is missing then is bought, on a
    draft that waits for the buyer. Again, it changes nothing.
    """
    products = lock_bought_for(session, order_id)
    order = next(iter(lock(session, Order, [order_id])), None)
    if order is None or not products:
        return
    ids = select(OrderLine.id).where(OrderLine.order_id == order.id)
    lock(session, OrderLine, session.scalars(ids))
    fill_backorders(session, products, cause=Cause("order", order.id, reason=FOUND_AGAIN))
    follow_order(session, order, by=None)


def follow_order(session: Session, order: Order, *, by: Actor | None) -> None:
    """Brings what is bought for the order's specials in line with what they still need.

    What is missing goes on the vendor's draft purchase order, or a new one. What is not needed any
    more comes off a draft; of what a vendor has already, the order's timeline says that it will be
    our stock. Called after every change of the lines, which the caller has locked; without `by`
    the program does it by itself.
    """
    rows = session.execute(
        select(Special, OrderLine, Product)
        .join(OrderLine, OrderLine.id == Special.order_line_id)
        .join(Product, Product.id == Special.product_id)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.position)
    ).all()
    for special, line, product in rows:
        _follow(session, _Bought(order, special, line, product, by))


def day_of(special: Special, vendor: Vendor, today: date) -> date:
    """When more of it can be there: on its day, or after the vendor's time once that is over."""
    if special.expected_on >= today:
        return special.expected_on
    return today + timedelta(days=vendor.lead_time_days)


@dataclass(frozen=True, slots=True)
class _Bought:
    order: Order
    special: Special
    line: OrderLine
    product: Product
    by: Actor | None


def _follow(session: Session, bought: _Bought) -> None:
    tied = session.execute(
        select(PurchaseOrderLine, PurchaseOrder)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrderLine.order_line_id == bought.line.id, PurchaseOrder.state.in_(TO_COME))
        .order_by(PurchaseOrder.id, PurchaseOrderLine.position)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    coming = sum((line.open for line, _order in tied), ZERO)
    needed = bought.line.open - bought.line.allocated
    missing = needed - coming - _free(session, bought.product.id)
    drafts = [(line, order) for line, order in tied if order.state == "draft"]
    if missing > 0:
        _buy(session, bought, missing, drafts[0] if drafts else None)
        return
    left = _take_off(session, bought, -missing, drafts)
    sent = [(line, order) for line, order in tied if order.state != "draft" and line.open]
    still_coming = min(left, sum((line.open for line, _order in sent), ZERO))
    if still_coming > 0 and still_coming != _told_left_over(session, bought):
        tell(
            session, bought.order.id, "special.left_over", by=bought.by, staff_only=True,
            sku=bought.line.sku, quantity=still_coming,
            purchase_order=", ".join(dict.fromkeys(order.number for _line, order in sent)),
        )  # fmt: skip


def _told_left_over(session: Session, bought: _Bought) -> Decimal | None:
    """How many the timeline has said will be left, so that it is not said at every change."""
    facts = session.scalar(
        select(OrderEvent.facts)
        .where(
            OrderEvent.order_id == bought.order.id,
            OrderEvent.kind == "special.left_over",
            OrderEvent.facts["sku"].astext == bought.line.sku,
        )
        .order_by(OrderEvent.id.desc())
        .limit(1)
    )
    return Decimal(str(facts["quantity"])) if facts else None


def _free(session: Session, product_id: int) -> Decimal:
    """Units of it that are here and nobody's."""
    free = select(func.coalesce(func.sum(Stock.on_hand - Stock.allocated), 0))
    return session.scalar(free.where(Stock.product_id == product_id)) or ZERO


def _buy(
    session: Session,
    bought: _Bought,
    units: Decimal,
    draft: tuple[PurchaseOrderLine, PurchaseOrder] | None,
) -> None:
    if draft is not None:
        line, purchase = draft
        line.ordered += units
    else:
        purchase = _draft_of(session, bought)
        stocks_of(session, [bought.product.id], purchase.warehouse_id)  # the stock page shows it
        last = session.scalar(
            select(func.max(PurchaseOrderLine.position)).where(
                PurchaseOrderLine.purchase_order_id == purchase.id
            )
        )
        vendor = session.get_one(Vendor, bought.special.vendor_id)
        session.add(
            PurchaseOrderLine(
                purchase_order_id=purchase.id, position=(last or 0) + 1,
                product_id=bought.product.id, part_number=bought.special.part_number,
                ordered=units, unit_cost=bought.product.cost,
                expected_on=day_of(bought.special, vendor, today_of(session, purchase.seller_id)),
                order_line_id=bought.line.id,
            )
        )  # fmt: skip
    session.flush()
    _note(session, bought, "special.bought", units, purchase)


def _draft_of(session: Session, bought: _Bought) -> PurchaseOrder:
    """The vendor's latest draft for this warehouse, locked; a new one where there is none."""
    order, special = bought.order, bought.special
    vendor = session.scalars(
        select(Vendor).where(Vendor.id == special.vendor_id).with_for_update(key_share=True)
    ).one()
    draft = session.scalars(
        select(PurchaseOrder)
        .where(
            PurchaseOrder.vendor_id == vendor.id,
            PurchaseOrder.warehouse_id == order.warehouse_id,
            PurchaseOrder.seller_id == order.seller_id,
            PurchaseOrder.state == "draft",
        )
        .order_by(PurchaseOrder.id.desc())
        .limit(1)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if draft is not None and draft.state == "draft":
        return draft
    today = today_of(session, order.seller_id)
    number = next_number(session, seller_id=order.seller_id, kind="purchase_order", on=today)
    draft = PurchaseOrder(
        number=number.text, seller_id=order.seller_id, vendor_id=vendor.id,
        warehouse_id=order.warehouse_id, currency=vendor.currency,
        expected_on=day_of(special, vendor, today),
        submission_key=f"special-{bought.line.id}-{number.text}",
        created_by_id=bought.by.id if bought.by else None, created_at=clock.now(),
    )  # fmt: skip
    session.add(draft)
    session.flush()
    activity.record(
        session, "purchase_order.raised", by=bought.by, subject=draft, number=draft.number
    )
    return draft


def _take_off(
    session: Session,
    bought: _Bought,
    units: Decimal,
    drafts: list[tuple[PurchaseOrderLine, PurchaseOrder]],
) -> Decimal:
    """Takes up to so many units off drafts, and gives how many are left to be had anyhow."""
    for line, purchase in drafts:
        less = min(units, line.ordered)
        if less <= 0:
            break
        units -= less
        if less < line.ordered:
            line.ordered -= less
        else:
            session.delete(line)
        session.flush()
        _end_if_empty(session, purchase)
        _note(session, bought, "special.not_bought", less, purchase)
    return units


def _end_if_empty(session: Session, purchase: PurchaseOrder) -> None:
    lines = select(func.count()).where(PurchaseOrderLine.purchase_order_id == purchase.id)
    if not session.scalar(lines):
        purchase.state = "cancelled"
        session.flush()


def _note(
    session: Session, bought: _Bought, kind: str, units: Decimal, purchase: PurchaseOrder
) -> None:
    """On the order's timeline for staff, and in the audit log of the purchase order."""
    facts: dict[str, Any] = {
        "sku": bought.line.sku,
        "quantity": units,
        "purchase_order": purchase.number,
    }
    tell(session, bought.order.id, kind, by=bought.by, staff_only=True, **facts)
    activity.record(
        session, kind, by=bought.by, subject=purchase, account_id=bought.order.account_id,
        order=bought.order.number, **facts,
    )  # fmt: skip


def vendor_of(session: Session, vendor_id: int | None) -> Vendor:
    """The vendor that was chosen. Refused, at `vendor`, where it is none."""
    vendor = session.get(Vendor, vendor_id or 0)
    if vendor is None:
        raise Refused("Choose the vendor.", field="vendor")
    return vendor
