"""What stories of returns stand on: shipped orders, and the steps of a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.fulfilment import (
    Came,
    GoodsReturn,
    ReturnLine,
    approve_return,
    confirm_all,
    pack,
    receive_return,
    release_to_picking,
    request_return,
    ship_shipment,
)
from models.orders import Order, OrderLine
from models.receivables import Invoice
from tests.world import World, make_world

keys = count(1)


@dataclass
class Desk:
    """Ships orders of the world and takes parts of them back."""

    world: World

    @property
    def session(self) -> Session:
        return self.world.session

    def shipped(self, wanted: dict[Product, int]) -> tuple[Order, Invoice]:
        order = self.world.order(self.world.acme, self.world.bob, wanted, key=f"o-{next(keys)}")
        return order, self.ship(order)

    def ship(self, order: Order) -> Invoice:
        pick_list = release_to_picking(self.session, order.id, by=self.world.sam)[0]
        confirm_all(self.session, pick_list.id, by=self.world.sam)
        pack(self.session, pick_list.shipment_id or 0, [], by=self.world.sam)
        invoice = ship_shipment(self.session, pick_list.shipment_id or 0, by=self.world.sam)
        assert invoice is not None
        return invoice

    def lines(self, order: Order) -> Sequence[OrderLine]:
        return self.session.scalars(
            select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
        ).all()

    def requested(self, order: Order, units: int) -> GoodsReturn:
        line = self.lines(order)[0]
        return request_return(
            self.session, order.id, {line.id: Decimal(units)}, reason="damaged",
            note="Handles split", submission_key=f"r-{next(keys)}", by=self.world.bob,
        )  # fmt: skip

    def approved(self, order: Order, units: int) -> GoodsReturn:
        found = self.requested(order, units)
        return approve_return(self.session, found.id, message="", by=self.world.olu)

    def line(self, found: GoodsReturn) -> ReturnLine:
        return self.session.scalars(
            select(ReturnLine).where(ReturnLine.return_id == found.id)
        ).one()

    def received(self, found: GoodsReturn, came: Came) -> None:
        receive_return(
            self.session, found.id, {self.line(found).id: came},
            submission_key=f"c-{next(keys)}", by=self.world.sam,
        )  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)
