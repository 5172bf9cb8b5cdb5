"""A buyer's own orders: changed while it is time, asked about afterwards, nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.checkout import BUYERS_CHANGE
from models.fulfilment import release_to_picking
from models.kernel import settings
from models.orders import Order, open_request
from tests.world import World

SignIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def order(world: World) -> Order:
    placed = world.order(world.acme, world.bob, {world.product("TR-9"): 10})
    world.session.commit()
    return placed


def test_another_companys_order_is_not_there(
    world: World, order: Order, signed_in_as: SignIn
) -> None:
    client = signed_in_as(world.charlie)
    for page in ("change", "cancel"):
        address = f"/orders/{order.number}/{page}"
        assert client.get(address).status_code == 404
        assert client.post(address, data={"reason": "x", "submission_key": "k"}).status_code == 404
    assert client.post(f"/orders/{order.number}/ask", data={"text": "x"}).status_code == 404


def test_the_company_may_switch_it_off_and_buyers_ask_then(
    world: World, order: Order, session: Session, signed_in_as: SignIn
) -> None:
    settings.change(session, BUYERS_CHANGE, False, by=world.ada)
    session.commit()
    client = signed_in_as(world.bob)
    page = client.get(f"/orders/{order.number}").text
    assert "Ask for a change" in page
    assert "Add or change" not in page
    assert "Please ask us to change it" in client.get(f"/orders/{order.number}/change").text
    assert client.post(f"/orders/{order.number}/ask", data={"text": ""}).status_code == 422
    asked = client.post(f"/orders/{order.number}/ask", data={"kind": "change", "text": "Two more"})
    assert asked.status_code == 303
    waiting = open_request(session, order.id)
    assert waiting is not None
    assert (waiting.kind, waiting.text) == ("change", "Two more")
    assert "We have your request: Two more" in client.get(f"/orders/{order.number}").text


def test_what_the_warehouse_has_is_not_cancelled_by_a_form_that_was_open(
    world: World, order: Order, session: Session, signed_in_as: SignIn
) -> None:
    client = signed_in_as(world.bob)
    assert "Cancel order" in client.get(f"/orders/{order.number}/cancel").text
    release_to_picking(session, order.id, by=world.sam)
    session.commit()
    fields = {"reason": "Not needed", "submission_key": "key"}
    answer = client.post(f"/orders/{order.number}/cancel", data=fields)
    assert answer.status_code == 409
    assert "The warehouse has it already" in answer.text


def test_a_pad_of_another_person_is_not_taken_up(
    world: World, session: Session, signed_in_as: SignIn
) -> None:
    theirs = world.fill_cart(world.acme, world.alice, {world.product("TR-9"): 2})
    session.commit()
    assert signed_in_as(world.bob).post(f"/order/pads/{theirs.id}").status_code == 404
