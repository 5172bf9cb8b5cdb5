"""A pad of more lines than a page shows: its figures are those of all, every line is in reach."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.catalog import Product
from models.checkout import CartLine
from storefront.pad_view import LINES_AT_ONCE
from tests.signing_in import sign_in
from tests.storefront.test_order_pad import HTMX, form_of
from tests.world import World

LINES = LINES_AT_ONCE + 12


@pytest.fixture
def bob(client: FlaskClient, shop: World) -> FlaskClient:
    """Bob's browser, with a long pad."""
    for number in range(LINES):
        shop.product(f"PR-{number}", price="2.00", stock=500)
    shop.session.commit()
    browser = sign_in(client, shop.session, shop.bob)
    browser.post("/order/paste", data={"rows": "\n".join(f"PR-{n},3" for n in range(LINES))})
    return browser


def shown(page: str) -> list[int]:
    """The ids of the lines on a page, in their order."""
    return [int(found) for found in re.findall(r'<tr role="row" id="line-(\d+)"', page)]


def on_pad(shop: World) -> list[int]:
    return list(shop.session.scalars(select(CartLine.id).order_by(CartLine.position)))


def more_of(page: str) -> str:
    """Where the page says the next lines are."""
    found = re.search(r'hx-get="(/order/lines[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_a_long_pad_shows_its_first_lines_and_the_figures_of_all(
    bob: FlaskClient, shop: World
) -> None:
    page = bob.get("/order").text
    assert shown(page) == on_pad(shop)[:LINES_AT_ONCE]
    assert f"{LINES} lines, {3 * LINES} units" in page
    assert f"£{6 * LINES}.00" in page
    assert f"Showing {LINES_AT_ONCE} of {LINES} lines" in page


def test_the_other_lines_follow_on_demand_each_once(bob: FlaskClient, shop: World) -> None:
    page = bob.get("/order").text
    more = bob.get(more_of(page), headers=HTMX).text
    assert shown(page) + shown(more) == on_pad(shop)
    assert "<html" not in more
    assert "Show more" not in more


def test_without_scripts_one_link_shows_them_all(bob: FlaskClient, shop: World) -> None:
    page = bob.get("/order").text
    assert 'href="/order?lines=all"' in page
    assert shown(bob.get("/order?lines=all").text) == on_pad(shop)
    answer = bob.get(more_of(page))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/order?lines=all"


def test_no_line_is_passed_over_when_one_was_taken_off_meanwhile(
    bob: FlaskClient, shop: World
) -> None:
    page = bob.get("/order").text
    for line_id in (shown(page)[0], shown(page)[-1]):
        bob.post(f"/order/lines/{line_id}/remove", headers=HTMX)
    more = bob.get(more_of(page), headers=HTMX).text
    assert shown(more) == on_pad(shop)[LINES_AT_ONCE - 2 :]


def test_a_line_that_needs_a_decision_is_always_shown(bob: FlaskClient, shop: World) -> None:
    product = shop.product("LAST-1", stock=2)
    shop.session.commit()
    bob.post("/order/paste", data={"rows": "LAST-1,2"})
    assert len(shown(bob.get("/order").text)) == LINES_AT_ONCE
    bob.post(f"/order/products/{product.id}", data={f"quantity-{product.id}": "2"})
    product.lifecycle = "discontinued"
    shop.session.commit()
    page = bob.get("/order").text
    assert shown(page) == on_pad(shop)
    assert "not on sale to you any more" in page


def test_a_line_typed_on_a_long_pad_is_its_first(bob: FlaskClient, shop: World) -> None:
    answer = bob.post("/order/add", data={"code": "FK-1", "quantity": "2"}, follow_redirects=True)
    assert "It is on the pad, as its first line." in answer.text
    first = shop.session.scalars(select(CartLine).order_by(CartLine.id.desc())).first()
    assert first is not None
    assert shown(answer.text)[0] == first.id
    bob.post("/order/add", data={"code": "PR-60", "quantity": "2"})
    again = shop.session.scalars(select(Product.id).where(Product.sku == "PR-60")).one()
    line = shop.session.scalars(select(CartLine.id).where(CartLine.product_id == again)).one()
    assert shown(bob.get("/order").text)[0] == line


def test_the_whole_of_a_long_pad_is_ordered(bob: FlaskClient, shop: World) -> None:
    form = form_of(bob.get("/order").text)
    answer = bob.post("/order/place", data=form, follow_redirects=True)
    assert f"{LINES} lines" in answer.text or "is placed" in answer.text


def test_a_changed_quantity_comes_to_what_the_page_comes_to(bob: FlaskClient, shop: World) -> None:
    line_id = on_pad(shop)[0]
    answer = bob.post(f"/order/lines/{line_id}", data={"quantity": "9"}, headers=HTMX).text
    page = bob.get("/order").text
    figures = re.findall(r"£[\d,.]+", answer[answer.index('id="pad-figures"') :])
    again = re.findall(r"£[\d,.]+", page[page.index('id="pad-figures"') :])
    assert figures[:4] == again[:4]
    total = re.search(r'"shown_total" value="([^"]+)"', answer)
    assert total
    assert Decimal(form_of(page)["shown_total"]) == Decimal(total[1])
