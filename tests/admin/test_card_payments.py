"""Finance and card payments: refunds with the password confirmed, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update

from models.accounts import Actor
from models.accounts.user import SignInSession
from models.kernel import clock
from models.receivables import (
    InboundEvent,
    Payment,
    Refund,
    begin_order_payment,
    note_started,
    record_payment,
    request_of,
    settle,
)
from tests.admin.conftest import hidden
from tests.cards import FakeCards
from tests.world import World

As = Callable[[Actor], FlaskClient]


def paid(world: World) -> Payment:
    """An order paid by card."""
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 10}, payment_means="card")
    attempt = begin_order_payment(
        world.session, order.id, returning_to="http://shop.test/pay/", by=world.bob
    )
    assert attempt is not None
    cards = FakeCards()
    note_started(world.session, attempt.id, cards.start(request_of(attempt)))
    payment = settle(world.session, cards.pay(attempt.key), is_live=False)
    world.session.commit()
    return payment


def confirmed(world: World, browser: FlaskClient) -> FlaskClient:
    """As after the password was typed once more."""
    from datetime import timedelta

    later = clock.now() + timedelta(minutes=20)
    world.session.execute(update(SignInSession).values(sudo_until=later))
    world.session.commit()
    return browser


def refund_form(browser: FlaskClient, payment: Payment, **more: str) -> Any:
    address = f"/admin/payments/{payment.id}/refund"
    key = hidden(browser.get(address).text, "submission_key")
    return browser.post(address, data={"submission_key": key, "reason": "Damaged", **more})


def test_a_refund_asks_for_the_password_first(world: World, as_: As) -> None:
    payment = paid(world)
    nora = as_(world.nora)
    for answer in (
        nora.get(f"/admin/payments/{payment.id}/refund"),
        nora.post(f"/admin/payments/{payment.id}/refund", data={"amount": "1", "reason": "x"}),
    ):
        assert answer.status_code == 303
        assert "/confirm-password" in answer.headers["Location"]
    assert world.session.scalars(select(Refund)).all() == []


def test_finance_refunds_a_part_and_sees_it_on_the_payment(world: World, as_: As) -> None:
    payment = paid(world)
    nora = confirmed(world, as_(world.nora))
    answer = refund_form(nora, payment, amount="20.00")
    assert answer.status_code == 303
    refund = world.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.state) == (Decimal("20.00"), "intent")
    page = nora.get(f"/admin/payments/{payment.id}").text
    assert "Damaged" in page
    assert "Under way" in page


def test_a_refund_beyond_what_came_in_is_refused_in_place(world: World, as_: As) -> None:
    payment = paid(world)
    nora = confirmed(world, as_(world.nora))
    answer = refund_form(nora, payment, amount="9999.00")
    assert answer.status_code == 422
    assert "is left to refund" in answer.text
    assert 'value="9999.00"' in answer.text


def test_only_who_may_refund_finds_the_form(world: World, as_: As) -> None:
    payment = paid(world)
    assert as_(world.olu).get(f"/admin/payments/{payment.id}/refund").status_code == 403
    assert as_(world.mia).get("/admin/card-payments").status_code == 403


def test_what_came_by_transfer_is_noted_as_given_back(world: World, as_: As) -> None:
    payment = record_payment(
        world.session, world.acme, seller=world.seller, amount=Decimal("50.00"),
        means="transfer", received_on=clock.today("Europe/London"), by=world.nora,
    )  # fmt: skip
    world.session.commit()
    nora = confirmed(world, as_(world.nora))
    assert "Pay it back by hand" in nora.get(f"/admin/payments/{payment.id}/refund").text
    refund_form(nora, payment, amount="50.00")
    assert world.session.scalars(select(Refund.state)).one() == "succeeded"


def test_what_does_not_fit_waits_for_finance_and_is_put_aside_with_a_reason(
    world: World, as_: As
) -> None:
    event = InboundEvent(
        provider="stripe", event_id="evt_1", kind="checkout.session.completed", state="parked",
        payload={"data": {"object": {"id": "cs_1"}}}, problem="1.00 GBP came, 2.00 was asked for",
    )  # fmt: skip
    world.session.add(event)
    world.session.commit()
    nora = as_(world.nora)
    page = nora.get("/admin/card-payments").text
    assert "1.00 GBP came" in page
    address = f"/admin/card-payments/events/{event.id}/aside"
    assert nora.post(address, data={"reason": " "}).status_code == 422
    assert nora.post(address, data={"reason": "Settled by phone"}).status_code == 303
    assert nora.post(address, data={"reason": "Again"}).status_code == 409
    assert "1.00 GBP came" not in nora.get("/admin/card-payments").text


def test_a_parked_event_can_be_worked_on_again(world: World, as_: As) -> None:
    event = InboundEvent(
        provider="stripe", event_id="evt_1", kind="x", state="parked", payload={}, problem="?"
    )
    world.session.add(event)
    world.session.commit()
    nora = as_(world.nora)
    assert nora.post(f"/admin/card-payments/events/{event.id}/again").status_code == 303
    world.session.refresh(event)
    assert event.state == "waiting"


def test_the_list_shows_how_each_card_payment_stands(world: World, as_: As) -> None:
    payment = paid(world)
    page = as_(world.nora).get("/admin/card-payments?state=succeeded").text
    assert payment.number in page
    assert "Paid" in page
