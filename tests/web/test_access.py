"""A route says who may use it, or nobody may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import Right, Somebody, sign_in
from web.access import MissingAccess, Pages

CLERK = Somebody(is_staff=True, rights=(Right.VOID,))
BOB = Somebody(account_id=3, rights=(Right.BUY,))


def test_a_route_without_access_cannot_be_declared() -> None:
    pages = Pages("naked", __name__)
    with pytest.raises(MissingAccess, match="/naked must say who may use it"):
        pages.get("/naked")


def test_an_endpoint_registered_any_other_way_is_refused(app: Flask) -> None:
    app.add_url_rule("/side-door", "side_door", lambda: "in")
    assert app.test_client().get("/side-door").status_code == 403


@pytest.mark.parametrize(
    ("actor", "path", "status"),
    [
        (CLERK, "/probe/staff", 200),
        (Somebody(is_staff=True), "/probe/staff", 403),
        (Somebody(account_id=3, rights=(Right.VOID,)), "/probe/staff", 403),
        (BOB, "/probe/staff", 403),
        (BOB, "/probe/buyer", 200),
        (Somebody(account_id=3), "/probe/buyer", 403),
        (Somebody(rights=(Right.BUY,)), "/probe/buyer", 403),
        (BOB, "/probe/signed-in", 200),
        (CLERK, "/probe/signed-in", 200),
    ],
)
def test_a_rule_lets_in_whom_it_names(
    probed: Flask, actor: Somebody, path: str, status: int
) -> None:
    sign_in(probed, actor)
    assert probed.test_client().get(path).status_code == status


def test_a_visitor_is_led_to_the_sign_in_and_back(probed: Flask) -> None:
    sign_in(probed, None)
    response = probed.test_client().get("/probe/staff?late=1")
    assert response.status_code == 302
    assert response.location == "/health/live?next=/probe/staff?late%3D1"


def test_a_visitors_fragment_request_loads_the_sign_in_page(probed: Flask) -> None:
    sign_in(probed, None)
    response = probed.test_client().get("/probe/staff", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith("/health/live")


def test_an_unknown_address_is_a_404_for_everybody(probe: FlaskClient) -> None:
    assert probe.get("/no-such-page").status_code == 404
