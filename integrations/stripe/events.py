"""Stripe's objects and events in the domain's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.stripe.amounts import from_stripe
from models.receivables import (
    CardFee,
    CardRefused,
    Checkout,
    Expired,
    Mismatch,
    News,
    RefundReply,
    Taken,
)

REFUND_STATES = {
    "pending": "sent",
    "requires_action": "sent",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}


def news_of(payload: Mapping[str, Any]) -> News | None:
    """What a webhook event means to us; None where it says nothing.

    Mismatch for one that is of a connected account, contradicts itself or lacks what it must say.
    """
    if payload.get("account"):
        raise Mismatch(f"It is of the account {payload['account']}, not of ours")
    kind = str(payload.get("type", ""))
    reader = _READERS.get(kind)
    if reader is None:
        return None
    try:
        thing = payload["data"]["object"]
        is_live = bool(payload["livemode"])
        if "livemode" in thing and bool(thing["livemode"]) != is_live:
            raise Mismatch("The event and what it speaks of are of different modes")
        return reader(thing, is_live)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Mismatch(f"The event {kind} lacks what it must say: {error}") from error


def checkout_of(page: Any) -> Checkout:
    """A Checkout session as the domain knows it."""
    currency = str(page["currency"]).upper()
    return Checkout(
        key=page.get("client_reference_id") or "",
        reference=page["id"],
        url=page.get("url") or "",
        state=page["status"],
        is_paid=page["payment_status"] == "paid",
        amount=from_stripe(page["amount_total"], currency),
        currency=currency,
        payment_reference=_id(page.get("payment_intent")),
        is_live=bool(page["livemode"]),
    )


def refund_of(refund: Any, *, is_live: bool) -> RefundReply:
    """A refund as the domain knows it."""
    currency = str(refund["currency"]).upper()
    return RefundReply(
        key=(refund.get("metadata") or {}).get("refund_key", ""),
        reference=refund["id"],
        payment_reference=_id(refund["payment_intent"]) or "",
        state=REFUND_STATES[refund["status"]],
        amount=from_stripe(refund["amount"], currency),
        currency=currency,
        problem=str(refund.get("failure_reason") or ""),
        is_live=is_live,
    )


def fee_of(intent: Any) -> CardFee | None:
    """What was kept of a payment, from its intent with the balance transaction of its charge;
    None while that is not made."""
    moved = (intent.get("latest_charge") or {}).get("balance_transaction")
    if moved is None:
        return None
    currency = str(moved["currency"]).upper()
    fee, net = from_stripe(moved["fee"], currency), from_stripe(moved["net"], currency)
    if from_stripe(moved["amount"], currency) != fee + net:
        raise ValueError(f"The balance transaction {moved['id']} does not add up")
    return CardFee(moved["id"], intent["id"], fee, currency)


def _id(thing: Any) -> str | None:
    """Stripe names another object by its id, or puts the whole of it there."""
    if thing is None or isinstance(thing, str):
        return thing
    found: str = thing["id"]
    return found


def _completed(thing: Any, is_live: bool) -> News | None:
    page = checkout_of(thing)
    if not page.is_paid or page.payment_reference is None:
        return None
    return Taken(
        page.key, page.payment_reference, page.amount, page.currency, is_live, page.reference
    )


def _expired(thing: Any, is_live: bool) -> News:
    return Expired(thing.get("client_reference_id") or "", thing["id"], is_live)


def _paid(thing: Any, is_live: bool) -> News | None:
    key = (thing.get("metadata") or {}).get("payment_key")
    if key is None:
        raise Mismatch(f"The payment {thing['id']} was not begun here")
    currency = str(thing["currency"]).upper()
    amount = from_stripe(thing["amount_received"], currency)
    return Taken(key, thing["id"], amount, currency, is_live)


def _refused(thing: Any, is_live: bool) -> News | None:
    key = (thing.get("metadata") or {}).get("payment_key")
    error = thing.get("last_payment_error") or {}
    return CardRefused(key, str(error.get("message", "")), is_live) if key else None


def _refund(thing: Any, is_live: bool) -> News | None:
    if not thing.get("payment_intent"):
        raise Mismatch(f"The refund {thing['id']} is of no payment of ours")
    return refund_of(thing, is_live=is_live)


_READERS = {
    "checkout.session.completed": _completed,
    "checkout.session.async_payment_succeeded": _completed,
    "checkout.session.expired": _expired,
    "payment_intent.succeeded": _paid,
    "payment_intent.payment_failed": _refused,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
}
