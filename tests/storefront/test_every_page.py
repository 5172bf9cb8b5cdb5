"""Every page of the shop shows itself to those it is for, and to nobody else."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.signing_in import sign_in
from tests.world import World

PAGES = (
    "/", "/products", "/c/garden", "/search", "/search?q=trowel", "/search?q=zzz", "/p/tr-1",
    "/search/suggest?q=tr", "/order", "/order?add=paste", "/order?add=file", "/order?add=past",
    "/order/place", "/orders", "/orders?state=open&q=WH", "/invoices", "/invoices?state=all",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_buyer_sees_the_page(client: FlaskClient, shop: World, address: str) -> None:
    shop.fill_cart(shop.acme, shop.alice, {shop.product("TR-7"): 2})
    sign_in(client, shop.session, shop.alice)
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:2000]


@pytest.mark.parametrize("address", ["/", "/products", "/c/garden", "/search?q=trowel", "/p/tr-1"])
def test_a_visitor_sees_the_catalogue_without_prices(
    client: FlaskClient, shop: World, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:2000]
    assert "4.86" not in answer.text


@pytest.mark.parametrize("address", ["/order", "/orders", "/invoices", "/rep"])
def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, shop: World, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize(
    "address",
    ["", "/placed", "/reorder", "/acknowledgement.pdf"],
    ids=["the order", "the receipt", "ordering again", "the paper"],
)
def test_a_stranger_finds_no_order_of_another_account(
    client: FlaskClient, shop: World, address: str, session: Session
) -> None:
    order = shop.order(shop.acme, shop.bob, {shop.product("TR-9"): 2})
    session.commit()
    sign_in(client, session, shop.charlie)
    assert client.get(f"/orders/{order.number}{address}").status_code == 404
    sign_in(client, session, shop.bob)
    assert client.get(f"/orders/{order.number}{address}").status_code == 200


def test_a_rep_sees_their_customers_and_no_others(client: FlaskClient, shop: World) -> None:
    sign_in(client, shop.session, shop.rita)
    page = client.get("/rep")
    assert "Acme Gifts" in page.text
    assert "Globex" not in page.text
    for part in ("due", "usual", "orders", "account"):
        answer = client.get(f"/rep/accounts/{shop.acme.id}?part={part}")
        assert answer.status_code == 200, answer.text[:2000]
    assert client.get(f"/rep/accounts/{shop.globex.id}").status_code == 404
