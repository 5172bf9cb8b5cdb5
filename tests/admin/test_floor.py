"""The floor: right and wrong scans, short picks, cartons, and several shipments at once."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from models.catalog import Barcode, Pack
from models.fulfilment import Carton, PickLine, PickList, Shipment
from models.orders import Order, OrderLine
from models.receivables import Invoice
from tests.admin.conftest import Way, reread, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]


def first_line(world: World, pick_list: PickList) -> PickLine:
    return world.session.scalars(
        select(PickLine).where(PickLine.pick_list_id == pick_list.id).order_by(PickLine.position)
    ).first()


def scan(client: FlaskClient, pick_list: PickList, line: PickLine, **values: object):
    return client.post(f"/floor/pick/{pick_list.id}/scan", data={"line": line.id, **values})


def test_a_colleagues_pick_list_cannot_be_taken(world: World, way: Way, as_: Browser) -> None:
    pick_list = way.released({world.product("TR-1"): 2})
    assert as_(world.sam).post(f"/floor/pick/{pick_list.id}/take").status_code == 303
    taken = as_(world.ada).post(f"/floor/pick/{pick_list.id}/take")
    assert taken.status_code == 409
    assert "A colleague has taken" in taken.text


def test_bin_then_item_pack_by_pack_picks_the_line(world: World, way: Way, as_: Browser) -> None:
    trowel = world.product("TR-1")
    world.session.add(Pack(product_id=trowel.id, unit="inner", quantity=6))
    world.session.add(Barcode(product_id=trowel.id, unit="inner", code="5012345678900"))
    pick_list = way.released({trowel: 12})
    line = first_line(world, pick_list)
    sam = as_(world.sam)
    assert "Scan the bin" in sam.get(f"/floor/pick/{pick_list.id}").text
    at_item = scan(sam, pick_list, line, at="bin", code=line.bin_code.lower())
    assert "Scan the item" in sam.get(at_item.location).text
    half = scan(sam, pick_list, line, at="item", counted="0", code="5012345678900")
    assert "6 of 12 counted" in sam.get(half.location).text
    assert reread(world, PickLine, line.id).finished_at is None
    scan(sam, pick_list, line, at="item", counted="6", code="5012345678900")
    assert reread(world, PickLine, line.id).picked == 12
    assert reread(world, PickList, pick_list.id).state == "picked"
    assert "is picked" in sam.get(f"/floor/pick/{pick_list.id}").text


def test_a_wrong_scan_is_refused_at_once_and_nothing_is_counted(
    world: World, way: Way, as_: Browser
) -> None:
    world.product("TR-2")
    pick_list = way.released({world.product("TR-1"): 2})
    line = first_line(world, pick_list)
    sam = as_(world.sam)
    for at, code, words in (
        ("bin", "Z-99", "Wrong bin. You scanned Z-99"),
        ("item", "TR-2", "Wrong item. You scanned TR-2"),
        ("item", "000000", "Unknown code 000000"),
    ):
        refused = scan(sam, pick_list, line, at=at, counted="0", code=code)
        assert refused.status_code == 422
        assert words in refused.text
        assert 'data-state="wrong"' in refused.text
    assert reread(world, PickLine, line.id).finished_at is None


def test_more_than_the_line_asks_for_is_refused(world: World, way: Way, as_: Browser) -> None:
    trowel = world.product("TR-1")
    world.session.add(Pack(product_id=trowel.id, unit="case", quantity=24))
    world.session.add(Barcode(product_id=trowel.id, unit="case", code="5012345678917"))
    pick_list = way.released({trowel: 2})
    refused = scan(
        as_(world.sam), pick_list, first_line(world, pick_list), at="item", code="5012345678917"
    )
    assert refused.status_code == 422
    assert "more than this line asks for" in refused.text


def test_a_short_pick_needs_a_reason_and_becomes_a_backorder(
    world: World, way: Way, as_: Browser
) -> None:
    pick_list = way.released({world.product("TR-1"): 10})
    line = first_line(world, pick_list)
    sam, address = as_(world.sam), f"/floor/pick/{pick_list.id}/count"
    without = sam.post(address, data={"line": line.id, "quantity": "7"})
    assert without.status_code == 422
    assert "Say why fewer were picked." in without.text
    short = {"line": line.id, "quantity": "7", "short_reason": "damaged"}
    assert sam.post(address, data=short).status_code == 303
    order_line = reread(world, OrderLine, line.order_line_id)
    assert (order_line.picked, order_line.backordered) == (7, 3)
    assert sam.post(address, data=short).status_code == 409


def test_all_in_one_carton_packs_the_shipment_and_a_second_time_conflicts(
    world: World, way: Way, as_: Browser
) -> None:
    shipment = way.picked({world.product("TR-1"): 4})
    sam = as_(world.sam)
    assert sam.post(f"/floor/pack/{shipment.id}", data={"one": "1"}).status_code == 303
    assert reread(world, Shipment, shipment.id).state == "packed"
    page = sam.get(f"/floor/pack/{shipment.id}").text
    assert "1 parcel" in page
    assert sam.get(f"/floor/pack/{shipment.id}/labels.pdf").data.startswith(b"%PDF")
    assert sam.post(f"/floor/pack/{shipment.id}", data={"one": "1"}).status_code == 409


def test_two_cartons_are_packed_as_typed_and_must_add_up(
    world: World, way: Way, as_: Browser
) -> None:
    shipment = way.picked({world.product("TR-1"): 4})
    page = as_(world.sam).post(f"/floor/pack/{shipment.id}", data={"add": "1", "cartons": "1"}).text
    assert "Carton 2" in page
    line_id = page.split('name="c1-')[1].split('"')[0]
    typed = {"cartons": "2", f"c1-{line_id}": "3", f"c2-{line_id}": "2", "c1-weight": "1.5"}
    sam = as_(world.sam)
    refused = sam.post(f"/floor/pack/{shipment.id}", data=typed)
    assert refused.status_code == 422
    assert "do not add up" in refused.text
    assert 'value="1.5"' in refused.text
    typed[f"c2-{line_id}"] = "1"
    assert sam.post(f"/floor/pack/{shipment.id}", data=typed).status_code == 303
    weights = world.session.scalars(select(Carton.weight_grams).order_by(Carton.position)).all()
    assert weights == [1500, 250]


def test_a_weight_that_nobody_typed_follows_what_is_in_the_carton(
    world: World, way: Way, as_: Browser
) -> None:
    shipment, sam = way.picked({world.product("TR-1"): 5}), as_(world.sam)
    page = sam.get(f"/floor/pack/{shipment.id}").text
    assert 'name="c1-proposed" value="1.25"' in page
    line_id = page.split('name="c1-')[1].split('"')[0]
    moved = {f"c1-{line_id}": "3", f"c2-{line_id}": "2", "c1-weight": "1.25", "c1-proposed": "1.25"}
    again = sam.post(f"/floor/pack/{shipment.id}", data={"add": "1", "cartons": "1", **moved}).text
    assert 'name="c1-proposed" value="0.75"' in again
    assert sam.post(f"/floor/pack/{shipment.id}", data={"cartons": "2", **moved}).status_code == 303
    weights = world.session.scalars(select(Carton.weight_grams).order_by(Carton.position)).all()
    assert weights == [750, 500]


def test_packed_goods_can_be_opened_again(world: World, way: Way, as_: Browser) -> None:
    shipment = way.packed({world.product("TR-1"): 4})
    assert as_(world.sam).post(f"/floor/pack/{shipment.id}/open").status_code == 303
    assert reread(world, Shipment, shipment.id).state == "packing"


def test_several_shipments_leave_at_once_and_one_on_stop_stays(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1", stock=1000)
    first, second = way.packed({trowel: 2}), way.packed({trowel: 3})
    order = world.order(world.globex, world.charlie, {trowel: 1})
    world.session.commit()
    stopped = _packed_for(world, order)
    world.globex.status = "stopped"
    world.session.commit()
    response = as_(world.sam).post(
        "/floor/ship",
        data={"shipment": [first.id, second.id, stopped.id], f"tracking-{first.id}": "1550 2841"},
    )
    assert response.status_code == 422
    assert "is on stop" in response.text
    assert reread(world, Shipment, first.id).tracking_number == "1550 2841"
    states = [reread(world, Shipment, each.id).state for each in (first, second, stopped)]
    assert states == ["shipped", "shipped", "packed"]
    assert len(world.session.scalars(select(Invoice)).all()) == 2


def test_choosing_nothing_to_ship_is_said(world: World, as_: Browser) -> None:
    response = as_(world.sam).post("/floor/ship")
    assert response.status_code == 422
    assert "Choose at least one shipment." in response.text


def test_the_lists_of_the_floor_cost_the_same_however_long(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1", price="1.00", stock=1000)
    sam = as_(world.sam)
    for _ in range(2):
        way.released({trowel: 1})
        way.packed({trowel: 1})
    few = [statements_of(sam, address) for address in ("/floor", "/floor/ship")]
    for _ in range(10):
        way.released({trowel: 1})
        way.packed({trowel: 1})
    assert [statements_of(sam, address) for address in ("/floor", "/floor/ship")] == few
    assert max(few) <= 8


def _packed_for(world: World, order: Order) -> Shipment:
    from models.fulfilment import confirm_all, pack, release_to_picking

    pick_list = release_to_picking(world.session, order.id, by=world.sam)[0]
    confirm_all(world.session, pick_list.id, by=world.sam)
    shipment = pack(world.session, pick_list.shipment_id or 0, [], by=world.sam)
    world.session.commit()
    return shipment
