"""Refusals become answers that say what to do; failures say nothing of the inside."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("kind", "status"), [("refused", 422), ("conflict", 409), ("missing", 404), ("denied", 403)]
)
def test_each_refusal_has_its_status(probe: FlaskClient, kind: str, status: int) -> None:
    response = probe.get(f"/probe/error/{kind}")
    assert response.status_code == status
    assert response.mimetype == "text/html"


def test_a_refusal_shows_its_sentence(probe: FlaskClient) -> None:
    assert "The box is full." in probe.get("/probe/error/refused").text


def test_a_missing_record_says_no_more_than_a_missing_page(probe: FlaskClient) -> None:
    assert "The box is full." not in probe.get("/probe/error/missing").text


def test_htmx_gets_the_problems_alone_each_leading_to_its_field(probe: FlaskClient) -> None:
    response = probe.get("/probe/error/refused", headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert response.text.lstrip().startswith('<div class="errsum" id="errors"')
    assert '<a href="#box">The box is full.' in response.text
    assert "HX-Request" in response.vary


@pytest.mark.parametrize("kind", ["crash", "broken"])
def test_a_failure_has_its_page_and_shows_nothing_of_the_inside(probed: Flask, kind: str) -> None:
    probed.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    response = probed.test_client().get(f"/probe/error/{kind}")
    assert response.status_code == 500
    assert "<h1>Something went wrong</h1>" in response.text
    assert 'rel="stylesheet"' in response.text
    assert "secret inside" not in response.text
    assert "Traceback" not in response.text


def test_too_large_a_body_is_refused(probe: FlaskClient) -> None:
    assert probe.post("/probe/written", data=b"x" * 1_100_000).status_code in (200, 413)
    form = {"note": "x" * 1_100_000}
    assert probe.post("/probe/written", data=form).status_code == 413
