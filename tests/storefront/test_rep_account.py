"""What a rep is told about an account before going in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from models.kernel import clock
from models.orders import Order, place_hold
from tests.signing_in import sign_in
from tests.world import World


def promised(shop: World, days: int) -> Order:
    """An order of Acme's that is promised for so many days from now, as it was first."""
    order = shop.order(shop.acme, shop.bob, {shop.product(f"TR-{days + 100}"): 2})
    on = clock.now().date() + timedelta(days=days)
    shop.session.execute(
        update(Order).where(Order.id == order.id).values(promised_on=on, first_promised_on=on)
    )
    return order


def card(client: FlaskClient, shop: World) -> str:
    shop.session.commit()
    sign_in(client, shop.session, shop.rita)
    return client.get(f"/rep/accounts/{shop.acme.id}").text


def test_an_order_that_will_come_in_time_is_as_promised(client: FlaskClient, shop: World) -> None:
    promised(shop, 5)
    assert "All as promised." in card(client, shop)


@pytest.mark.parametrize(
    ("code", "words"),
    [("awaiting_payment", "1 waits for its payment."), ("manual", "1 is on hold.")],
)
def test_a_held_order_is_said_to_wait_and_for_what(
    client: FlaskClient, shop: World, code: str, words: str
) -> None:
    place_hold(shop.session, promised(shop, 5), code, by=None)
    text = card(client, shop)
    assert words in text
    assert "All as promised." not in text


def test_an_order_past_its_promise_is_late_whatever_it_waits_for(
    client: FlaskClient, shop: World
) -> None:
    late = promised(shop, -3)
    place_hold(shop.session, late, "awaiting_payment", by=None)
    promised(shop, -1)
    text = card(client, shop)
    assert f"<b>{late.number} is late,</b>" in text
    assert "It waits for its payment." in text
    assert "1 more is late." in text


def test_a_promise_that_moved_is_late_to_come(client: FlaskClient, shop: World) -> None:
    order = promised(shop, 3)
    order.promised_on = clock.now().date() + timedelta(days=9)
    assert f"<b>{order.number} will be late,</b>" in card(client, shop)
