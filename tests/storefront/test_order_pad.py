"""The order pad: quantities, lists of codes, choices, placing."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.catalog import Product
from models.checkout import Cart, CartLine, UndecidedRow
from models.orders import Order
from models.pricing import PriceEntry
from tests.signing_in import sign_in
from tests.storefront.conftest import add_break
from tests.world import World

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def bob(client: FlaskClient, shop: World) -> FlaskClient:
    """Bob's browser."""
    return sign_in(client, shop.session, shop.bob)


def product(shop: World, sku: str) -> Product:
    return shop.session.scalars(select(Product).where(Product.sku == sku)).one()


def lines(shop: World) -> dict[str, Decimal]:
    """What is on bob's pad, by SKU."""
    rows = shop.session.execute(
        select(Product.sku, CartLine.quantity)
        .join(CartLine, CartLine.product_id == Product.id)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(Cart.owner_id == shop.bob.id, Cart.ordered_at.is_(None))
    )
    return {row.sku: row.quantity for row in rows}


def form_of(page: str) -> dict[str, str]:
    """The fields of the place form as the page shows them."""
    form = page[page.index('id="place-order"') :]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'name="(\w+)" type="\w+" value="([^"]*)"', form))
    selects = re.findall(r'<select[^>]*name="(\w+)".*?<option value="(\w*)" selected', form, re.S)
    return {**fields, **dict(selects)}


def put(bob: FlaskClient, shop: World, sku: str, quantity: str, **headers: str) -> object:
    id_ = product(shop, sku).id
    return bob.post(
        f"/order/products/{id_}", data={f"quantity-{id_}": quantity}, headers=headers or None
    )


def test_a_typed_quantity_is_on_the_pad_and_the_answer_is_the_row_and_the_bar(
    bob: FlaskClient, shop: World
) -> None:
    answer = put(bob, shop, "TR-1", "24", **HTMX)
    assert answer.status_code == 200
    assert lines(shop) == {"TR-1": 24}
    assert "£116.64" in answer.text
    assert 'hx-target="#order-bar"' in answer.text
    assert "1 line" in answer.text


