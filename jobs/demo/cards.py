"""Card payments of the demo's past: paid at the stand-in, recorded as a settled webhook does.

The stand-in keeps them in its own record, so that a refund of such a payment finds it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from integrations.stripe.amounts import to_stripe
from integrations.stripe.standin.record import Record
from integrations.stripe.standin.things import Till
from models.receivables import Checkout, Payment, PaymentAttempt, Taken, note_started, settle

GOOD_CARD = "4242424242424242"
RETURN_TO = "http://localhost:8000/pay/"


@dataclass
class CardTill:
    """The stand-in's record, written without the stand-in running. It sends no webhooks for it."""

    record: Path

    def pay(self, session: Session, attempt: PaymentAttempt) -> Payment:
        """A card pays the attempt, at the moment where the clock stands."""
        self.record.parent.mkdir(parents=True, exist_ok=True)
        kept = Record(self.record)
        kept.set_mode("webhooks", {"off": True})
        till = Till(kept, "")
        page = till.open_page(_page_of(attempt))
        till.pay(page, GOOD_CARD)
        kept.set_mode("webhooks", {})
        kept.close()
        paid = Checkout(
            key=attempt.key, reference=page["id"], url="", state="complete", is_paid=True,
            amount=attempt.expected_amount, currency=attempt.currency,
            payment_reference=page["payment_intent"], is_live=False,
        )  # fmt: skip
        note_started(session, attempt.id, paid)
        news = Taken(
            attempt.key, page["payment_intent"], attempt.expected_amount, attempt.currency,
            is_live=False, session_reference=page["id"],
        )  # fmt: skip
        return settle(session, news, is_live=False)


def _page_of(attempt: PaymentAttempt) -> dict[str, object]:
    """What a payment page is opened with; it stays open from now on, not from the past."""
    return {
        "mode": "payment",
        "client_reference_id": attempt.key,
        "success_url": attempt.return_url,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": attempt.currency.lower(),
                    "unit_amount": to_stripe(attempt.expected_amount, attempt.currency),
                    "product_data": {"name": attempt.description},
                },
            }
        ],
        "payment_intent_data": {
            "description": attempt.description,
            "metadata": {"payment_key": attempt.key},
        },
    }
