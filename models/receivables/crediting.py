"""Credit notes: against the lines of an invoice, or on account. Issued once, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.accounts import Account, Actor, Permission
from models.kernel import activity, clock
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.seller import Seller
from models.orders import Order, OrderLine, refresh, tell
from models.pricing import Tax, tax_for
from models.receivables.credit_applying import apply_credit
from models.receivables.credit_on_account import draft
from models.receivables.credit_reckoning import CreditProposal, CreditRequest, reckon
from models.receivables.invoice import Invoice, InvoiceCharge, InvoiceLine, InvoiceTax
from models.receivables.invoicing import post_invoice, seller_facts

FEE_TAX_CATEGORY = "standard"
LONGEST_REASON = 300


def propose_credit(session: Session, invoice_id: int, request: CreditRequest) -> CreditProposal:
    """What a credit note would come to, refused as issuing it would be; nothing is written."""
    invoice = _correctable(session, invoice_id)
    return reckon(session, invoice, request, _fee_tax(session, invoice, request))


def credit_invoice(
    session: Session, invoice_id: int, request: CreditRequest, *, by: Actor
) -> Invoice:
    """Issues a credit note against lines of an invoice and sets it against what is open of it.

    Its number is taken last, gapless; it names the invoice and its lines, is posted once, and
    what exceeds the open amount stays as unapplied credit of the account. The same submission
    again gives the same credit note. Refused without a reason and for more than was invoiced.
    """
    by.require(Permission.INVOICES_ISSUE, "Credit notes are issued by accounting.")
    invoice = lock_for_credit(session, [invoice_id])[0]
    before = _issued(session, invoice.bill_to_account_id, request.submission_key)
    if before is not None:
        if before.corrects_id != invoice.id:
            raise Refused(f"This form has issued {before.number} already. Begin a new one.")
        return before
    _correctable(session, invoice.id)
    reason = _reason(request.reason)
    proposal = reckon(session, invoice, request, _fee_tax(session, invoice, request))
    note = _head_of(session, invoice, proposal, request.submission_key, reason, by)
    _advance_order(session, proposal)
    _issue(session, note, _lines(proposal), _charges(proposal), proposal, by)
    part = min(note.open_amount, invoice.open_amount)
    if part > 0:
        apply_credit(session, note, {invoice.id: part}, by=by)
    return note


def lock_for_credit(session: Session, invoice_ids: Sequence[int]) -> Sequence[Invoice]:
    """Locks what crediting these invoices of one account touches, in the house's order.

    The account, the invoices, then their orders. NotFound where there is no such invoice.
    """
    account_ids = set(
        session.scalars(select(Invoice.bill_to_account_id).where(Invoice.id.in_(invoice_ids)))
    )
    lock(session, Account, account_ids)
    invoices = lock(session, Invoice, invoice_ids)
    if len(invoices) < len(set(invoice_ids)):
        raise NotFound("There is no such invoice.")
    lock(session, Order, [row.order_id for row in invoices if row.order_id])
    return invoices


def credit_on_account(
    session: Session,
    account_id: int,
    *,
    seller: Seller,
    amount: Decimal,
    tax_category: str,
    reason: str,
    submission_key: str,
    by: Actor,
) -> Invoice:
    """Issues a credit note that corrects no invoice: `amount` net, with the tax of a category.

    It stays as unapplied credit of the bill-to account. The same submission again gives the same
    credit note. Refused without a reason or an amount above zero.
    """
    by.require(Permission.CREDIT_ON_ACCOUNT, "Credit on account needs the permission for it.")
    account = next(iter(lock(session, Account, [account_id])), None)
    if account is None:
        raise NotFound("There is no such account.")
    before = _issued(session, account.id, submission_key)
    if before is not None:
        if before.corrects_id is not None or before.net_amount != amount:
            raise Refused(f"This form has issued {before.number} already. Begin a new one.")
        return before
    words = _reason(reason)
    today = clock.today(seller.time_zone)
    tax = tax_for(session, seller.country, account.treatment_on(today), [tax_category], today)
    note, line, proposal = draft(
        session, account, seller, amount, tax[tax_category], tax_category, words, today
    )
    note.submission_key, note.issued_by_id = submission_key, by.id
    _issue(session, note, [line], [], proposal, by)
    return note


def _correctable(session: Session, invoice_id: int) -> Invoice:
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound("There is no such invoice.")
    if invoice.kind != "invoice":
        raise Refused("A credit note cannot be credited.")
    if invoice.origin != "entered":
        raise Refused("This invoice was imported. Give the credit on account, with its reason.")
    return invoice


def _issued(session: Session, bill_to_account_id: int, key: str) -> Invoice | None:
    if not key:
        raise Refused("Load the form again and send it once more.")
    return session.scalars(
        select(Invoice).where(
            Invoice.bill_to_account_id == bill_to_account_id, Invoice.submission_key == key
        )
    ).first()


def _reason(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Refused("Say what the credit is for; the customer reads it.", field="reason")
    if len(words) > LONGEST_REASON:
        raise Refused("The reason has at most 300 characters.", field="reason")
    return words


def _fee_tax(session: Session, invoice: Invoice, request: CreditRequest) -> Tax | None:
    """A restocking fee is a service of its own, taxed as of today for this customer."""
    if not request.restocking_fee:
        return None
    seller = session.get_one(Seller, invoice.seller_id)
    account = session.get_one(Account, invoice.account_id)
    on = clock.today(seller.time_zone)
    found = tax_for(session, seller.country, account.treatment_on(on), [FEE_TAX_CATEGORY], on)
    return found[FEE_TAX_CATEGORY]


def _head_of(
    session: Session,
    invoice: Invoice,
    proposal: CreditProposal,
    key: str,
    reason: str,
    by: Actor,
) -> Invoice:
    seller = session.get_one(Seller, invoice.seller_id)
    today = clock.today(seller.time_zone)
    return Invoice(
        kind="credit_note",
        seller_id=seller.id,
        account_id=invoice.account_id,
        bill_to_account_id=invoice.bill_to_account_id,
        order_id=invoice.order_id,
        corrects_id=invoice.id,
        currency=invoice.currency,
        exchange_rate=invoice.exchange_rate,
        issued_on=today,
        tax_point_on=today,
        delivered_on=invoice.delivered_on,
        due_on=today,
        po_number=invoice.po_number,
        order_number=invoice.order_number,
        delivery_note_number=invoice.delivery_note_number,
        seller_facts=seller_facts(seller),
        buyer_facts=dict(invoice.buyer_facts),
        ship_to=dict(invoice.ship_to),
        reason=reason,
        net_amount=proposal.net,
        charges_amount=proposal.charges_amount,
        tax_amount=proposal.breakdown.tax,
        total_amount=proposal.total,
        open_amount=proposal.total,
        issued_at=clock.now(),
        issued_by_id=by.id,
        submission_key=key,
    )


def _lines(proposal: CreditProposal) -> list[InvoiceLine]:
    copied = (
        "order_line_id", "product_id", "sku", "name", "own_number", "unit", "price_per",
        "tax_category", "tax_code", "tax_rate", "tax_reason", "tax_exemption_code",
    )  # fmt: skip
    return [
        InvoiceLine(
            position=position,
            credits_line_id=part.of.id,
            credit_kind=part.kind,
            quantity=part.quantity,
            unit_price=part.unit_price,
            amount=part.amount,
            **{name: getattr(part.of, name) for name in copied},
        )
        for position, part in enumerate(proposal.parts, start=1)
    ]


def _charges(proposal: CreditProposal) -> list[InvoiceCharge]:
    copied = (
        "kind", "text", "amount", "tax_category", "tax_code", "tax_rate", "tax_reason",
        "tax_exemption_code",
    )  # fmt: skip
    rows = [
        InvoiceCharge(
            credits_charge_id=charge.id, **{name: getattr(charge, name) for name in copied}
        )
        for charge in proposal.charges
    ]
    if proposal.fee and proposal.fee_tax is not None:
        tax = proposal.fee_tax
        rows.append(
            InvoiceCharge(
                kind="restocking",
                text="Restocking fee",
                amount=-proposal.fee,
                tax_category=FEE_TAX_CATEGORY,
                tax_code=tax.vat_category,
                tax_rate=tax.rate,
                tax_reason=tax.exemption_reason,
                tax_exemption_code=tax.exemption_code,
            )
        )
    return rows


def _advance_order(session: Session, proposal: CreditProposal) -> None:
    units: dict[int, Decimal] = {}
    for part in proposal.parts:
        if part.kind == "quantity" and part.of.order_line_id is not None:
            key = part.of.order_line_id
            units[key] = units.get(key, ZERO) + part.quantity
    for line in lock(session, OrderLine, units):
        line.credited += units[line.id]
    session.flush()


def _issue(
    session: Session,
    note: Invoice,
    lines: list[InvoiceLine],
    charges: list[InvoiceCharge],
    proposal: CreditProposal,
    by: Actor,
) -> None:
    """Takes the number, writes the note with its parts, posts it, and tells of it."""
    number = next_number(session, seller_id=note.seller_id, kind="credit_note", on=note.issued_on)
    note.number, note.series_id = number.text, number.series_id
    note.year, note.sequence = number.year, number.sequence
    session.add(note)
    session.flush()
    _add_parts(session, note, lines, charges, proposal)
    seller = session.get_one(Seller, note.seller_id)
    post_invoice(session, note, base_currency=seller.base_currency, by=by)
    if note.order_id is not None:
        tell(
            session, note.order_id, "credit_note.issued", by=by, document=("invoice", note.id),
            number=note.number, amount=note.total_amount, reason=note.reason,
        )  # fmt: skip
        refresh(session, session.get_one(Order, note.order_id))
    activity.record(
        session, "credit_note.issued", by=by, subject=note, account_id=note.account_id,
        number=note.number, total=note.total_amount, reason=note.reason,
    )  # fmt: skip
    announce(session, "credit_note.issued", account_id=note.account_id, invoice_id=note.id)


def _add_parts(
    session: Session,
    note: Invoice,
    lines: list[InvoiceLine],
    charges: list[InvoiceCharge],
    proposal: CreditProposal,
) -> None:
    for line in lines:
        line.invoice_id = note.id
    for charge in charges:
        charge.invoice_id = note.id
    session.add_all([*lines, *charges])
    set_committed_value(note, "charges", charges)
    session.execute(
        insert(InvoiceTax),
        [
            {
                "invoice_id": note.id,
                "code": row.tax.vat_category,
                "rate": row.tax.rate,
                "taxable_amount": row.net,
                "tax_amount": row.amount,
                "reason": row.tax.exemption_reason,
                "exemption_code": row.tax.exemption_code,
            }
            for row in proposal.breakdown.subtotals
        ],
    )
    session.flush()
