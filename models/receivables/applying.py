"""Money in: recorded, posted, set against invoices, and taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO, round_amount
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.seller import Seller
from models.ledger import Chart, Document, Posting, post
from models.orders import Order, refresh, tell
from models.receivables.invoice import Invoice
from models.receivables.payment import Application, Payment

CLEARING = {
    "card": Chart.CARD_CLEARING,
    "terminal": Chart.CARD_CLEARING,
    "transfer": Chart.BANK,
    "cheque": Chart.CHEQUES,
    "cash": Chart.CASH,
    "imported": Chart.OPENING,
}


def record_payment(
    session: Session,
    account: Account,
    *,
    seller: Seller,
    amount: Decimal,
    means: str,
    received_on: date,
    by: Actor | None,
    reference: str = "",
    order: Order | None = None,
    provider: str | None = None,
    provider_reference: str | None = None,
    submission_key: str | None = None,
) -> Payment:
    """Records money of a bill-to account, in its currency, and posts it; nothing is applied yet.

    With an `order` it waits in customer deposits until that order is invoiced. Refused for an
    amount that is not positive or too fine, and for a future day; by the database for a
    provider's reference that it knows."""
    _require_plausible(account, seller, amount, received_on)
    taken = next_number(session, seller_id=seller.id, kind="payment", on=received_on)
    payment = Payment(
        number=taken.text,
        seller_id=seller.id,
        bill_to_account_id=account.id,
        order_id=order.id if order else None,
        means=means,
        currency=account.currency,
        amount=amount,
        unapplied_amount=amount,
        received_on=received_on,
        reference=reference.strip(),
        provider=provider,
        provider_reference=provider_reference,
        submission_key=submission_key,
        recorded_by_id=by.id if by else None,
        created_at=clock.now(),
    )
    session.add(payment)
    session.flush()
    credit = (
        Posting(Chart.CUSTOMER_DEPOSITS, -amount)
        if order
        else Posting(Chart.RECEIVABLES, -amount, account.id)
    )
    _post(session, payment, "payment", [Posting(CLEARING[means], amount), credit], by)
    fail_at("payment.posted")
    _note_payment(session, payment, by)
    return payment


def apply_payment(
    session: Session,
    payment: Payment,
    amounts: dict[int, Decimal],
    *,
    by: Actor | None,
    on: date | None = None,
) -> list[Application]:
    """Sets parts of a payment against invoices: {invoice id: amount}.

    Refused when more is applied than the payment has left or the invoice has open; NotFound for
    an invoice of another bill-to account. Paid orders get their status.
    """
    payment = lock(session, Payment, [payment.id])[0]
    wanted = {key: amount for key, amount in amounts.items() if amount}
    if sum(wanted.values(), ZERO) > payment.unapplied_amount:
        raise Refused(
            f"Only {payment.unapplied_amount:,.2f} of this payment is left to apply.",
            field="amount",
        )
    invoices = {row.id: row for row in lock(session, Invoice, wanted)}
    made: list[Application] = []
    for invoice_id, amount in wanted.items():
        invoice = invoices.get(invoice_id)
        if invoice is None or invoice.bill_to_account_id != payment.bill_to_account_id:
            raise NotFound("This account has no such invoice.")
        made.append(_apply(session, payment, invoice, amount, by=by, on=on))
    session.flush()
    _pay_orders(session, [row for row in invoices.values() if row.order_id], payment, made, by)
    return made


def apply_oldest_first(
    session: Session, payment: Payment, *, first_order_id: int | None = None, by: Actor | None
) -> None:
    """Sets what is left of a payment against the account's open invoices, earliest due first;
    those of one order before all others, where it is named."""
    left = payment.unapplied_amount
    amounts: dict[int, Decimal] = {}
    invoices = _open_invoices(session, payment.bill_to_account_id)
    for invoice in sorted(invoices, key=lambda each: each.order_id != first_order_id):
        part = min(left, invoice.open_amount)
        if part > 0:
            amounts[invoice.id] = part
            left -= part
    if amounts:
        apply_payment(session, payment, amounts, by=by)


def apply_order_deposit(
    session: Session, order: Order, invoice: Invoice, *, by: Actor | None
) -> None:
    """Sets what was paid for this order against its invoice: deposits become receivables paid."""
    payments = session.scalars(
        select(Payment)
        .where(Payment.order_id == order.id, Payment.unapplied_amount > 0)
        .order_by(Payment.id)
        .with_for_update(key_share=True)
    ).all()
    for payment in payments:
        part = min(payment.unapplied_amount, invoice.open_amount)
        if part > 0:
            apply_payment(session, payment, {invoice.id: part}, by=by)


