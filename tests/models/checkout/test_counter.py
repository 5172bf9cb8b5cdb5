"""Selling at the counter: all of it or nothing, once, and never more than is there."""

from __future__ import annotations

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.accounts import Account, Actor
from models.checkout import (
    CASH_ACCOUNT,
    Sale,
    cart_lines,
    counter_pad,
    place_for,
    propose,
    scan,
    set_line,
)
from models.checkout import sell as sell_at_counter
from models.closing import cash_by_person
from models.insight import check_invariants
from models.inventory import Stock
from models.kernel import clock, settings
from models.kernel.errors import Denied, Refused
from models.orders import Order
from models.receivables import Invoice, Payment
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def total(world: World, account: Account, by: Actor) -> Decimal:
    pad = counter_pad(world.session, account.id, by)
    assert pad is not None
    place = place_for(world.session, world.seller, account, None)
    return propose(world.session, pad, place, lines=cart_lines(world.session, pad)).total


def sell(world: World, means: str, *, key: str = "sale-1", account: Account | None = None) -> Order:
    account = account or world.acme
    by = world.olu
    pad = counter_pad(world.session, account.id, by)
    shown = total(world, account, by) if pad else Decimal(1)
    return sell_at_counter(world.session, account, Sale(key, shown, means), by=by)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("means", ["cash", "terminal"])
def test_a_paid_sale_is_shipped_invoiced_and_paid_at_once(world: World, means: str) -> None:
    session, shelf = world.session, world.product("TR-1", price="10.00", stock=5)
    scan(session, world.acme, "tr-1", "", by=world.olu)
    scan(session, world.acme, "TR-1", "2", by=world.olu)
    order = sell(world, means)
    assert (order.status, order.channel, order.total_amount) == ("paid", "counter", Decimal("36"))
    assert order.charges_amount == 0
    (invoice,) = session.scalars(select(Invoice)).all()
    (payment,) = session.scalars(select(Payment)).all()
    assert (invoice.open_amount, payment.unapplied_amount, payment.means) == (0, 0, means)
    stock = session.scalars(select(Stock).where(Stock.product_id == shelf.id)).one()
    assert (stock.on_hand, stock.allocated) == (2, 0)
    assert counter_pad(session, world.acme.id, world.olu) is None
    today = clock.today(world.seller.time_zone)
    taken = [each.taken for each in cash_by_person(session, world.seller, today, world.olu)]
    assert taken == ([Decimal(36)] if means == "cash" else [])
    assert check_invariants(session) == {}


def test_the_same_sale_twice_is_one(world: World) -> None:
    session = world.session
    world.product("TR-1", stock=5)
    scan(session, world.acme, "TR-1", "2", by=world.olu)
    order = sell(world, "cash")
    assert sell(world, "cash") is order
    scan(session, world.acme, "TR-1", "1", by=world.olu)
    assert sell(world, "cash") is order
    assert (count(session, Order), count(session, Payment), count(session, Invoice)) == (1, 1, 1)


def test_on_account_it_is_invoiced_and_owed(world: World) -> None:
    world.product("TR-1", stock=5)
    scan(world.session, world.acme, "TR-1", "2", by=world.olu)
    order = sell(world, "on_account")
    assert order.status == "invoiced"
    assert count(world.session, Payment) == 0
    assert check_invariants(world.session) == {}


def test_over_the_limit_only_money_buys(world: World) -> None:
    session = world.session
    world.acme.credit_limit = Decimal(10)
    world.product("TR-1", price="300.00", stock=5)
    scan(session, world.acme, "TR-1", "2", by=world.olu)
    with pytest.raises(Refused, match="take the money now"), session.begin_nested():
        sell(world, "on_account")
    assert count(session, Order) == 0
    assert sell(world, "cash").status == "paid"
    assert check_invariants(session) == {}


def test_what_is_not_here_is_not_sold_and_nothing_has_changed(world: World) -> None:
    session = world.session
    shelf = world.product("TR-1", stock=3)
    scan(session, world.acme, "TR-1", "4", by=world.olu)
    with pytest.raises(Refused) as refusal, session.begin_nested():
        sell(world, "cash")
    assert "only 3 here" in str([each.sentence for each in refusal.value.problems])
    assert (count(session, Order), count(session, Payment)) == (0, 0)
    set_line(session, world.acme, shelf.id, Decimal(3), by=world.olu)
    assert sell(world, "cash").status == "paid"


def test_what_cannot_be_sold_says_why(world: World) -> None:
    session = world.session
    world.product("TR-1", stock=3)
    with pytest.raises(Denied):
        scan(session, world.acme, "TR-1", "", by=world.sam)
    with pytest.raises(Refused, match="no product that we know"):
        scan(session, world.acme, "XX-9", "", by=world.olu)
    with pytest.raises(Refused, match="nothing to sell"):
        sell(world, "cash")
    scan(session, world.acme, "TR-1", "", by=world.olu)
    with pytest.raises(Refused, match="Choose cash, card"):
        sell(world, "cheque")
    settings.change(session, CASH_ACCOUNT, world.acme.number, by=world.ada)
    with pytest.raises(Refused, match="pay at once"):
        sell(world, "on_account")


@pytest.mark.concurrency
def test_of_two_clerks_one_sells_the_last_units(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        shelf = world.product("TR-1", price="10.00", stock=3)
        buyers = ((world.olu, world.acme.id), (world.mia, world.globex.id))
        for by, account_id in buyers:
            scan(session, session.get_one(Account, account_id), "TR-1", "2", by=by)
        session.commit()
        shelf_id = shelf.id
    at_once, told = Barrier(2), []

    def go(by: Actor, account_id: int) -> None:
        with committed_sessions() as session:
            account = session.get_one(Account, account_id)
            at_once.wait()
            try:
                sale = Sale(f"race-{by.id}", Decimal(24), "cash")
                sell_at_counter(session, account, sale, by=by)
                session.commit()
                told.append("sold")
            except Refused:
                told.append("refused")

    threads = [Thread(target=go, args=each) for each in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refused", "sold"]
    with committed_sessions() as session:
        stock = session.scalars(select(Stock).where(Stock.product_id == shelf_id)).one()
        assert (stock.on_hand, stock.allocated) == (1, 0)
        assert check_invariants(session) == {}
