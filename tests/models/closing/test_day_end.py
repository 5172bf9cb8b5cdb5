"""The day's end: checks, cash by person, and days that are closed once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from models.accounts import Actor
from models.closing import (
    CashCount,
    DayEnd,
    Drawer,
    cash_by_person,
    close_day,
    closed_days,
    count_cash,
    standing_of,
)
from models.fulfilment import confirm_all, pack, release_to_picking
from models.insight.order_list import order_sums
from models.insight.order_views import OrderFilter
from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Denied, Refused
from models.orders import answer_request, write_message
from models.receivables import PaymentFilter, payment_sums, record_payment
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def pay(world: World, amount: str, means: str = "cash", by: Actor | None = None) -> None:
    record_payment(
        world.session, world.acme, seller=world.seller, amount=Decimal(amount), means=means,
        received_on=clock.today(world.seller.time_zone), by=by or world.nora,
    )  # fmt: skip


def drawers(world: World) -> list[Drawer]:
    today = clock.today(world.seller.time_zone)
    return cash_by_person(world.session, world.seller, today, world.nora)


def counted(world: World, amount: str, shown: str, reason: str = "") -> CashCount:
    return count_cash(
        world.session, world.seller, (world.nora.id, "GBP"), shown=Decimal(shown),
        counted=Decimal(amount), reason=reason, by=world.nora,
    )  # fmt: skip


def standing(world: World) -> dict[str, int]:
    return {
        check.key: check.count
        for check in standing_of(world.session, world.seller, world.nora).checks
    }


def test_each_check_counts_what_its_list_shows(world: World) -> None:
    session, today = world.session, clock.today(world.seller.time_zone)
    shelf = world.product("TR-1", stock=500)
    orders = [world.order(world.acme, world.bob, {shelf: 2}, key=f"o{n}") for n in range(3)]
    write_message(session, orders[0], "When?", by=world.bob)
    for order in orders[1:]:
        (found,) = release_to_picking(session, order.id, by=world.sam)
        confirm_all(session, found.id, by=world.sam)
    pack(session, found.shipment_id, [], by=world.sam)
    pay(world, "20.00")
    assert standing(world) == {
        "pack": 1, "ship": 1, "manifest": 0, "invoice": 0, "cards": 0, "cash": 1, "messages": 1
    }  # fmt: skip
    for view in ("pack", "ship"):
        (listed,) = order_sums(session, OrderFilter(view=view), world.nora, today=today)
        assert listed.count == 1
    answer_request(session, orders[0], "Now.", by=world.olu)
    assert standing(world)["messages"] == 0


def test_cash_is_counted_by_person_and_a_difference_says_why(world: World) -> None:
    assert drawers(world) == []
    for amount in ("20.00", "35.50"):
        pay(world, amount)
    pay(world, "99.00", means="transfer")
    pay(world, "7.00", by=world.ada)
    assert [(each.name, each.taken, each.payments) for each in drawers(world)] == [
        ("Ada", Decimal(7), 1), ("Nora", Decimal("55.50"), 2),
    ]  # fmt: skip
    with pytest.raises(Refused, match="Say why the cash differs"):
        counted(world, "50.00", "55.50")
    with pytest.raises(Refused, match="amount that was counted"):
        counted(world, "55.505", "55.50")
    with pytest.raises(Refused, match="amount that was counted"):
        counted(world, "-1", "55.50", "No")
    first = counted(world, "50.00", "55.50", "A note is missing")
    assert counted(world, "50.00", "55.50", "A note is missing") is first
    _ada, nora = drawers(world)
    assert (nora.is_counted, nora.difference) == (True, Decimal("-5.50"))
    again = counted(world, "55.50", "55.50", "Found it")
    assert (again.id != first.id, again.reason) == (True, "")
    pay(world, "4.50")
    assert not drawers(world)[1].is_counted
    with pytest.raises(Conflict, match="More cash was taken"):
        counted(world, "55.50", "55.50")
    counted(world, "60.00", "60.00")
    assert standing(world)["cash"] == 1


def test_the_list_behind_a_sum_holds_exactly_its_payments(world: World) -> None:
    today = clock.today(world.seller.time_zone)
    pay(world, "20.00")
    pay(world, "7.00", by=world.ada)
    pay(world, "99.00", means="transfer")
    with clock.travelling(clock.now() - timedelta(days=1)):
        pay(world, "11.00")
    chosen = PaymentFilter(
        means="cash", recorded_by_id=world.nora.id, recorded_on=today, zone=world.seller.time_zone
    )
    (sums,) = payment_sums(world.session, chosen, world.nora, today=today)
    assert (sums.count, sums.total) == (1, Decimal(20))
    assert [each.taken for each in drawers(world)] == [Decimal(7), Decimal(20)]


def test_a_day_at_zero_is_closed_once_and_stays_as_it_was(world: World) -> None:
    session = world.session
    with pytest.raises(Denied):
        close_day(session, world.seller, "", by=world.sam)
    done = close_day(session, world.seller, "Not needed", by=world.nora)
    assert (done.open_count, done.reason, done.stood) == (0, "", [])
    with pytest.raises(Conflict, match="Nora has closed"):
        close_day(session, world.seller, "", by=world.olu)
    with clock.travelling(clock.now() + timedelta(days=1)):
        close_day(session, world.seller, "", by=world.olu)
    assert [row.closed_by for row in closed_days(session, world.seller)] == [
        "Olu", "Nora",
    ]  # fmt: skip
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text("UPDATE day_end SET reason = 'x'"))


def test_what_stands_open_is_signed_with_a_reason_and_kept(world: World) -> None:
    session = world.session
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 2})
    write_message(session, order, "When?", by=world.bob)
    pay(world, "20.00")
    counted(world, "19.00", "20.00", "Change")
    with pytest.raises(Refused, match="Say why it stays open"):
        close_day(session, world.seller, " ", by=world.nora)
    close_day(session, world.seller, "Bob is answered tomorrow.", by=world.nora)
    (row,) = closed_days(session, world.seller)
    assert (row.open_count, row.reason) == (1, "Bob is answered tomorrow.")
    assert row.stood == [{"key": "messages", "count": 1, "sums": []}]
    (cash,) = row.cash
    assert (cash["name"], Decimal(cash["taken"]), Decimal(cash["counted"]), cash["reason"]) == (
        "Nora", Decimal(20), Decimal(19), "Change",
    )  # fmt: skip
    audited = session.scalars(select(Activity).where(Activity.kind == "day.closed")).one()
    assert audited.details["reason"] == "Bob is answered tomorrow."


@pytest.mark.concurrency
def test_of_two_who_close_at_once_one_has_closed_it(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        session.commit()
        people, seller = (world.nora, world.olu), world.seller
        session.expunge_all()
    at_once, told = Barrier(2), []

    def close(by: Actor) -> None:
        with committed_sessions() as session:
            at_once.wait()
            try:
                close_day(session, seller, "", by=by)
                session.commit()
                told.append("closed")
            except Conflict:
                told.append("conflict")

    threads = [Thread(target=close, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["closed", "conflict"]
    with committed_sessions() as session:
        assert len(session.scalars(select(DayEnd)).all()) == 1
