"""The order desk on the phone: who calls, what else is open, an order copied."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from models.accounts import Actor, Contact
from models.catalog import Product, refresh
from models.checkout import Cart
from models.orders import Order
from models.pricing import PriceEntry
from tests.admin.conftest import Way
from tests.admin.test_desk import Desk
from tests.world import World


@pytest.fixture
def trowel(world: World) -> Product:
    return world.product("TR-7", order_minimum=Decimal(6), order_multiple=Decimal(6))


@pytest.fixture
def olu(world: World, client_for: Callable[[Actor], FlaskClient]) -> FlaskClient:
    return client_for(world.olu)


def test_who_was_found_is_the_caller_of_the_account_that_was_taken(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    world.session.add(Contact(account_id=world.acme.id, name="Jo Marsh", phone="020 7946 0018"))
    world.session.commit()
    offered = re.findall(
        r'data-value="([^"]+)"', olu.get("/admin/desk/accounts?q=020 7946 0018").text
    )
    assert offered == [f"{world.acme.number}, Jo Marsh"]
    begun = olu.post("/admin/desk", data={"q": offered[0], "source": "phone"})
    cart = world.session.get_one(Cart, int(begun.headers["Location"].rpartition("/")[2]))
    assert (cart.account_id, cart.caller) == (world.acme.id, "Jo Marsh")
    none = olu.get("/admin/desk/accounts?q=nobody").text
    assert "No account fits “nobody”" in none
    assert 'aria-disabled="true"' in none
    assert "role" not in olu.get("/admin/desk/accounts?q=").text


def test_what_was_said_last_of_an_order_that_is_refused_is_kept(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    said = {"caller": "Sue", "po_number": "PO 9", "freight_choice": "collection"}
    page = desk.place(shown_total="1.00", **said)
    assert 'value="Sue"' in page
    assert (desk.cart.caller, desk.cart.po_number) == ("Sue", "PO 9")
    assert "Place order £72.00" in page  # with what was said last: nothing is carried
    page = desk.place(caller="Tim", requested_on="2020-01-01")
    assert "from today on" in page
    assert 'value="Tim"' in page
    assert 'value="2020-01-01"' in page
    assert desk.cart.caller == "Sue"


def test_an_unknown_code_is_answered_by_a_products_name(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    border, digging = world.product("FK-1"), world.product("FK-2")
    border.name, digging.name = "Border fork", "Digging fork"
    refresh(world.session, [border.id, digging.id])
    world.session.commit()
    desk = Desk(world, olu)
    desk.type("who knows", "2")
    row = desk.question()
    field = f"product-{row}"
    assert f'id="found-{field}-1"' in olu.get(f"{desk.href}/suggest?{field}=fork").text
    several = desk.post("decide", answer=f"{row}:product", **{field: "fork"})
    assert "Several products fit “fork”" in several
    assert "FK-1" in desk.post("decide", answer=f"{row}:product", **{field: "fork border"})


def test_no_two_questions_have_the_same_row_number(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    desk.post("paste", rows="TR-7 6\nXX-1 1\nXX-2 1")
    desk.post("paste", rows="TR-7 6\nYY-1 1\nYY-2 1")
    numbers = re.findall(r"Row (\d+):", desk.page)
    assert len(numbers) == 4
    assert len(set(numbers)) == 4


def test_another_open_draft_of_the_account_is_told_of(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    first = Desk(world, olu)
    first.type("TR-7", "6")
    assert "Another draft" not in first.page
    second = Desk(world, olu)
    assert second.id != first.id
    assert "Another draft of theirs is open" in second.page
    assert f'href="{first.href}"' in second.page
    assert "2 drafts are open" in olu.get("/admin/desk/accounts?q=acme").text
    assert "2 drafts are open" in olu.get("/admin/desk?q=acme").text


def test_an_order_is_copied_to_a_draft_with_every_line_of_it(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    fork, spade, hoe = (world.product(sku, price="7.50") for sku in ("FK-1", "SP-1", "HO-1"))
    order = Way(world).placed({trowel: 12, fork: 3, spade: 2, hoe: 1})
    order.caller = "Jo Marsh"
    fork.lifecycle = spade.lifecycle = "discontinued"
    new = world.product("SP-2")
    spade.replaced_by_id = new.id
    entered = update(PriceEntry).where(PriceEntry.product_id == hoe.id)
    world.session.execute(entered.values(unit_price=Decimal("8.00")))
    world.session.commit()
    page = olu.get(f"/admin/orders/{order.number}").text
    assert f'action="/admin/desk/orders/{order.number}/copy"' in page
    copied = olu.post(f"/admin/desk/orders/{order.number}/copy", follow_redirects=True).text
    told = f"2 rows are copied from {order.number}. 1 has another price than then. 2 rows need"
    assert told in copied
    assert 'value="Jo Marsh"' in copied
    assert 'value="12"' in copied
    assert "last £10.00" in copied
    assert "Replaced by SP-2, Product SP-2" in copied
    assert "Use SP-2" in copied
    assert "FK-1 × 3 is not on sale to them" in copied
    assert world.session.scalars(select(Cart).where(Cart.source != "")).one().caller == "Jo Marsh"


def test_every_price_given_by_hand_is_counted_and_told_on_a_phone_too(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    asked = world.product("RQ-1")
    world.session.execute(delete(PriceEntry).where(PriceEntry.product_id == asked.id))
    world.session.commit()
    desk = Desk(world, olu)
    page = desk.type("TR-7", "6")
    assert "Change price" in page
    first = desk.line_id()
    assert "or sell 7 anyway" in desk.post(f"rows/{first}", **{f"quantity-{first}": "7"})
    desk.post(f"rows/{first}", **{f"quantity-{first}": "6"})
    desk.type("RQ-1", "3")
    desk.post("decide", answer=f"{desk.question()}:make-3")
    (second,) = (each for each in re.findall(r'id="line-(\d+)"', desk.page) if int(each) != first)
    desk.post(f"rows/{first}/price", unit_price="8", reason="Matched")
    desk.post(f"rows/{second}/price", unit_price="4", reason="As quoted")
    placed = desk.place()
    assert "2 prices changed by hand" in placed
    assert "Price by hand: As quoted" in placed
    assert '<div class="sku only-s">at £8.00</div>' in placed
    assert "Acknowledgement" in placed
    assert "Order confirmation" not in placed
    number = world.session.scalars(select(Order.number)).one()
    assert '<div class="sku only-s">at £8.00</div>' in olu.get(f"/admin/orders/{number}/edit").text
