"""Who has read which alert on which order: once each, and a later one anew."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from models.accounts import Account, Actor, Note, add_note_about, end_note
from models.insight import alerts
from models.kernel.errors import Denied
from models.orders import AlertReading, Order, keep_read, note_on_order
from tests.models.checkout.changing import Office
from tests.world import World, make_world


def unread(session: Session, order: Order, by: Actor) -> list[str]:
    """The texts of the alerts that ask this person."""
    return [row.text for row in alerts(session, order, by=by) if not row.is_read]


def warn(world: World, subject: Account | Order, text: str, by: Actor) -> Note:
    if isinstance(subject, Order):
        return note_on_order(world.session, subject, "alert", text, by=by)
    return add_note_about(world.session, subject, "alert", text, by=by)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def order(world: World) -> Order:
    return Office(world).order({world.product("TR-1"): 10})


def test_each_person_reads_an_alert_once_for_each_order(world: World, order: Order) -> None:
    session, other = world.session, Office(world).order({world.product("FK-1"): 1})
    theirs = warn(world, world.acme, "Pays late", world.mia)
    warn(world, world.acme, "Nora knows", world.nora)
    add_note_about(session, world.acme, "delivery", "At the back", by=world.mia)
    both = ["Pays late", "Nora knows"]
    assert unread(session, order, world.olu) == unread(session, other, world.olu) == both
    assert unread(session, order, world.nora) == ["Pays late"]  # the other is her own
    keep_read(session, order.id, [theirs.id], by=world.olu)
    assert unread(session, order, world.olu) == ["Nora knows"]
    assert unread(session, other, world.olu) == unread(session, order, world.sam) == both
    kept = session.scalars(select(AlertReading)).one()
    read_at = kept.read_at
    keep_read(session, order.id, [theirs.id, theirs.id], by=world.olu)
    session.expire_all()
    assert session.scalars(select(AlertReading)).one().read_at == read_at


def test_an_alert_written_later_asks_all_but_its_author_until_it_is_taken_off(
    world: World, order: Order
) -> None:
    session = world.session
    first = warn(world, order, "Ring first", world.olu)
    keep_read(session, order.id, [first.id], by=world.sam)
    later = warn(world, order, "Ring Jo, not Sue", world.olu)
    assert unread(session, order, world.olu) == []
    assert unread(session, order, world.sam) == ["Ring Jo, not Sue"]
    assert unread(session, order, world.mia) == ["Ring first", "Ring Jo, not Sue"]
    nobodys = Note(
        kind="alert", subject_kind="account", subject_id=world.acme.id, text="From the old system"
    )
    session.add(nobodys)
    session.flush()
    assert unread(session, order, world.olu) == ["From the old system"]
    end_note(session, nobodys.id, world.acme, by=world.mia)
    assert unread(session, order, world.olu) == []
    assert [row.text for row in alerts(session, order, by=world.olu)] == [first.text, later.text]


def test_only_staff_who_see_orders_read_alerts_and_only_those_that_there_are(
    world: World, order: Order
) -> None:
    session, note = world.session, warn(world, world.acme, "Pays late", world.mia)
    for person in (world.bob, world.rita):
        with pytest.raises(Denied, match="by staff who see orders"):
            keep_read(session, order.id, [note.id], by=person)
    for order_id, note_id in ((order.id, note.id + 999), (order.id + 999, note.id)):
        with pytest.raises(IntegrityError), session.begin_nested():
            keep_read(session, order_id, [note_id], by=world.olu)
    assert session.scalars(select(AlertReading)).all() == []


@pytest.mark.concurrency
def test_two_presses_at_once_are_one_reading(committed_sessions: sessionmaker[Session]) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        order_id = Office(world).order({world.product("TR-1"): 1}).id
        ids = [warn(world, world.acme, f"Alert {n}", world.mia).id for n in range(5)]
        session.commit()
    at_once = Barrier(4)

    def press(turned: bool) -> None:
        with committed_sessions() as session:
            at_once.wait()
            keep_read(session, order_id, ids[::-1] if turned else ids, by=world.olu)
            session.commit()

    threads = [Thread(target=press, args=(bool(n % 2),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_sessions() as session:
        found = session.scalars(select(AlertReading.note_id).order_by(AlertReading.note_id))
        assert list(found) == ids
