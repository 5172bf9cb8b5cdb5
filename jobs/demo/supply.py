"""The demo's purchasing: opening stock, what runs low bought anew every week, goods received."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from jobs.demo.cast import Cast, at
from jobs.demo.people import working_day
from jobs.demo.products import Item
from models.inventory import Stock
from models.kernel import clock
from models.orders import OrderLine
from models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    Wanted,
    raise_purchase_order,
    receive_goods,
    send_purchase_order,
)

SHARES = (Decimal(1), Decimal("0.45"))
"""How much of an item's stock each warehouse holds."""
REORDER_AT = Decimal("1.5")
"""Months of sales; below it an item is bought anew."""


@dataclass
class Supply:
    """What is on its way to the warehouses, by the day it comes."""

    cast: Cast
    to_receive: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    comes_on: dict[int, date] = field(default_factory=dict)
    """When each product that was bought comes, or came."""
    bought: int = 0

    def stock_up(self) -> None:
        """Opening stock: about three months of sales, received against purchase orders."""
        with clock.travelling(at(self.cast.start - timedelta(days=4), 9)):
            by_shelf: dict[str, list[Item]] = defaultdict(list)
            for item in self.cast.items:
                by_shelf[item.department].append(item)
            for warehouse_id, share in zip(self.cast.warehouse_ids, SHARES, strict=True):
                for shelf, items in by_shelf.items():
                    wanted = [
                        Wanted(item.product.id, _whole(item, share * _three_months(item)))
                        for item in items
                    ]
                    self._take_in(self._raise(shelf, warehouse_id, wanted, self.cast.start))
            self.cast.session.commit()

    def buy(self, day: date) -> None:
        """Every Wednesday: what has fallen below the reorder point is bought anew."""
        levels = self.cast.session.execute(
            select(Stock.product_id, Stock.warehouse_id, (Stock.on_hand - Stock.allocated))
        )
        coming, owed = self.coming(), self._owed()
        items = {item.product.id: item for item in self.cast.items}
        shares = dict(zip(self.cast.warehouse_ids, SHARES, strict=True))
        home = self.cast.warehouse_ids[0]
        wanted: dict[tuple[str, int], list[Wanted]] = defaultdict(list)
        for product_id, warehouse_id, free in levels:
            item = items[product_id]
            month = shares[warehouse_id] * _three_months(item) / 3
            short = owed.get(product_id, Decimal(0)) if warehouse_id == home else Decimal(0)
            if free - short + coming.get((product_id, warehouse_id), 0) < month * REORDER_AT:
                quantity = _whole(item, month * 3 + short)
                wanted[item.department, warehouse_id].append(Wanted(product_id, quantity))
        for (shelf, warehouse_id), rows in wanted.items():
            lead = self.cast.vendors[shelf].lead_time_days + self.cast.chance.randint(-2, 5)
            self.order(shelf, warehouse_id, rows, working_day(day + timedelta(days=lead)))

    def order(self, shelf: str, warehouse_id: int, wanted: list[Wanted], arrives: date) -> None:
        """Buys from the vendor of the shelf; the goods come on that day."""
        self.to_receive[arrives].append(self._raise(shelf, warehouse_id, wanted, arrives).id)
        for each in wanted:
            self.comes_on[each.product_id] = arrives

    def receive(self, day: date) -> None:
        """Takes in what comes on this day."""
        for order_id in self.to_receive.pop(day, []):
            self._take_in(self.cast.session.get_one(PurchaseOrder, order_id))

    def coming(self) -> dict[tuple[int, int], Decimal]:
        """What is on order, by product and warehouse."""
        rows = self.cast.session.execute(
            select(
                PurchaseOrderLine.product_id,
                PurchaseOrder.warehouse_id,
                func.sum(PurchaseOrderLine.ordered - PurchaseOrderLine.received),
            )
            .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
            .where(PurchaseOrder.state.in_(("sent", "partly_received")))
            .group_by(PurchaseOrderLine.product_id, PurchaseOrder.warehouse_id)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def _owed(self) -> dict[int, Decimal]:
        """What orders wait for, by product."""
        rows = self.cast.session.execute(
            select(OrderLine.product_id, func.sum(OrderLine.backordered))
            .where(OrderLine.backordered > 0)
            .group_by(OrderLine.product_id)
        )
        return {row[0]: row[1] for row in rows}

    def _raise(
        self, shelf: str, warehouse_id: int, wanted: list[Wanted], arrives: date
    ) -> PurchaseOrder:
        pat = self.cast.staff["pat"]
        self.bought += 1
        order = raise_purchase_order(
            self.cast.session, seller_id=self.cast.seller.id, vendor=self.cast.vendors[shelf],
            warehouse_id=warehouse_id, wanted=wanted, expected_on=arrives,
            submission_key=f"demo-bought-{self.bought}", by=pat,
        )  # fmt: skip
        send_purchase_order(self.cast.session, order.id, by=pat)
        return order

    def _take_in(self, order: PurchaseOrder) -> None:
        lines = self.cast.session.scalars(
            select(PurchaseOrderLine).where(PurchaseOrderLine.purchase_order_id == order.id)
        ).all()
        receive_goods(
            self.cast.session, order.id, {line.id: line.ordered for line in lines},
            submission_key=f"demo-{order.number}", by=self.cast.staff["pat"],
        )  # fmt: skip


def _three_months(item: Item) -> Decimal:
    return Decimal(round(item.inner * (6 + item.popularity * 12)))


def _whole(item: Item, units: Decimal) -> Decimal:
    return Decimal(max(1, round(units / item.inner)) * item.inner)
