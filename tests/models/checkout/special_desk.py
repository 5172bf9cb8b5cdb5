"""Olu's desk with specials on it, and pat who buys them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.checkout import (
    Amendment,
    LineWish,
    SpecialFacts,
    Wishes,
    add_special,
    amend_order,
    cancel_order,
    propose_change,
)
from models.inventory import Stock
from models.kernel import clock
from models.orders import Order, OrderEvent, OrderLine
from models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    Vendor,
    follow_up,
    receive_goods,
    send_purchase_order,
)
from tests.models.checkout.desk import Desk
from tests.world import World

keys = count(1)
DUE = text(
    "DELETE FROM procrastinate_jobs WHERE task_name = 'special.follow' AND status = 'todo'"
    " RETURNING (args->>'order_id')::bigint AS order_id"
)


def follow_due(session: Session) -> int:
    """Does what the worker would do for specials, and says how many tasks that were."""
    session.flush()
    due = session.scalars(DUE).all()
    for order_id in due:
        follow_up(session, order_id)
    session.flush()
    return len(due)


class SpecialDesk(Desk):
    """Olu's draft with a special from Brightwell, and pat who buys it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.vendor = world.session.scalars(select(Vendor)).first() or self._vendor()
        self.today = clock.today(world.seller.time_zone)

    def _vendor(self) -> Vendor:
        vendor = Vendor(code="BRIGHT", name="Brightwell Ironworks", email="sales@bright.example")
        self.session.add(vendor)
        self.session.flush()
        return vendor

    def facts(self, **other: Any) -> SpecialFacts:
        usual = SpecialFacts(
            name="Oak bench, 1.8 m, carved “Acme”", quantity=Decimal(3), unit_cost=Decimal(60),
            unit_price=Decimal("99.50"), vendor_id=self.vendor.id,
            expected_on=self.today + timedelta(days=28), part_number="OB-18",
        )  # fmt: skip
        return replace(usual, **other)

    def special(self, by: Actor | None = None, **other: Any) -> int:
        line = add_special(
            self.session, self.draft, self.facts(**other), today=self.today, by=by or self.olu
        )
        return line.id

    def bought(self) -> list[tuple[PurchaseOrderLine, PurchaseOrder]]:
        self.session.flush()
        rows = self.session.execute(
            select(PurchaseOrderLine, PurchaseOrder)
            .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
            .where(PurchaseOrderLine.order_line_id.is_not(None))
            .order_by(PurchaseOrderLine.id)
        )
        return [(row[0], row[1]) for row in rows]

    def line(self, order: Order) -> OrderLine:
        found = select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.sku.like("SP-%"))
        return self.session.scalars(found.execution_options(populate_existing=True)).one()

    def receive(self, units: int, which: int = 0) -> None:
        line, purchase = self.bought()[which]
        if purchase.state == "draft":
            send_purchase_order(self.session, purchase.id, by=self.world.pat)
        receive_goods(
            self.session, purchase.id, {line.id: Decimal(units)},
            submission_key=f"receipt-{next(keys)}", by=self.world.pat,
        )  # fmt: skip

    def amend(self, order: Order, quantity: int, by: Actor | None = None) -> Order:
        by = by or self.world.olu
        wishes = Wishes((LineWish(self.line(order).id, Decimal(quantity)),))
        change = propose_change(self.session, order, wishes, by=by)
        amendment = Amendment(f"change-{next(keys)}", order.version, change.total, wishes)
        return amend_order(self.session, order.id, amendment, by=by)

    def cancel(self, order: Order, by: Actor | None = None) -> Order:
        key = f"cancel-{next(keys)}"
        by = by or self.world.olu
        return cancel_order(self.session, order.id, key=key, reason="Changed mind", by=by)

    def told(self, order: Order, kind: str) -> list[dict[str, Any]]:
        found = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.kind == kind)
        events = self.session.scalars(found.order_by(OrderEvent.id)).all()
        assert all(event.audience == "staff" for event in events)
        return [event.facts for event in events]

    def stock(self, product_id: int | None) -> tuple[Decimal, Decimal]:
        found = select(Stock).where(Stock.product_id == product_id)
        row = self.session.scalars(found.execution_options(populate_existing=True)).one()
        return row.on_hand, row.allocated
