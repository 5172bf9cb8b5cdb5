"""Pages ask the database a number of times that does not grow with what they show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from models.checkout import add_rows, current_cart, read_text, shopper_for
from tests.signing_in import sign_in
from tests.world import World


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """The statements that run in the block, savepoints left out."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET TRANSACTION")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "address", ["/products", "/search?q=product", "/order", "/orders", "/invoices", "/"]
)
def test_a_page_asks_as_often_for_5_rows_as_for_50(
    client: FlaskClient, shop: World, worker_database: Engine, address: str
) -> None:
    sign_in(client, shop.session, shop.alice)
    counts = []
    for upto in (5, 50):
        products = [
            shop.product(f"{upto}-{n}", order_multiple=1) for n in range(upto - 5 * (upto > 5))
        ]
        shop.fill_cart(shop.acme, shop.alice, dict.fromkeys(products, 1))
        if upto == 5:
            shop.order(shop.acme, shop.alice, {})
            shop.fill_cart(shop.acme, shop.alice, dict.fromkeys(products, 1))
        shop.session.commit()
        client.get(address)
        with counting(worker_database) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 16


def test_a_pasted_list_asks_as_often_for_10_rows_as_for_200(
    shop: World, worker_database: Engine
) -> None:
    shop.product("PR-0", order_multiple=1)
    for n in range(1, 200):
        shop.product(f"PR-{n}", order_multiple=1)
    cart = current_cart(shop.session, shop.acme, shop.bob)
    shopper = shopper_for(shop.session, shop.acme.id, shop.bob, sees_prices=True)
    counts = []
    for upto in (10, 200):
        rows = read_text("\n".join(f"PR-{n},2" for n in range(upto)) + "\nWRONG,1\nPR-1,many\n")
        with counting(worker_database) as seen:
            outcome = add_rows(shop.session, cart, rows, shopper, by=shop.bob)
        assert outcome.undecided == 2
        counts.append(len(seen))
    assert counts[0] == counts[1]
