"""Changing and cancelling against releasing, picking, shipping and money, over real connections."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.checkout import Amendment, LineWish, Wishes, amend_order, cancel_order
from models.insight import check_invariants
from models.kernel.errors import Conflict
from models.orders import Order, OrderAmendment
from models.receivables import Payment, overpaid, settle
from tests.models.checkout.acts import Act, attempt, changing, working
from tests.models.checkout.changing import Office
from tests.models.receivables.conftest import Till
from tests.world import World, make_world

pytestmark = pytest.mark.concurrency
ORDERS, DOORS = 8, 8


def carry_out(sessions: sessionmaker[Session], act: Act) -> str:
    return attempt(sessions, act)[0]


class Street:
    """Orders on account and by card, with a payment under way for each of the latter."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.payments: dict[int, Act] = {}
        with sessions() as session:
            self.world = world = make_world(session)
            trowel = world.product("TR-1", stock=60)
            till, office = Till(world), Office(world)
            self.account_orders = [office.order({trowel: 5}).id for _ in range(ORDERS // 2)]
            card_orders = [till.order({trowel: 5}, key=f"c{n}") for n in range(ORDERS // 2)]
            for order in card_orders:
                news = till.cards.pay(till.begin(order).key)
                self.payments[order.id] = lambda s, news=news: settle(s, news, is_live=False)
            self.ids = [*self.account_orders, *self.payments]
            session.commit()

    def acts(self, seed: int) -> list[tuple[str, Act]]:
        """What one person tries, in an order of their own."""
        world: World = self.world
        found: list[tuple[str, Act]] = []
        for order_id in self.ids:
            key = f"{seed}-{order_id}"
            found += [
                ("more", changing(order_id, 7 + seed, world.olu, f"m{key}")),
                ("less", changing(order_id, 3, world.olu, f"l{key}")),
                ("work", working(order_id, world.sam)),
                ("work", working(order_id, world.sam)),
            ]
            if order_id in self.payments:
                found.append(("pay", self.payments[order_id]))
        random.Random(seed).shuffle(found)
        if seed % 2 == 0:  # half of them cancel one order, two at once and two in the midst of it
            order_id = self.ids[seed]
            act = self._cancel(order_id, f"c{seed}-{order_id}", rest=seed > 3)
            found.insert(0 if seed % 4 == 0 else len(found) // 2, ("cancel", act))
        return found

    def _cancel(self, order_id: int, key: str, *, rest: bool) -> Act:
        by = self.world.olu
        return lambda session: cancel_order(
            session, order_id, key=key, reason="Not needed", by=by, rest=rest
        )


def test_changing_and_cancelling_race_the_warehouse_and_the_card(
    committed_sessions: sessionmaker[Session],
) -> None:
    street = Street(committed_sessions)
    gate = Barrier(DOORS)

    def run(seed: int) -> list[tuple[str, str]]:
        gate.wait()
        return [(name, carry_out(committed_sessions, act)) for name, act in street.acts(seed)]

    with ThreadPoolExecutor(DOORS) as pool:
        said = Counter(answer for part in pool.map(run, range(DOORS)) for answer in part)
    for name in ("more", "less", "work", "pay", "cancel"):
        assert said[name, "done"] > 0, said
    assert not [key for key in said if key[1] == "gave up"], said
    with committed_sessions() as session:
        assert check_invariants(session) == {}
        for order_id in street.payments:
            order = session.get_one(Order, order_id)
            assert overpaid(session, order) <= 0
            assert session.scalar(
                select(func.count(Payment.id)).where(Payment.order_id == order_id)
            ) == 1  # fmt: skip


def test_the_same_change_sent_twenty_times_at_once_is_made_once(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        office = Office(make_world(session))
        order = office.order({office.world.product("TR-1", stock=30): 10})
        wishes = Wishes((LineWish(office.lines(order)[0].id, Decimal(12)),))
        total = office.propose(order, wishes).total
        order_id, version, olu = order.id, order.version, office.world.olu
        session.commit()
    gate = Barrier(20)

    def send(number: int) -> str:
        form = Amendment("form" if number % 2 else f"form-{number}", version, total, wishes)
        gate.wait()
        return carry_out(
            committed_sessions, lambda session: amend_order(session, order_id, form, by=olu)
        )

    with ThreadPoolExecutor(20) as pool:
        said = Counter(pool.map(send, range(20)))
    assert set(said) <= {"done", Conflict.__name__}
    with committed_sessions() as session:
        assert session.scalar(select(func.count(OrderAmendment.id))) == 1
        assert session.get_one(Order, order_id).total_amount == total
        assert check_invariants(session) == {}
