"""Manifests: what left stands on exactly one, collected goods on none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from models.fulfilment import (
    Manifest,
    Shipment,
    close_manifest,
    confirm_all,
    loads_waiting,
    manifest_rows,
    manifests_made,
    pack,
    release_to_picking,
    ship_shipment,
)
from models.kernel.errors import Conflict, Denied, Refused
from tests.world import World, make_world


def send(world: World, key: str, freight: str = "delivery") -> int:
    """An order on its way; the id of its shipment."""
    session = world.session
    shelf = world.product(f"TR-{key}")
    order = world.order(world.acme, world.bob, {shelf: 2}, key=key)
    order.freight_choice = freight
    (found,) = release_to_picking(session, order.id, by=world.sam)
    confirm_all(session, found.id, by=world.sam)
    pack(session, found.shipment_id or 0, [], by=world.sam)
    ship_shipment(session, found.shipment_id or 0, by=world.sam)
    return found.shipment_id or 0


def close(world: World, **more: str) -> Manifest:
    return close_manifest(
        world.session, world.seller, world.warehouse.id, "Own fleet", by=world.sam, **more
    )


def test_what_left_stands_on_one_manifest_and_what_was_collected_on_none(world: World) -> None:
    sent = [send(world, key) for key in "ab"]
    send(world, "c", freight="collection")
    (load,) = loads_waiting(world.session)
    assert (load.service, load.shipments, load.parcels) == ("Own fleet", 2, 2)
    made = close(world, handed_to="  Derek ")
    assert (made.shipment_count, made.parcel_count, made.handed_to) == (2, 2, "Derek")
    rows = manifest_rows(world.session, made.id)
    assert [len(row.codes) for row in rows] == [1, 1]
    assert {row.number for row in rows} == {
        world.session.get_one(Shipment, shipment_id).number for shipment_id in sent
    }
    assert loads_waiting(world.session) == []
    assert [row.Manifest for row in manifests_made(world.session)] == [made]
    with pytest.raises(Conflict, match="Nothing waits"):
        close(world)


def test_a_later_parcel_waits_for_the_next_one(world: World) -> None:
    send(world, "a")
    first = close(world)
    send(world, "b")
    assert close(world).number != first.number


def test_it_needs_the_permission_to_ship_and_a_name_that_fits(world: World) -> None:
    send(world, "a")
    with pytest.raises(Refused, match="80 characters"):
        close(world, handed_to="x" * 81)
    with pytest.raises(Denied):
        close_manifest(world.session, world.seller, world.warehouse.id, "Own fleet", by=world.olu)


def test_a_closed_one_is_never_changed(world: World) -> None:
    send(world, "a")
    made = close(world)
    with pytest.raises(DBAPIError), world.session.begin_nested():
        world.session.execute(
            text("UPDATE manifest SET handed_to = 'x' WHERE id = :id"), {"id": made.id}
        )


@pytest.mark.concurrency
def test_of_several_who_close_at_once_one_has_all(
    committed_database: Engine, committed_sessions: sessionmaker[Session]
) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        for key in "abc":
            send(world, key)
        session.commit()
        seller_id, warehouse_id = world.seller.id, world.warehouse.id

    def closing(_n: int) -> bool:
        with committed_sessions() as own:
            try:
                close_manifest(
                    own, own.get_one(type(world.seller), seller_id), warehouse_id, "Own fleet",
                    by=world.sam,
                )  # fmt: skip
            except Conflict:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(closing, range(6))) == 1
    with committed_sessions() as session:
        assert session.scalar(select(func.sum(Manifest.shipment_count))) == 3
