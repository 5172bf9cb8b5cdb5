"""Making the invoice of shipped goods. It takes quantities as values and knows no shipments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.accounts import Account, Actor, PaymentTerms, notes_of_kind
from models.catalog import notes_at_lines
from models.kernel import activity, clock
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO, line_amount
from models.kernel.numbering import next_number
from models.kernel.outbox import announce
from models.kernel.seller import Seller
from models.ledger import Chart, Document, Posting, post
from models.orders import Order, OrderCharge, OrderLine, refresh, tell
from models.pricing import Tax, TaxBreakdown, TaxedAmount, tax_breakdown
from models.receivables.applying import apply_order_deposit
from models.receivables.invoice import Invoice, InvoiceCharge, InvoiceLine, InvoiceTax
from models.receivables.terms import discount_until, due_on

LINE_COLUMNS = (
    "position", "order_line_id", "shipment_line_id", "product_id", "sku", "name", "own_number",
    "quantity", "unit", "unit_price", "price_per", "amount", "is_sample", "tax_category",
    "tax_code", "tax_rate", "tax_reason", "tax_exemption_code", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipped:
    """Units of an order line that left in a shipment, to be invoiced."""

    order_line_id: int
    shipment_line_id: int
    quantity: Decimal


def issue_invoice(
    session: Session,
    order: Order,
    shipped: Sequence[Shipped],
    *,
    delivery_note_number: str,
    shipment_id: int | None,
    by: Actor | None,
) -> Invoice:
    """Issues the invoice of what was shipped, with the order's charges not invoiced yet.

    It says what the notes for invoices say, those on products at their lines. Its number is taken
    last, gapless; from then on the database refuses any change to it. Posts to the ledger, puts a
    card payment of the order against it, and announces `invoice.issued` for the PDF and the mail.
    Refused when there is nothing to invoice; a shipment line a second time, by the database.
    """
    if not shipped:
        raise Refused("There is nothing shipped that is not invoiced yet.")
    seller = session.get_one(Seller, order.seller_id)
    bill_to = session.get_one(Account, order.bill_to_account_id)
    lines = {row.id: row for row in lock(session, OrderLine, [s.order_line_id for s in shipped])}
    charges = _charges_to_invoice(session, order)
    rows = _line_rows(session, order, lines, shipped)
    totals = _totals(rows, charges, order.currency)
    invoice = _head(session, order, seller, bill_to, totals)
    invoice.shipment_id = shipment_id
    invoice.delivery_note_number = delivery_note_number
    invoice.issued_by_id = by.id if by else None
    fail_at("invoice.before_number")
    number = next_number(session, seller_id=seller.id, kind="invoice", on=invoice.issued_on)
    invoice.number, invoice.series_id = number.text, number.series_id
    invoice.year, invoice.sequence = number.year, number.sequence
    session.add(invoice)
    session.flush()
    _add_parts(session, invoice, rows, charges, totals)
    _advance_order(order, lines, shipped, charges, invoice)
    post_invoice(session, invoice, base_currency=seller.base_currency, by=by)
    apply_order_deposit(session, order, invoice, by=by)
    tell(
        session, order.id, "invoice.issued", by=by, document=("invoice", invoice.id),
        number=invoice.number, amount=invoice.total_amount, due_on=invoice.due_on,
    )  # fmt: skip
    activity.record(
        session, "invoice.issued", by=by, subject=invoice, account_id=invoice.account_id,
        number=invoice.number, total=invoice.total_amount,
    )  # fmt: skip
    announce(session, "invoice.issued", account_id=invoice.account_id, invoice_id=invoice.id)
    refresh(session, order)
    fail_at("invoice.issued")
    return invoice


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a document and its tax per category and rate."""

    net: Decimal
    charges: Decimal
    breakdown: TaxBreakdown


