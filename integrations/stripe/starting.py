"""Starting a card payment in a request, and asking how one stands: record, call, record.

`app.extensions["card_payments"]` holds a `CardPayments` where cards are taken.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import structlog
from flask import has_request_context, request
from sqlalchemy.orm import Session

from integrations.stripe.client import StripeCards
from models.accounts import Account, Actor
from models.kernel import clock
from models.kernel.failpoint import fail_at
from models.orders import Order
from models.receivables import (
    LIVE,
    CheckoutRequest,
    Declined,
    Mismatch,
    PaymentAttempt,
    Unavailable,
    begin_invoice_payment,
    begin_order_payment,
    hear_checkout,
    mark_mismatch,
    note_refused,
    note_started,
    request_of,
)
from web.transactions import commit, external

OWN_HOST = re.compile(r"[a-z0-9-]+\.localhost(:\d+)?")
log = structlog.get_logger(__name__)


class CardPayments:
    """Leads people to the payment page. Their order or invoices wait until Stripe confirms."""

    def __init__(self, cards: StripeCards, base_url: str) -> None:
        self.cards = cards
        self.base_url = base_url

    @property
    def returning_to(self) -> str:
        """What the attempt's key is added to: where people come back to.

        In the demo each person may be at a host of their own below localhost, where their session
        is; from the base address they would seem signed out.
        """
        if self.is_stand_in and has_request_context() and OWN_HOST.fullmatch(request.host):
            return f"{request.scheme}://{request.host}/pay/"
        return f"{self.base_url}/pay/"

    @property
    def is_stand_in(self) -> bool:
        """Whether no card is charged."""
        return self.cards.is_stand_in

    @property
    def checkout_host(self) -> str:
        return self.cards.checkout_host

    def start_for_order(self, session: Session, order: Order, by: Actor) -> str:
        """The address of the payment page for what is due; empty where nothing is due now.

        Commits. The same order again, while its page is open, leads to the same page.
        """
        attempt = begin_order_payment(session, order.id, returning_to=self.returning_to, by=by)
        if attempt is None:
            commit()
            return ""
        return self.lead(session, attempt)

    def start_for_invoices(
        self, session: Session, account: Account, amounts: dict[int, Decimal], by: Actor
    ) -> str:
        """The address of the payment page for parts of invoices, {invoice id: amount}. Commits."""
        attempt = begin_invoice_payment(
            session, account, amounts, returning_to=self.returning_to, by=by
        )
        return self.lead(session, attempt)

    def lead(self, session: Session, attempt: PaymentAttempt) -> str:
        """The payment page of an attempt that is live; where Stripe cannot be reached or says no,
        our own page about it, which says so."""
        if attempt.session_url:
            commit()
            return attempt.session_url
        outcome: Any
        with external():
            fail_at("payment.intent")
            outcome = _opened(self.cards, request_of(attempt))
        if isinstance(outcome, Unavailable):
            log.warning("checkout_unavailable", attempt_id=attempt.id, problem=str(outcome))
            return attempt.return_url
        if isinstance(outcome, Declined):
            log.warning("checkout_declined", attempt_id=attempt.id, problem=str(outcome))
            note_refused(session, attempt.id, str(outcome))
            commit()
            return attempt.return_url
        fail_at("payment.session_created")
        note_started(session, attempt.id, outcome)
        commit()
        return outcome.url or attempt.return_url

    def check(self, session: Session, attempt: PaymentAttempt) -> None:
        """Asks Stripe now, for somebody who waits before the page. Commits."""
        with external():
            outcome = _asked(self.cards, attempt)
        if not isinstance(outcome, Exception):
            hear_or_mark(session, attempt.id, outcome, is_live=self.cards.is_live)
        commit()


def ask_about(cards: StripeCards, attempt: PaymentAttempt) -> Any:
    """How the payment page of an attempt stands: a Checkout. Opens it where it is not known yet,
    with the same key, and closes it where its time is over. Raises Declined or Unavailable.

    No database work here: the caller has committed."""
    is_over = attempt.expires_at is not None and attempt.expires_at <= clock.now()
    page = (
        cards.find(attempt.session_reference)
        if attempt.session_reference
        else cards.start(request_of(attempt))
    )
    if is_over and page.state == "open":
        return cards.expire(page.reference, attempt.key)
    return page


def hear_or_mark(session: Session, attempt_id: int, page: Any, *, is_live: bool) -> None:
    """Keeps what Stripe said. What does not fit our record is marked for finance."""
    attempt = note_started(session, attempt_id, page)
    attempt.asked_at = clock.now()
    session.flush()
    try:
        with session.begin_nested():
            hear_checkout(session, page, is_live=is_live)
    except Mismatch as mismatch:
        mark_mismatch(session, attempt.key, str(mismatch))


def _opened(cards: StripeCards, request: CheckoutRequest) -> Any:
    try:
        return cards.start(request)
    except (Declined, Unavailable) as trouble:
        return trouble


def _asked(cards: StripeCards, attempt: PaymentAttempt) -> Any:
    if attempt.state not in LIVE:
        return Unavailable("It is finished.")
    try:
        return ask_about(cards, attempt)
    except (Declined, Unavailable) as trouble:
        return trouble