def undo_application(session: Session, application: Application, *, by: Actor) -> None:
    """Takes a payment off an invoice again: both are open by that amount as before.

    Conflict when it was undone already; Refused for money that stood in deposits.
    """
    by.require(Permission.PAYMENTS_RECORD, "Payments are changed by accounting.")
    row = lock(session, Application, [application.id])[0]
    if row.undone_at is not None:
        raise Conflict("This was taken off the invoice already.")
    if row.payment_id is None:
        raise Refused("A credit note stays with the invoice that it corrects.")
    payment = lock(session, Payment, [row.payment_id])[0]
    if payment.order_id is not None:
        raise Refused("This money was paid for the order itself. Refund it instead.")
    invoice = lock(session, Invoice, [row.invoice_id])[0]
    row.undone_at, row.undone_by_id = clock.now(), by.id
    payment.unapplied_amount += row.amount
    invoice.open_amount += row.amount
    invoice.settled_at = None
    activity.record(
        session, "payment.taken_off", by=by, subject=payment, account_id=payment.bill_to_account_id,
        invoice=invoice.number, amount=row.amount,
    )  # fmt: skip
    if invoice.order_id:
        order = lock(session, Order, [invoice.order_id])[0]
        order.paid_amount -= row.amount
        refresh(session, order)


def _note_payment(session: Session, payment: Payment, by: Actor | None) -> None:
    account_id = payment.bill_to_account_id
    activity.record(
        session,
        "payment.recorded",
        by=by,
        subject=payment,
        account_id=account_id,
        amount=payment.amount,
        means=payment.means,
    )
    announce(session, "payment.recorded", account_id=account_id, payment_id=payment.id)


def _require_plausible(
    account: Account, seller: Seller, amount: Decimal, received_on: date
) -> None:
    if amount <= 0 or amount != round_amount(amount, account.currency):
        raise Refused("Enter an amount above zero, in whole pence or cents.", field="amount")
    if received_on > clock.today(seller.time_zone):
        raise Refused("The money cannot have come in the future.", field="received_on")


def _apply(
    session: Session,
    payment: Payment,
    invoice: Invoice,
    amount: Decimal,
    *,
    by: Actor | None,
    on: date | None,
) -> Application:
    if amount < 0 or amount > invoice.open_amount:
        raise Refused(
            f"{invoice.number} has {invoice.open_amount:,.2f} open; {amount:,.2f} does not fit.",
            field="amount",
        )
    payment.unapplied_amount -= amount
    invoice.open_amount -= amount
    if not invoice.open_amount:
        invoice.settled_at = clock.now()
    application = Application(
        bill_to_account_id=payment.bill_to_account_id,
        payment_id=payment.id,
        invoice_id=invoice.id,
        amount=amount,
        applied_on=on or payment.received_on,
        applied_at=clock.now(),
        applied_by_id=by.id if by else None,
    )
    session.add(application)
    if payment.order_id is not None:
        session.flush()
        _post_deposit_used(session, payment, application, by)
    return application


def _pay_orders(
    session: Session,
    invoices: Sequence[Invoice],
    payment: Payment,
    made: list[Application],
    by: Actor | None,
) -> None:
    amounts = {row.invoice_id: row.amount for row in made}
    orders = {row.id: row for row in lock(session, Order, [i.order_id or 0 for i in invoices])}
    for invoice in invoices:
        order = orders[invoice.order_id or 0]
        order.paid_amount += amounts[invoice.id]
        tell(
            session, order.id, "payment.applied", by=by, document=("payment", payment.id),
            number=invoice.number, amount=amounts[invoice.id], means=payment.means,
        )  # fmt: skip
        refresh(session, order)


def _open_invoices(session: Session, bill_to_account_id: int) -> Sequence[Invoice]:
    return session.scalars(
        select(Invoice)
        .where(
            Invoice.bill_to_account_id == bill_to_account_id,
            Invoice.kind == "invoice",
            Invoice.open_amount > 0,
        )
        .order_by(Invoice.due_on, Invoice.id)
    ).all()


def _post_deposit_used(
    session: Session, payment: Payment, application: Application, by: Actor | None
) -> None:
    post(
        session,
        seller_id=payment.seller_id,
        on=clock.today("UTC"),
        kind="deposit_used",
        document=Document("application", application.id),
        currency=payment.currency,
        postings=[
            Posting(Chart.CUSTOMER_DEPOSITS, application.amount),
            Posting(Chart.RECEIVABLES, -application.amount, payment.bill_to_account_id),
        ],
        text=payment.number,
        by=by.id if by else None,
    )


def _post(
    session: Session, payment: Payment, kind: str, postings: list[Posting], by: Actor | None
) -> None:
    post(
        session,
        seller_id=payment.seller_id,
        on=payment.received_on,
        kind=kind,
        document=Document("payment", payment.id),
        currency=payment.currency,
        postings=postings,
        text=payment.number,
        by=by.id if by else None,
    )
