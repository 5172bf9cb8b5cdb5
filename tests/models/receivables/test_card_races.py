"""Twenty starts of one payment, and twenty reports of it, over real connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.insight import check_invariants
from models.receivables import (
    Payment,
    PaymentAttempt,
    begin_order_payment,
    note_started,
    request_of,
)
from tests.models.receivables.conftest import BACK, Till
from tests.stand_in import StandIn
from tests.world import make_world

pytestmark = pytest.mark.concurrency


def test_twenty_starts_at_once_are_one_page_and_one_charge(
    committed_sessions: sessionmaker[Session], standing_in: StandIn
) -> None:
    with committed_sessions() as session:
        till = Till(make_world(session))
        order = till.order({till.world.product("TR-1"): 10})
        order_id, bob = order.id, till.world.bob
        session.commit()
    pages, charges = standing_in.count("checkout.session"), standing_in.count("charge")
    cards, gate = standing_in.cards(), Barrier(20)

    def start(_: int) -> str:
        gate.wait()
        with committed_sessions() as session:
            attempt = begin_order_payment(session, order_id, returning_to=BACK, by=bob)
            assert attempt is not None
            session.commit()
            page = cards.start(request_of(attempt))
            note_started(session, attempt.id, page)
            session.commit()
            return page.url

    with ThreadPoolExecutor(20) as pool:
        urls = set(pool.map(start, range(20)))
    assert len(urls) == 1
    assert standing_in.count("checkout.session") == pages + 1
    url = urls.pop()
    standing_in.pay(url)
    standing_in.pay(url)
    assert standing_in.count("charge") == charges + 1
    with committed_sessions() as session:
        attempt = session.scalars(select(PaymentAttempt)).one()
        page = cards.find(attempt.session_reference or "")

    def hear(_: int) -> None:
        from models.receivables import hear_checkout

        gate.wait()
        with committed_sessions() as session:
            hear_checkout(session, page, is_live=False)
            session.commit()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(hear, range(20)))
    with committed_sessions() as session:
        assert session.scalar(select(func.count(Payment.id))) == 1
        assert check_invariants(session) == {}
