"""Headers, cookies, hosts, forged forms, and where a redirect may lead."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from tests.program import make_program
from tests.web.conftest import Somebody, sign_in
from web.safe_redirects import safe_next


def test_every_answer_carries_the_security_headers(probe: FlaskClient) -> None:
    headers = probe.get("/health/live").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])


def test_a_page_may_load_only_its_own_files(probe: FlaskClient) -> None:
    first, second = (
        probe.get("/probe/error/refused").headers["Content-Security-Policy"] for _ in range(2)
    )
    assert "default-src 'none'" in first
    assert "frame-ancestors 'none'" in first
    assert "unsafe" not in first
    assert "stripe" not in first
    assert first != second, "the nonce changes with every answer"


@pytest.mark.parametrize(
    ("body", "logged"),
    [
        (
            b'{"csp-report": {"violated-directive": "img-src", '
            b'"blocked-uri": "https://bob:secret@evil.example/x?who=bob"}}',
            {"directive": "img-src", "blocked": "evil.example"},
        ),
        (
            b'{"csp-report": {"violated-directive": 7, "blocked-uri": "inline"}}',
            {"directive": "", "blocked": "inline"},
        ),
    ],
)
def test_what_the_policy_blocked_is_logged_without_the_address(
    app: Flask, caplog: pytest.LogCaptureFixture, body: bytes, logged: dict[str, str]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    caplog.set_level("INFO")
    assert app.test_client().post("/csp-report", data=body).status_code == 204
    [entry] = _violations(caplog)
    assert entry | logged == entry


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"csp-report": 1}', b"x" * 20_000])
def test_a_report_that_is_none_is_answered_and_forgotten(
    app: Flask, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    caplog.set_level("INFO")
    assert app.test_client().post("/csp-report", data=body).status_code in {204, 413}
    assert _violations(caplog) == []


def _violations(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    told = [each.msg for each in caplog.records if isinstance(each.msg, dict)]
    return [each for each in told if each.get("event") == "csp_violation"]


@pytest.mark.parametrize("taken", ["br", "gzip"])
def test_a_page_is_compressed_for_a_browser_that_takes_it(app: Flask, taken: str) -> None:
    plain = app.test_client().get("/sign-in")
    packed = app.test_client().get("/sign-in", headers={"Accept-Encoding": taken})
    assert packed.headers["Content-Encoding"] == taken
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 2


def test_a_proxy_in_front_compresses_instead(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    app = make_program(replace(settings, proxy_hops=1), sessions)
    packed = app.test_client().get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in packed.headers


def test_what_a_signed_in_person_sees_is_not_kept_by_the_browser(probed: Flask) -> None:
    sign_in(probed, Somebody())
    response = probed.test_client().get("/probe/signed-in")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused(probed: Flask) -> None:
    probed.config["WTF_CSRF_ENABLED"] = True
    response = probed.test_client().post("/probe/written")
    assert response.status_code == 400
    assert "no longer valid" in response.text


def test_a_host_that_is_not_ours_is_refused(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["shop.example"]
    client = app.test_client()
    assert client.get("/health/live", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/health/live", headers={"Host": "shop.example"}).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "/\t/evil.example",
        "",
        None,
        "/" + "a" * 600,
    ],
)
def test_a_redirect_never_leads_to_another_host(address: str | None) -> None:
    assert safe_next(address, "/orders") == "/orders"


def test_a_redirect_leads_back_to_a_page_of_ours() -> None:
    assert safe_next("/orders/SO-1?tab=notes") == "/orders/SO-1?tab=notes"