def test_without_scripts_it_leads_back_to_the_page(bob: FlaskClient, shop: World) -> None:
    id_ = product(shop, "TR-1").id
    answer = bob.post(
        f"/order/products/{id_}", data={"quantity": "6", "back": "/products?sort=name"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/products?sort=name"
    assert lines(shop) == {"TR-1": 6}


def test_the_whole_list_as_one_form_sets_only_what_was_changed(
    bob: FlaskClient, shop: World
) -> None:
    trowel, fork = product(shop, "TR-1").id, product(shop, "FK-1").id
    put(bob, shop, "FK-1", "3")
    sent = {
        f"quantity-{trowel}": "12", f"was-{trowel}": "",
        f"quantity-{fork}": "3", f"was-{fork}": "3",
    }  # fmt: skip
    assert bob.post("/order/products", data=sent).status_code == 303
    assert lines(shop) == {"TR-1": 12, "FK-1": 3}


def test_a_quantity_off_the_pack_stays_as_typed_and_offers_the_nearest(
    bob: FlaskClient, shop: World
) -> None:
    answer = put(bob, shop, "TR-1", "10", **HTMX)
    assert "Sold in multiples of 6. Order 6 or 12." in answer.text
    assert "Make it 12" in answer.text
    assert 'value="10"' in answer.text


def test_letters_are_no_quantity_and_change_nothing(bob: FlaskClient, shop: World) -> None:
    answer = put(bob, shop, "TR-1", "many", **HTMX)
    assert answer.status_code == 422
    assert "is not a quantity" in answer.text
    assert lines(shop) == {}


def test_zero_takes_the_product_off(bob: FlaskClient, shop: World) -> None:
    put(bob, shop, "TR-1", "12")
    put(bob, shop, "TR-1", "0")
    assert lines(shop) == {}


def test_a_stranger_cannot_change_a_line(
    client: FlaskClient, bob: FlaskClient, shop: World
) -> None:
    put(bob, shop, "TR-1", "12")
    line = shop.session.scalars(select(CartLine)).one()
    charlie = sign_in(client.application.test_client(), shop.session, shop.charlie)
    assert charlie.post(f"/order/lines/{line.id}", data={"quantity": "6"}).status_code == 404
    assert charlie.post(f"/order/lines/{line.id}/remove").status_code == 404
    assert lines(shop) == {"TR-1": 12}


def test_a_stale_line_is_a_conflict_that_shows_what_it_is_now(
    bob: FlaskClient, shop: World
) -> None:
    put(bob, shop, "TR-1", "12")
    line = shop.session.scalars(select(CartLine)).one()
    stale = {"quantity": "24", "version": str(line.version - 1)}
    answer = bob.post(f"/order/lines/{line.id}", data=stale, headers=HTMX)
    assert answer.status_code == 409
    assert "changed this to 12" in answer.text
    assert lines(shop) == {"TR-1": 12}


def test_a_removed_line_can_be_put_back(bob: FlaskClient, shop: World) -> None:
    put(bob, shop, "TR-1", "12")
    put(bob, shop, "FK-1", "2")
    line = shop.session.scalars(select(CartLine).order_by(CartLine.id)).first()
    answer = bob.post(f"/order/lines/{line.id}/remove", headers=HTMX)
    assert answer.headers["HX-Reswap"] == "delete"
    assert "Undo" in answer.text
    assert lines(shop) == {"FK-1": 2}


def test_a_pasted_list_puts_good_rows_on_and_asks_about_the_others(
    bob: FlaskClient, shop: World
) -> None:
    rows = "code\tqty\nTR-1\t24\nFK1\t2\nTR-1\t6\nNO-SUCH\t4\nLN-1\t3\nTR-I\t12\n"
    answer = bob.post("/order/paste", data={"rows": rows}, follow_redirects=True)
    assert lines(shop) == {"TR-1": 30, "FK-1": 2}
    assert "1 repeated row was added up" in answer.text
    assert "3 rows need a decision" in answer.text
    assert "Row 5: NO-SUCH × 4 is not a code we know" in answer.text
    assert "None in stock" in answer.text


def test_an_answer_settles_its_row(bob: FlaskClient, shop: World) -> None:
    bob.post("/order/paste", data={"rows": "TR-1,10\nFK-1,99"})
    row = shop.session.scalars(select(UndecidedRow).order_by(UndecidedRow.row_number)).first()
    answer = bob.post("/order/decide", data={"answer": f"{row.id}:make-12"}, follow_redirects=True)
    assert lines(shop) == {"TR-1": 12}
    assert "Backorder 99" in answer.text
    again = bob.post("/order/decide", data={"answer": f"{row.id}:make-12"})
    assert again.status_code == 409


def test_rows_typed_one_by_one_are_numbered_one_by_one(bob: FlaskClient) -> None:
    for code in ("NOPE-1", "NOPE-2"):
        bob.post("/order/add", data={"code": code, "quantity": "2"})
    page = bob.get("/order").text
    assert re.findall(r"Row (\d+): (NOPE-\d)", page) == [("1", "NOPE-1"), ("2", "NOPE-2")]


def test_undecided_rows_stand_on_the_new_pad_when_the_order_is_placed(
    bob: FlaskClient, shop: World
) -> None:
    bob.post("/order/paste", data={"rows": "TR-1,24\nNOPE-1,3\nNOPE-2,4"})
    page = bob.get("/order").text
    assert "The 2 undecided rows stay on a new pad." in page
    placed = bob.post("/order/place", data=form_of(page), follow_redirects=True)
    assert "is placed" in placed.text
    assert "2 rows that need a decision wait on your order pad." in placed.text
    fresh = bob.get("/order").text
    assert "2 rows need a decision" in fresh
    assert "NOPE-1" in fresh
    assert "NOPE-2" in fresh
    assert lines(shop) == {}


def test_undecided_rows_can_be_downloaded_without_formulas(bob: FlaskClient, shop: World) -> None:
    bob.post("/order/paste", data={"rows": "=HYPERLINK(1)\t4"})
    file = bob.get("/order/undecided.csv").text
    assert "'=HYPERLINK(1)" in file


def test_an_order_is_placed_at_the_total_that_was_shown(bob: FlaskClient, shop: World) -> None:
    put(bob, shop, "TR-1", "24")
    form = form_of(bob.get("/order").text)
    answer = bob.post("/order/place", data={**form, "po_number": "WH-7781"})
    order = shop.session.scalars(select(Order)).one()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/orders/{order.number}/placed"
    assert order.po_number == "WH-7781"
    receipt = bob.get(answer.headers["Location"]).text
    assert f"Order {order.number} is placed" in receipt


def test_the_same_submission_twice_is_one_order(bob: FlaskClient, shop: World) -> None:
    put(bob, shop, "TR-1", "24")
    form = form_of(bob.get("/order").text)
    first = bob.post("/order/place", data=form)
    second = bob.post("/order/place", data=form)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(shop.session.scalars(select(Order)).all()) == 1


def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_placed(
    bob: FlaskClient, shop: World
) -> None:
    put(bob, shop, "FK-1", "2")
    form = form_of(bob.get("/order").text)
    fork = product(shop, "FK-1")
    add_break(shop, fork, 2, "5.00")
    shop.session.commit()
    answer = bob.post("/order/place", data={**form, "po_number": "KEEP-ME"})
    assert answer.status_code == 422
    assert "prices or charges have changed" in answer.text
    assert "KEEP-ME" in answer.text
    assert shop.session.scalars(select(Order)).all() == []
    again = form_of(answer.text)
    assert again["shown_total"] != form["shown_total"]
    assert bob.post("/order/place", data=again).status_code == 303


def test_a_line_with_a_problem_keeps_the_order_from_going(bob: FlaskClient, shop: World) -> None:
    put(bob, shop, "FK-1", "2")
    form = form_of(bob.get("/order").text)
    put(bob, shop, "TR-1", "10")
    answer = bob.post("/order/place", data=form)
    assert answer.status_code == 422
    assert "TR-1: Sold in multiples of 6" in answer.text
    assert "Error: " in answer.text


def test_over_the_credit_limit_the_pad_says_what_happens_before_it_is_placed(
    bob: FlaskClient, shop: World
) -> None:
    dear = shop.product("DR-1", price="900.00", stock=50)
    shop.session.commit()
    put(bob, shop, dear.sku, "10")
    page = bob.get("/order").text
    assert "over your credit limit" in page
    placed = bob.post("/order/place", data=form_of(page), follow_redirects=True).text
    assert "It waits: it is over the credit limit." in placed


def test_a_pad_of_another_account_cannot_be_placed(
    client: FlaskClient, bob: FlaskClient, shop: World
) -> None:
    put(bob, shop, "FK-1", "2")
    form = form_of(bob.get("/order").text)
    charlie = sign_in(client.application.test_client(), shop.session, shop.charlie)
    assert charlie.post("/order/place", data=form).status_code == 404
    assert shop.session.scalars(select(Order)).all() == []


def test_choices_are_kept_on_the_pad(bob: FlaskClient, shop: World) -> None:
    put(bob, shop, "FK-1", "2")
    form = form_of(bob.get("/order").text)
    sent = {**form, "po_number": "PO-5", "freight_choice": "collection"}
    answer = bob.post("/order/details", data=sent, headers=HTMX)
    assert "You collect" in answer.text
    assert 'value="PO-5"' in bob.get("/order").text


def test_below_the_smallest_quantity_that_is_what_is_said_though_its_price_begins_there(
    bob: FlaskClient, shop: World
) -> None:
    tray = shop.product(
        "PL-1", category_id=product(shop, "TR-1").category_id,
        order_minimum=Decimal(20), order_multiple=Decimal(20),
    )  # fmt: skip
    price = shop.session.scalars(select(PriceEntry).where(PriceEntry.product_id == tray.id)).one()
    price.min_quantity = Decimal(20)
    shop.session.commit()
    bob.post("/order/add", data={"code": "PL-1", "quantity": "10"})
    page = bob.get("/order").text
    assert "Make it 20" in page
    assert "price on request" not in page
    assert "0 products" not in page


def test_a_line_takes_its_own_quantity_when_the_whole_pad_is_sent_along(
    bob: FlaskClient, shop: World
) -> None:
    first, second = product(shop, "TR-1"), product(shop, "FK-1")
    cart = shop.fill_cart(shop.acme, shop.bob, {first: 6, second: 3})
    line = shop.session.scalars(
        select(CartLine).where(CartLine.cart_id == cart.id, CartLine.product_id == second.id)
    ).one()
    shop.session.commit()
    sent = {f"quantity-{first.id}": "12", f"quantity-{second.id}": "5", "version": line.version}
    bob.post(f"/order/lines/{line.id}", data=sent, headers=HTMX)
    assert lines(shop) == {"TR-1": 6, "FK-1": 5}


def test_what_is_short_and_shall_not_wait_is_said_to_be_cancelled_and_is(
    bob: FlaskClient, shop: World
) -> None:
    put(bob, shop, "FK-1", "40")
    pad = bob.get("/order").text
    assert "No date yet" in pad
    choice = {**form_of(pad), "backorder_choice": "cancel_rest"}
    answer = bob.post("/order/details", data=choice, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/order", "the lines say something else now"
    pad = bob.get("/order").text
    assert "6 are cancelled" in pad
    assert "You pay for what is sent" in pad
    assert "1 line is short" in pad
    assert "No date yet" not in pad
    line = shop.session.scalars(select(CartLine)).one()
    typed = {"quantity": "44", "version": str(line.version)}
    assert "10 are cancelled" in bob.post(f"/order/lines/{line.id}", data=typed, headers=HTMX).text
    placed = bob.post("/order/place", data=form_of(bob.get("/order").text), follow_redirects=True)
    assert "is placed" in placed.text
    order = shop.session.scalars(select(Order)).one()
    page = bob.get(f"/orders/{order.number}").text
    assert "FK-1, 10 cancelled" in page
    assert "£176.80" in page  # 34 at 5.20
    assert "no date yet" not in page
