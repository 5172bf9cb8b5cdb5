"""The stand-in's answers are Stripe's: the real library parses them and raises its own errors."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.stand_in import DECLINED, FAILING_REFUND, KEY, SIGNING, StandIn


@pytest.fixture
def client(standing_in: StandIn) -> stripe.StripeClient:
    return stripe.StripeClient(KEY, base_addresses={"api": standing_in.base}, max_network_retries=0)


def params(**more: Any) -> Any:
    item = {
        "quantity": 1,
        "price_data": {
            "currency": "gbp", "unit_amount": 5000, "product_data": {"name": "SO-1"},
        },
    }  # fmt: skip
    return {
        "mode": "payment", "success_url": "http://shop.test/back", "line_items": [item],
        "client_reference_id": "our-key", "payment_intent_data": {"metadata": {"a": "b"}}, **more,
    }  # fmt: skip


def paid(client: stripe.StripeClient, standing_in: StandIn, card: str = "4242424242424242") -> Any:
    page = client.v1.checkout.sessions.create(params())
    standing_in.pay(str(page.url), card)
    return client.v1.checkout.sessions.retrieve(page.id)


def test_a_session_is_the_librarys_session(client: stripe.StripeClient) -> None:
    page = client.v1.checkout.sessions.create(params(), {"idempotency_key": uuid4().hex})
    assert isinstance(page, stripe.checkout.Session)
    assert (page.object, page.status, page.payment_status) == ("checkout.session", "open", "unpaid")
    assert (page.amount_total, page.currency, page.livemode) == (5000, "gbp", False)
    assert page.client_reference_id == "our-key"
    assert page.id in str(page.url)


def test_what_was_paid_is_intent_charge_and_refund_of_the_library(
    client: stripe.StripeClient, standing_in: StandIn
) -> None:
    page = paid(client, standing_in)
    intent = client.v1.payment_intents.retrieve(page.payment_intent)
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, intent.metadata["a"]) == ("succeeded", 5000, "b")
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.captured, charge.amount_refunded) == (True, True, 0)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 1200})
    assert isinstance(refund, stripe.Refund)
    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 1200, charge.id)
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 1200


def test_events_tell_of_it_in_order_and_can_be_listed(
    client: stripe.StripeClient, standing_in: StandIn
) -> None:
    page = paid(client, standing_in)
    listed = client.v1.events.list({"limit": 3})
    assert [event.type for event in listed.data] == [
        "checkout.session.completed", "payment_intent.succeeded", "charge.succeeded",
    ]  # fmt: skip
    event = client.v1.events.retrieve(listed.data[0].id)
    assert isinstance(event, stripe.Event)
    assert event.data.object["id"] == page.id


def test_a_declined_card_is_told_of(client: stripe.StripeClient, standing_in: StandIn) -> None:
    page = client.v1.checkout.sessions.create(params())
    standing_in.pay(str(page.url), DECLINED)
    event = client.v1.events.list({"type": "payment_intent.payment_failed", "limit": 1}).data[0]
    error = event.data.object["last_payment_error"]
    assert (error["code"], error["decline_code"]) == ("card_declined", "generic_decline")


def test_a_refund_can_fail_after_it_succeeded(
    client: stripe.StripeClient, standing_in: StandIn
) -> None:
    page = paid(client, standing_in, FAILING_REFUND)
    made = client.v1.refunds.create({"payment_intent": page.payment_intent})
    assert made.status == "succeeded"
    assert client.v1.refunds.retrieve(made.id).status == "failed"


def test_an_unknown_parameter_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(params(colour="red"))
    assert (refusal.value.http_status, refusal.value.code) == (400, "parameter_unknown")
    assert refusal.value.param == "colour"


@pytest.mark.parametrize(
    ("broken", "param"),
    [
        ({"mode": "subscription"}, "mode"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"success_url": ""}, "success_url"),
        ({"expires_at": 1}, "expires_at"),
    ],
)
def test_a_broken_parameter_is_named(
    client: stripe.StripeClient, broken: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(params(**broken))
    assert refusal.value.param == param


def test_the_same_key_with_other_parameters_is_an_idempotency_error(
    client: stripe.StripeClient,
) -> None:
    key: Any = {"idempotency_key": uuid4().hex}
    first = client.v1.checkout.sessions.create(params(), key)
    assert client.v1.checkout.sessions.create(params(), key).id == first.id
    with pytest.raises(stripe.IdempotencyError) as refusal:
        client.v1.checkout.sessions.create(params(client_reference_id="other"), key)
    assert refusal.value.http_status == 400


def test_a_refused_call_leaves_its_key_free(client: stripe.StripeClient) -> None:
    key: Any = {"idempotency_key": uuid4().hex}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(params(colour="red"), key)
    assert client.v1.checkout.sessions.create(params(), key).status == "open"


def test_a_wrong_key_is_an_authentication_error(standing_in: StandIn) -> None:
    stranger = stripe.StripeClient("sk_test_x", base_addresses={"api": standing_in.base})
    with pytest.raises(stripe.AuthenticationError) as refusal:
        stranger.v1.checkout.sessions.create(params())
    assert refusal.value.http_status == 401


def test_too_many_calls_are_a_rate_limit_error(
    client: stripe.StripeClient, standing_in: StandIn
) -> None:
    standing_in.misbehave(rate_limited=1)
    with pytest.raises(stripe.RateLimitError):
        client.v1.checkout.sessions.create(params())


def test_a_fault_of_theirs_is_an_api_error_and_a_lost_answer_a_connection_error(
    client: stripe.StripeClient, standing_in: StandIn
) -> None:
    standing_in.misbehave(down=1)
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.create(params())
    standing_in.misbehave(lost_answers=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(params())


def test_what_is_unknown_is_an_invalid_request(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.retrieve("cs_test_unknown")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.list()


def test_an_over_refund_is_refused_in_stripes_words(
    client: stripe.StripeClient, standing_in: StandIn
) -> None:
    page = paid(client, standing_in)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as refusal:
        client.v1.refunds.create({"payment_intent": page.payment_intent, "amount": 5001})
    assert refusal.value.param == "amount"


def test_its_signature_is_the_one_the_library_makes_and_checks() -> None:
    from integrations.stripe.standin.webhooks import signature

    payload, at = json.dumps({"id": "evt_1", "object": "event", "type": "x"}), int(time.time())
    header = signature(payload, SIGNING, at)
    assert header == stripe.WebhookSignature.generate_signature_header(payload, SIGNING, at)
    event = stripe.Webhook.construct_event(payload, header, SIGNING)
    assert event.id == "evt_1"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(payload, header, "whsec_other")


def test_a_refused_card_is_the_librarys_card_error_when_the_api_says_402() -> None:
    """Checkout tells of it on its page; the adapter's mapping holds for calls that answer 402."""
    from integrations.stripe.standin.parameters import Fault

    fault = Fault(402, "card_error", "Your card was declined.", code="card_declined", param="")
    requestor = stripe._api_requestor._APIRequestor._global_instance()
    with pytest.raises(stripe.CardError) as refusal:
        requestor.handle_error_response(json.dumps(fault.body), 402, fault.body, {}, "V1")
    assert refusal.value.code == "card_declined"
