"""Papers printed together: in walking order, once, and as a copy ever after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from integrations.documents import Documents
from jobs.app import Work
from jobs.printing import make_print
from models.catalog import Product
from models.fulfilment import (
    PickList,
    PrintedPaper,
    PrintRun,
    Shipment,
    ask_to_print,
    confirm_all,
    is_printed,
    pack,
    papers_of,
    release_to_picking,
)
from models.inventory import Bin
from models.kernel.activity import Activity
from models.kernel.errors import Denied, Refused
from models.kernel.files import FileStore
from models.orders import Order
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def work(settings: Settings, sessions: sessionmaker[Session], files: FileStore) -> Work:
    return Work(settings, sessions, files)


def released(world: World, product: Product, units: int = 2) -> PickList:
    order = world.order(world.acme, world.bob, {product: units}, po_number="W")
    return release_to_picking(world.session, order.id, by=world.sam)[0]


def walk(world: World, product: Product, order: int) -> None:
    place = world.session.scalars(select(Bin).where(Bin.code == f"A-{product.id}")).one()
    place.walking_order = order
    world.session.flush()


def ask(world: World, order_ids: list[int], *kinds: str, key: str = "k") -> PrintRun:
    run = ask_to_print(world.session, order_ids, kinds, submission_key=key, by=world.sam)
    world.session.commit()
    return run


def copies(world: World, run: PrintRun) -> list[int | None]:
    world.session.expire_all()
    return [each.copy for each in papers_of(world.session, run)]


def test_pick_lists_come_in_walking_order_and_are_marked_as_printed(
    world: World, work: Work
) -> None:
    far, near = world.product("TR-1", stock=100), world.product("TR-2", stock=100)
    walk(world, far, 90)
    walk(world, near, 10)
    lists = [released(world, far), released(world, near)]
    run = ask(world, [each.order_id for each in lists], "pick_list")
    assert [each.number for each in papers_of(world.session, run)] == [
        lists[1].number, lists[0].number,
    ]  # fmt: skip
    assert not is_printed(world.session, "pick_list", lists[0].id)
    make_print(work, run_id=run.id)
    make_print(work, run_id=run.id)
    assert copies(world, run) == [0, 0]
    assert is_printed(world.session, "pick_list", lists[0].id)
    assert lists[0].printed_at == run.made_at
    entry = world.session.scalars(select(Activity).where(Activity.kind == "print_run.asked")).one()
    assert entry.actor_id == world.sam.id


def test_what_is_printed_again_is_a_copy(world: World, work: Work) -> None:
    pick_list = released(world, world.product("TR-1"))
    first = ask(world, [pick_list.order_id], "pick_list")
    second = ask(world, [pick_list.order_id], "pick_list", key="another")
    for run in (first, second):
        make_print(work, run_id=run.id)
    assert (copies(world, first), copies(world, second)) == ([0], [1])
    page = Documents(work.files).pick_list_page(world.session, pick_list, is_copy=True)
    assert '<span class="copy">Copy</span>' in page


def test_the_same_form_twice_is_one_print(world: World, work: Work) -> None:
    pick_list = released(world, world.product("TR-1"))
    first = ask(world, [pick_list.order_id], "pick_list")
    assert ask(world, [pick_list.order_id], "pick_list").id == first.id
    assert len(papers_of(world.session, first)) == 1


def test_the_database_lets_no_paper_have_two_originals(world: World, work: Work) -> None:
    pick_list = released(world, world.product("TR-1"))
    for key in "ab":
        run = ask(world, [pick_list.order_id], "pick_list", key=key)
        for paper in papers_of(world.session, run):
            paper.copy = 0
    with pytest.raises(IntegrityError, match="uq_printed_paper_original"):
        world.session.commit()


def test_delivery_notes_are_those_not_printed_yet_else_the_last_one(
    world: World, work: Work
) -> None:
    pick_list = released(world, world.product("TR-1"))
    with pytest.raises(Refused, match="goods picked"):
        ask(world, [pick_list.order_id], "delivery_note")
    confirm_all(world.session, pick_list.id, by=world.sam)
    pack(world.session, pick_list.shipment_id or 0, [], by=world.sam)
    shipment = world.session.get_one(Shipment, pick_list.shipment_id)
    for key, copy in (("a", 0), ("b", 1)):
        run = ask(world, [pick_list.order_id], "delivery_note", key=key)
        make_print(work, run_id=run.id)
        assert [each.number for each in papers_of(world.session, run)] == [shipment.number]
        assert copies(world, run) == [copy]


def test_a_revision_is_a_paper_of_its_own(world: World, work: Work) -> None:
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 2}, po_number="W")
    for key, revision, copy in (("a", 0, 0), ("b", 0, 1), ("c", 1, 0)):
        world.session.get_one(Order, order.id).revision = revision
        run = ask(world, [order.id], "acknowledgement", key=key)
        make_print(work, run_id=run.id)
        assert copies(world, run) == [copy]


def test_only_the_warehouse_prints_pick_lists_and_nothing_asks_for_nothing(world: World) -> None:
    pick_list = released(world, world.product("TR-1"))
    nobody = replace(world.olu, permissions=frozenset())
    with pytest.raises(Denied):
        ask_to_print(
            world.session, [pick_list.order_id], ["pick_list"], submission_key="k", by=nobody
        )
    with pytest.raises(Refused, match="Choose what to print"):
        ask(world, [pick_list.order_id])
    with pytest.raises(Refused, match="nothing of that"):
        ask(world, [], "pick_list", "delivery_note")
    assert world.session.scalars(select(PrintedPaper)).all() == []
