"""Orders of the world that are changed: the steps, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, permissions_of
from models.accounts.permissions import Role
from models.catalog import Product
from models.checkout import (
    Addition,
    Amendment,
    Change,
    ChargeWish,
    HeadWish,
    LineWish,
    Wishes,
    amend_order,
    cancel_order,
    propose_change,
)
from models.fulfilment import (
    PickLine,
    PickList,
    confirm_all,
    confirm_pick,
    pack,
    release_to_picking,
    ship_shipment,
)
from models.insight import check_invariants
from models.inventory import Bin, Cause, Incoming, Stock, receive
from models.orders import Order, OrderCharge, OrderEvent, OrderLine, fill_backorders
from models.pricing import PriceEntry
from tests.world import LONG_AGO, World

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
keys = count(1)


@dataclass
class Office:
    """Olu's desk: changes orders, and looks at what became of them."""

    world: World
    made: list[str] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.world.session

    def order(self, wanted: dict[Product, int], **choices: str) -> Order:
        choices.setdefault("key", f"order-{next(keys)}")
        return self.world.order(self.world.acme, self.world.bob, wanted, **choices)

    def lines(self, order: Order) -> Sequence[OrderLine]:
        self.session.flush()
        found = select(OrderLine).where(OrderLine.order_id == order.id)
        ordered = found.order_by(OrderLine.position)
        return self.session.scalars(ordered.execution_options(populate_existing=True)).all()

    def charges(self, order: Order) -> dict[str, Decimal]:
        found = select(OrderCharge).where(OrderCharge.order_id == order.id)
        return {row.kind: row.amount for row in self.session.scalars(found)}

    def events(self, order: Order) -> list[str]:
        found = select(OrderEvent.kind).where(OrderEvent.order_id == order.id)
        return list(self.session.scalars(found.order_by(OrderEvent.id)))

    def stock(self, product: Product) -> Stock:
        found = select(Stock).where(Stock.product_id == product.id)
        return self.session.scalars(found.execution_options(populate_existing=True)).one()

    def wishes(
        self,
        order: Order,
        quantities: dict[Product, int] | None = None,
        *,
        add: dict[Product, int] | None = None,
        new_price: bool = False,
        **head: Any,
    ) -> Wishes:
        by_product = {product.id: units for product, units in (quantities or {}).items()}
        lines = tuple(
            LineWish(line.id, Decimal(by_product.pop(line.product_id or 0)), new_price)
            for line in self.lines(order)
            if line.product_id in by_product
        )
        added = tuple(
            Addition(product.id, Decimal(units)) for product, units in (add or {}).items()
        )
        return Wishes(lines, added, self._head(order, **head) if head else None)

    def _head(self, order: Order, **head: Any) -> HeadWish:
        asked: dict[str, Any] = {
            "ship_to_id": None,
            "requested_on": order.requested_on,
            "po_number": order.po_number,
            "freight_choice": order.freight_choice,
        }
        return HeadWish(**{**asked, **head})

    def propose(self, order: Order, wishes: Wishes, by: Actor | None = None) -> Change:
        return propose_change(self.session, order, wishes, by=by or self.world.olu)

    def amend(
        self, order: Order, wishes: Wishes, by: Actor | None = None, key: str = "",
        reason: str = "They called.",
    ) -> Change:  # fmt: skip
        by = by or self.world.olu
        change = self.propose(order, wishes, by)
        amendment = Amendment(
            key or f"change-{next(keys)}", order.version, change.total, wishes, reason
        )
        amend_order(self.session, order.id, amendment, by=by)
        return change

    def settle(
        self, order: Order, amount: str | None, kind: str = "carriage", *,
        by: Actor | None = None, reason: str = "They called.", **facts: Any,
    ) -> Change:  # fmt: skip
        """One charge is set by hand; None lets the rules hold again."""
        asked = Decimal(amount) if amount is not None else None
        wishes = Wishes(charges=(ChargeWish(asked, kind, **facts),))
        return self.amend(order, wishes, by, reason=reason)

    def charge(self, order: Order, kind: str = "carriage") -> OrderCharge:
        found = select(OrderCharge).where(OrderCharge.order_id == order.id)
        return self.session.scalars(found.where(OrderCharge.kind == kind)).one()

    def cancel(
        self, order: Order, *, rest: bool = False, by: Actor | None = None, key: str = ""
    ) -> None:
        cancel_order(
            self.session, order.id, key=key or f"cancel-{next(keys)}", reason="Not needed",
            by=by or self.world.olu, rest=rest,
        )  # fmt: skip

    def release(self, order: Order) -> int:
        lists = release_to_picking(self.session, order.id, by=self.world.sam)
        return lists[0].id if lists else 0

    def pick(self, list_id: int) -> int:
        return confirm_all(self.session, list_id, by=self.world.sam).shipment_id or 0

    def pick_short(self, list_id: int, *found: int) -> int:
        """Of each line so many units are in the bin; gives the shipment, 0 where there is none."""
        wanted = select(PickLine).where(PickLine.pick_list_id == list_id).order_by(PickLine.id)
        for line, units in zip(self.session.scalars(wanted).all(), found, strict=True):
            confirm_pick(
                self.session, list_id, line.id, Decimal(units), by=self.world.sam,
                short_reason="damaged" if units < line.quantity else "",
            )  # fmt: skip
        return self.session.get_one(PickList, list_id).shipment_id or 0

    def ship(self, shipment_id: int) -> None:
        pack(self.session, shipment_id, [], by=self.world.sam)
        ship_shipment(self.session, shipment_id, by=self.world.sam)

    def send(self, order: Order) -> None:
        """All that has stock leaves."""
        self.ship(self.pick(self.release(order)))

    def restock(self, product: Product, units: int) -> None:
        """Goods come in, and go to those who wait."""
        place = self.session.scalars(select(Bin).where(Bin.code == f"A-{product.id}")).one()
        came = Incoming(product.id, Decimal(units), Decimal(4), place.id)
        cause = Cause("opening", None)
        receive(self.session, [came], warehouse_id=self.world.warehouse.id, cause=cause)
        fill_backorders(self.session, [product.id], cause=cause)

    def break_at(self, product: Product, units: int, price: str) -> None:
        self.session.add(
            PriceEntry(
                list_id=self.world.base.id, product_id=product.id, min_quantity=Decimal(units),
                unit_price=Decimal(price), valid_from=LONG_AGO,
            )
        )  # fmt: skip
        self.session.flush()

    def is_sound(self) -> bool:
        self.session.flush()
        assert check_invariants(self.session) == {}
        return True


def desk_actor(world: World) -> Actor:
    """Olu with what a sales manager may."""
    both = permissions_of({Role.CUSTOMER_SERVICE, Role.SALES_MANAGER})
    return Actor(id=world.olu.id, name="olu", is_staff=True, permissions=both)


DAY = date(2026, 11, 2)
