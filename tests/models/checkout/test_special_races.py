"""Orders with specials against purchasing: nobody waits in a circle, wherever the other one is.

One transaction is stopped after each of its locks in turn while the other one runs; both then end
without PostgreSQL taking one of them back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import product
from threading import Event, get_ident
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session, sessionmaker

from models.checkout import Amendment, LineWish, Wishes, amend_order, cancel_order, propose_change
from models.orders import Order, OrderLine
from models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    Wanted,
    change_date,
    follow_up,
    receive_goods,
    revise_purchase_order,
    send_purchase_order,
)
from tests.models.checkout.special_desk import SpecialDesk
from tests.world import make_world

pytestmark = pytest.mark.concurrency
PATIENCE = 20.0
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
               " AND datname = current_database()")  # fmt: skip
Act = Callable[[Session], Any]


class Shop:
    """An order of two specials and ordinary goods that wait; most are on a purchase order of which
    one unit has come, what was added later on a draft."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        with sessions() as session:
            self.world = world = make_world(session)
            trowel = world.product("TR-7")
            desk = SpecialDesk(world)
            desk.type(("TR-7", "4"))
            desk.special()
            self.order_id = desk.place().id
            self.line_id = desk.line(session.get_one(Order, self.order_id)).id
            tied, purchase = desk.bought()[0]
            self.sent_id, self.tied_id = purchase.id, tied.id
            send_purchase_order(session, purchase.id, by=world.pat)
            wanted = Wanted(trowel.id, Decimal(9), Decimal(2))
            revise_purchase_order(session, purchase.id, {}, [wanted], by=world.pat)
            self.trowels_id = session.scalars(
                select(PurchaseOrderLine.id).where(PurchaseOrderLine.product_id == trowel.id)
            ).one()
            desk.receive(1)
            later = SpecialDesk(world)
            later.special(name="Oak table")
            later.place("later")
            self.draft_id = session.scalars(
                select(PurchaseOrder.id).where(PurchaseOrder.state == "draft")
            ).one()
            session.commit()

    def placing(self, session: Session) -> None:
        desk = SpecialDesk(replace(self.world, session=session))
        desk.type(("TR-7", "2"))
        desk.special(name="Oak chair")
        desk.place("racing")

    def amending(self, session: Session, special: int = 5, trowels: int = 2) -> None:
        order = session.get_one(Order, self.order_id)
        lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
        wishes = Wishes(
            tuple(
                LineWish(line.id, Decimal(special if line.id == self.line_id else trowels))
                for line in lines
            )
        )
        change = propose_change(session, order, wishes, by=self.world.olu)
        amendment = Amendment("racing", order.version, change.total, wishes)
        amend_order(session, order.id, amendment, by=self.world.olu)

    def cancelling(self, session: Session) -> None:
        cancel_order(session, self.order_id, key="racing", reason="Too late", by=self.world.olu)

    def following(self, session: Session) -> None:
        follow_up(session, self.order_id)

    def receiving(self, session: Session) -> None:
        came = {self.tied_id: Decimal(2), self.trowels_id: Decimal(9)}
        receive_goods(session, self.sent_id, came, submission_key="racing", by=self.world.pat)

    def sending(self, session: Session) -> None:
        send_purchase_order(session, self.draft_id, by=self.world.pat)

    def dating(self, session: Session) -> None:
        day = SpecialDesk(replace(self.world, session=session)).facts().expected_on
        change_date(session, self.sent_id, day, by=self.world.pat)


class Stopped:
    """Stops the thread that runs `act` after its lock number `after`, until it may go on."""

    def __init__(self, after: int) -> None:
        self.after, self.locks, self.thread = after, 0, 0
        self.here, self.goes_on = Event(), Event()

    def watch(self, *told: Any) -> None:
        """Counts the locks of the thread; called by the engine after each statement."""
        if get_ident() != self.thread or " FOR " not in told[2] or "UPDATE" not in told[2]:
            return
        self.locks += 1
        if self.locks == self.after:
            self.here.set()
            assert self.goes_on.wait(PATIENCE)

    @contextmanager
    def on(self, engine: Engine) -> Iterator[None]:
        event.listen(engine, "after_cursor_execute", self.watch)
        try:
            yield
        finally:
            event.remove(engine, "after_cursor_execute", self.watch)


def run(sessions: sessionmaker[Session], act: Act, stopped: Stopped | None = None) -> None:
    """The act, taken back at its end so that the next try finds the shop as it was."""
    if stopped:
        stopped.thread = get_ident()
    with sessions() as session:
        act(session)
        session.flush()
        session.rollback()
    if stopped:
        stopped.thread = 0


def at_once(engine: Engine, sessions: sessionmaker[Session], one: Act, other: Act) -> int:
    """Runs both, the one stopped after each of its locks in turn; gives how many it takes."""
    after = 0
    while True:
        after += 1
        stopped = Stopped(after)
        with stopped.on(engine), ThreadPoolExecutor(2) as pool:
            first = pool.submit(run, sessions, one, stopped)
            until(stopped.here.is_set, first)
            second = pool.submit(run, sessions, other)
            until(lambda: _is_waiting(engine), second)
            stopped.goes_on.set()
            first.result(PATIENCE)
            second.result(PATIENCE)
        if stopped.locks < after:
            return stopped.locks


def until(happened: Callable[[], bool], work: Future[None]) -> None:
    """Waits for it, or for the work to end."""
    end = monotonic() + PATIENCE
    while not happened() and not work.done():
        assert monotonic() < end
        sleep(0.01)


def _is_waiting(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(WAITING))


EVERY_TIME = {("amending", "receiving"), ("placing", "sending")}
"""The pairs that are tried in every run; the others are tried by `--deep`."""
PAIRS = [
    pytest.param(*pair, marks=() if pair in EVERY_TIME else pytest.mark.deep)
    for pair in product(
        ("placing", "amending", "cancelling", "following"), ("receiving", "sending", "dating")
    )
]


@pytest.mark.parametrize(("selling", "buying"), PAIRS)
def test_selling_and_buying_specials_never_wait_in_a_circle(
    committed_database: Engine, committed_sessions: sessionmaker[Session], selling: str, buying: str
) -> None:
    shop = Shop(committed_sessions)
    sells: Act = getattr(shop, selling)
    buys: Act = getattr(shop, buying)
    assert at_once(committed_database, committed_sessions, sells, buys) > 3
    assert at_once(committed_database, committed_sessions, buys, sells) > 1
