"""Who may tell us anything: forged reports leave no trace, true ones that do not fit are parked."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from integrations.stripe import news_of
from integrations.stripe.standin.webhooks import signature
from models.orders import Order
from models.receivables import InboundEvent, Payment, PaymentAttempt, work_on_event
from tests.models.receivables.conftest import Till
from tests.models.receivables.test_webhook_order import story
from tests.program import make_program
from tests.stand_in import KEY, SIGNING
from tests.world import make_world


@pytest.fixture
def door(settings: Settings, sessions: sessionmaker[Session]) -> FlaskClient:
    with_cards = replace(settings, stripe_secret_key=KEY, stripe_webhook_secret=SIGNING)
    app: Flask = make_program(with_cards, sessions)
    app.config.update(TESTING=True, RATELIMIT_ENABLED=False)
    from web.limits import limiter

    limiter.enabled = False
    yield app.test_client()
    limiter.enabled = True


def send(door: FlaskClient, body: bytes, header: str | None) -> int:
    headers = {} if header is None else {"Stripe-Signature": header}
    return door.post("/webhooks/stripe", data=body, headers=headers).status_code


def signed(event: dict[str, Any], secret: str = SIGNING, age: int = 0) -> tuple[bytes, str]:
    payload = json.dumps(event)
    return payload.encode(), signature(payload, secret, int(time.time()) - age)


def stored(session: Session) -> int:
    return session.scalar(select(func.count(InboundEvent.id))) or 0


EVENT = {"id": "evt_1", "object": "event", "type": "charge.succeeded", "livemode": False,
         "data": {"object": {"id": "ch_1"}}}  # fmt: skip


def test_a_true_event_is_stored_once_and_always_answered_with_200(
    door: FlaskClient, session: Session
) -> None:
    assert [send(door, *signed(EVENT)) for _ in range(3)] == [200, 200, 200]
    assert stored(session) == 1
    assert session.scalars(select(InboundEvent.payload)).one() == EVENT


def forgeries(count: int) -> list[tuple[str, bytes, str | None]]:
    """Wrong secrets, old and altered times, altered bodies and headers, by a fixed seed."""
    chance = random.Random(11)
    body, header = signed(EVENT)
    stamp, digest = header.split(",")
    makers: list[Callable[[], tuple[str, bytes, str | None]]] = [
        lambda: ("secret", *signed(EVENT, secret=f"whsec_{chance.random()}")),
        lambda: ("old", *signed(EVENT, age=301 + chance.randrange(10**6))),
        lambda: ("body", _altered(body, chance), header),
        lambda: ("time", body, f"t={int(time.time()) + chance.randint(1, 99)},{digest}"),
        lambda: ("digest", body, f"{stamp},v1={_altered(digest[3:].encode(), chance).hex()}"),
        lambda: ("scheme", body, f"{stamp},v0={digest[3:]}"),
        lambda: ("cut", body, header[: chance.randrange(len(header) - 1)]),
        lambda: ("missing", body, None),
        lambda: ("empty", body, ""),
        lambda: ("noise", chance.randbytes(chance.randrange(200)), header),
        lambda: ("unsigned", body, f"{stamp}"),
    ]
    return [makers[number % len(makers)]() for number in range(count)]


def _altered(text: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(text))
    return text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]


def test_five_hundred_forgeries_are_refused_and_leave_nothing(
    door: FlaskClient, session: Session
) -> None:
    answers = [(kind, send(door, body, header)) for kind, body, header in forgeries(500)]
    assert [answer for answer in answers if answer[1] != 400] == []
    assert stored(session) == 0


@pytest.mark.parametrize("body", [b"[]", b"{}", b'"x"', b'{"id": 1, "type": "x"}', b"\xff\xfe"])
def test_signed_nonsense_is_refused(door: FlaskClient, session: Session, body: bytes) -> None:
    text = body.decode("utf-8", "replace")
    header = signature(text, SIGNING, int(time.time()))
    assert send(door, body, header) == 400
    assert stored(session) == 0


def wrong(event: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    made = copy.deepcopy(event)
    change(made)
    return made


def on_object(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda event: event["data"]["object"].update(changes)


def without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda event: event["data"]["object"].pop(name)


WRONG: list[tuple[str, str, Callable[[dict[str, Any]], None]]] = [
    ("amount too small", "completed", on_object(amount_total=1)),
    ("amount too large", "completed", on_object(amount_total=10**9)),
    ("amount negative", "completed", on_object(amount_total=-100)),
    ("amount as text", "completed", on_object(amount_total="many")),
    ("another currency", "completed", on_object(currency="eur")),
    ("a currency without pence", "completed", on_object(currency="jpy")),
    ("a foreign key", "completed", on_object(client_reference_id="foreign")),
    ("no key", "completed", on_object(client_reference_id=None)),
    ("another page", "completed", on_object(id="cs_foreign")),
    ("live event", "completed", lambda event: event.update(livemode=True)),
    ("live page", "completed", on_object(livemode=True)),
    ("another account", "completed", lambda event: event.update(account="acct_1")),
    ("no amount", "completed", without("amount_total")),
    ("no object", "completed", lambda event: event["data"].clear()),
    ("no data", "completed", lambda event: event.pop("data")),
    ("data is a list", "completed", lambda event: event.update(data=[])),
    ("intent of another amount", "paid", on_object(amount_received=1)),
    ("intent of another currency", "paid", on_object(currency="usd")),
    ("intent of nobody", "paid", on_object(metadata={})),
    ("intent with a foreign key", "paid", on_object(metadata={"payment_key": "x"})),
    ("refund of an unknown payment", "refund updated", on_object(payment_intent="pi_x")),
    ("refund in an unknown state", "refund updated", on_object(status="lost")),
]


@pytest.mark.parametrize(("kind", "change"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_true_event_that_does_not_fit_is_parked_and_the_order_stays_unpaid(
    session: Session, kind: str, change: Callable[[dict[str, Any]], None]
) -> None:
    till = Till(make_world(session))
    order = till.order({till.world.product("TR-1"): 10})
    attempt = till.begin(order)
    amount = int(attempt.expected_amount * 100)
    event = wrong(story(attempt.key, attempt.session_reference or "", amount)[kind], change)
    row = InboundEvent(provider="stripe", event_id=event["id"], kind=event["type"], payload=event)
    session.add(row)
    session.flush()
    work_on_event(session, row.id, news_of, is_live=False)
    assert row.state == "parked"
    assert row.problem
    assert session.scalars(select(Payment)).all() == []
    assert session.scalars(select(Order.status)).one() == "on_hold"
    assert session.scalars(select(PaymentAttempt.state)).one() == "started"
