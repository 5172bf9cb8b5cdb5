"""Card payments in the worker: what Stripe reported, what it is asked, refunds, and time running
out. Each task commits before it calls Stripe, and is safe to run twice."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from integrations.stripe import StripeCards, ask_about, cards_of, news_of
from integrations.stripe.starting import hear_or_mark
from jobs.app import Work, task
from models.kernel import clock
from models.kernel.failpoint import fail_at
from models.kernel.outbox import defer
from models.receivables import (
    EXPIRING,
    LIVE,
    REFUNDING,
    WORKING,
    Checkout,
    Declined,
    Expired,
    Mismatch,
    Payment,
    PaymentAttempt,
    Refund,
    RefundReply,
    Unavailable,
    attempts_to_ask,
    book_fee,
    expire,
    fail_refund,
    hear_refund,
    let_stock_go,
    note_refused,
    orders_out_of_time,
    payments_without_fee,
    refund_request,
    refunds_to_ask,
    take_up_known,
    work_on_event,
)

ASKING = "card.ask"
ASKING_FEE = "card.fee"
LOST_AFTER = timedelta(hours=1)
log = structlog.get_logger(__name__)


@task(WORKING, queue="payments")
def work_on(work: Work, inbound_id: int) -> None:
    """Acts on one stored event; its effect and its mark stand or fall together."""
    cards = _cards(work)
    with work.session() as session:
        work_on_event(session, inbound_id, news_of, is_live=cards.is_live)
        session.commit()


@task(ASKING, queue="payments")
def ask(work: Work, attempt_id: int) -> None:
    """Asks Stripe how a payment stands: nothing is lost with a lost answer or a lost webhook."""
    cards = _cards(work)
    with work.session() as session:
        attempt = session.get_one(PaymentAttempt, attempt_id)
        if attempt.state not in LIVE:
            return
    try:
        page = ask_about(cards, attempt)
    except Declined as refusal:
        _give_up(work, attempt_id, str(refusal))
        return
    _keep(work, attempt_id, page, is_live=cards.is_live)


@task(EXPIRING, queue="payments")
def close_page(work: Work, attempt_id: int) -> None:
    """When a page's time is over it is closed at Stripe; only then is the stock given back."""
    ask(work, attempt_id)


@task(REFUNDING, queue="payments")
def refund(work: Work, refund_id: int) -> None:
    """Has Stripe give the money back, once, and posts it when Stripe says that it has."""
    cards = _cards(work)
    with work.session() as session:
        request = refund_request(session, refund_id)
        reference = session.get_one(Refund, refund_id).provider_reference
        is_sent = session.get_one(Refund, refund_id).state == "sent"
    fail_at("refund.intent")
    try:
        if request is not None:
            reply = cards.refund(request)
        elif is_sent and reference:
            reply = cards.find_refund(reference)
        else:
            return
    except Declined as refusal:
        with work.session() as session:
            fail_refund(session, refund_id, str(refusal))
            session.commit()
        return
    fail_at("refund.sent")
    _keep_refund(work, refund_id, reply, is_live=cards.is_live)


@task(ASKING_FEE, queue="payments")
def ask_fee(work: Work, payment_id: int) -> None:
    """Asks Stripe what it kept of a payment, and posts that, once. What it does not know yet is
    asked again by the reconciling."""
    cards = _cards(work)
    with work.session() as session:
        payment = session.get_one(Payment, payment_id)
        reference, is_known = payment.provider_reference, payment.fee_amount is not None
        payment.fee_asked_at = clock.now()
        session.commit()
    if is_known or reference is None:
        return
    try:
        fee = cards.fee_of(reference)
    except Declined as refusal:
        log.warning("card_fee_unknown", payment_id=payment_id, problem=str(refusal))
        return
    if fee is None:
        return
    with work.session() as session:
        try:
            book_fee(session, payment_id, fee)
        except Mismatch as mismatch:
            log.warning("card_fee_mismatch", payment_id=payment_id, problem=str(mismatch))
            return
        session.commit()


@task("card.reconcile", queue="payments", cron="* * * * *")
def reconcile(work: Work) -> None:
    """Every minute: asks about whatever is not finished, and frees stock that nobody pays for."""
    if cards_of(work.settings) is None:
        return
    now = clock.now()
    with work.session() as session:
        for attempt_id in attempts_to_ask(session, now):
            _once(session, ASKING, attempt_id=attempt_id)
        for refund_id in refunds_to_ask(session, now):
            _once(session, REFUNDING, refund_id=refund_id)
        for payment_id in payments_without_fee(session, now):
            _once(session, ASKING_FEE, payment_id=payment_id)
        take_up_known(session)
        session.commit()
    with work.session() as session:
        waiting = orders_out_of_time(session, now)
    for order_id in waiting:
        with work.session() as session:
            let_stock_go(session, order_id)
            session.commit()


def _cards(work: Work) -> StripeCards:
    cards = cards_of(work.settings)
    if cards is None:
        raise Unavailable("Stripe is not configured for this worker.")
    return cards


def _once(session: Session, name: str, **args: int) -> None:
    (identity,) = args.values()
    defer(session, name, queue="payments", queueing_lock=f"{name} {identity}", **args)


def _keep(work: Work, attempt_id: int, page: Checkout, *, is_live: bool) -> None:
    with work.session() as session:
        hear_or_mark(session, attempt_id, page, is_live=is_live)
        session.commit()


def _give_up(work: Work, attempt_id: int, problem: str) -> None:
    """Stripe does not know the page, or will not open one any more: nobody can pay there."""
    with work.session() as session:
        attempt = note_refused(session, attempt_id, problem)
        if (
            attempt.state in LIVE
            and attempt.expires_at
            and (clock.now() > attempt.expires_at + LOST_AFTER)
        ):
            cards = _cards(work)
            gone = Expired(attempt.key, attempt.session_reference or "", cards.is_live)
            expire(session, gone, is_live=cards.is_live)
        else:
            attempt.asked_at = clock.now()
        session.commit()


def _keep_refund(work: Work, refund_id: int, reply: RefundReply, *, is_live: bool) -> None:
    with work.session() as session:
        try:
            with session.begin_nested():
                hear_refund(session, reply, is_live=is_live)
        except Mismatch as mismatch:
            session.get_one(Refund, refund_id).problem = str(mismatch)[:500]
        session.commit()
