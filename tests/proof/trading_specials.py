"""The acts of a trade that are about specials: sold, bought, come in, lost, found."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import SPECIAL, Product
from models.checkout import SpecialFacts, add_special
from models.fulfilment import adjust_stock
from models.inventory import Stock
from models.kernel import clock
from models.kernel.errors import Refused
from models.kernel.seller import Seller
from models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    Vendor,
    receive_goods,
    send_purchase_order,
)
from tests.models.checkout.desk import Desk
from tests.world import World


def sell_special(world: World, session: Session, units: int, key: str) -> Decimal:
    """A special with a vendor of the trade's, on an order of its own."""
    vendor = session.scalars(select(Vendor)).one()
    desk = Desk(replace(world, session=session))
    facts = SpecialFacts("Oak bench", Decimal(units), Decimal(4), Decimal(7), vendor.id)
    today = clock.today(world.seller.time_zone)
    add_special(session, desk.draft, facts, today=today, by=desk.olu)
    return desk.place(key).total_amount


def specials_in(world: World, session: Session, which: int, units: int, key: str) -> Decimal:
    """Purchasing sends a draft, or units come in of a special that was sent for."""
    draft = session.scalars(select(PurchaseOrder.id).where(PurchaseOrder.state == "draft")).first()
    if draft is not None and which % 2:
        send_purchase_order(session, draft, by=world.pat)
        return Decimal(0)
    coming = session.scalars(
        select(PurchaseOrderLine)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrder.state.in_(("sent", "partly_received")))
        .order_by(PurchaseOrderLine.id)
    ).all()
    if not coming:
        raise Refused("Nothing is to come.")
    line = coming[which % len(coming)]
    receive_goods(
        session, line.purchase_order_id, {line.id: Decimal(units)}, submission_key=key,
        by=world.pat,
    )  # fmt: skip
    return Decimal(units)


def adjust_special(world: World, session: Session, which: int, delta: int) -> Decimal:
    """Some of a special are lost, or found."""
    rows = session.scalars(
        select(Stock)
        .join(Product, Product.id == Stock.product_id)
        .where(Product.lifecycle == SPECIAL)
        .order_by(Stock.id)
    ).all()
    if not rows:
        raise Refused("There is none.")
    stock = rows[which % len(rows)]
    adjust_stock(
        session, seller=session.get_one(Seller, world.seller.id),
        product=session.get_one(Product, stock.product_id), warehouse_id=stock.warehouse_id,
        delta=Decimal(delta), reason="Counted", by=world.ada,
    )  # fmt: skip
    return Decimal(delta)
