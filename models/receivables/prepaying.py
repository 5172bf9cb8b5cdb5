"""Payment in advance: the pro-forma, the money that comes for it, and the order let go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.seller import Seller, day_within, zone_of
from models.kernel.settings import define, get
from models.orders import Order, tell
from models.receivables.cancelled import NOT_THERE
from models.receivables.order_worth import SHORT_BY, due_in_advance
from models.receivables.payment import Payment
from models.receivables.pro_forma import ProForma, end_pro_forma, pro_forma_of
from models.receivables.refunding import give_back
from models.receivables.waiting import let_go, open_payment_hold

REMIND_DAYS = define(
    "prepayment.remind_days", 2, "Days before the stock is let go that a pro-forma is reminded of"
)
CLEARED = ("transfer", "cash", "card")
"""Means that are money when they are recorded; a cheque still has to clear."""


def issue_pro_forma(session: Session, order: Order, *, pay_by: date) -> ProForma:
    """The demand for what is still to be paid for the order; one before it ends.

    A task makes and mails the document. The caller has locked the order.
    """
    end_pro_forma(session, order.id)
    seller = session.get_one(Seller, order.seller_id)
    today = clock.today(seller.time_zone)
    taken = next_number(session, seller_id=seller.id, kind="pro_forma", on=today)
    made = ProForma(
        seller_id=seller.id, number=taken.text, order_id=order.id, currency=order.currency,
        total_amount=max(due_in_advance(session, order), ZERO), issued_at=clock.now(),
        pay_by=pay_by,
    )  # fmt: skip
    session.add(made)
    session.flush()
    tell(
        session, order.id, "pro_forma.issued", by=None, document=("pro_forma", made.id),
        number=made.number, amount=made.total_amount,
    )  # fmt: skip
    announce(session, "pro_forma.issued", account_id=order.account_id, pro_forma_id=made.id)
    return made


def latest_pro_forma(session: Session, order_id: int) -> ProForma | None:
    """The last demand that was made for an order, in force or not."""
    return session.scalars(
        select(ProForma).where(ProForma.order_id == order_id).order_by(ProForma.id.desc()).limit(1)
    ).first()


def require_for_order(
    session: Session, order_id: int, bill_to_account_id: int, amount: Decimal
) -> Order:
    """The order that money comes for in advance, locked.

    NotFound for another account's; Conflict where it does not wait for a payment; Refused for
    more than is due, so that what is left over does not hang on the order.
    """
    order = next(iter(lock(session, Order, [order_id])), None)
    if order is None or order.bill_to_account_id != bill_to_account_id:
        raise NotFound("This account has no such order.")
    if open_payment_hold(session, order.id) is None or order.cancelled_at is not None:
        raise Conflict(f"{order.number} does not wait for a payment.")
    due = due_in_advance(session, order)
    if amount > due:
        raise Refused(
            f"{order.number} has {due:,.2f} to pay. Record the rest as a payment of the account.",
            field="amount",
        )
    return order


def settle_in_advance(
    session: Session, order: Order, payment: Payment, *, by: Actor | None
) -> bool:
    """Lets the order go when its money is there, less the tolerance; says whether it went. What was
    paid for what cannot be delivered any more is for accounting to send back.

    A cheque lets nothing go by itself: staff release the order once it has cleared.
    """
    tell(
        session, order.id, "payment.received", by=by, document=("payment", payment.id),
        amount=payment.amount, means=payment.means,
    )  # fmt: skip
    if payment.means not in CLEARED:
        return False
    short = due_in_advance(session, order)
    if short > get(session, SHORT_BY, order.seller_id):
        return False
    let_go(session, order, f"Paid in advance: {payment.number}")
    end_pro_forma(session, order.id)
    give_back(session, order, reason=NOT_THERE)
    return True


def pro_formas_to_remind(session: Session, now: datetime) -> Sequence[int]:
    """Those in force whose stock is let go in the next days, not reminded of yet."""
    today = day_within(zone_of(ProForma.seller_id), now)
    return session.scalars(
        select(ProForma.id)
        .where(
            ProForma.ended_at.is_(None), ProForma.reminded_at.is_(None),
            ProForma.lapsed_at.is_(None),
            ProForma.pay_by <= today + get(session, REMIND_DAYS),
        )
        .order_by(ProForma.id)
    ).all()  # fmt: skip


def remind(session: Session, pro_forma_id: int) -> None:
    """Asks for the money once more; a second time does nothing."""
    found = lock(session, ProForma, [pro_forma_id])[0]
    if found.reminded_at is not None or found.ended_at is not None:
        return
    found.reminded_at = clock.now()
    order = session.get_one(Order, found.order_id)
    tell(session, order.id, "pro_forma.reminded", by=None, number=found.number)
    announce(session, "pro_forma.reminded", account_id=order.account_id, pro_forma_id=found.id)


def lapse(session: Session, order_id: int) -> None:
    """The order's stock was let go: its buyer is told, once. It can still be paid."""
    found = pro_forma_of(session, order_id)
    if found is None or found.lapsed_at is not None:
        return
    found.lapsed_at = clock.now()
    order = session.get_one(Order, order_id)
    activity.record(
        session, "pro_forma.lapsed", by=None, subject=found, account_id=order.account_id,
        number=found.number,
    )  # fmt: skip
    announce(session, "pro_forma.lapsed", account_id=order.account_id, pro_forma_id=found.id)
