"""Buyers' messages: one open entry for an order, its owner, its clock, its answer."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from models.accounts import Actor
from models.insight import message_rows
from models.kernel import clock
from models.kernel.errors import Conflict, Denied, Refused
from models.kernel.outbox import DomainEvent
from models.orders import (
    Order,
    OrderEvent,
    OrderRequest,
    answer_request,
    ask_desk,
    assign_request,
    close_request,
    open_request,
    take_request,
    write_message,
)
from tests.models.checkout.changing import Office
from tests.world import make_world


@pytest.fixture
def office(session: Session) -> Office:
    return Office(make_world(session))


@pytest.fixture
def order(office: Office) -> Order:
    return office.order({office.world.product("TR-1"): 10})


def kinds(session: Session, order: Order) -> list[str]:
    return list(
        session.scalars(
            select(OrderEvent.kind).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
        )
    )


def test_what_is_added_joins_the_entry_and_is_written_once(office: Office, order: Order) -> None:
    bob, alice, session = office.world.bob, office.world.alice, office.session
    with pytest.raises(Refused, match="Write the message"):
        write_message(session, order, " ", by=bob)
    with pytest.raises(Refused, match="at most 1,000"):
        write_message(session, order, "x" * 1001, by=bob)
    first = write_message(session, order, "When does it come?", by=bob)
    asked_at = first.asked_at
    assert write_message(session, order, "When does it come?", by=bob) is first
    assert write_message(session, order, "We close at four.", by=alice) is first
    assert write_message(session, order, "We close at four.", by=alice) is first
    assert first.text == "When does it come?\n\nWe close at four."
    assert first.asked_at == asked_at
    assert kinds(session, order).count("message.written") == 2


def test_a_request_takes_an_open_message_up_and_the_desk_sees_both(
    office: Office, order: Order
) -> None:
    office.release(order)
    bob = office.world.bob
    write_message(office.session, order, "Is it on its way?", by=bob)
    entry = ask_desk(office.session, order, "cancel", "Please cancel it", by=bob)
    assert (entry.kind, entry.text) == ("cancel", "Is it on its way?\n\nPlease cancel it")
    write_message(office.session, order, "Hello?", by=bob)
    assert entry.kind == "cancel"


def test_it_is_taken_by_one_handed_over_and_answered_by_anyone_once(
    office: Office, order: Order
) -> None:
    world, session = office.world, office.session
    write_message(session, order, "When does it come?", by=world.bob)
    entry = take_request(session, order, by=world.olu)
    assert take_request(session, order, by=world.olu).owner_id == world.olu.id
    with pytest.raises(Conflict, match="has taken this already"):
        take_request(session, order, by=world.mia)
    with pytest.raises(Refused, match="Choose a colleague"):
        assign_request(session, order, world.sam.id, by=world.olu)
    assign_request(session, order, world.mia.id, by=world.olu)
    assert entry.owner_id == world.mia.id
    assert assign_request(session, order, None, by=world.mia).taken_at is None
    with pytest.raises(Refused, match="Write the answer"):
        answer_request(session, order, " ", by=world.olu)
    answer_request(session, order, "On Friday.", by=world.olu)
    assert entry.answer == "On Friday."
    with pytest.raises(Conflict, match="answered"):
        answer_request(session, order, "On Monday.", by=world.mia)
    news = session.scalars(select(DomainEvent).where(DomainEvent.kind == "request.answered"))
    assert [event.facts["request_id"] for event in news] == [entry.id]


def test_a_thank_you_is_closed_with_a_reason_that_buyers_do_not_read(
    office: Office, order: Order
) -> None:
    world, session = office.world, office.session
    write_message(session, order, "Thanks!", by=world.bob)
    with pytest.raises(Refused, match="no answer"):
        close_request(session, order, "", by=world.olu)
    close_request(session, order, "A thank-you", by=world.olu)
    assert open_request(session, order.id) is None
    closed = session.scalars(select(OrderEvent).where(OrderEvent.kind == "message.closed")).one()
    assert closed.audience == "staff"
    assert session.scalars(
        select(DomainEvent).where(DomainEvent.kind == "request.answered")
    ).all() == []  # fmt: skip


def test_changing_the_order_settles_what_was_asked_but_no_question(office: Office) -> None:
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 10})
    write_message(office.session, order, "When does it come?", by=office.world.bob)
    office.amend(order, office.wishes(order, {trowel: 12}))
    assert open_request(office.session, order.id) is not None


def test_who_may_write_and_who_may_answer(office: Office, order: Order) -> None:
    world, session = office.world, office.session
    with pytest.raises(Denied):
        write_message(session, order, "Hello", by=world.sam)
    write_message(session, order, "They ask when it comes.", by=world.rita)
    with pytest.raises(Denied):
        answer_request(session, order, "On Friday.", by=world.rita)


def test_the_queue_shows_what_waits_longest_first_and_to_whom_it_belongs(office: Office) -> None:
    world, session = office.world, office.session
    today = clock.today("Europe/London")
    trowel = world.product("TR-1")
    orders = [office.order({trowel: 1}) for _ in range(3)]
    for order in orders:
        write_message(session, order, f"About {order.number}", by=world.bob)
    take_request(session, orders[1], by=world.olu)
    answer_request(session, orders[2], "Yes.", by=world.mia)

    def numbers(queue: str) -> list[str]:
        return [row.number for row in message_rows(session, queue, world.olu, today=today)]

    assert numbers("open") == [orders[0].number, orders[1].number]
    assert numbers("mine") == [orders[1].number]
    assert numbers("free") == [orders[0].number]
    assert numbers("answered") == [orders[2].number]


@pytest.mark.concurrency
def test_two_who_write_at_once_share_one_entry_and_one_of_two_takes_it(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        office = Office(make_world(session))
        world = office.world
        order_id = office.order({world.product("TR-1"): 1}).id
        session.commit()
        people = {each.id: each for each in (world.bob, world.alice, world.olu, world.mia)}

    def together(*acts: tuple[Actor, Callable[[Session, Order, Actor], object]]) -> list[str]:
        at_once, told = Barrier(len(acts)), []

        def act(by: Actor, do: Callable[[Session, Order, Actor], object]) -> None:
            with committed_sessions() as session:
                order = session.get_one(Order, order_id)
                at_once.wait()
                try:
                    do(session, order, by)
                    session.commit()
                    told.append("done")
                except Conflict:
                    told.append("conflict")

        threads = [Thread(target=act, args=each) for each in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(told)

    def write(session: Session, order: Order, by: Actor) -> object:
        return write_message(session, order, f"From {by.name}", by=by)

    def take(session: Session, order: Order, by: Actor) -> object:
        return take_request(session, order, by=by)

    bob, alice, olu, mia = people.values()
    assert together((bob, write), (alice, write)) == ["done", "done"]
    assert together((olu, take), (mia, take)) == ["conflict", "done"]
    with committed_sessions() as session:
        (entry,) = session.scalars(select(OrderRequest)).all()
        assert sorted(entry.text.split("\n\n")) == [f"From {alice.name}", f"From {bob.name}"]
        assert entry.owner_id in (olu.id, mia.id)
