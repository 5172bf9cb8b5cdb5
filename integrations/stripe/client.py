"""Stripe's own library behind our port. It is imported when it is first needed: it is large."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from config import Settings
from integrations.stripe.amounts import to_stripe
from integrations.stripe.events import checkout_of, fee_of, refund_of
from models.receivables import (
    CardFee,
    Checkout,
    CheckoutRequest,
    Declined,
    RefundReply,
    RefundRequest,
    Unavailable,
)

TOLERANCE_SECONDS = 300
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 4.0, 10.0
RETRIES = 2
"""Within one call, for lost connections and 5xx; the library repeats with the same key."""
CHECKOUT_HOST = "https://checkout.stripe.com"


class Forged(Exception):
    """A webhook that Stripe did not send, or sent too long ago."""


def cards_of(settings: Settings) -> StripeCards | None:
    """Card payments as these settings want them; None where Stripe is not configured."""
    if not settings.stripe_secret_key:
        return None
    return StripeCards(
        settings.stripe_secret_key,
        settings.stripe_webhook_secret,
        api_base=settings.stripe_api_base,
        checkout_host=settings.stripe_checkout_host or settings.stripe_api_base or CHECKOUT_HOST,
    )


@dataclass
class StripeCards:
    """The port `CardProvider`, over HTTP to Stripe or, where `api_base` names one, a stand-in."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    api_base: str = ""
    checkout_host: str = CHECKOUT_HOST
    """Where the payment page is, for the policy of pages whose forms lead there."""
    retries: int = RETRIES

    @property
    def is_live(self) -> bool:
        return self.secret_key.startswith(("sk_live_", "rk_live_"))

    @property
    def is_stand_in(self) -> bool:
        """Whether no card is charged: a stand-in answers instead of Stripe."""
        return bool(self.api_base)

    def start(self, request: CheckoutRequest) -> Checkout:
        """As the port says."""
        with self._talking() as stripe:
            page = stripe.v1.checkout.sessions.create(
                cast("Any", _session_params(request)), {"idempotency_key": f"pay-{request.key}"}
            )
            return checkout_of(page.to_dict())

    def find(self, reference: str) -> Checkout:
        """As the port says."""
        with self._talking() as stripe:
            return checkout_of(stripe.v1.checkout.sessions.retrieve(reference).to_dict())

    def expire(self, reference: str, key: str) -> Checkout:
        """As the port says. What is not open any more cannot be closed: it is looked at."""
        try:
            with self._talking() as stripe:
                options: Any = {"idempotency_key": f"expire-{key}"}
                page = stripe.v1.checkout.sessions.expire(reference, {}, options)
                return checkout_of(page.to_dict())
        except Declined:
            return self.find(reference)

    def refund(self, request: RefundRequest) -> RefundReply:
        """As the port says."""
        with self._talking() as stripe:
            params: Any = {
                "payment_intent": request.payment_reference,
                "amount": to_stripe(request.amount, request.currency),
                "metadata": {"refund_key": request.key},
            }
            made = stripe.v1.refunds.create(params, {"idempotency_key": request.key})
            return refund_of(made.to_dict(), is_live=self.is_live)

    def find_refund(self, reference: str) -> RefundReply:
        """As the port says."""
        with self._talking() as stripe:
            found = stripe.v1.refunds.retrieve(reference)
            return refund_of(found.to_dict(), is_live=self.is_live)

    def fee_of(self, payment_reference: str) -> CardFee | None:
        """As the port says."""
        with self._talking() as stripe:
            options: Any = {"expand": ["latest_charge.balance_transaction"]}
            return fee_of(stripe.v1.payment_intents.retrieve(payment_reference, options).to_dict())

    def verified(self, body: bytes, signature: str | None) -> dict[str, Any]:
        """The event in a webhook's body. Forged unless Stripe signed it within 300 seconds."""
        import stripe

        try:
            stripe.Webhook.construct_event(
                body, signature, self.webhook_secret, tolerance=TOLERANCE_SECONDS
            )
            event = json.loads(body)
            if not (isinstance(event.get("id"), str) and isinstance(event.get("type"), str)):
                raise Forged("The event has no id or no type.")
        except (stripe.SignatureVerificationError, ValueError, AttributeError, TypeError) as error:
            raise Forged(str(error).partition("\n")[0][:200]) from error
        return cast("dict[str, Any]", event)

    @cached_property
    def _client(self) -> Any:
        import stripe

        addresses: Any = {"api": self.api_base} if self.api_base else None
        return stripe.StripeClient(
            self.secret_key,
            base_addresses=addresses,
            max_network_retries=self.retries,
            http_client=stripe.RequestsClient(timeout=(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER)),
        )

    @contextmanager
    def _talking(self) -> Iterator[Any]:
        """Stripe's errors become the port's two. A key that came with other parameters is a fault
        of ours whose outcome is unknown: it is asked again, and never counts as a refusal."""
        import stripe

        final = (stripe.CardError, stripe.InvalidRequestError)
        try:
            yield self._client
        except final as error:
            raise Declined(_sentence(error)) from error
        except stripe.StripeError as error:
            raise Unavailable(_sentence(error)) from error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Unavailable(f"Stripe's answer could not be read: {error}") from error


def _sentence(error: Any) -> str:
    return str(error.user_message or type(error).__name__).strip()


def _session_params(request: CheckoutRequest) -> dict[str, Any]:
    return {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": request.key,
        "expires_at": int(request.expires_at.timestamp()),
        "success_url": f"{request.return_url}?from=checkout",
        "cancel_url": f"{request.return_url}?from=cancel",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency.lower(),
                    "unit_amount": to_stripe(request.amount, request.currency),
                    "product_data": {"name": request.description},
                },
            }
        ],
        "payment_intent_data": {
            "description": request.description,
            "metadata": {"payment_key": request.key},
        },
    }
