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
from models.receivables.queries import (
    InvoiceFilter,
    PaymentFilter,
    applications_of_invoice,
    applications_of_payment,
    invoice_by_number,
    invoice_list,
    invoice_sums,
    open_invoices,
    payment_by_id,
    payment_list,
    payment_sums,
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
from models.receivables.taking import MEANS_BY_HAND, Receipt, take_payment
from models.receivables.terms import discount_until, due_on

__all__ = [
    "MEANS",
    "MEANS_BY_HAND",
    "Ageing",
    "Application",
    "CreditStanding",
    "InboundEvent",
    "Invoice",
    "InvoiceCharge",
    "InvoiceFilter",
    "InvoiceLine",
    "InvoicePage",
    "InvoiceTax",
    "Payment",
    "PaymentAttempt",
    "PaymentFilter",
    "Receipt",
    "Refund",
    "Shipped",
    "ageing_of",
    "applications_of_invoice",
    "applications_of_payment",
    "apply_oldest_first",
    "apply_payment",
    "discount_until",
    "due_on",
    "invoice_by_number",
    "invoice_list",
    "invoice_page",
    "invoice_sums",
    "invoices_of_order",
    "is_payers",
    "issue_invoice",
    "list_invoices",
    "open_invoices",
    "payment_by_id",
    "payment_list",
    "payment_sums",
    "post_invoice",
    "record_payment",
    "seller_facts",
    "standing",
    "take_payment",
    "tax_of",
    "undo_application",
]
