"""What stories of the office stand on: steps of an order's way, and counting statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from models.accounts import Actor
from models.catalog import Product
from models.fulfilment import PickList, Shipment, confirm_all, pack, release_to_picking
from models.fulfilment import ship_shipment as ship
from models.orders import Order
from models.receivables import Invoice
from tests.world import World

QUIET = ("SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


@dataclass
class Way:
    """Brings orders of the world along their way, each step committed."""

    world: World

    def placed(self, wanted: dict[Product, int], **choices: str) -> Order:
        order = self.world.order(self.world.acme, self.world.bob, wanted, **choices)
        self.world.session.commit()
        return order

    def released(self, wanted: dict[Product, int]) -> PickList:
        order = self.placed(wanted)
        pick_list = release_to_picking(self.world.session, order.id, by=self.world.sam)[0]
        self.world.session.commit()
        return pick_list

    def picked(self, wanted: dict[Product, int]) -> Shipment:
        pick_list = self.released(wanted)
        confirm_all(self.world.session, pick_list.id, by=self.world.sam)
        self.world.session.commit()
        return self.world.session.get_one(Shipment, pick_list.shipment_id)

    def packed(self, wanted: dict[Product, int]) -> Shipment:
        shipment = self.picked(wanted)
        pack(self.world.session, shipment.id, [], by=self.world.sam)
        self.world.session.commit()
        return shipment

    def invoiced(self, wanted: dict[Product, int]) -> Invoice:
        shipment = self.packed(wanted)
        invoice = ship(self.world.session, shipment.id, by=self.world.sam)
        self.world.session.commit()
        assert invoice is not None
        return invoice


@pytest.fixture
def way(world: World) -> Way:
    return Way(world)


@pytest.fixture
def as_(client_for: Callable[[Actor], FlaskClient]) -> Callable[[Actor], FlaskClient]:
    """`as_(world.sam)`: a browser signed in as this person."""
    return client_for


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collects the statements that are sent inside the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(QUIET):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def statements_of(client: FlaskClient, address: str) -> int:
    """How many statements a page takes, with its session read already."""
    client.get(address)
    with counted() as sent:
        response = client.get(address)
    assert response.status_code == 200, response.text
    return len(sent)


def hidden(text: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)
    assert found, f"no field {name}"
    return found.group(1)


def reread(world: World, model: type[Any], identity: int) -> Any:
    """A row as the database has it now."""
    return world.session.scalars(
        select(model).where(model.id == identity).execution_options(populate_existing=True)
    ).one()
