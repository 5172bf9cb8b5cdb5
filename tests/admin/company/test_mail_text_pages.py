"""The words of mails on their pages: shown on a real document, saved, restored, put back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.company import MAIL_KINDS, latest_text
from models.kernel.mail import MailMessage
from tests.admin.conftest import hidden
from tests.world import World

Browser = Callable[..., FlaskClient]
PAGE = "/admin/company/mail-texts"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_kind_has_a_page_in_every_language(world: World, as_: Browser, language: str) -> None:
    world.order(world.acme, world.bob, {world.product("TR-1"): 5}, po_number="WH-7781")
    world.session.commit()
    ada = as_(world.ada)
    assert ada.get(PAGE).status_code == 200
    for kind in MAIL_KINDS:
        answer = ada.get(f"{PAGE}/{kind}/{language}")
        assert answer.status_code == 200, (kind, answer.text[:2000])
    assert ada.get(f"{PAGE}/shipped/fr").status_code == 404
    assert ada.get(f"{PAGE}/nothing/en").status_code == 404
    assert as_(world.olu).get(PAGE).status_code == 403


def test_words_are_shown_on_a_real_order_and_kept_only_when_saved(
    world: World, as_: Browser
) -> None:
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 5}, po_number="WH-7781")
    world.session.commit()
    ada, page = as_(world.ada), f"{PAGE}/acknowledgement/en"
    version = hidden(ada.get(page).text, "version")
    form = {
        "version": version, "subject": "Got it: {order number} ({PO number})",
        "body": "Dear friends,\r\n\r\n<b>{total}</b> {{ 7 * 7", "example": order.number,
    }  # fmt: skip
    refused = ada.post(f"{page}/preview", data=form)
    assert refused.status_code == 422
    assert "stands alone" in refused.text
    form["body"] = "Dear friends,\r\n\r\n<b>{total}</b>\r\n{what it waits for}"
    shown = ada.post(f"{page}/preview", data=form).text
    assert f"Got it: {order.number} (WH-7781)" in shown
    assert "&lt;b&gt;£" in shown
    assert latest_text(world.session, "acknowledgement", "en") is None
    assert ada.post(page, data=form).status_code == 303
    assert "version 1" in ada.get(f"{page}?version=1").text
    assert ada.post(page, data=form).status_code == 409
    missing = ada.post(f"{page}/preview", data=form | {"example": "SO-999999"})
    assert missing.status_code == 422
    assert "no such document" in missing.text


def test_the_next_mail_says_it_until_the_built_in_words_are_put_back(
    world: World, as_: Browser
) -> None:
    ada, page = as_(world.ada), f"{PAGE}/reset/en"
    form = {"version": "0", "subject": "Locked out?", "body": "Hello {name}, here: {link}"}
    assert ada.post(page, data=form | {"body": "Hello {name}"}).status_code == 422
    assert ada.post(page, data=form).status_code == 303
    as_(world.bob).post("/forgotten-password", data={"email": "bob@example.com"})
    assert ada.post(f"{page}/reset", data={"version": "1"}).status_code == 303
    as_(world.bob).post("/forgotten-password", data={"email": "bob@example.com"})
    subjects = world.session.scalars(
        select(MailMessage.subject).where(MailMessage.kind == "reset").order_by(MailMessage.id)
    ).all()
    assert subjects[0] == "Locked out?"
    assert subjects[-1].startswith("A new password for")


def test_the_mail_of_today_is_shown_with_what_waits_now(world: World, as_: Browser) -> None:
    page = as_(world.ada).get(f"{PAGE}/today/de").text
    assert "Guten Morgen" in page
    assert "Auf Sie wartet nichts." in page
