"""Who may open what in the office and on the floor: refused by the route, for every stranger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.world import World

Browser = Callable[..., FlaskClient]
PAGES = (
    "/admin", "/admin/orders", "/admin/orders/export.csv", "/admin/find", "/admin/invoices",
    "/admin/payments", "/admin/accounts", "/admin/stock", "/admin/products",
    "/admin/prices", "/admin/prices/why", "/admin/prices/new",
    "/admin/purchase-orders", "/admin/purchase-orders/new", "/admin/mails", "/admin/tasks",
    "/floor", "/floor/pack", "/floor/ship",
)  # fmt: skip
CLOSED_TO = {
    "sam": {"/admin/invoices", "/admin/payments", "/admin/accounts", "/admin/mails",
            "/admin/tasks", "/admin/purchase-orders/new", "/admin/prices", "/admin/prices/why",
            "/admin/prices/new"},
    "olu": {"/admin/payments", "/admin/mails", "/admin/tasks", "/admin/purchase-orders/new",
            "/admin/prices/new",
            "/floor", "/floor/pack", "/floor/ship"},
    "nora": {"/admin/mails", "/admin/tasks", "/admin/purchase-orders",
             "/admin/purchase-orders/new", "/admin/prices/new", "/floor", "/floor/pack",
             "/floor/ship"},
    "ada": set(),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSED_TO)
def test_a_page_opens_for_whom_it_is_meant(world: World, as_: Browser, name: str) -> None:
    client = as_(getattr(world, name))
    answers = {address: client.get(address).status_code for address in PAGES}
    expected = {address: 403 if address in CLOSED_TO[name] else 200 for address in PAGES}
    assert answers == expected


def test_a_buyer_opens_nothing_of_the_office(world: World, as_: Browser) -> None:
    alice = as_(world.alice)
    assert {alice.get(address).status_code for address in PAGES} == {403}


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient) -> None:
    for address in PAGES:
        response = client.get(address)
        assert response.status_code == 302, address
        assert "/sign-in" in response.location


def test_every_write_of_the_office_is_refused_to_a_buyer(
    app: Flask, world: World, as_: Browser
) -> None:
    alice = as_(world.alice)
    adapter = app.url_map.bind("localhost")
    values = {"number": "X-1", "code": "manual"}
    writes = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule.startswith(("/admin", "/floor"))
    ]
    assert len(writes) > 20
    for rule in writes:
        filled = {name: values.get(name, 1) for name in rule.arguments}
        address = adapter.build(rule.endpoint, filled, method="POST")
        assert alice.post(address).status_code == 403, rule.rule


def test_the_navigation_shows_only_what_one_may_open(world: World, as_: Browser) -> None:
    text = as_(world.sam).get("/admin").text
    assert 'href="/floor"' in text
    assert 'href="/admin/payments"' not in text
    text = as_(world.nora).get("/admin").text
    assert 'href="/admin/payments"' in text
    assert 'href="/floor"' not in text
