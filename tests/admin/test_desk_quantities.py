"""The desk offers to sell otherwise than by the pack where that can work, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient

from tests.admin.test_desk import Desk
from tests.world import World

Browser = Callable[..., FlaskClient]


def test_a_broken_pack_may_be_sold_anyway_and_more_than_the_maximum_may_not(
    world: World, as_: Browser
) -> None:
    world.product(
        "TR-9", order_minimum=Decimal(6), order_multiple=Decimal(6), order_maximum=Decimal(24)
    )
    desk = Desk(world, as_(world.olu))
    desk.type("TR-9", "12")
    line = f"rows/{desk.line_id()}"
    page = desk.post(line, quantity="7")
    assert "Sold in multiples of 6." in page
    assert "or sell 7 anyway" in page
    page = desk.post(line, quantity="31")
    assert "The maximum is 24." in page
    assert "anyway" not in page
