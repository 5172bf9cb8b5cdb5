"""The rows of a past document, table by table: which columns, and what stands in them.

Everything that is not named has the table's default. Amounts are the file's, to the last digit,
net, with the tax category O (no tax): what tax was due in the past was declared in the past.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from models.history.books import ORIGIN, Books
from models.history.customers import Buyer
from models.history.documents import PastDocument
from models.history.kinds import Kind
from models.history.past import PastLine
from models.kernel.money import ZERO
from models.receivables import due_on

Row = tuple[Any, ...]
NO_TAX = "O"
TAX_CATEGORY = "standard"
SETTLEMENT = "Imported settlement"
PAID_AT = time(12)

ORDER = (
    "id", "number", "seller_id", "account_id", "bill_to_account_id", "currency", "status",
    "channel", "origin", "submission_key", "placed_at", "ship_to_address_id", "ship_to",
    "bill_to", "warehouse_id", "terms_id", "goods_amount", "charges_amount", "total_amount",
    "invoiced_amount", "paid_amount", "shipped_at", "invoiced_at", "due_on", "paid_at",
)  # fmt: skip
ORDER_LINE = (
    "id", "order_id", "account_id", "position", "product_id", "sku", "name", "ordered",
    "first_ordered", "shipped", "invoiced", "credited", "unit_price", "line_amount", "tax_code",
)  # fmt: skip
ORDER_CHARGE = ("order_id", "kind", "text", "amount", "tax_code", "invoiced_at")
INVOICE = (
    "id", "number", "kind", "origin", "seller_id", "account_id", "bill_to_account_id", "order_id",
    "corrects_id", "currency", "issued_on", "tax_point_on", "delivered_on", "due_on", "terms_text",
    "order_number", "seller_facts", "buyer_facts", "ship_to", "net_amount", "charges_amount",
    "tax_amount", "total_amount", "open_amount", "settled_at", "issued_at",
)  # fmt: skip
INVOICE_LINE = (
    "id", "invoice_id", "position", "order_line_id", "credits_line_id", "product_id", "sku",
    "name", "quantity", "unit", "unit_price", "amount", "tax_category", "tax_code", "tax_rate",
    "unmatched",
)  # fmt: skip
INVOICE_CHARGE = (
    "invoice_id", "kind", "text", "amount", "tax_category", "tax_code", "tax_rate",
)  # fmt: skip
INVOICE_TAX = ("invoice_id", "code", "rate", "taxable_amount", "tax_amount")
PAYMENT = (
    "id", "number", "seller_id", "bill_to_account_id", "means", "currency", "amount",
    "unapplied_amount", "received_on", "reference",
)  # fmt: skip
APPLICATION = (
    "bill_to_account_id", "payment_id", "invoice_id", "amount", "applied_on", "applied_at",
)  # fmt: skip

CHARGE_KINDS = {
    Kind.CHARGE: "carriage",
    Kind.DISCOUNT: "discount",
    Kind.ADJUSTMENT: "adjustment",
    Kind.FEE: "fee",
}
"""What they are called on an invoice; an order knows no adjustments, there they are fees."""


@dataclass(frozen=True, slots=True)
class Story:
    """When a document was made, fell due and was settled, and what it came to."""

    at: datetime
    issued_on: date
    due_on: date
    settled_on: date
    settled_at: datetime
    goods: Decimal
    charged: Decimal

    @property
    def total(self) -> Decimal:
        return self.goods + self.charged


def story_of(document: PastDocument, books: Books, zone: ZoneInfo, today: date) -> Story:
    """The dates and sums of a document. Settled when due, at the latest today."""
    at = document.at.replace(tzinfo=zone).astimezone(UTC)
    issued_on = document.at.date()
    due = issued_on if document.is_credit else due_on(books.terms, issued_on)
    settled_on = max(min(due, today), issued_on)
    settled_at = max(datetime.combine(settled_on, PAID_AT, zone).astimezone(UTC), at)
    return Story(at, issued_on, due, settled_on, settled_at, document.goods, document.charged)


def order(books: Books, document: PastDocument, buyer: Buyer, story: Story, order_id: int) -> Row:
    """An order that is shipped, invoiced and paid."""
    ship_to = json.dumps(buyer.ship_to)
    return (
        order_id, document.number, books.seller.id, buyer.account_id, buyer.bill_to_id,
        books.seller.base_currency, "paid", ORIGIN, ORIGIN, f"{ORIGIN}-{document.number}",
        story.at, buyer.address_id, ship_to, ship_to, books.warehouse_id, books.terms.id,
        story.goods, story.charged, story.total, story.total, story.total, story.at, story.at,
        story.due_on, story.settled_at,
    )  # fmt: skip


def order_line(
    line_id: int,
    order_id: int,
    account_id: int,
    position: int,
    line: PastLine,
    *,
    product_id: int | None,
    credited: Decimal,
) -> Row:
    """A line of which all was shipped and invoiced, and `credited` given back since."""
    units = line.quantity
    return (
        line_id, order_id, account_id, position, product_id, line.code,
        line.description or line.code, units, units, units, units, credited, line.unit_price,
        line.amount, NO_TAX,
    )  # fmt: skip


def order_charge(order_id: int, kind: Kind, line: PastLine, at: datetime) -> Row:
    """A charge or allowance that the invoice carried."""
    name = "fee" if kind is Kind.ADJUSTMENT else CHARGE_KINDS[kind]
    return (order_id, name, line.description or line.code, line.amount, NO_TAX, at)


def invoice(
    books: Books,
    document: PastDocument,
    buyer: Buyer,
    story: Story,
    invoice_id: int,
    *,
    order_id: int | None,
    corrects_id: int | None,
    facts_of_seller: str,
) -> Row:
    """An invoice or credit note with nothing open."""
    kind = "credit_note" if document.is_credit else "invoice"
    return (
        invoice_id, document.number, kind, ORIGIN, books.seller.id, buyer.account_id,
        buyer.bill_to_id, order_id, corrects_id, books.seller.base_currency, story.issued_on,
        story.issued_on, story.issued_on, story.due_on, books.terms.name,
        document.number if order_id else "", facts_of_seller, json.dumps(buyer.facts),
        json.dumps(buyer.ship_to), story.goods, story.charged, ZERO, story.total, ZERO,
        story.settled_at, story.at,
    )  # fmt: skip


def invoice_line(
    line_id: int,
    invoice_id: int,
    position: int,
    line: PastLine,
    sign: int,
    *,
    order_line_id: int | None,
    credits_line_id: int | None,
    product_id: int | None,
    unmatched: bool,
) -> Row:
    """A line as the file has it; on a credit note what is given back is positive."""
    return (
        line_id, invoice_id, position, order_line_id, credits_line_id, product_id, line.code,
        line.description or line.code, sign * line.quantity, "each", line.unit_price,
        sign * line.amount, TAX_CATEGORY, NO_TAX, ZERO, unmatched,
    )  # fmt: skip


def invoice_charge(invoice_id: int, kind: Kind, line: PastLine, sign: int) -> Row:
    """A charge, or an allowance below zero; on a credit note what is given back is positive."""
    name = CHARGE_KINDS[kind]
    text = line.description or line.code
    return (invoice_id, name, text, sign * line.amount, TAX_CATEGORY, NO_TAX, ZERO)


def invoice_tax(invoice_id: int, total: Decimal) -> Row:
    """All of it without tax."""
    return (invoice_id, NO_TAX, ZERO, total, ZERO)


def payment(books: Books, number: str, buyer: Buyer, story: Story, payment_id: int) -> Row:
    """The settlement of an invoice, in full."""
    return (
        payment_id, f"{ORIGIN.upper()}-{number}", books.seller.id, buyer.bill_to_id, ORIGIN,
        books.seller.base_currency, story.total, ZERO, story.settled_on, SETTLEMENT,
    )  # fmt: skip


def application(buyer: Buyer, story: Story, payment_id: int, invoice_id: int) -> Row:
    """The settlement set against its invoice."""
    return (
        buyer.bill_to_id, payment_id, invoice_id, story.total, story.settled_on, story.settled_at,
    )  # fmt: skip
