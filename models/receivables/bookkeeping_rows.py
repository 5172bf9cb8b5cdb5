"""The lines of a bookkeeper's file: an invoice by ledger account and tax, a receipt in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from models.accounts import Account
from models.kernel.money import ZERO, round_amount
from models.kernel.seller import Seller, day_within
from models.ledger import Chart
from models.receivables.applying import CLEARING
from models.receivables.invoice import Invoice, InvoiceCharge, InvoiceLine, InvoiceTax
from models.receivables.payment import Payment, Refund

COLUMNS = (
    "external_id", "type", "document", "date", "due_date", "account_number",
    "account_external_id", "account_name", "currency", "exchange_rate", "ledger_account",
    "tax_category", "tax_rate", "net", "tax", "gross", "means", "reference", "order", "corrects",
)  # fmt: skip
"""Amounts are positive; `type` says which way they go. `external_id` is unique for ever."""
AMOUNTS = ("net", "tax", "gross")


def rows_of(
    session: Session, seller: Seller, documents: dict[str, list[int]]
) -> Iterator[tuple[Any, ...]]:
    """Rows as COLUMNS: invoices and credit notes, then receipts, then refunds, each by id.

    The net of an invoice is split by ledger account, category and rate of tax; the tax of each
    rate, which stands on the invoice, is divided among its parts so that they add up to it.
    """
    for rows in (
        _invoices(session, documents["invoice"]),
        _payments(session, documents["payment"]),
        _refunds(session, seller, documents["refund"]),
    ):
        for row in rows:
            yield _in_minor_units(row)


def _in_minor_units(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Each amount with the decimals of its currency: what other programs read without asking."""
    currency = row[COLUMNS.index("currency")]
    return tuple(
        round_amount(value, currency) if name in AMOUNTS else value
        for name, value in zip(COLUMNS, row, strict=True)
    )


def _invoices(session: Session, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    parts = _parts(session, ids)
    taxes: dict[int, dict[tuple[str, Decimal], Decimal]] = defaultdict(dict)
    for row in session.scalars(select(InvoiceTax).where(InvoiceTax.invoice_id.in_(ids))):
        taxes[row.invoice_id][row.code, row.rate] = row.tax_amount
    corrected = aliased(Invoice)
    heads = session.execute(
        select(Invoice, Account.number, Account.external_id, Account.name, corrected.number)
        .join(Account, Account.id == Invoice.bill_to_account_id)
        .outerjoin(corrected, corrected.id == Invoice.corrects_id)
        .where(Invoice.id.in_(ids))
        .order_by(Invoice.id)
    ).all()
    for head, number, external_id, name, corrects in heads:
        nets = parts[head.id] or {(Chart.SALES, "", ZERO): ZERO}
        shares = _divided(nets, taxes[head.id], head.currency)
        for count, ((ledger, code, rate), net) in enumerate(sorted(nets.items()), 1):
            tax = shares[ledger, code, rate]
            yield (
                f"{head.number}/{count}", head.kind, head.number, head.issued_on, head.due_on,
                number, external_id, name, head.currency, head.exchange_rate, ledger.value, code,
                rate, net, tax, net + tax, "", head.po_number, head.order_number, corrects,
            )  # fmt: skip


def _parts(session: Session, ids: Sequence[int]) -> dict[int, dict[Any, Decimal]]:
    """{invoice: {(ledger account, tax category, tax rate): net}}."""
    nets: dict[int, dict[Any, Decimal]] = defaultdict(dict)
    is_carriage = case((InvoiceCharge.kind == "carriage", True), else_=False)
    lines = select(
        InvoiceLine.invoice_id, InvoiceLine.tax_code, InvoiceLine.tax_rate,
        func.sum(InvoiceLine.amount),
    ).where(InvoiceLine.invoice_id.in_(ids)).group_by(
        InvoiceLine.invoice_id, InvoiceLine.tax_code, InvoiceLine.tax_rate
    )  # fmt: skip
    for invoice_id, code, rate, net in session.execute(lines):
        nets[invoice_id][Chart.SALES, code, rate] = net
    charges = select(
        InvoiceCharge.invoice_id, is_carriage, InvoiceCharge.tax_code, InvoiceCharge.tax_rate,
        func.sum(InvoiceCharge.amount),
    ).where(InvoiceCharge.invoice_id.in_(ids)).group_by(
        InvoiceCharge.invoice_id, is_carriage, InvoiceCharge.tax_code, InvoiceCharge.tax_rate
    )  # fmt: skip
    for invoice_id, carriage, code, rate, net in session.execute(charges):
        ledger = Chart.CARRIAGE if carriage else Chart.OTHER_CHARGES
        nets[invoice_id][ledger, code, rate] = net
    return nets


def _divided(
    nets: dict[Any, Decimal], taxes: dict[tuple[str, Decimal], Decimal], currency: str
) -> dict[Any, Decimal]:
    """The tax of each part; what rounding leaves goes to the largest part of its rate."""
    shares: dict[Any, Decimal] = {}
    for (code, rate), tax in {**dict.fromkeys(((k[1], k[2]) for k in nets), ZERO), **taxes}.items():
        keys = [key for key in nets if key[1:] == (code, rate)]
        for key in keys:
            shares[key] = round_amount(nets[key] * rate / 100, currency)
        if keys:
            largest = max(keys, key=lambda key: (abs(nets[key]), key))
            shares[largest] += tax - sum((shares[key] for key in keys), ZERO)
    return shares


def _payments(session: Session, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    found = session.execute(
        select(Payment, Account.number, Account.external_id, Account.name)
        .join(Account, Account.id == Payment.bill_to_account_id)
        .where(Payment.id.in_(ids))
        .order_by(Payment.id)
    ).all()
    for payment, number, external_id, name in found:
        yield (
            payment.number, "receipt", payment.number, payment.received_on, None, number,
            external_id, name, payment.currency, payment.exchange_rate,
            CLEARING[payment.means].value, "", None, payment.amount, ZERO, payment.amount,
            payment.means, payment.reference, "", "",
        )  # fmt: skip


def _refunds(session: Session, seller: Seller, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    day = day_within(seller.time_zone, Refund.finished_at)
    found = session.execute(
        select(Refund, Payment, day, Account.number, Account.external_id, Account.name)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Account, Account.id == Payment.bill_to_account_id)
        .where(Refund.id.in_(ids))
        .order_by(Refund.id)
    ).all()
    for refund, payment, on, number, external_id, name in found:
        kind = "returned_receipt" if refund.kind == "returned" else "refund"
        yield (
            f"{payment.number}/R{refund.id}", kind, payment.number, on, None, number, external_id,
            name, payment.currency, payment.exchange_rate, CLEARING[payment.means].value, "",
            None, refund.amount, ZERO, refund.amount, payment.means, refund.reason, "",
            payment.number,
        )  # fmt: skip
