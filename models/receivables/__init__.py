"""Receivables: invoices, payments, credit, and what is still owed."""

from models.receivables.invoice import Invoice, InvoiceCharge, InvoiceLine, InvoiceTax
from models.receivables.payment import (
    MEANS,
    Application,
    InboundEvent,
    Payment,
    PaymentAttempt,
    Refund,
)

__all__ = [
    "MEANS",
    "Application",
    "InboundEvent",
    "Invoice",
    "InvoiceCharge",
    "InvoiceLine",
    "InvoiceTax",
    "Payment",
    "PaymentAttempt",
    "Refund",
]
