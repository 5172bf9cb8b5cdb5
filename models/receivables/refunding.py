"""Giving money back: decided and kept on the payment first, carried out by a task, then posted."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO, round_amount
from models.kernel.outbox import announce, defer
from models.ledger import Chart, Document, Posting, post
from models.orders import Order, refresh, tell
from models.receivables.applying import CLEARING
from models.receivables.card import Mismatch, RefundReply, RefundRequest
from models.receivables.invoice import Invoice
from models.receivables.order_worth import overpaid
from models.receivables.payment import Application, Payment, Refund
from models.receivables.waiting import go_on, wait_again

REFUNDING = "card.refund"
RETURNABLE = ("cheque", "transfer")


def ask_refund(
    session: Session,
    payment_id: int,
    amount: Decimal,
    *,
    reason: str,
    submission_key: str,
    by: Actor | None,
) -> Refund:
    """Decides that part of a payment goes back, and sends the task that carries it out.

    Money not yet set against an invoice goes first; for the rest the invoices paid last are open
    again by that much. A payment without a provider was given back by hand: it is done at once.
    The same submission again gives the same refund. Refused without a reason, and for more than
    was captured and not refunded yet; the database refuses that, too. `by` None is the program. An
    order that is not fully paid for any more waits for its payment again, unless it is shipped.
    """
    if by is not None:
        by.require(Permission.REFUND, "Refunds are made by accounting.")
    payment = _lock(session, payment_id)
    key = f"refund-{submission_key}"
    before = session.scalars(select(Refund).where(Refund.key == key)).first()
    if before is not None:
        return _same(before, payment, amount)
    _require_refundable(payment, amount, reason)
    refund = _reserve(session, payment, amount, key=key, reason=reason, by=by)
    if payment.provider is None:
        _succeed(session, refund, payment)
    else:
        defer(session, REFUNDING, refund_id=refund.id)
    if by is not None:
        wait_again(session, payment, by)
    return refund


def refund_excess(session: Session, order: Order, *, reason: str, by: Actor | None) -> list[Refund]:
    """Gives back what was paid for an order beyond all that it may still come to.

    For what was cancelled: call it after the lines say so. From the latest payment backwards; only
    money that a provider can give back, a transfer is refunded by hand once it has been sent.
    """
    left = overpaid(session, order)
    made: list[Refund] = []
    payments = session.scalars(
        select(Payment)
        .where(Payment.order_id == order.id, Payment.provider.is_not(None))
        .order_by(Payment.id.desc())
    ).all()
    for payment in payments:
        part = min(left, payment.unapplied_amount)
        if part > 0:
            left -= part
            count = session.scalars(select(Refund.id).where(Refund.payment_id == payment.id)).all()
            key = f"excess-{payment.id}-{payment.number}-{len(count)}"
            made.append(
                ask_refund(session, payment.id, part, reason=reason, submission_key=key, by=by)
            )
    return made


def give_back(session: Session, order: Order, *, reason: str) -> None:
    """What was paid beyond the order goes back to its card; the rest is for accounting to send."""
    refund_excess(session, order, reason=reason, by=None)
    left = overpaid(session, order)
    if left > 0:
        tell(session, order.id, "refund.owed", by=None, staff_only=True, amount=left)


def return_payment(session: Session, payment_id: int, *, reason: str, by: Actor) -> Refund:
    """The bank took a cheque or a transfer back: it bounced, or the payer recalled it.

    All that it had paid is owed again and the money is off the books; a deposit's order waits for
    its payment again, if nothing of it has been shipped. Refused without a reason, for money that
    no bank can take back, and where part of it was refunded; Conflict when it came back already.
    """
    by.require(Permission.PAYMENTS_RECORD, "Returned payments are recorded by accounting.")
    payment = _lock(session, payment_id)
    if payment.means not in RETURNABLE:
        raise Refused("Only a cheque or a transfer comes back from the bank. Refund it instead.")
    if not reason.strip():
        raise Refused("Say why the bank returned it.", field="reason")
    if payment.refunded_amount == payment.amount:
        raise Conflict(f"{payment.number} has gone back already.")
    if payment.refunded_amount:
        raise Refused(f"Part of {payment.number} was refunded. Put that right first.")
    free = payment.unapplied_amount
    back = Refund(
        key=f"returned-{payment.id}", kind="returned", payment_id=payment.id,
        amount=payment.amount, reason=reason.strip(), state="succeeded", requested_by_id=by.id,
        created_at=clock.now(), finished_at=clock.now(),
    )  # fmt: skip
    session.add(back)
    session.flush()
    payment.unapplied_amount, payment.refunded_amount = ZERO, payment.amount
    _take_off_invoices(session, payment, payment.amount - free, by)
    postings = [
        Posting(CLEARING[payment.means], -payment.amount),
        _source(payment, free),
        Posting(Chart.RECEIVABLES, payment.amount - free, payment.bill_to_account_id),
    ]
    _entry(session, back, payment, "payment_returned", postings, by)
    _tell(session, payment, "payment.returned", back, by=by)
    activity.record(
        session, "payment.returned", by=by, subject=payment,
        account_id=payment.bill_to_account_id, amount=payment.amount, reason=reason.strip(),
    )  # fmt: skip
    wait_again(session, payment, by)
    return back


def refund_request(session: Session, refund_id: int) -> RefundRequest | None:
    """What the provider is asked for; None when there is nothing to ask (any more)."""
    refund = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, refund.payment_id)
    if refund.state != "intent" or payment.provider_reference is None:
        return None
    return RefundRequest(refund.key, payment.provider_reference, refund.amount, payment.currency)


def hear_refund(session: Session, reply: RefundReply, *, is_live: bool) -> None:
    """Acts on what the provider says about a refund, ours or one made on its own pages.

    States only go forward: sent, succeeded, failed. Mismatch, changing nothing, when payment,
    amount, currency or mode are not those of our record.
    """
    if reply.is_live != is_live:
        raise Mismatch("It is of the test mode" if is_live else "It is of the live mode")
    payment_id = session.scalar(
        select(Payment.id).where(Payment.provider_reference == reply.payment_reference)
    )
    if payment_id is None:
        raise Mismatch(f"We know no payment {reply.payment_reference} that this refund is of")
    payment = _lock(session, payment_id)
    refund = _find(session, reply) or _from_outside(session, payment, reply)
    if refund.payment_id != payment.id:
        raise Mismatch(f"The refund {reply.reference} is of another payment of ours")
    if (refund.amount, payment.currency) != (reply.amount, reply.currency):
        raise Mismatch(
            f"{reply.amount} {reply.currency} went back, {refund.amount} {payment.currency} was "
            "asked for"
        )
    refund.provider_reference = refund.provider_reference or reply.reference
    if reply.state == "succeeded" and refund.state in ("intent", "sent"):
        _succeed(session, refund, payment)
    elif reply.state == "failed" and refund.state != "failed":
        fail_refund(session, refund.id, reply.problem)
    elif reply.state == "sent" and refund.state == "intent":
        refund.state = "sent"
    session.flush()
    fail_at("refund.recorded")


def fail_refund(session: Session, refund_id: int, problem: str) -> None:
    """The money stays with us: it is unapplied again, and finance sees why."""
    payment_id = session.get_one(Refund, refund_id).payment_id
    payment = _lock(session, payment_id)
    refund = lock(session, Refund, [refund_id])[0]
    if refund.state == "failed":
        return
    if refund.state == "succeeded":
        _post(session, refund, payment, "refund_returned", CLEARING[payment.means], 1)
    postings = [
        Posting(Chart.REFUNDS_DUE, refund.amount),
        _source(payment, -refund.amount),
    ]
    _entry(session, refund, payment, "refund_failed", postings)
    payment.refunded_amount -= refund.amount
    payment.unapplied_amount += refund.amount
    refund.state, refund.problem, refund.finished_at = "failed", problem[:500], clock.now()
    _tell(session, payment, "refund.failed", refund, by=None, staff_only=True)
    activity.record(
        session, "refund.failed", by=None, subject=refund, account_id=payment.bill_to_account_id,
        amount=refund.amount, problem=problem[:200],
    )  # fmt: skip
    go_on(session, payment)


def _lock(session: Session, payment_id: int) -> Payment:
    """The payment, locked after its account and its order."""
    found = session.execute(
        select(Payment.bill_to_account_id, Payment.order_id).where(Payment.id == payment_id)
    ).first()
    if found is None:
        raise NotFound("There is no such payment.")
    lock(session, Account, [found.bill_to_account_id])
    lock(session, Order, [found.order_id or 0])
    return lock(session, Payment, [payment_id])[0]


def _same(before: Refund, payment: Payment, amount: Decimal) -> Refund:
    if (before.payment_id, before.amount) != (payment.id, amount):
        raise Refused("This form has made a refund already. Load the page again for another one.")
    return before


def _require_refundable(payment: Payment, amount: Decimal, reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why the money goes back.", field="reason")
    if amount <= 0 or amount != round_amount(amount, payment.currency):
        raise Refused("Enter an amount above zero, in whole pence or cents.", field="amount")
    left = payment.amount - payment.refunded_amount
    if amount > left:
        raise Refused(f"Only {left:,.2f} of {payment.number} is left to refund.", field="amount")


def _reserve(
    session: Session, payment: Payment, amount: Decimal, *, key: str, reason: str, by: Actor | None
) -> Refund:
    refund = Refund(
        key=key, payment_id=payment.id, amount=amount, reason=reason.strip(),
        requested_by_id=by.id if by else None, created_at=clock.now(),
    )  # fmt: skip
    session.add(refund)
    session.flush()
    free = min(amount, payment.unapplied_amount)
    payment.unapplied_amount -= free
    payment.refunded_amount += amount
    if amount > free:
        _take_off_invoices(session, payment, amount - free, by)
    postings = [
        Posting(Chart.REFUNDS_DUE, -amount),
        _source(payment, free),
        Posting(Chart.RECEIVABLES, amount - free, payment.bill_to_account_id),
    ]
    _entry(session, refund, payment, "refund_asked", postings, by)
    _tell(session, payment, "refund.asked", refund, by=by)
    activity.record(
        session, "refund.asked", by=by, subject=refund, account_id=payment.bill_to_account_id,
        payment=payment.number, amount=amount, reason=reason.strip(),
    )  # fmt: skip
    session.flush()
    return refund


def _take_off_invoices(
    session: Session, payment: Payment, amount: Decimal, by: Actor | None
) -> None:
    """The invoices paid with it last are open again; a part that stays paid keeps its row."""
    rows = session.scalars(
        select(Application)
        .where(Application.payment_id == payment.id, Application.undone_at.is_(None))
        .order_by(Application.id.desc())
        .with_for_update()
    ).all()
    invoices = {row.id: row for row in lock(session, Invoice, [row.invoice_id for row in rows])}
    left = amount
    for row in rows:
        part = min(left, row.amount)
        if part <= 0:
            break
        left -= part
        _reopen(session, row, invoices[row.invoice_id], part, by)


def _reopen(
    session: Session, row: Application, invoice: Invoice, part: Decimal, by: Actor | None
) -> None:
    row.undone_at, row.undone_by_id = clock.now(), by.id if by else None
    if row.amount > part:
        session.add(
            Application(
                bill_to_account_id=row.bill_to_account_id, payment_id=row.payment_id,
                invoice_id=row.invoice_id, amount=row.amount - part, applied_on=row.applied_on,
                applied_at=row.applied_at, applied_by_id=row.applied_by_id,
            )
        )  # fmt: skip
    invoice.open_amount += part
    invoice.settled_at = None
    if invoice.order_id:
        order = lock(session, Order, [invoice.order_id])[0]
        order.paid_amount -= part
        refresh(session, order)


def _find(session: Session, reply: RefundReply) -> Refund | None:
    known = session.scalars(
        select(Refund).where(Refund.provider_reference == reply.reference).with_for_update()
    ).first()
    if known is not None or not reply.key:
        return known
    return session.scalars(select(Refund).where(Refund.key == reply.key).with_for_update()).first()


def _from_outside(session: Session, payment: Payment, reply: RefundReply) -> Refund:
    """A refund that somebody made on the provider's own pages."""
    if reply.key:
        raise Mismatch(f"We did not ask for the refund {reply.key[:64]!r}")
    if reply.currency != payment.currency:
        raise Mismatch(f"It is in {reply.currency}, the payment was in {payment.currency}")
    if reply.amount > payment.amount - payment.refunded_amount:
        raise Mismatch(f"More went back than is left of {payment.number}")
    refund = _reserve(
        session, payment, reply.amount, key=f"outside-{reply.reference}",
        reason="Refunded on the provider's own pages", by=None,
    )  # fmt: skip
    wait_again(session, payment, None)
    return refund


