"""Beginning a card payment: the intent is recorded here, before the provider is called."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Capability
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from models.kernel.money import ZERO, round_amount
from models.kernel.outbox import defer
from models.kernel.settings import define, get
from models.orders import Order, release_hold, take_stock_again
from models.receivables.cancelled import NOT_THERE, cancel_short
from models.receivables.card import Checkout, CheckoutRequest
from models.receivables.invoice import Invoice
from models.receivables.order_worth import due_now
from models.receivables.payment import PaymentAttempt
from models.receivables.refunding import give_back
from models.receivables.waiting import open_payment_hold

EXPIRING = "card.expire"
PAGE_MINUTES = define(
    "card.page_minutes",
    31,
    "Minutes that a card payment page stays open; Stripe's least is 30, and the call takes time",
    check=lambda minutes: 31 <= minutes <= 24 * 60,
)
LIVE = ("intent", "started")
"""The states in which money may still come for an attempt."""


def begin_order_payment(
    session: Session, order_id: int, *, returning_to: str, by: Actor
) -> PaymentAttempt | None:
    """The intent to pay what is due for an order by card: the one under way, else a new one.

    Stock that was given back is taken again first. None where nothing is due: the order goes on
    then, without what is not there any more and shall not wait. `returning_to` is the address that
    the attempt's key is added to. Conflict where the order does not wait for a payment; Denied for
    staff, who have no business with a buyer's card.
    """
    _require_own_card(by)
    by.require(Capability.PLACE_ORDERS, "Paying for an order needs the capability to place one.")
    order = _lock_order(session, order_id)
    if order.account_id != by.account_id and not by.covers_branches:
        raise NotFound("There is no such order.")
    hold = open_payment_hold(session, order.id)
    if hold is None or order.cancelled_at is not None:
        raise Conflict(f"{order.number} does not wait for a payment.")
    live = live_attempt_of(session, order.id)
    if live is not None:
        return live
    take_stock_again(session, order)
    due = due_now(session, order)
    if due <= 0:
        if cancel_short(session, order):
            give_back(session, order, reason=NOT_THERE)
        if order.cancelled_at is None:
            release_hold(
                session, order, "awaiting_payment", by=None,
                reason="Nothing is due now: it is paid when the goods are there.",
            )  # fmt: skip
        return None
    attempt = _attempt(session, order.bill_to_account_id, due, order.currency, returning_to, by)
    attempt.order_id, attempt.description = order.id, order.number
    hold.stock_kept_until = max(hold.stock_kept_until or clock.now(), _expiry(attempt))
    _note(session, attempt, by)
    return attempt


def begin_invoice_payment(
    session: Session, account: Account, amounts: dict[int, Decimal], *, returning_to: str, by: Actor
) -> PaymentAttempt:
    """The intent to pay parts of open invoices, {invoice id: amount}, by card.

    The same parts again, while their page is open, give the same intent. Refused for an amount
    beyond what is open; NotFound for an invoice that another account owes.
    """
    _require_own_card(by)
    by.require(Capability.PAY_INVOICES, "Paying invoices needs the capability for it.")
    payer = lock(session, Account, [account.pays_id])[0]
    wanted = {key: part for key, part in amounts.items() if part}
    invoices = {row.id: row for row in lock(session, Invoice, wanted)}
    _require_payable(payer, wanted, invoices)
    parts = {str(key): format(wanted[key].normalize(), "f") for key in sorted(wanted)}
    live = session.scalars(
        select(PaymentAttempt).where(
            PaymentAttempt.bill_to_account_id == payer.id,
            PaymentAttempt.state.in_(LIVE),
            PaymentAttempt.invoices == parts,
            PaymentAttempt.expires_at > clock.now() + timedelta(minutes=1),
        )
    ).first()
    if live is not None:
        return live
    total = sum(wanted.values(), ZERO)
    attempt = _attempt(session, payer.id, total, payer.currency, returning_to, by)
    attempt.invoices = parts
    attempt.description = ", ".join(invoices[key].number for key in sorted(wanted))[:200]
    _note(session, attempt, by)
    return attempt


def request_of(attempt: PaymentAttempt) -> CheckoutRequest:
    """What the provider is asked for it: the same words each time."""
    return CheckoutRequest(
        key=attempt.key,
        description=attempt.description,
        amount=attempt.expected_amount,
        currency=attempt.currency,
        expires_at=_expiry(attempt),
        return_url=attempt.return_url,
    )


def note_started(session: Session, attempt_id: int, page: Checkout) -> PaymentAttempt:
    """Keeps the provider's page with the intent. What is finished meanwhile stays as it is."""
    attempt = lock(session, PaymentAttempt, [attempt_id])[0]
    attempt.session_reference = attempt.session_reference or page.reference
    attempt.session_url = attempt.session_url or page.url
    if attempt.state == "intent":
        attempt.state = "started"
    return attempt


