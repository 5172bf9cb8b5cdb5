"""Credit notes set against open invoices of the same bill-to account."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.kernel.seller import Seller
from models.orders import Order, refresh, tell
from models.receivables.invoice import Invoice
from models.receivables.payment import Application


def use_credit(
    session: Session, credit_note_id: int, amounts: dict[int, Decimal], *, by: Actor
) -> list[Application]:
    """Sets what is left of a credit note against invoices: {invoice id: amount}.

    Refused for nothing, for more than is left or open; NotFound for another account's invoice.
    """
    by.require(Permission.PAYMENTS_RECORD, "Credit is set against invoices by accounting.")
    account_id = session.scalar(
        select(Invoice.bill_to_account_id).where(
            Invoice.id == credit_note_id, Invoice.kind == "credit_note"
        )
    )
    if account_id is None:
        raise NotFound("There is no such credit note.")
    lock(session, Account, [account_id])
    wanted = {key: amount for key, amount in amounts.items() if amount}
    if not wanted:
        raise Refused("Enter an amount beside at least one invoice.")
    note = session.get_one(Invoice, credit_note_id)
    return apply_credit(session, note, wanted, by=by)


def apply_credit(
    session: Session, note: Invoice, amounts: dict[int, Decimal], *, by: Actor | None
) -> list[Application]:
    """Sets parts of a credit note against invoices; settled orders get their status.

    No entry in the ledger: both stand in receivables already.
    """
    rows = {row.id: row for row in lock(session, Invoice, [note.id, *amounts])}
    note = rows[note.id]
    if sum(amounts.values(), ZERO) > note.open_amount:
        raise Refused(f"Only {note.open_amount:,.2f} of {note.number} is left to use.")
    today = clock.today(session.get_one(Seller, note.seller_id).time_zone)
    made = []
    for invoice_id, amount in amounts.items():
        invoice = rows.get(invoice_id)
        if (
            invoice is None
            or invoice.kind != "invoice"
            or invoice.bill_to_account_id != note.bill_to_account_id
        ):
            raise NotFound("This account has no such invoice.")
        _take(note, invoice, amount)
        made.append(
            Application(
                bill_to_account_id=note.bill_to_account_id,
                credit_note_id=note.id,
                invoice_id=invoice.id,
                amount=amount,
                applied_on=today,
                applied_at=clock.now(),
                applied_by_id=by.id if by else None,
            )
        )
        activity.record(
            session, "credit_note.applied", by=by, subject=note,
            account_id=note.bill_to_account_id, invoice=invoice.number, amount=amount,
        )  # fmt: skip
    session.add_all(made)
    session.flush()
    _settle_orders(session, note, [rows[key] for key in amounts], made, by)
    return made


def _take(note: Invoice, invoice: Invoice, amount: Decimal) -> None:
    if amount < 0 or amount > invoice.open_amount:
        raise Refused(
            f"{invoice.number} has {invoice.open_amount:,.2f} open; {amount:,.2f} does not fit.",
            field=f"invoice-{invoice.id}",
        )
    for document in (note, invoice):
        document.open_amount -= amount
        if not document.open_amount:
            document.settled_at = clock.now()


def _settle_orders(
    session: Session,
    note: Invoice,
    invoices: Sequence[Invoice],
    made: Sequence[Application],
    by: Actor | None,
) -> None:
    """An order counts credit as it counts money: what is settled of its invoices."""
    amounts = {row.invoice_id: row.amount for row in made}
    orders = {
        row.id: row for row in lock(session, Order, [i.order_id for i in invoices if i.order_id])
    }
    for invoice in invoices:
        if invoice.order_id is None:
            continue
        order = orders[invoice.order_id]
        order.paid_amount += amounts[invoice.id]
        tell(
            session, order.id, "credit.applied", by=by, document=("invoice", note.id),
            credit_note=note.number, number=invoice.number, amount=amounts[invoice.id],
        )  # fmt: skip
        refresh(session, order)
