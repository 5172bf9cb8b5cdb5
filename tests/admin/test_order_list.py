"""The order list: each queue, filters in the address, work on several, and a fixed cost."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from jobs.app import Work
from jobs.printing import make_print
from models.fulfilment import PrintRun
from models.kernel.files import FileStore
from models.orders import Order
from tests.admin.conftest import Way, reread, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]


@pytest.fixture
def work(settings: Settings, sessions: sessionmaker[Session], files: FileStore) -> Work:
    return Work(settings, sessions, files)


def numbers_in(client: FlaskClient, query: str) -> str:
    response = client.get(f"/admin/orders?{query}")
    assert response.status_code == 200
    return response.text


def test_an_order_stands_in_the_queue_of_its_next_step(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1", stock=1000)
    fresh = way.placed({trowel: 2})
    to_pick = world.session.get_one(Order, way.released({trowel: 2}).order_id)
    to_pack = world.session.get_one(Order, way.picked({trowel: 2}).order_id)
    to_ship = world.session.get_one(Order, way.packed({trowel: 2}).order_id)
    unpaid = world.session.get_one(Order, way.invoiced({trowel: 2}).order_id)
    olu = as_(world.olu)
    for view, order in (
        ("release", fresh), ("pick", to_pick), ("pack", to_pack), ("ship", to_ship),
        ("unpaid", unpaid),
    ):  # fmt: skip
        text = numbers_in(olu, f"view={view}")
        assert order.number in text
        others = {fresh, to_pick, to_pack, to_ship, unpaid} - {order}
        assert not [each.number for each in others if each.number in text], view


def test_a_held_order_is_on_hold_and_not_to_be_released(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1", stock=1000): 600})
    olu = as_(world.olu)
    assert order.number in numbers_in(olu, "view=held")
    assert "Over credit limit" in numbers_in(olu, "view=held")
    assert order.number not in numbers_in(olu, "view=release")


@pytest.mark.parametrize("words", ["{number}", "{tail}", "wh-77", "acme", "C0001"], ids=str)
def test_an_order_is_found_by_what_people_call_it(
    world: World, way: Way, as_: Browser, words: str
) -> None:
    order = way.placed({world.product("TR-1"): 2}, po_number="WH-7781")
    asked = words.format(number=order.number, tail=order.number[-5:])
    olu = as_(world.olu)
    assert order.number in numbers_in(olu, f"q={asked}")
    assert order.number not in numbers_in(olu, "q=nothing-like-it")


def test_filters_narrow_the_list_and_stand_in_its_links(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1"): 2})
    olu = as_(world.olu)
    here = f"account={world.acme.id}&warehouse={world.warehouse.id}&status=open"
    assert order.number in numbers_in(olu, here)
    assert order.number not in numbers_in(olu, f"account={world.globex.id}")
    assert order.number in numbers_in(olu, f"rep={world.rita.id}")
    assert order.number not in numbers_in(olu, f"rep={world.mia.id}")
    assert order.number not in numbers_in(olu, "from=2099-01-01")
    text = numbers_in(olu, f"rep={world.rita.id}&sort=total&way=up")
    assert f"rep={world.rita.id}" in text
    assert 'aria-sort="ascending"' in text


def test_a_filter_that_is_no_date_is_refused_in_words(world: World, as_: Browser) -> None:
    response = as_(world.olu).get("/admin/orders?from=yesterday")
    assert response.status_code == 422
    assert "Enter the date as 2026-11-30." in response.text


def test_selected_orders_are_released_and_the_others_say_why_not(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1", stock=2000)
    good = way.placed({trowel: 2})
    held = world.order(world.globex, world.charlie, {trowel: 600})
    world.session.commit()
    sam = as_(world.sam)
    response = sam.post("/admin/orders/release", data={"order": [good.number, held.number]})
    assert response.status_code == 303
    assert reread(world, Order, good.id).status == "picking"
    assert reread(world, Order, held.id).status == "on_hold"
    text = sam.get(response.location).text
    assert "1 order released" in text
    assert f"{held.number} is on hold" in text


def test_pick_lists_of_several_orders_come_as_one_document(
    world: World, way: Way, as_: Browser, work: Work
) -> None:
    trowel = world.product("TR-1", stock=1000)
    lists = [way.released({trowel: 2}), way.released({trowel: 3})]
    numbers = [world.session.get_one(Order, each.order_id).number for each in lists]
    sam = as_(world.sam)
    form = {"order": numbers, "papers": "pick_list", "submission_key": "k"}
    asked = sam.post("/admin/prints", data=form)
    assert asked.status_code == 303
    assert "being put together" in sam.get(asked.location).text
    assert sam.get(f"{asked.location}/papers.pdf").status_code == 404
    assert sam.post("/admin/prints", data=form).location == asked.location
    make_print(work, run_id=int(asked.location.rpartition("/")[2]))
    answer = sam.get(f"{asked.location}/papers.pdf")
    assert answer.mimetype == "application/pdf"
    assert len(PdfReader(BytesIO(answer.data)).pages) == 2
    assert ">Printed 2" in sam.get("/admin/orders?view=pick").text
    assert asked.location in sam.get("/admin/prints").text
    kept = as_(world.sam).get(f"/admin/pick-lists/{lists[0].number}.pdf")
    assert "COPY" in PdfReader(BytesIO(kept.data)).pages[0].extract_text().upper()


def test_an_order_without_a_pick_list_prints_nothing(world: World, way: Way, as_: Browser) -> None:
    order = way.placed({world.product("TR-1"): 2})
    sam = as_(world.sam)
    answer = sam.post("/admin/prints", data={"order": order.number, "papers": "pick_list"})
    assert answer.status_code == 303
    assert "Release them first" in sam.get(answer.location).text
    assert world.session.query(PrintRun).count() == 0
    listed = way.released({world.product("TR-2"): 1})
    number = world.session.get_one(Order, listed.order_id).number
    form = {"order": [order.number, number], "papers": "pick_list", "submission_key": "k"}
    both = sam.post("/admin/prints", data=form, follow_redirects=True).text
    assert f"There is no such paper of {order.number} yet." in both
    nothing = sam.post("/admin/prints", data={"papers": "pick_list"})
    assert "Select at least one order first." in sam.get(nothing.location).text


def test_the_export_has_every_order_and_no_formula(world: World, way: Way, as_: Browser) -> None:
    world.acme.name = "=HYPERLINK(1)"
    order = way.placed({world.product("TR-1"): 2}, po_number="+44")
    text = as_(world.olu).get("/admin/orders/export.csv").get_data(as_text=True)
    assert order.number in text
    assert "'=HYPERLINK(1)" in text
    assert "'+44" in text


def test_the_list_takes_as_many_statements_for_fifty_orders_as_for_five(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1", price="1.00", stock=1000)
    olu = as_(world.olu)
    for _ in range(5):
        world.order(world.acme, world.bob, {trowel: 1})
    world.session.commit()
    few = statements_of(olu, "/admin/orders")
    for _ in range(45):
        world.order(world.globex, world.charlie, {trowel: 1})
    world.session.commit()
    assert statements_of(olu, "/admin/orders") == few
    assert few <= 8
