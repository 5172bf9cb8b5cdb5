"""Paying by card in the shop, with the stand-in as a process of its own at the other end."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from integrations.stripe import CardPayments
from integrations.stripe.standin.webhooks import signature
from jobs.app import WORK, Work
from jobs.every_task import MODULES
from models.insight import check_invariants
from models.kernel.files import FileStore
from models.orders import Order
from models.receivables import InboundEvent, Payment, PaymentAttempt, Refund
from tests.program import make_program
from tests.signing_in import sign_in
from tests.stand_in import ASKS_BANK, DECLINED, KEY, SIGNING, StandIn
from tests.storefront.test_order_pad import form_of, put
from tests.world import World

assert MODULES


@dataclass
class Counter:
    """A shop that takes cards, a stand-in that charges none, and the worker between them."""

    app: Flask
    shop: World
    stand_in: StandIn
    work: Work
    seen: set[str] = field(default_factory=set)

    def browser(self, person: Any) -> FlaskClient:
        return sign_in(self.app.test_client(), self.shop.session, person)

    def report(self) -> list[int]:
        """Brings every new event of the stand-in as its webhook, and has the worker act on it."""
        statuses = []
        for event in self.stand_in.events():
            if event["id"] in self.seen:
                continue
            self.seen.add(event["id"])
            statuses.append(self.bring(event).status_code)
        self.run_events()
        return statuses

    def bring(self, event: dict[str, Any], *, secret: str = SIGNING, at: int = 0) -> Any:
        payload = json.dumps(event)
        header = signature(payload, secret, at or int(time.time()))
        return self.app.test_client().post(
            "/webhooks/stripe", data=payload, headers={"Stripe-Signature": header}
        )

    def run_events(self) -> None:
        for inbound_id in self.all(select(InboundEvent.id).where(InboundEvent.state == "waiting")):
            WORK["card.event"](self.work, inbound_id=inbound_id)

    def all(self, statement: Any) -> list[Any]:
        with self.work.session() as session:
            return list(session.scalars(statement))

    def placed(self, bob: FlaskClient) -> Any:
        put(bob, self.shop, "FK-1", "10")
        form = form_of(bob.get("/order").text) | {"payment_means": "card"}
        return bob.post("/order/place", data=form)


@pytest.fixture
def counter(
    settings: Settings,
    sessions: sessionmaker[Session],
    shop: World,
    standing_in: StandIn,
    files: FileStore,
) -> Counter:
    with_cards = replace(
        settings, stripe_secret_key=KEY, stripe_webhook_secret=SIGNING,
        stripe_api_base=standing_in.base,
    )  # fmt: skip

    app = make_program(with_cards, sessions)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made = Counter(app, shop, standing_in, Work(with_cards, sessions, files))
    made.seen = {event["id"] for event in standing_in.events()}
    return made


def heading(page: str) -> str:
    found = re.search(r'<section[^>]*id="state".*?<h2[^>]*>(.*?)</h2>', page, re.S)
    return found.group(1).strip() if found else page[:500]


def path_of(address: str) -> str:
    """Our own part of an address that the stand-in leads back to."""
    return "/" + address.split("/", 3)[3]


def test_one_comes_back_to_the_host_below_localhost_where_one_is_signed_in(
    counter: Counter,
) -> None:
    cards: CardPayments = counter.app.extensions["card_payments"]
    for host, wanted in (
        ("buyer.localhost:8000", "http://buyer.localhost:8000/pay/"),
        ("evil.example", f"{cards.base_url}/pay/"),
        ("buyer.localhost.evil.example", f"{cards.base_url}/pay/"),
    ):
        with counter.app.test_request_context(base_url=f"http://{host}"):
            assert cards.returning_to == wanted


def test_an_order_is_paid_by_card_and_goes_on(counter: Counter) -> None:
    bob = counter.browser(counter.shop.bob)
    pad = bob.get("/order")
    put(bob, counter.shop, "FK-1", "1")
    pad = bob.get("/order")
    assert "test payments, no card is charged" in pad.text
    assert counter.stand_in.base in pad.headers["Content-Security-Policy"]
    sent = counter.placed(bob)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith(counter.stand_in.base)
    back = counter.stand_in.pay(sent.headers["Location"])
    waiting = bob.get(path_of(back))
    assert heading(waiting.text) == "Waiting for the confirmation"
    assert 'hx-trigger="every 2s"' in waiting.text
    assert counter.report() == [200, 200, 200]
    done = bob.get(path_of(back))
    assert heading(done.text) == "Paid"
    assert "every 2s" not in done.text
    order = counter.all(select(Order))[0]
    assert order.status == "open"
    page = bob.get(f"/orders/{order.number}")
    assert "paid by card" in page.text
    assert "Pay by card" not in page.text
    assert check_invariants(counter.work.session()) == {}


def test_htmx_is_told_to_leave_for_the_payment_page(counter: Counter) -> None:
    bob = counter.browser(counter.shop.bob)
    put(bob, counter.shop, "FK-1", "10")
    form = form_of(bob.get("/order").text) | {"payment_means": "card"}
    sent = bob.post(
        "/order/place", data=form, headers={"HX-Request": "true", "HX-Request-Type": "full"}
    )
    assert sent.status_code == 200
    assert sent.headers["HX-Redirect"].startswith(counter.stand_in.base)


def test_a_declined_card_is_said_and_another_one_may_be_tried(counter: Counter) -> None:
    bob = counter.browser(counter.shop.bob)
    page = counter.placed(bob).headers["Location"]
    counter.stand_in.pay(page, DECLINED)
    counter.report()
    attempt = counter.all(select(PaymentAttempt))[0]
    shown = bob.get(f"/pay/{attempt.key}?from=cancel")
    assert heading(shown.text) == "Not paid yet"
    assert "Your card was declined." in shown.text
    again = bob.post(f"/pay/{attempt.key}/again")
    assert again.headers["Location"] == page
    counter.stand_in.pay(page, ASKS_BANK, bank="yes")
    counter.report()
    assert heading(bob.get(f"/pay/{attempt.key}").text) == "Paid"


def test_a_lost_webhook_loses_no_money(counter: Counter) -> None:
    bob = counter.browser(counter.shop.bob)
    back = counter.stand_in.pay(counter.placed(bob).headers["Location"])
    attempt = counter.all(select(PaymentAttempt))[0]
    bob.post(f"/pay/{attempt.key}/check?from=checkout")
    assert heading(bob.get(path_of(back)).text) == "Paid"
    counter.report()
    assert len(counter.all(select(Payment))) == 1
    assert check_invariants(counter.work.session()) == {}


def test_a_lost_answer_is_asked_again_with_the_same_key(counter: Counter) -> None:
    payments: CardPayments = counter.app.extensions["card_payments"]
    payments.cards.retries = 0
    before = counter.stand_in.count("checkout.session"), counter.stand_in.count("charge")
    bob = counter.browser(counter.shop.bob)
    counter.stand_in.misbehave(lost_answers=1)
    sent = counter.placed(bob)
    attempt = counter.all(select(PaymentAttempt))[0]
    assert sent.headers["Location"].endswith(f"/pay/{attempt.key}")
    assert "could not reach the card service" in bob.get(f"/pay/{attempt.key}").text
    WORK["card.ask"](counter.work, attempt_id=attempt.id)
    page = counter.all(select(PaymentAttempt.session_url))[0]
    counter.stand_in.pay(page)
    WORK["card.ask"](counter.work, attempt_id=attempt.id)
    assert counter.all(select(PaymentAttempt.state)) == ["succeeded"]
    after = counter.stand_in.count("checkout.session"), counter.stand_in.count("charge")
    assert after == (before[0] + 1, before[1] + 1)


def test_a_page_whose_time_is_over_is_closed_at_stripe_before_the_stock_is_freed(
    counter: Counter,
) -> None:
    from datetime import timedelta

    from models.kernel import clock

    bob = counter.browser(counter.shop.bob)
    page = counter.placed(bob).headers["Location"]
    attempt = counter.all(select(PaymentAttempt))[0]
    with clock.travelling(clock.now() + timedelta(minutes=32)):
        WORK["card.expire"](counter.work, attempt_id=attempt.id)
    assert "expired" in counter.stand_in.pay(page)
    shown = bob.get(f"/pay/{attempt.key}")
    assert heading(shown.text) == "Not paid"
    order = counter.all(select(Order))[0]
    assert "Pay by card" in bob.get(f"/orders/{order.number}").text
    second = bob.post(f"/orders/{order.number}/pay").headers["Location"]
    assert second != page
    counter.stand_in.pay(second)
    counter.report()
    assert counter.all(select(Order.status)) == ["open"]
    assert check_invariants(counter.work.session()) == {}


def test_a_refund_is_carried_out_at_stripe_once(counter: Counter) -> None:
    from models.receivables import ask_refund

    bob = counter.browser(counter.shop.bob)
    counter.stand_in.pay(counter.placed(bob).headers["Location"])
    counter.report()
    with counter.work.session() as session:
        payment = session.scalars(select(Payment)).one()
        refund_id = ask_refund(
            session, payment.id, Decimal("5.00"), reason="Broken", submission_key="f",
            by=counter.shop.nora,
        ).id  # fmt: skip
        session.commit()
    before = counter.stand_in.count("refund")
    WORK["card.refund"](counter.work, refund_id=refund_id)
    WORK["card.refund"](counter.work, refund_id=refund_id)
    counter.report()
    assert counter.stand_in.count("refund") == before + 1
    assert counter.all(select(Refund.state)) == ["succeeded"]
    order = counter.all(select(Order))[0]
    assert "£5.00 refunded" in bob.get(f"/orders/{order.number}").text
    assert check_invariants(counter.work.session()) == {}


def test_a_strangers_payment_is_not_found(counter: Counter) -> None:
    counter.placed(counter.browser(counter.shop.bob))
    attempt = counter.all(select(PaymentAttempt))[0]
    order = counter.all(select(Order))[0]
    charlie = counter.browser(counter.shop.charlie)
    assert charlie.get(f"/pay/{attempt.key}").status_code == 404
    assert charlie.post(f"/pay/{attempt.key}/again").status_code == 404
    assert charlie.post(f"/orders/{order.number}/pay").status_code == 404


def test_the_stand_in_is_not_in_the_way_where_no_cards_are_taken(bob_without: FlaskClient) -> None:
    assert bob_without.post("/webhooks/stripe", data=b"{}").status_code == 404


@pytest.fixture
def bob_without(client: FlaskClient, shop: World) -> FlaskClient:
    return sign_in(client, shop.session, shop.bob)
