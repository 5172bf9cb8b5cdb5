"""Changing, cancelling and answering at the desk, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.checkout import SPLIT_PACK_CHARGE
from models.fulfilment import take_pick_list
from models.kernel import settings
from models.orders import Order, ask_desk, open_request
from models.pricing import PriceEntry
from tests.admin.conftest import Way
from tests.world import World

SignIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def way(world: World) -> Way:
    return Way(world)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrf_token"}


def line_field(page: str, sku: str) -> str:
    found = re.search(rf'<label class="vh" for="([^"]+)">Quantity of {sku}<', page)
    assert found is not None
    return found.group(1)


def head(order: Order) -> dict[str, str]:
    return {"po_number": order.po_number, "freight_choice": order.freight_choice,
            "ship_to_id": "", "requested_on": ""}  # fmt: skip


def test_a_look_saves_nothing_and_what_was_shown_is_saved(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/edit"
    first = client.get(address).text
    fields = {**head(order), line_field(first, "TR-1"): "12"}
    shown = client.post(address, data={**hidden(first), **fields, "do": "look"})
    assert shown.status_code == 200
    assert "TR-1: 12, was 10" in shown.text
    session.expire_all()
    assert session.get_one(Order, order.id).revision == 0
    saved = client.post(address, data={**hidden(shown.text), **fields})
    assert saved.status_code == 303
    session.expire_all()
    assert session.get_one(Order, order.id).revision == 1
    again = client.post(address, data={**hidden(shown.text), **fields})
    assert again.status_code == 303
    session.expire_all()
    assert session.get_one(Order, order.id).revision == 1, "the same form is one change"


def test_what_was_not_shown_is_refused_and_an_old_form_is_a_conflict(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/edit"
    first = client.get(address).text
    name = line_field(first, "TR-1")
    fields = {**hidden(first), **head(order)}
    unseen = client.post(address, data={**fields, name: "12", "shown_total": "1.00"})
    assert unseen.status_code == 422
    assert "The total is 154.20 now, not 1.00" in unseen.text
    old = client.post(address, data={**fields, name: "12", "shown_total": "154.20", "version": "0"})
    assert old.status_code == 409
    assert "has changed since you opened it" in old.text
    assert "Save, total" in old.text, "the wishes are shown once more"
    assert (
        client.post(address, data={**hidden(old.text), **head(order), name: "12"}).status_code
        == 303
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"add_code": "NO-SUCH", "add_quantity": "2"}, "is no product that this account buys"),
        ({"requested_on": "soon"}, "Enter the date as"),
        ({"requested_on": "2020-01-01"}, "Choose a delivery day from today on"),
        ({"freight_choice": "by pigeon"}, "Choose one of the offered answers"),
    ],
)
def test_what_cannot_be_done_is_said_at_its_field(
    world: World, way: Way, signed_in_as: SignIn, typed: dict[str, str], sentence: str
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/edit"
    fields = {**hidden(client.get(address).text), **head(order), **typed, "do": "look"}
    answer = client.post(address, data=fields)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_another_companys_address_is_none_of_theirs(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    other = session.connection().exec_driver_sql(
        "SELECT id FROM address WHERE account_id = %s", (world.globex.id,)
    )
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/edit"
    fields = {**hidden(client.get(address).text), **head(order),
              "ship_to_id": str(other.scalar_one()), "do": "look"}  # fmt: skip
    assert client.post(address, data=fields).status_code == 404


def test_only_who_may_changes_and_cancels(world: World, way: Way, signed_in_as: SignIn) -> None:
    order = way.placed({world.product("TR-1"): 10})
    for person, may in ((world.olu, (200, 200)), (world.mia, (200, 403)), (world.sam, (403, 403))):
        client = signed_in_as(person)
        pages = [client.get(f"/admin/orders/{order.number}/{page}") for page in ("edit", "cancel")]
        assert tuple(page.status_code for page in pages) == may, person.name


def test_an_order_that_has_left_says_what_to_do_instead(
    world: World, way: Way, signed_in_as: SignIn
) -> None:
    number = way.invoiced({world.product("TR-1"): 3}).order_number
    client = signed_in_as(world.olu)
    page = client.get(f"/admin/orders/{number}/edit")
    assert "All of this order has left" in page.text
    assert f"/admin/orders/{number}/edit" not in client.get(f"/admin/orders/{number}").text
    assert client.post(
        f"/admin/orders/{number}/cancel", data={"reason": "x", "submission_key": "k"}
    ).status_code == 409  # fmt: skip


def test_goods_in_hand_leave_only_the_rest_to_cancel(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    pick_list = way.released({world.product("TR-1", stock=6): 10})
    take_pick_list(session, pick_list.id, by=world.sam)
    session.commit()
    order = session.get_one(Order, pick_list.order_id)
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/cancel"
    page = client.get(address).text
    assert "is being picked: only the rest can be cancelled" in page
    fields = {**hidden(page), "reason": "Not needed"}
    assert fields["scope"] == "rest"
    assert client.post(address, data={**fields, "scope": "whole"}).status_code == 422
    assert client.post(address, data=fields).status_code == 303
    session.expire_all()
    assert session.get_one(Order, order.id).goods_amount == 60


def test_a_request_is_answered_once(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    ask_desk(session, order, "cancel", "Ordered twice", by=world.bob)
    session.commit()
    client = signed_in_as(world.olu)
    assert "Ordered twice" in client.get("/admin").text
    address = f"/admin/orders/{order.number}/answer"
    assert client.post(address, data={"answer": " "}).status_code == 422
    assert client.post(address, data={"answer": "It has left."}).status_code == 303
    assert client.post(address, data={"answer": "Again"}).status_code == 409
    assert open_request(session, order.id) is None
    assert "Ordered twice" not in client.get("/admin").text


def test_the_product_page_says_who_waits_has_it_and_bought_it(
    world: World, way: Way, signed_in_as: SignIn
) -> None:
    trowel = world.product("TR-1", stock=6)
    order = way.placed({trowel: 10})
    page = signed_in_as(world.olu).get(f"/admin/products/{trowel.id}").text
    for heading in ("Waiting for it", "Promised to", "Bought lately", "On its way"):
        assert heading in page
    assert page.count(order.number) >= 3


def test_a_pack_is_split_by_a_tick_and_its_charge_is_shown_before_it_is_saved(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    settings.change(session, SPLIT_PACK_CHARGE, Decimal("3.50"), by=None)
    order = way.placed({world.product("TR-1", order_multiple=Decimal(6)): 12})
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/edit"
    first = client.get(address).text
    name = line_field(first, "TR-1")
    fields = {**hidden(first), **head(order), name: "7"}
    refused = client.post(address, data={**fields, "do": "look"})
    assert "Sold in multiples of 6" in refused.text
    tick = re.search(r'name="(pack-\d+)" value="1">', refused.text)
    assert tick is not None
    fields[tick.group(1)] = "1"
    shown = client.post(address, data={**fields, "do": "look"})
    assert shown.status_code == 200
    assert "Split-pack charge £3.50, was £0.00" in shown.text
    assert "Say why the pack of TR-1 is split." in shown.text
    fields |= hidden(shown.text)
    unsaid = client.post(address, data=fields)
    assert "Say why a pack is split" in unsaid.text
    assert client.post(address, data={**fields, "reason": "Their shelf"}).status_code == 303
    assert "not by the pack: Their shelf" in client.get(address).text


def test_less_than_a_pack_is_added_by_a_tick_beside_what_was_typed(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    world.product("FK-6", order_minimum=Decimal(6), order_multiple=Decimal(6))
    order = way.placed({world.product("TR-1"): 12})
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/edit"
    fields = {**hidden(client.get(address).text), **head(order), "do": "look"}
    refused = client.post(address, data={**fields, "add_code": "FK-6", "add_quantity": "2"})
    assert "The minimum is 6." in refused.text
    tick = re.search(r'name="(pack-(added-\d+))" value="1">', refused.text)
    assert tick is not None
    fields |= {tick.group(1): "1", tick.group(2): "2", "reason": "To try"}
    shown = client.post(address, data=fields)
    assert shown.status_code == 200
    assert re.search(rf'name="{tick.group(1)}" value="1" checked', shown.text)
    fields |= hidden(shown.text)
    assert client.post(address, data={**fields, "do": ""}).status_code == 303
    assert "not by the pack: To try" in client.get(address).text


def from_six(world: World, sku: str, **rules: Decimal) -> None:
    """A product whose price begins at six."""
    product = world.product(sku, price="2.40", **rules)
    entry = world.session.scalars(select(PriceEntry).where(PriceEntry.product_id == product.id))
    entry.one().min_quantity = Decimal(6)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({}, "FK-6: There is no price for 2. Order 6 or more, or split the pack."),
        ({"order_minimum": Decimal(6)}, "FK-6: The minimum is 6. Order 6."),
    ],
)
def test_fewer_than_have_a_price_are_never_said_to_cost_nothing(
    rules: dict[str, Decimal], sentence: str, world: World, way: Way, signed_in_as: SignIn
) -> None:
    from_six(world, "FK-6", **rules)
    order = way.placed({world.product("TR-1"): 12})
    client = signed_in_as(world.olu)
    address = f"/admin/orders/{order.number}/edit"
    fields = {**hidden(client.get(address).text), **head(order), "do": "look"}
    refused = client.post(address, data={**fields, "add_code": "FK-6", "add_quantity": "2"}).text
    assert sentence in refused
    assert "FK-6: no price for 2, not counted below" in refused
    assert "Split the pack of FK-6, at £2.40 each; say below why" in refused
    assert "£0.00" not in refused.split('id="change-lines"')[1].split("</table>")[0]
    assert "Save, total" not in refused
    tick = re.search(r'name="(pack-(added-\d+))" value="1">', refused)
    assert tick is not None
    shown = client.post(address, data={**fields, tick.group(1): "1", tick.group(2): "2"}).text
    assert "FK-6: 2 added at £2.40" in shown
    assert "Split the pack of FK-6; say below why" in shown


def test_a_buyer_is_told_from_how_many_on_there_is_a_price(
    world: World, way: Way, signed_in_as: SignIn
) -> None:
    from_six(world, "FK-6", order_multiple=Decimal(2))
    order = way.placed({world.product("TR-1"): 12})
    client = signed_in_as(world.bob)
    address = f"/orders/{order.number}/change"
    fields = {**hidden(client.get(address).text), **head(order), "do": "look"}
    refused = client.post(address, data={**fields, "add_code": "FK-6", "add_quantity": "2"}).text
    assert "FK-6: There is no price for 2. Order 6 or more." in refused
    assert "£0.00" not in refused.split('id="change-lines"')[1].split("</table>")[0]
    assert "Split the pack" not in refused
