"""The credit note that corrects no invoice: one line that says what it is for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from models.accounts import Account, billing_address
from models.kernel import clock
from models.kernel.errors import Refused
from models.kernel.money import round_amount
from models.kernel.seller import Seller
from models.pricing import Tax, TaxedAmount, tax_breakdown
from models.receivables.credit_reckoning import CreditProposal
from models.receivables.invoice import Invoice, InvoiceLine
from models.receivables.invoicing import seller_facts


def draft(
    session: Session,
    account: Account,
    seller: Seller,
    amount: Decimal,
    tax: Tax,
    tax_category: str,
    reason: str,
    today: date,
) -> tuple[Invoice, InvoiceLine, CreditProposal]:
    """The head, its one line and its sums. Refused for an amount not above zero or too fine."""
    if amount <= 0 or amount != round_amount(amount, account.currency):
        raise Refused("Enter an amount above zero, in whole pence or cents.", field="amount")
    breakdown = tax_breakdown([TaxedAmount(amount, tax)], [], account.currency)
    place = billing_address(session, account)
    note = Invoice(
        kind="credit_note",
        seller_id=seller.id,
        account_id=account.id,
        bill_to_account_id=account.id,
        currency=account.currency,
        issued_on=today,
        tax_point_on=today,
        due_on=today,
        seller_facts=seller_facts(seller),
        buyer_facts={
            **place,
            "number": account.number,
            "legal_name": account.legal_name or account.name,
            "tax_number": account.tax_number,
        },
        ship_to=place,
        reason=reason,
        net_amount=amount,
        tax_amount=breakdown.tax,
        total_amount=breakdown.gross,
        open_amount=breakdown.gross,
        issued_at=clock.now(),
    )
    line = _line(amount, tax, tax_category, reason)
    proposal = CreditProposal((), (), Decimal(0), None, amount, Decimal(0), breakdown)
    return note, line, proposal


def _line(amount: Decimal, tax: Tax, tax_category: str, reason: str) -> InvoiceLine:
    return InvoiceLine(
        position=1,
        sku="",
        name=reason,
        quantity=Decimal(1),
        unit="each",
        unit_price=amount,
        amount=amount,
        tax_category=tax_category,
        tax_code=tax.vat_category,
        tax_rate=tax.rate,
        tax_reason=tax.exemption_reason,
        tax_exemption_code=tax.exemption_code,
    )
