"""Accounts, mails, tasks, today and find-or-do."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from models.accounts import Account
from models.kernel.activity import Activity
from models.kernel.mail import MailMessage, queue_mail
from models.orders import place_hold
from tests.admin.conftest import Way, hidden, reread, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]


def test_an_account_shows_what_it_owes_and_what_it_ordered(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    text = as_(world.nora).get(f"/admin/accounts/{world.acme.id}").text
    for words in ("Acme Gifts", invoice.number, invoice.order_number, "30 days net", "Rita"):
        assert words in text
    assert "Acme" in as_(world.nora).get("/admin/accounts?q=york").text
    assert "Globex" not in as_(world.nora).get("/admin/accounts?q=acme").text


def test_the_limit_changes_with_a_reason_is_audited_and_not_from_a_stale_page(
    world: World, as_: Browser
) -> None:
    nora, address = as_(world.nora), f"/admin/accounts/{world.acme.id}"
    page = nora.get(address).text
    form = {
        "version": hidden(page, "version"),
        "terms": str(world.acme.terms_id),
        "limit": "7500.00",
        "reason": "Paid well for a year",
    }
    assert nora.post(f"{address}/credit", data=form | {"reason": ""}).status_code == 422
    assert nora.post(f"{address}/credit", data=form).status_code == 303
    assert reread(world, Account, world.acme.id).credit_limit == 7500
    entry = world.session.scalars(
        select(Activity).where(Activity.kind == "account.credit_changed")
    ).one()
    assert entry.details["before"]["limit"] == "5000.0000"
    stale = nora.post(f"{address}/credit", data=form | {"limit": "1.00"})
    assert stale.status_code == 409
    assert "its limit is 7,500.00 now" in stale.text
    assert as_(world.olu).post(f"{address}/credit", data=form).status_code == 403


def test_an_account_is_put_on_stop_and_let_go_again(world: World, as_: Browser) -> None:
    nora, address = as_(world.nora), f"/admin/accounts/{world.acme.id}"
    assert nora.post(f"{address}/stop", data={"reason": "Cheque bounced"}).status_code == 303
    assert reread(world, Account, world.acme.id).status == "stopped"
    assert nora.post(f"{address}/stop", data={"reason": "Again"}).status_code == 409
    assert nora.post(f"{address}/lift-stop", data={"reason": "Paid"}).status_code == 303
    assert reread(world, Account, world.acme.id).status == "active"


def test_an_alert_stands_on_the_accounts_orders_until_it_ends(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1"): 2})
    olu, address = as_(world.olu), f"/admin/accounts/{world.acme.id}"
    olu.post(f"{address}/notes", data={"kind": "alert", "text": "Rear entrance only"})
    assert "Rear entrance only" in olu.get(f"/admin/orders/{order.number}").text
    end = olu.get(address).text.split(f"{address}/notes/")[1].split("/end")[0]
    assert olu.post(f"{address}/notes/{end}/end").status_code == 303
    assert "Rear entrance only" not in olu.get(f"/admin/orders/{order.number}").text


def test_a_failed_mail_is_seen_and_sent_again_once(world: World, as_: Browser) -> None:
    message = queue_mail(
        world.session, to=["maya@example.com"], subject="Invoice INV-1", text="Dear Maya", kind="x"
    )
    message.state, message.error = "failed", "Mailbox full"
    world.session.commit()
    ada = as_(world.ada)
    assert re.search(r'/admin/unsent" id="concern-mails"><b[^>]*>1</b>', ada.get("/admin").text)
    assert "Mailbox full" in ada.get("/admin/mails?state=failed").text
    assert "Dear Maya" in ada.get(f"/admin/mails/{message.id}").text
    assert ada.post(f"/admin/mails/{message.id}/again").status_code == 303
    assert reread(world, MailMessage, message.id).state == "queued"
    assert ada.post(f"/admin/mails/{message.id}/again").status_code == 409
    assert ada.get("/admin/mails/999999").status_code == 404


def test_a_task_that_is_not_dead_cannot_be_tried_again(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    assert "Nothing gave up" in ada.get("/admin/tasks").text
    assert ada.post("/admin/tasks/1/again").status_code == 404


def test_today_names_what_is_held_and_what_may_be_released(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1", stock=2000)
    ready = way.placed({trowel: 2})
    held = way.placed({trowel: 600})
    mia = as_(world.mia)
    text = mia.get("/admin").text
    assert ready.number in text
    assert held.number in text
    assert "Over credit limit" in text
    assert statements_of(mia, "/admin") <= 8


def test_find_or_do_answers_with_records_then_commands(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1"): 2}, po_number="WH-7781")
    ada = as_(world.ada)
    for words in (order.number[-4:], "wh-7781"):
        assert order.number in ada.get(f"/admin/find?q={words}").text
    assert "Globex" in ada.get("/admin/find?q=@glo").text
    assert "Orders to release" in ada.get("/admin/find?q=%3Erelease").text
    fragment = ada.get("/admin/find?q=tr1", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "Product TR-1" in fragment
    assert "INV" not in as_(world.sam).get("/admin/find?q=inv").text.split("main")[1]


def test_the_state_of_the_mail_stands_on_every_page(world: World, as_: Browser) -> None:
    assert "none goes to customers" in as_(world.olu).get("/admin/orders").text


def test_today_says_how_many_of_all_it_shows(world: World, as_: Browser) -> None:
    for number in range(10):
        order = world.order(world.acme, world.bob, {world.product(f"H-{number}"): 1})
        place_hold(world.session, order, "manual", by=None)
    world.session.commit()
    text = as_(world.olu).get("/admin").text
    assert "8 of 10" in text
    assert text.count("8 of") == 1
