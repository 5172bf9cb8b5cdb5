"""The bookkeeper's files in the office."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from models.receivables import BookkeepingExport
from tests.admin.conftest import Way
from tests.world import World

Browser = Callable[..., FlaskClient]


def test_a_file_is_made_on_request_and_fetched_again(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 10})
    nora = as_(world.nora)
    assert "No file yet" in nora.get("/admin/bookkeeping").text
    assert nora.post("/admin/bookkeeping").status_code == 303
    made = world.session.scalars(select(BookkeepingExport)).one()
    page = nora.get("/admin/bookkeeping").text
    assert f"/admin/bookkeeping/{made.id}.csv" in page
    first = nora.get(f"/admin/bookkeeping/{made.id}.csv")
    assert invoice.number in first.text
    assert first.data == nora.get(f"/admin/bookkeeping/{made.id}.csv").data


def test_nothing_new_is_said_in_place(world: World, as_: Browser) -> None:
    refused = as_(world.nora).post("/admin/bookkeeping")
    assert refused.status_code == 422
    assert "there is nothing new" in refused.text
    assert as_(world.nora).get("/admin/bookkeeping/77.csv").status_code == 404
    assert as_(world.sam).get("/admin/bookkeeping").status_code == 403
