"""What became of a card payment: taken, expired, refused. Safe to be told twice, in any order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.accounts import Account
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.kernel.outbox import announce
from models.kernel.seller import Seller, first_seller
from models.orders import (
    Order,
    OrderHold,
    give_back_stock,
    release_hold,
    take_stock_again,
    tell,
)
from models.receivables.applying import apply_payment, record_payment
from models.receivables.cancelled import cancel_short
from models.receivables.card import CardRefused, Checkout, Expired, Mismatch, Taken
from models.receivables.card_starting import LIVE, live_attempt_of
from models.receivables.invoice import Invoice
from models.receivables.order_worth import due_now
from models.receivables.payment import Payment, PaymentAttempt
from models.receivables.pro_forma import end_pro_forma
from models.receivables.refunding import give_back
from models.receivables.waiting import open_payment_hold

CONFIRMED = "The card payment is confirmed."


def hear_checkout(session: Session, page: Checkout, *, is_live: bool) -> None:
    """Acts on what the provider said when asked about a payment page. Mismatch as `settle`."""
    if page.is_paid and page.payment_reference:
        news = Taken(
            page.key, page.payment_reference, page.amount, page.currency, page.is_live,
            page.reference,
        )  # fmt: skip
        settle(session, news, is_live=is_live)
    elif page.state == "expired":
        expire(session, Expired(page.key, page.reference, page.is_live), is_live=is_live)


def settle(session: Session, news: Taken, *, is_live: bool) -> Payment:
    """Records the money of an attempt once, and lets what waited for it go on.

    The money of an order stands in its deposits; stock that was given back is taken again, and
    what cannot be delivered is refunded. Money for invoices is applied, and what does not fit any
    more is unapplied credit. Mismatch, changing nothing, when attempt, page, amount, currency or
    mode are not those of our own record.
    """
    attempt = _locked(session, news.key)
    if attempt.payment_id is not None:
        payment = session.get_one(Payment, attempt.payment_id)
        if payment.provider_reference != news.payment_reference:
            raise Mismatch(f"A second payment, {news.payment_reference}, came for {payment.number}")
        return payment
    _require_ours(attempt, news.session_reference, news.is_live, is_live)
    if (news.amount, news.currency) != (attempt.expected_amount, attempt.currency):
        raise Mismatch(
            f"{news.amount} {news.currency} came, "
            f"{attempt.expected_amount} {attempt.currency} was asked for"
        )
    fail_at("payment.before_record")
    payment = _record(session, attempt, news.payment_reference)
    if attempt.order_id is None:
        _apply_to_invoices(session, attempt, payment)
    else:
        _let_order_go(session, lock(session, Order, [attempt.order_id])[0], payment)
    fail_at("payment.recorded")
    return payment


def expire(session: Session, news: Expired, *, is_live: bool) -> None:
    """The page is closed without a payment: the order gives back the stock it kept for it."""
    attempt = _locked(session, news.key)
    if attempt.state not in LIVE:
        return
    _require_ours(attempt, news.session_reference, news.is_live, is_live)
    attempt.state, attempt.finished_at = "expired", clock.now()
    attempt.session_reference = attempt.session_reference or news.session_reference
    if attempt.order_id is not None:
        order = lock(session, Order, [attempt.order_id])[0]
        if open_payment_hold(session, order.id) is not None:
            tell(session, order.id, "payment.expired", by=None, amount=attempt.expected_amount)
            give_back_stock(session, order, reason="The card payment was not finished.")


def note_card_refused(session: Session, news: CardRefused, *, is_live: bool) -> None:
    """Keeps why a card was refused, while another one may still be tried."""
    attempt = _locked(session, news.key)
    _require_ours(attempt, None, news.is_live, is_live)
    if attempt.state in LIVE:
        attempt.problem = news.sentence[:500]


def mark_mismatch(session: Session, key: str, problem: str) -> None:
    """The provider and we do not agree about this attempt: finance decides."""
    attempt = session.scalars(
        select(PaymentAttempt).where(PaymentAttempt.key == key).with_for_update()
    ).first()
    if attempt is not None and attempt.state in LIVE:
        attempt.state, attempt.problem = "mismatch", problem[:500]


def orders_out_of_time(session: Session, now: datetime) -> list[int]:
    """The card orders whose payment nobody began, or began again, while their stock was kept."""
    return list(session.scalars(select(Order.id).where(*_is_out_of_time(now)).order_by(Order.id)))


def let_stock_go(session: Session, order_id: int) -> None:
    """Gives back the stock of an order that `orders_out_of_time` named, if it still is one."""
    payer = session.scalar(select(Order.bill_to_account_id).where(Order.id == order_id))
    lock(session, Account, [payer or 0])
    order = lock(session, Order, [order_id])[0]
    hold = open_payment_hold(session, order.id)
    if hold is None or live_attempt_of(session, order.id) is not None:
        return
    hold.stock_kept_until = None
    give_back_stock(session, order, reason="The card payment was not finished.")


def _is_out_of_time(now: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = select(OrderHold.id).where(
        OrderHold.order_id == Order.id,
        OrderHold.code == "awaiting_payment",
        OrderHold.released_at.is_(None),
        OrderHold.stock_kept_until < now,
    )
    live = select(PaymentAttempt.id).where(
        PaymentAttempt.order_id == Order.id, PaymentAttempt.state.in_(LIVE)
    )
    return Order.payment_means == "card", waits.exists(), ~live.exists()


def _locked(session: Session, key: str) -> PaymentAttempt:
    """The attempt, locked after its account; Mismatch where the key is none of ours."""
    found = session.execute(
        select(PaymentAttempt.id, PaymentAttempt.bill_to_account_id).where(
            PaymentAttempt.key == key
        )
    ).first()
    if found is None:
        raise Mismatch(f"No payment of ours has the key {key[:64]!r}")
    lock(session, Account, [found.bill_to_account_id])
    order_id = session.scalar(select(PaymentAttempt.order_id).where(PaymentAttempt.id == found.id))
    lock(session, Order, [order_id or 0])
    return lock(session, PaymentAttempt, [found.id])[0]


def _require_ours(
    attempt: PaymentAttempt, page: str | None, came_live: bool, is_live: bool
) -> None:
    if came_live != is_live:
        raise Mismatch("It is of the test mode" if is_live else "It is of the live mode")
    if page and attempt.session_reference and page != attempt.session_reference:
        raise Mismatch(f"The page {page} is not the one of this payment")


def _record(session: Session, attempt: PaymentAttempt, reference: str) -> Payment:
    order = session.get_one(Order, attempt.order_id) if attempt.order_id else None
    seller = session.get_one(Seller, order.seller_id) if order else first_seller(session)
    payment = record_payment(
        session,
        session.get_one(Account, attempt.bill_to_account_id),
        seller=seller,
        amount=attempt.expected_amount,
        means="card",
        received_on=clock.today(seller.time_zone),
        reference=attempt.description,
        order=order,
        provider=attempt.provider,
        provider_reference=reference,
        by=None,
    )
    attempt.state, attempt.problem = "succeeded", ""
    attempt.payment_reference, attempt.payment_id = reference, payment.id
    attempt.finished_at = clock.now()
    activity.record(
        session, "card.succeeded", by=None, subject=attempt,
        account_id=attempt.bill_to_account_id, amount=attempt.expected_amount,
    )  # fmt: skip
    session.flush()
    return payment


def _apply_to_invoices(session: Session, attempt: PaymentAttempt, payment: Payment) -> None:
    wanted = {int(key): Decimal(part) for key, part in attempt.invoices.items()}
    invoices = lock(session, Invoice, wanted)
    amounts = {row.id: min(wanted[row.id], row.open_amount) for row in invoices}
    if any(amounts.values()):
        apply_payment(session, payment, amounts, by=None)


def _let_order_go(session: Session, order: Order, payment: Payment) -> None:
    tell(
        session, order.id, "payment.received", by=None, document=("payment", payment.id),
        amount=payment.amount,
    )  # fmt: skip
    _apply_to_its_invoices(session, order, payment)
    if order.cancelled_at is None:
        take_stock_again(session, order)
        cancel_short(session, order)
    hold = open_payment_hold(session, order.id)
    if hold is not None and order.cancelled_at is None and due_now(session, order) <= ZERO:
        release_hold(session, order, "awaiting_payment", by=None, reason=CONFIRMED)
        end_pro_forma(session, order.id)
    give_back(session, order, reason="Paid for goods that cannot be delivered.")
    announce(
        session, "payment.received", account_id=order.account_id, order_id=order.id,
        payment_id=payment.id,
    )  # fmt: skip


def _apply_to_its_invoices(session: Session, order: Order, payment: Payment) -> None:
    """Goods may have gone out while the card was still being asked."""
    left = payment.unapplied_amount
    amounts: dict[int, Decimal] = {}
    for invoice in session.scalars(
        select(Invoice)
        .where(
            Invoice.order_id == order.id,
            Invoice.kind == "invoice",
            Invoice.open_amount > 0,
        )
        .order_by(Invoice.id)
    ):
        part = min(left, invoice.open_amount)
        left -= part
        if part > 0:
            amounts[invoice.id] = part
    if amounts:
        apply_payment(session, payment, amounts, by=None)
