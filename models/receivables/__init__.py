"""Receivables: invoices, payments, credit, and what is still owed."""

from models.receivables.applying import (
    apply_oldest_first,
    apply_payment,
    record_payment,
    undo_application,
)
from models.receivables.credit import CreditStanding, standing
from models.receivables.invoice import Invoice, InvoiceCharge, InvoiceLine, InvoiceTax
from models.receivables.invoicing import Shipped, issue_invoice, post_invoice, seller_facts, tax_of
from models.receivables.payment import (
    MEANS,
    Application,
    InboundEvent,
    Payment,
    PaymentAttempt,
    Refund,
)
from models.receivables.statement import (
    Ageing,
    InvoicePage,
    ageing_of,
    invoice_page,
    invoices_of_order,
    is_payers,
    list_invoices,
)
from models.receivables.terms import discount_until, due_on

__all__ = [
    "MEANS",
    "Ageing",
    "Application",
    "CreditStanding",
    "InboundEvent",
    "Invoice",
    "InvoiceCharge",
    "InvoiceLine",
    "InvoicePage",
    "InvoiceTax",
    "Payment",
    "PaymentAttempt",
    "Refund",
    "Shipped",
    "ageing_of",
    "apply_oldest_first",
    "apply_payment",
    "discount_until",
    "due_on",
    "invoice_page",
    "invoices_of_order",
    "is_payers",
    "issue_invoice",
    "list_invoices",
    "post_invoice",
    "record_payment",
    "seller_facts",
    "standing",
    "tax_of",
    "undo_application",
]