def post_invoice(
    session: Session, invoice: Invoice, *, base_currency: str, by: Actor | None
) -> None:
    """Posts receivable against revenue, charges and tax; a credit note the other way round."""
    sign = 1 if invoice.kind == "invoice" else -1
    carriage = sum((c.amount for c in invoice.charges if c.kind == "carriage"), ZERO)
    post(
        session,
        seller_id=invoice.seller_id,
        on=invoice.issued_on,
        kind=invoice.kind,
        document=Document("invoice", invoice.id),
        currency=invoice.currency,
        rate=invoice.exchange_rate,
        base_currency=base_currency,
        postings=[
            Posting(Chart.RECEIVABLES, sign * invoice.total_amount, invoice.bill_to_account_id),
            Posting(Chart.SALES, -sign * invoice.net_amount),
            Posting(Chart.CARRIAGE, -sign * carriage),
            Posting(Chart.OTHER_CHARGES, -sign * (invoice.charges_amount - carriage)),
            Posting(Chart.OUTPUT_TAX, -sign * invoice.tax_amount),
        ],
        text=invoice.number,
        by=by.id if by else None,
    )


def _charges_to_invoice(session: Session, order: Order) -> Sequence[OrderCharge]:
    return session.scalars(
        select(OrderCharge)
        .where(OrderCharge.order_id == order.id, OrderCharge.invoiced_at.is_(None))
        .order_by(OrderCharge.id)
        .with_for_update()
    ).all()


def _line_rows(
    session: Session, order: Order, lines: dict[int, OrderLine], shipped: Sequence[Shipped]
) -> list[InvoiceLine]:
    rows: list[InvoiceLine] = []
    done = {line.id: line.invoiced for line in lines.values()}
    for position, item in enumerate(
        sorted(shipped, key=lambda item: lines[item.order_line_id].position), start=1
    ):
        line = lines[item.order_line_id]
        before = done[line.id]
        done[line.id] = before + item.quantity
        rows.append(_line_row(order, line, item, before, position))
    told = notes_at_lines(session, "invoice", [row.product_id for row in rows])
    for row in rows:
        row.note = " ".join(told.get(row.product_id or 0, ()))
    return rows


def _line_row(
    order: Order, line: OrderLine, item: Shipped, before: Decimal, position: int
) -> InvoiceLine:
    """The part's amount is the difference of two rounded totals, so that parts add up."""
    until = line_amount(line.unit_price, before + item.quantity, line.price_per, order.currency)
    since = line_amount(line.unit_price, before, line.price_per, order.currency)
    return InvoiceLine(
        position=position,
        order_line_id=line.id,
        shipment_line_id=item.shipment_line_id,
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        own_number=line.own_number,
        quantity=item.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        price_per=line.price_per,
        amount=until - since,
        is_sample=line.is_sample,
        tax_category=line.tax_category,
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        tax_reason=line.tax_reason,
        tax_exemption_code=line.tax_exemption_code,
    )


def _totals(rows: list[InvoiceLine], charges: Sequence[OrderCharge], currency: str) -> Totals:
    return Totals(
        net=sum((row.amount for row in rows), ZERO),
        charges=sum((charge.amount for charge in charges), ZERO),
        breakdown=tax_breakdown(
            [TaxedAmount(row.amount, tax_of(row)) for row in rows],
            [TaxedAmount(charge.amount, tax_of(charge)) for charge in charges],
            currency,
        ),
    )


def tax_of(part: OrderLine | OrderCharge | InvoiceLine | InvoiceCharge) -> Tax:
    """The tax as it is kept on a line or charge."""
    return Tax(part.tax_rate, part.tax_code, part.tax_reason, part.tax_exemption_code)


