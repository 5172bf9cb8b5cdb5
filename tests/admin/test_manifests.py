"""The manifest on the floor: closed once, printed for the driver, missed at the day's end."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from models.fulfilment import Carton, Manifest
from tests.admin.conftest import Way
from tests.world import World

Browser = Callable[..., FlaskClient]


def test_what_left_is_listed_closed_and_printed(world: World, way: Way, as_: Browser) -> None:
    sam = as_(world.sam)
    assert "All that has left is on a manifest" in sam.get("/floor/manifest").text
    way.invoiced({world.product("TR-1"): 10})
    assert "Left, on no manifest" in as_(world.nora).get("/admin/day-end").text
    page = sam.get("/floor/manifest")
    assert "1 parcel, 1 shipment" in page.text
    asked = {"warehouse_id": str(world.warehouse.id), "service": "Own fleet", "handed_to": "Derek"}
    assert sam.post("/floor/manifest", data=asked).status_code == 303
    made = world.session.scalars(select(Manifest)).one()
    after = sam.get("/floor/manifest").text
    assert f"{made.number} is closed" in after
    assert "handed to Derek" in after
    answer = sam.get(f"/floor/manifest/{made.id}.pdf")
    printed = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    carton = world.session.scalars(select(Carton)).one()
    assert {made.number, "Derek", carton.sscc} <= set(printed.split())
    again = sam.post("/floor/manifest", data=asked)
    assert again.status_code == 409
    assert "Nothing waits for this manifest" in again.text


def test_one_that_is_not_there_is_not_found(world: World, as_: Browser) -> None:
    assert as_(world.sam).get("/floor/manifest/999.pdf").status_code == 404