def _succeed(session: Session, refund: Refund, payment: Payment) -> None:
    refund.state, refund.problem, refund.finished_at = "succeeded", "", clock.now()
    _post(session, refund, payment, "refund", CLEARING[payment.means], -1)
    _tell(session, payment, "refund.succeeded", refund, by=None)
    activity.record(
        session, "refund.succeeded", by=None, subject=refund,
        account_id=payment.bill_to_account_id, amount=refund.amount,
    )  # fmt: skip
    announce(
        session, "refund.succeeded", account_id=payment.bill_to_account_id, refund_id=refund.id
    )


def _source(payment: Payment, amount: Decimal) -> Posting:
    """Where the unapplied money of a payment stands."""
    if payment.order_id is not None:
        return Posting(Chart.CUSTOMER_DEPOSITS, amount)
    return Posting(Chart.RECEIVABLES, amount, payment.bill_to_account_id)


def _post(
    session: Session, refund: Refund, payment: Payment, kind: str, cash: Chart, sign: int
) -> None:
    postings = [
        Posting(cash, sign * refund.amount),
        Posting(Chart.REFUNDS_DUE, -sign * refund.amount),
    ]
    _entry(session, refund, payment, kind, postings)


def _entry(
    session: Session,
    refund: Refund,
    payment: Payment,
    kind: str,
    postings: list[Posting],
    by: Actor | None = None,
) -> None:
    post(
        session,
        seller_id=payment.seller_id,
        on=clock.today("UTC"),
        kind=kind,
        document=Document("refund", refund.id),
        currency=payment.currency,
        rate=payment.exchange_rate,
        postings=postings,
        text=payment.number,
        by=by.id if by else None,
    )


def _tell(
    session: Session,
    payment: Payment,
    kind: str,
    refund: Refund,
    *,
    by: Actor | None,
    staff_only: bool = False,
) -> None:
    if payment.order_id is None:
        return
    tell(
        session, payment.order_id, kind, by=by, staff_only=staff_only,
        document=("payment", payment.id), amount=refund.amount, reason=refund.reason,
    )  # fmt: skip
