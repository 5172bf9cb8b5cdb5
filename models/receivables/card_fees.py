"""What the card provider keeps of a payment: asked for once it is settled, posted once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import extract, or_, select
from sqlalchemy.orm import Session

from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.seller import Seller
from models.ledger import Chart, Document, Posting, post
from models.receivables.card import CardFee, Mismatch
from models.receivables.payment import Payment

ASKED_FOR = timedelta(days=45)
"""A payment older than that whose fee is still not known is left to the payouts."""


def payments_without_fee(session: Session, now: datetime, *, most: int = 100) -> list[int]:
    """Card payments whose fee is not known yet and that are due to be asked about.

    Those never asked about come first. Again after a quarter of the payment's age, so that some
    fifty questions lie in `ASKED_FOR`, and payments without an answer keep no others waiting.
    """
    age = extract("epoch", now - Payment.created_at)
    rested = extract("epoch", now - Payment.fee_asked_at)
    return list(
        session.scalars(
            select(Payment.id)
            .where(
                Payment.provider.is_not(None),
                Payment.fee_amount.is_(None),
                Payment.created_at > now - ASKED_FOR,
                or_(Payment.fee_asked_at.is_(None), rested * 4 > age),
            )
            .order_by(Payment.fee_asked_at.asc().nulls_first(), Payment.id)
            .limit(most)
        )
    )


def book_fee(session: Session, payment_id: int, fee: CardFee) -> Payment:
    """Keeps the fee with its payment and posts it: card fees against card payments clearing.

    Safe to be told twice. Mismatch, changing nothing, where the fee is of another payment, is
    not what we were told before, or is in a currency that our books do not keep.
    """
    payment = lock(session, Payment, [payment_id])[0]
    if payment.provider_reference != fee.payment_reference:
        raise Mismatch(f"The fee {fee.reference} is not of {payment.number}")
    if payment.fee_amount is not None:
        if (payment.fee_amount, payment.fee_reference) != (fee.amount, fee.reference):
            raise Mismatch(f"{payment.number} has the fee {payment.fee_reference} already")
        return payment
    seller = session.get_one(Seller, payment.seller_id)
    if fee.currency != seller.base_currency or fee.amount < 0:
        raise Mismatch(f"The fee {fee.reference} is {fee.amount} {fee.currency}")
    payment.fee_amount, payment.fee_reference = fee.amount, fee.reference
    post(
        session,
        seller_id=seller.id,
        on=clock.today(seller.time_zone),
        kind="card_fee",
        document=Document("payment", payment.id),
        currency=fee.currency,
        base_currency=seller.base_currency,
        postings=[
            Posting(Chart.CARD_FEES, fee.amount),
            Posting(Chart.CARD_CLEARING, -fee.amount),
        ],
        text=payment.number,
    )
    activity.record(
        session, "card.fee_booked", by=None, subject=payment,
        account_id=payment.bill_to_account_id, amount=fee.amount, currency=fee.currency,
    )  # fmt: skip
    session.flush()
    return payment