def _head(
    session: Session, order: Order, seller: Seller, bill_to: Account, totals: Totals
) -> Invoice:
    terms = session.get_one(PaymentTerms, order.terms_id or bill_to.terms_id)
    today = clock.today(seller.time_zone)
    return Invoice(
        kind="invoice",
        seller_id=seller.id,
        account_id=order.account_id,
        bill_to_account_id=order.bill_to_account_id,
        order_id=order.id,
        currency=order.currency,
        exchange_rate=Decimal(1),
        issued_on=today,
        tax_point_on=today,
        delivered_on=today,
        due_on=due_on(terms, today),
        discount_percent=terms.discount_percent,
        discount_until=discount_until(terms, today),
        terms_text=terms.name,
        po_number=order.po_number,
        order_number=order.number,
        seller_facts=seller_facts(seller),
        buyer_facts={
            **order.bill_to,
            "number": bill_to.number,
            "legal_name": bill_to.legal_name or bill_to.name,
            "tax_number": bill_to.tax_number,
        },
        ship_to=order.ship_to,
        note=_note(session, order),
        net_amount=totals.net,
        charges_amount=totals.charges,
        tax_amount=totals.breakdown.tax,
        total_amount=totals.breakdown.gross,
        open_amount=totals.breakdown.gross,
        issued_at=clock.now(),
        settled_at=None if totals.breakdown.gross else clock.now(),
    )


def _note(session: Session, order: Order) -> str:
    """What staff want said on invoices: to who pays, to who bought, for where it went."""
    told = list(
        notes_of_kind(session, "invoice", order.account_id, order.ship_to_address_id, order.id)
    )
    if order.bill_to_account_id != order.account_id:
        told = [*notes_of_kind(session, "invoice", order.bill_to_account_id, None), *told]
    return " ".join(told)


def seller_facts(seller: Seller) -> dict[str, str]:
    """What a document says about the seller, as it is today."""
    names = (
        "legal_name", "trading_name", "address_line_1", "address_line_2", "address_line_3", "city",
        "postcode", "subdivision", "country", "company_number", "vat_number", "email", "phone",
        "bank_name", "iban", "bic", "sort_code", "account_number", "invoice_footer",
    )  # fmt: skip
    return {name: getattr(seller, name) for name in names}


def _add_parts(
    session: Session,
    invoice: Invoice,
    rows: list[InvoiceLine],
    charges: Sequence[OrderCharge],
    totals: Totals,
) -> None:
    insert_rows(session, InvoiceLine, [_values(row, invoice.id) for row in rows])
    made = [
        InvoiceCharge(
            invoice_id=invoice.id,
            order_charge_id=charge.id,
            kind=charge.kind,
            text=charge.text,
            amount=charge.amount,
            tax_category=charge.tax_category,
            tax_code=charge.tax_code,
            tax_rate=charge.tax_rate,
            tax_reason=charge.tax_reason,
            tax_exemption_code=charge.tax_exemption_code,
        )
        for charge in charges
    ]
    session.add_all(made)
    set_committed_value(invoice, "charges", made)
    session.execute(
        insert(InvoiceTax),
        [
            {
                "invoice_id": invoice.id,
                "code": row.tax.vat_category,
                "rate": row.tax.rate,
                "taxable_amount": row.net,
                "tax_amount": row.amount,
                "reason": row.tax.exemption_reason,
                "exemption_code": row.tax.exemption_code,
            }
            for row in totals.breakdown.subtotals
        ],
    )
    session.flush()


def _values(row: InvoiceLine, invoice_id: int) -> dict[str, Any]:
    return {"invoice_id": invoice_id, **{name: getattr(row, name) for name in LINE_COLUMNS}}


def _advance_order(
    order: Order,
    lines: dict[int, OrderLine],
    shipped: Sequence[Shipped],
    charges: Sequence[OrderCharge],
    invoice: Invoice,
) -> None:
    for item in shipped:
        lines[item.order_line_id].invoiced += item.quantity
    for charge in charges:
        charge.invoiced_at = invoice.issued_at
    order.invoiced_amount += invoice.total_amount
    order.invoiced_at = order.invoiced_at or invoice.issued_at
    order.due_on = max(order.due_on, invoice.due_on) if order.due_on else invoice.due_on
