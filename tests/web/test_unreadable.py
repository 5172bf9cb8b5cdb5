"""What no record can hold or have is refused before it reaches the database."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.access import Pages, anyone
from web.forms import Form, VersionField


@pytest.mark.parametrize("path", ["/probe/error/refused?q=a%00b", "/probe/error/a%00b"])
def test_a_nul_in_an_address_is_refused(probe: FlaskClient, path: str) -> None:
    answer = probe.get(path)
    assert answer.status_code == 400
    assert "There is a sign in it that cannot be kept." in answer.text


def test_a_nul_in_a_form_is_refused(probe: FlaskClient) -> None:
    answer = probe.post("/probe/written", data={"name": "A\0B"}, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert answer.text.lstrip().startswith('<div class="errsum"')
    assert probe.post("/probe/written", data={"A\0B": "name"}).status_code == 400


@pytest.mark.parametrize(("number", "status"), [(2**63 - 1, 200), (2**63, 404), (10**20, 404)])
def test_a_number_that_no_record_has_leads_nowhere(probed: Flask, number: int, status: int) -> None:
    pages = Pages("numbered", __name__)

    @pages.get("/numbered/<int:number>", access=anyone)
    def numbered(number: int) -> str:
        return str(number)

    probed.register_blueprint(pages)
    assert probed.test_client().get(f"/numbered/{number}").status_code == status


@pytest.mark.parametrize(("sent", "read"), [("7", 7), ("abc", 0), ("", 0), ("9" * 30, 0)])
def test_a_version_that_is_no_number_is_none_that_anybody_saw(
    app: Flask, sent: str, read: int
) -> None:
    class Seen(Form):
        version = VersionField()

    with app.test_request_context(method="POST", data={"version": sent}):
        form = Seen()
        form.require_valid()
        assert form.version.data == read
        form.version.data = 8
        assert 'type="hidden" value="8"' in form.version().replace('name="version" ', "")
