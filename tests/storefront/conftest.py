"""A small shop to walk through: a shelf, a few products, the cast."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from models.catalog import Product, refresh
from models.pricing import PriceEntry
from tests.factories.catalog import make_category
from tests.world import LONG_AGO, World, make_world


@pytest.fixture
def shop(session: Session) -> World:
    """The small shop, in the test's own session."""
    return open_shop(session)


def open_shop(session: Session) -> World:
    """The cast, with a garden shelf: a trowel with breaks in packs of six, a fork, an empty one."""
    world = make_world(session)
    garden = make_category(session, "garden", name="Garden")
    facts = {"category_id": garden.id}
    trowel = world.product(
        "TR-1", price="5.20", stock=1248, order_minimum=Decimal(6), order_multiple=Decimal(6),
        retail_price=Decimal("12.95"), **facts,
    )  # fmt: skip
    add_break(world, trowel, 24, "4.86")
    add_break(world, trowel, 96, "4.52")
    trowel.name = "Hand trowel, ash handle"
    fork = world.product("FK-1", price="5.20", stock=34, **facts)
    fork.name = "Hand fork, ash handle"
    lantern = world.product("LN-1", stock=0, backorder_policy="deny", **facts)
    refresh(session, [trowel.id, fork.id, lantern.id])
    session.commit()
    return world


def add_break(world: World, product: Product, at: int, price: str) -> None:
    """A price break of the base list."""
    world.session.add(
        PriceEntry(
            list_id=world.base.id, product_id=product.id, min_quantity=Decimal(at),
            unit_price=Decimal(price), valid_from=LONG_AGO,
        )
    )  # fmt: skip
    world.session.flush()
