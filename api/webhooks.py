"""What other machines report. Verified, stored raw, answered; a task works on it afterwards."""

from __future__ import annotations

import structlog
from flask import Response, current_app, request

from integrations.stripe import CardPayments, Forged
from models.kernel.errors import NotFound
from models.receivables import store_event
from web.access import Pages, anyone
from web.limits import WEBHOOK, limiter
from web.transactions import commit, session

pages = Pages("webhooks", __name__, url_prefix="/webhooks")
log = structlog.get_logger(__name__)


@pages.post("/stripe", access=anyone)
@limiter.limit(WEBHOOK)
def stripe() -> Response:
    """Takes an event that Stripe signed, once: 200 for a known one too. 400 for any other."""
    payments: CardPayments | None = current_app.extensions.get("card_payments")
    if payments is None:
        raise NotFound("There is nothing here.")
    try:
        event = payments.cards.verified(request.get_data(), request.headers.get("Stripe-Signature"))
    except Forged as forged:
        log.warning("webhook_forged", provider="stripe", reason=str(forged))
        return Response("The signature is not valid.\n", 400, mimetype="text/plain")
    store_event(
        session(), provider="stripe", event_id=event["id"], kind=event["type"], payload=event
    )
    commit()
    return Response(status=200)
