"""A pricing manager's desk: a base list, a derived one, and products to price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from models.catalog import Product
from models.pricing import PriceEntry, PriceList
from tests.factories.catalog import make_category
from tests.factories.pricing import assign, make_list, make_rule
from tests.world import World


@dataclass
class Desk:
    """What the stories are about."""

    world: World
    trowel: Product
    fork: Product
    garden: PriceList

    def prices(self, price_list: PriceList, product: Product) -> list[tuple[Decimal, ...]]:
        """(from, price) of the product's entries, as the database has them."""
        rows = self.world.session.query(PriceEntry).filter_by(
            list_id=price_list.id, product_id=product.id
        )
        rows = rows.order_by(PriceEntry.min_quantity, PriceEntry.valid_from)
        return [(row.min_quantity, row.unit_price) for row in rows.populate_existing()]

    def entry(self, price_list: PriceList, product: Product) -> PriceEntry:
        """The product's first entry."""
        return (
            self.world.session.query(PriceEntry)
            .filter_by(list_id=price_list.id, product_id=product.id)
            .order_by(PriceEntry.id)[0]
        )


@pytest.fixture
def desk(world: World) -> Desk:
    shelf = make_category(world.session, "garden")
    trowel = world.product("TR-1", price="10.00", category_id=shelf.id)
    fork = world.product("FK-1", price="20.00")
    garden = make_list(
        world.session, code="GARDEN", name="Garden centres", derived_from_id=world.base.id,
        percent=Decimal(-5), rounding_step=Decimal("0.01"),
    )  # fmt: skip
    make_rule(world.session, garden, "-10", category_id=shelf.id)
    assign(world.session, garden, account_id=world.acme.id)
    world.session.commit()
    return Desk(world, trowel, fork, garden)
