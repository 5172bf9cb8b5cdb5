"""The set-up pages: a check list, a page for each part, and nothing for whoever is not asked."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models.company import IS_SET_UP
from models.inventory import Warehouse
from models.kernel import settings
from models.kernel.mail import MailMessage
from tests.admin.conftest import hidden
from tests.world import World

Browser = Callable[..., FlaskClient]
PARTS = (
    "", "/details", "/look", "/tax", "/bank", "/texts", "/numbers", "/warehouses",
    "/warehouses/new", "/terms", "/terms/new", "/charges", "/charges/zones/new", "/mail",
)  # fmt: skip
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_an_administrators_and_nobody_elses(
    world: World, as_: Browser, part: str
) -> None:
    answer = as_(world.ada).get(f"/admin/company{part}")
    assert answer.status_code == 200, answer.text[:2000]
    assert as_(world.nora).get(f"/admin/company{part}").status_code == 403


def test_until_the_company_is_set_up_an_administrator_starts_there(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    assert ada.get("/admin").status_code == 200
    settings.change(world.session, IS_SET_UP, False, by=None)
    world.session.commit()
    assert ada.get("/admin").headers["Location"] == "/admin/company"
    assert as_(world.olu).get("/admin").status_code == 200
    assert "Set up your company" in ada.get("/admin/company").text
    assert ada.post("/admin/company/finish").headers["Location"] == "/admin"
    assert ada.get("/admin").status_code == 200


def test_a_fact_is_saved_and_a_wrong_one_keeps_what_was_typed(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    version = hidden(ada.get("/admin/company/bank").text, "version")
    wrong = ada.post("/admin/company/bank", data={"version": version, "iban": "GB00NOPE"})
    assert wrong.status_code == 422
    assert "cannot be an IBAN" in wrong.text
    assert 'value="GB00NOPE"' in wrong.text
    right = {"version": version, "iban": "GB33BUKB20201555555555", "bank_name": "Northern"}
    assert ada.post("/admin/company/bank", data=right).status_code == 303
    page = ada.get("/admin/company/bank").text
    assert "GB33BUKB20201555555555" in page
    assert "Ada" in page.split("What was changed")[1]
    stale = ada.post("/admin/company/bank", data=right | {"bank_name": "Other"})
    assert stale.status_code == 409


def test_a_logo_is_on_every_page_and_gone_when_replaced(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    sent = {"logo": (io.BytesIO(SVG), "logo.svg")}
    assert ada.post("/admin/company/look/logo", data=sent).status_code == 303
    page = ada.get("/admin/company/look").text
    address = page.split('class="logo-shown" src="')[1].split('"')[0]
    assert address in ada.get("/").text
    shown = as_(world.bob).get(address)
    assert shown.status_code == 200
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    bad = {"logo": (io.BytesIO(SVG.replace(b"<path", b"<script/><path")), "x.svg")}
    refused = ada.post("/admin/company/look/logo", data=bad)
    assert refused.status_code == 422
    assert "“script”" in refused.text
    assert ada.post("/admin/company/look/logo/remove").status_code == 303
    assert ada.get(address).status_code == 404


def test_the_colour_is_a_style_sheet_of_its_own(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    version = hidden(ada.get("/admin/company/look").text, "version")
    data = {"version": version, "brand_colour": "#0a5c36"}
    assert ada.post("/admin/company/look", data=data).status_code == 303
    assert "/pictures/colour/0a5c36.css" in ada.get("/admin").text
    assert "--brand: #0a5c36" in ada.get("/pictures/colour/0a5c36.css").text
    assert ada.get("/pictures/colour/red.css").status_code == 404


def test_numbers_go_on_and_not_back(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    page = ada.get("/admin/company/numbers").text
    names = [part.split('"')[0] for part in page.split('name="')[1:]]
    form = {n: hidden_value(page, n) for n in names if n.startswith(("prefix-", "next-"))}
    invoice = next(n for n in form if n.startswith("prefix-") and form[n] == "INV-")
    following = invoice.replace("prefix", "next")
    form[following] = "48213"
    assert ada.post("/admin/company/numbers", data=form).status_code == 303
    assert "INV-48213" in ada.get("/admin/company/numbers").text
    form[following] = "nought"
    assert ada.post("/admin/company/numbers", data=form).status_code == 422


def hidden_value(text: str, name: str) -> str:
    return text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]


def test_a_warehouse_is_opened_with_bank_holidays_as_a_proposal(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    form = {
        "code": "yrk", "name": "York", "weekdays": ["1", "2", "6"], "cut_off": "13:30",
        "lead_time_days": "0", "transit_days": "1", "time_zone": "Europe/London",
    }  # fmt: skip
    answer = ada.post("/admin/company/warehouses/new", data=form)
    assert answer.status_code == 303
    york = world.session.scalars(select(Warehouse).where(Warehouse.code == "YRK")).one()
    page = ada.get(answer.headers["Location"]).text
    assert "Christmas Day" in page
    closing = f"/admin/company/warehouses/{york.id}/closed-days"
    assert ada.post(closing, data={"closed_days": "2099-12-25 Christmas"}).status_code == 303
    assert "2099-12-25 Christmas" in ada.get(answer.headers["Location"]).text
    assert ada.post(closing, data={"closed_days": "soon"}).status_code == 422
    assert ada.post("/admin/company/warehouses/new", data=form).status_code == 422


def test_mail_goes_live_and_a_test_mail_is_followed(
    world: World, as_: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = as_(world.ada)
    assert "Mail is kept here" in ada.get("/admin").text
    data = {"state": "diverted", "divert_to": "me@northgate.example"}
    ada.post("/admin/company/mail", data=data)
    assert "No mail server is configured" in as_(world.olu).get("/admin").text
    with_server = replace(app.extensions["settings"], smtp_url="smtp://mail.example")
    monkeypatch.setitem(app.extensions, "settings", with_server)
    nowhere = ada.post("/admin/company/mail", data={"state": "diverted"})
    assert nowhere.status_code == 422
    data = {"state": "diverted", "divert_to": "me@northgate.example"}
    assert ada.post("/admin/company/mail", data=data).status_code == 303
    assert "All mail goes to me@northgate.example" in as_(world.olu).get("/admin").text
    tried = ada.post("/admin/company/mail/test", data={"to": "me@northgate.example"})
    message = world.session.scalars(select(MailMessage)).one()
    assert tried.headers["Location"] == f"/admin/mails/{message.id}"
    assert ada.post("/admin/company/mail", data={"state": "live"}).status_code == 303
    assert "All mail goes to" not in ada.get("/admin").text
    assert "No mail server" not in ada.get("/admin").text
    monkeypatch.setitem(app.extensions, "settings", replace(with_server, smtp_url=""))
    assert "No mail server is configured" in ada.get("/admin").text
