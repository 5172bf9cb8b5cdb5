"""Webhooks in any order, repeated, late: the end is the same as when they come in order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from integrations.stripe import news_of
from models.insight import check_invariants
from models.ledger import JournalLine, LedgerAccount
from models.orders import Order, OrderHold, OrderLine
from models.receivables import (
    InboundEvent,
    Payment,
    PaymentAttempt,
    Refund,
    store_event,
    work_on_event,
)
from tests.models.receivables.conftest import Till
from tests.world import make_world

KINDS = ("declined", "paid", "charged", "completed", "refund created", "refund updated")
SEED = 20261122


def event(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"evt_{kind}_{thing['id']}_{thing.get('status', '')}", "object": "event",
        "type": kind, "livemode": False, "data": {"object": thing},
    }  # fmt: skip


def story(key: str, page: str, amount: int) -> dict[str, dict[str, Any]]:
    """A card refused, another one taken, and half given back at Stripe's own pages."""
    intent = {
        "id": "pi_1", "object": "payment_intent", "livemode": False, "currency": "gbp",
        "amount": amount, "amount_received": amount, "metadata": {"payment_key": key},
    }  # fmt: skip
    refund = {
        "id": "re_1", "object": "refund", "amount": 1000, "currency": "gbp",
        "payment_intent": "pi_1", "charge": "ch_1", "metadata": {},
    }  # fmt: skip
    refused = {**intent, "amount_received": 0, "last_payment_error": {"message": "Declined."}}
    return {
        "declined": event("payment_intent.payment_failed", {**refused, "status": "requires"}),
        "paid": event("payment_intent.succeeded", {**intent, "status": "succeeded"}),
        "charged": event("charge.succeeded", {"id": "ch_1", "livemode": False}),
        "completed": event(
            "checkout.session.completed",
            {
                "id": page, "livemode": False, "client_reference_id": key, "status": "complete",
                "payment_status": "paid", "amount_total": amount, "currency": "gbp",
                "payment_intent": "pi_1", "url": None,
            },
        ),
        "refund created": event("refund.created", {**refund, "status": "pending"}),
        "refund updated": event("refund.updated", {**refund, "status": "succeeded"}),
    }  # fmt: skip


def arrive(session: Session, events: list[dict[str, Any]]) -> None:
    """Each comes, and the worker acts on whatever waits, as it would."""
    for each in events:
        store_event(
            session, provider="stripe", event_id=each["id"], kind=each["type"], payload=each
        )
        _work(session)
    _work(session)


def _work(session: Session) -> None:
    for _ in range(2):
        for inbound_id in session.scalars(
            select(InboundEvent.id).where(InboundEvent.state == "waiting").order_by(InboundEvent.id)
        ).all():
            work_on_event(session, inbound_id, news_of, is_live=False)
            session.flush()


def end(session: Session) -> dict[str, Any]:
    """Everything that may not depend on the order."""
    session.flush()
    balances = session.execute(
        select(LedgerAccount.code, func.sum(JournalLine.amount))
        .join(JournalLine, JournalLine.ledger_account_id == LedgerAccount.id)
        .group_by(LedgerAccount.code)
    )
    money = (Payment.amount, Payment.unapplied_amount, Payment.refunded_amount)
    lines = (OrderLine.allocated, OrderLine.backordered, OrderLine.cancelled)
    attempt = (PaymentAttempt.state, PaymentAttempt.problem)
    return {
        "balances": {code: total for code, total in balances if total},
        "orders": session.scalars(select(Order.status)).all(),
        "lines": [tuple(row) for row in session.execute(select(*lines))],
        "holds": sorted(session.scalars(select(OrderHold.released_at.is_(None)))),
        "payments": [tuple(row) for row in session.execute(select(*money))],
        "attempts": [tuple(row) for row in session.execute(select(*attempt))],
        "refunds": [tuple(row) for row in session.execute(select(Refund.amount, Refund.state))],
        "events": sorted(session.execute(select(InboundEvent.event_id, InboundEvent.state)).all()),
    }  # fmt: skip


def orders_of_arrival(count: int | None) -> Iterator[tuple[str, ...]]:
    """Every permutation, each event one to three times; or `count` of them, by a fixed seed."""
    chance = random.Random(SEED)
    every = list(itertools.permutations(KINDS))
    chosen = chance.sample(every, count) if count else every * 3
    for permutation in chosen:
        repeated = [kind for kind in permutation for _ in range(chance.randint(1, 3))]
        if chance.random() < 0.5:
            extra = [kind for kind in repeated if repeated.count(kind) > 1]
            repeated = [*permutation, *chance.sample(extra, len(extra))] if extra else repeated
        yield tuple(repeated)


def run_all(session: Session, count: int | None) -> int:
    till = Till(make_world(session))
    order = till.order({till.world.product("TR-1"): 10})
    attempt = till.begin(order)
    amount = int(attempt.expected_amount * 100)
    events = story(attempt.key, attempt.session_reference or "", amount)
    session.flush()
    expected: dict[str, Any] | None = None
    runs = 0
    for kinds in itertools.chain([KINDS], orders_of_arrival(count)):
        with session.begin_nested() as savepoint:
            arrive(session, [events[kind] for kind in kinds])
            found = end(session)
            if runs % 20 == 0:
                assert check_invariants(session) == {}, f"seed {SEED}: {kinds}"
            savepoint.rollback()
        session.expire_all()
        expected = expected or found
        assert found == expected, f"seed {SEED}: {kinds}"
        runs += 1
    assert expected is not None
    assert expected["orders"] == ["on_hold"], "it waits for the money that went back"
    assert expected["refunds"] == [(Decimal("10.00"), "succeeded")]
    return runs


def test_a_score_of_orders_of_arrival_end_alike(session: Session) -> None:
    assert run_all(session, 20) == 21


@pytest.mark.deep
def test_every_permutation_with_repeats_ends_alike(session: Session) -> None:
    assert run_all(session, None) == 2161


def test_a_refund_before_its_payment_waits_for_it(session: Session) -> None:
    till = Till(make_world(session))
    attempt = till.begin(till.order({till.world.product("TR-1"): 10}))
    events = story(attempt.key, attempt.session_reference or "", int(attempt.expected_amount * 100))
    arrive(session, [events["refund updated"]])
    assert session.scalars(select(InboundEvent.state)).all() == ["parked"]
    arrive(session, [events["completed"]])
    assert set(session.scalars(select(InboundEvent.state))) == {"done"}
    assert session.scalars(select(Payment.refunded_amount)).one() == Decimal("10.00")