def note_refused(session: Session, attempt_id: int, problem: str) -> PaymentAttempt:
    """The provider will not open a page for it: the attempt is over, the order waits on."""
    attempt = lock(session, PaymentAttempt, [attempt_id])[0]
    if attempt.state == "intent":
        attempt.state, attempt.problem = "failed", problem[:500]
        attempt.finished_at = clock.now()
    return attempt


def live_attempt_of(session: Session, order_id: int) -> PaymentAttempt | None:
    """The attempt of an order that money may still come for."""
    return session.scalars(
        select(PaymentAttempt).where(
            PaymentAttempt.order_id == order_id, PaymentAttempt.state.in_(LIVE)
        )
    ).first()


def _require_own_card(by: Actor) -> None:
    if by.is_staff:
        raise Denied("The customer pays with a card of their own; they find the button there.")


def _lock_order(session: Session, order_id: int) -> Order:
    payer = session.scalar(select(Order.bill_to_account_id).where(Order.id == order_id))
    lock(session, Account, [payer or 0])
    order = next(iter(lock(session, Order, [order_id])), None)
    if order is None:
        raise NotFound("There is no such order.")
    return order


def _require_payable(
    payer: Account, wanted: dict[int, Decimal], invoices: dict[int, Invoice]
) -> None:
    if not wanted:
        raise Refused("Choose at least one open invoice.")
    for invoice_id, amount in wanted.items():
        invoice = invoices.get(invoice_id)
        if invoice is None or invoice.bill_to_account_id != payer.id or invoice.kind != "invoice":
            raise NotFound("This account has no such invoice.")
        if amount < 0 or amount != round_amount(amount, invoice.currency):
            raise Refused(f"{invoice.number}: enter an amount above zero, in whole pence or cents.")
        if amount > invoice.open_amount:
            raise Refused(
                f"{invoice.number} has {invoice.open_amount:,.2f} {invoice.currency} open. "
                "Enter that much or less."
            )


def _attempt(
    session: Session, payer_id: int, amount: Decimal, currency: str, returning_to: str, by: Actor
) -> PaymentAttempt:
    key = uuid4().hex
    now = clock.now().replace(microsecond=0)
    return PaymentAttempt(
        key=key,
        bill_to_account_id=payer_id,
        expected_amount=amount,
        currency=currency,
        return_url=returning_to + key,
        started_by_id=by.id,
        created_at=now,
        expires_at=now + timedelta(minutes=get(session, PAGE_MINUTES)),
    )


def _note(session: Session, attempt: PaymentAttempt, by: Actor) -> None:
    session.add(attempt)
    session.flush()
    activity.record(
        session, "card.started", by=by, subject=attempt, account_id=attempt.bill_to_account_id,
        amount=attempt.expected_amount, currency=attempt.currency, text=attempt.description,
    )  # fmt: skip
    defer(
        session, EXPIRING, attempt_id=attempt.id,
        schedule_at=_expiry(attempt) + timedelta(seconds=5),
    )  # fmt: skip


def _expiry(attempt: PaymentAttempt) -> datetime:
    return attempt.expires_at or attempt.created_at + timedelta(minutes=31)
