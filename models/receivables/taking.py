"""Taking a payment in by hand: recorded and set against invoices in one go, once per form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.kernel.seller import Seller
from models.receivables.applying import apply_oldest_first, apply_payment, record_payment
from models.receivables.payment import Payment
from models.receivables.prepaying import require_for_order, settle_in_advance

MEANS_BY_HAND = ("transfer", "cheque", "cash")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody typed: the money, and how much of it goes to which invoice {id: amount}."""

    submission_key: str
    amount: Decimal
    means: str
    received_on: date
    reference: str
    amounts: dict[int, Decimal]
    order_id: int | None = None
    """The order that is paid in advance; `amounts` is empty then."""
    is_spread: bool = False
    """Set against the open invoices earliest due first, where `amounts` names none."""
    first_order_id: int | None = None
    """The order whose invoices come before all others when it is spread."""


def take_payment(
    session: Session, account_id: int, receipt: Receipt, *, seller: Seller, by: Actor
) -> Payment:
    """Records the money and sets it against the invoices named, or spreads it over those that are
    open; the rest is unapplied credit.

    For an order paid in advance it is a deposit, and lets the order go when all of it is there.

    The same submission again gives the same payment; with another amount it is Refused. Refused,
    too, when more is set against invoices than came in, and for a means that is not by hand.
    NotFound for an unknown account or another account's invoice.
    """
    by.require(Permission.PAYMENTS_RECORD, "Recording payments needs the permission for it.")
    account = next(iter(lock(session, Account, [account_id])), None)
    if account is None:
        raise NotFound("There is no such account.")
    if receipt.means not in MEANS_BY_HAND:
        raise Refused("Choose transfer, cheque or cash.", field="means")
    before = _recorded(session, account.id, receipt)
    if before is not None:
        return before
    if 0 < receipt.amount < sum(receipt.amounts.values(), ZERO):
        raise Refused("More is set against invoices than came in.", field="amount")
    order = None
    if receipt.order_id is not None:
        order = require_for_order(session, receipt.order_id, account.id, receipt.amount)
    payment = record_payment(
        session,
        account,
        seller=seller,
        amount=receipt.amount,
        means=receipt.means,
        received_on=receipt.received_on,
        reference=receipt.reference,
        submission_key=receipt.submission_key,
        order=order,
        by=by,
    )
    if order is not None:
        settle_in_advance(session, order, payment, by=by)
    elif any(receipt.amounts.values()):
        apply_payment(session, payment, receipt.amounts, by=by)
    elif receipt.is_spread:
        apply_oldest_first(session, payment, first_order_id=receipt.first_order_id, by=by)
    fail_at("payment.applied")
    return payment


def _recorded(session: Session, account_id: int, receipt: Receipt) -> Payment | None:
    if not receipt.submission_key:
        raise Refused("Load the form again and send it once more.")
    before = session.scalars(
        select(Payment).where(
            Payment.bill_to_account_id == account_id,
            Payment.submission_key == receipt.submission_key,
        )
    ).first()
    if before is not None and (before.amount, before.means) != (receipt.amount, receipt.means):
        raise Refused(f"This form has recorded {before.number} already. Begin a new payment.")
    return before
