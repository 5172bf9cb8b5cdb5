"""Ageing and statements in the office: whom to chase, one statement on screen, a run in one go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select

from models.kernel import clock
from models.receivables import AccountStatement, month_before
from tests.admin.conftest import Way, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]


def today() -> date:
    return clock.today("Europe/London")


def test_the_list_shows_who_owes_what_and_leads_to_their_statement(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1"): 10})
    page = as_(world.nora).get("/admin/ageing")
    assert page.status_code == 200
    assert "Acme" in page.text
    assert f"/admin/accounts/{world.acme.id}/statement" in page.text
    assert f"£{invoice.total_amount:,.2f}" in page.text
    assert "Globex" not in page.text


def test_the_list_costs_the_same_however_many_owe(world: World, way: Way, as_: Browser) -> None:
    trowel = world.product("TR-1")
    way.invoiced({trowel: 2})
    before = statements_of(as_(world.nora), "/admin/ageing")
    way.invoiced({trowel: 3})
    assert statements_of(as_(world.nora), "/admin/ageing") == before


def test_the_export_has_a_row_for_each_account(world: World, way: Way, as_: Browser) -> None:
    way.invoiced({world.product("TR-1"): 10})
    rows = as_(world.nora).get("/admin/ageing/export.csv").text.splitlines()
    assert rows[0].startswith("\ufeffAccount number,Account,Currency,Not due")
    assert [row.split(",")[1] for row in rows[1:]] == ["Acme Gifts"]


def test_nobody_owing_is_said(world: World, as_: Browser) -> None:
    assert "Nobody owes anything" in as_(world.nora).get("/admin/ageing").text
    assert "No account here" in as_(world.nora).get("/admin/ageing?state=overdue").text


def test_a_statement_is_shown_and_printed(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 10})
    address = f"/admin/accounts/{world.acme.id}/statement"
    page = as_(world.nora).get(address)
    assert page.status_code == 200
    assert invoice.number in page.text
    printed = as_(world.nora).get(f"{address}.pdf")
    assert printed.data.startswith(b"%PDF")


def test_days_the_wrong_way_round_are_refused_in_place(world: World, as_: Browser) -> None:
    address = f"/admin/accounts/{world.acme.id}/statement?from=2026-05-02&to=2026-05-01"
    page = as_(world.nora).get(address)
    assert page.status_code == 422
    assert "The first day is after the last" in page.text


def test_a_run_says_who_gets_one_and_sends_it_once(world: World, way: Way, as_: Browser) -> None:
    way.invoiced({world.product("TR-1"): 10})
    first, last = month_before(today())
    nora = as_(world.nora)
    assert "Nothing was owed or booked" in nora.get("/admin/statements").text
    days = {"from": first.isoformat(), "to": today().isoformat()}
    refused = nora.post("/admin/statements", data=days)
    assert refused.status_code == 422
    assert "The last day is not over yet" in refused.text
    assert "Acme" in refused.text
    empty = nora.post("/admin/statements", data={"from": str(first), "to": str(last)})
    assert empty.status_code == 303
    assert world.session.scalars(select(AccountStatement)).all() == []


def test_a_strangers_statement_is_not_there(world: World, as_: Browser) -> None:
    assert as_(world.nora).get("/admin/accounts/999999/statement").status_code == 404
    other = f"/admin/accounts/{world.globex.id}/statement"
    assert as_(world.rita).get(other).status_code == 404
