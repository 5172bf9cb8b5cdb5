"""Invoices and credit notes. Issued ones never change; the database refuses it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.kernel.base import Amount, Base, ExchangeRate, Facts, Id, Moment, Rate, UnitPrice, Units
from models.kernel.money import ZERO


class Invoice(Base):
    """An invoice (`kind` invoice) or credit note (`kind` credit_note; amounts positive).

    Everything that EN 16931 asks of the document is kept on it as it was at issue. Only
    `open_amount`, the stored PDF and the mail facts move afterwards; a trigger refuses the rest.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        UniqueConstraint("series_id", "year", "sequence"),
        UniqueConstraint("bill_to_account_id", "id"),
        UniqueConstraint("bill_to_account_id", "submission_key"),
        ForeignKeyConstraint(
            ["bill_to_account_id", "order_id"], ["sales_order.bill_to_account_id", "sales_order.id"]
        ),
        CheckConstraint("kind IN ('invoice', 'credit_note')", name="kind"),
        CheckConstraint("total_amount = net_amount + charges_amount + tax_amount", name="adds_up"),
        CheckConstraint("open_amount >= 0 AND open_amount <= total_amount", name="open_amount"),
        Index("ix_invoice_account", "bill_to_account_id", text("issued_on DESC"), text("id DESC")),
        Index(
            "ix_invoice_open",
            "bill_to_account_id",
            "due_on",
            postgresql_where=text("open_amount > 0"),
        ),
        Index("ix_invoice_issued", text("issued_on DESC"), text("id DESC")),
    )

    id: Mapped[Id]
    number: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="invoice", default="invoice")
    origin: Mapped[str] = mapped_column(server_default="entered", default="entered")
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    series_id: Mapped[int | None]
    year: Mapped[int | None]
    sequence: Mapped[int | None]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    bill_to_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    order_id: Mapped[int | None] = mapped_column(index=True)
    shipment_id: Mapped[int | None]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    currency: Mapped[str]
    exchange_rate: Mapped[ExchangeRate] = mapped_column(server_default="1", default=1)
    issued_on: Mapped[date]
    tax_point_on: Mapped[date]
    delivered_on: Mapped[date | None]
    due_on: Mapped[date]
    discount_percent: Mapped[Rate] = mapped_column(server_default="0", default=ZERO)
    discount_until: Mapped[date | None]
    terms_text: Mapped[str] = mapped_column(server_default="", default="")
    po_number: Mapped[str] = mapped_column(server_default="", default="")
    order_number: Mapped[str] = mapped_column(server_default="", default="")
    delivery_note_number: Mapped[str] = mapped_column(server_default="", default="")
    seller_facts: Mapped[Facts]
    buyer_facts: Mapped[Facts]
    """Name, number, tax number and address of the bill-to account."""
    ship_to: Mapped[Facts]
    note: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    net_amount: Mapped[Amount]
    charges_amount: Mapped[Amount] = mapped_column(server_default="0", default=ZERO)
    tax_amount: Mapped[Amount]
    total_amount: Mapped[Amount]
    open_amount: Mapped[Amount]
    """What is still owed (invoice) or still to be used (credit note)."""
    settled_at: Mapped[Moment | None]
    issued_at: Mapped[Moment] = mapped_column(server_default=func.now())
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submission_key: Mapped[str | None]
    """The form a credit note was made with: the same form twice makes one."""
    document_file_id: Mapped[int | None]
    mailed_at: Mapped[Moment | None]

    lines: Mapped[list[InvoiceLine]] = relationship(
        back_populates="invoice", order_by="InvoiceLine.position", lazy="raise_on_sql"
    )
    charges: Mapped[list[InvoiceCharge]] = relationship(
        order_by="InvoiceCharge.id", lazy="raise_on_sql"
    )
    taxes: Mapped[list[InvoiceTax]] = relationship(order_by="InvoiceTax.id", lazy="raise_on_sql")


class InvoiceLine(Base):
    """A line as invoiced. A shipment line stands on exactly one invoice line.

    A line of a credit note names the line it credits; `credit_kind` says whether it takes units
    back (`quantity`) or what they cost too much (`price`). More than was invoiced is refused by a
    trigger.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        UniqueConstraint("shipment_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("credit_kind IN ('', 'quantity', 'price')", name="credit_kind"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int]
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    shipment_line_id: Mapped[int | None]
    credits_line_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    credit_kind: Mapped[str] = mapped_column(server_default="", default="")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    sku: Mapped[str]
    name: Mapped[str]
    own_number: Mapped[str] = mapped_column(server_default="", default="")
    quantity: Mapped[Units]
    unit: Mapped[str]
    unit_price: Mapped[UnitPrice]
    price_per: Mapped[int] = mapped_column(server_default="1", default=1)
    amount: Mapped[Amount]
    is_sample: Mapped[bool] = mapped_column(server_default="false", default=False)
    tax_category: Mapped[str]
    tax_code: Mapped[str]
    tax_rate: Mapped[Rate]
    tax_reason: Mapped[str] = mapped_column(server_default="", default="")
    tax_exemption_code: Mapped[str] = mapped_column(server_default="", default="")
    note: Mapped[str] = mapped_column(server_default="", default="")
    """What staff wanted said of the product when it was issued (EN 16931 BT-127)."""
    unmatched: Mapped[bool] = mapped_column(server_default="false", default=False)
    """An imported credit without a matching sale."""

    invoice: Mapped[Invoice] = relationship(back_populates="lines", lazy="raise_on_sql")


class InvoiceCharge(Base):
    """A document-level charge or allowance, with its tax (EN 16931 BG-20 and BG-21)."""

    __tablename__ = "invoice_charge"

    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    order_charge_id: Mapped[int | None] = mapped_column(unique=True)
    credits_charge_id: Mapped[int | None] = mapped_column(
        ForeignKey("invoice_charge.id"), unique=True
    )
    """The charge that a credit note takes back, whole and once."""
    kind: Mapped[str]
    text: Mapped[str]
    amount: Mapped[Amount]
    tax_category: Mapped[str]
    tax_code: Mapped[str]
    tax_rate: Mapped[Rate]
    tax_reason: Mapped[str] = mapped_column(server_default="", default="")
    tax_exemption_code: Mapped[str] = mapped_column(server_default="", default="")


class InvoiceTax(Base):
    """The tax of one category and rate (EN 16931 BG-23)."""

    __tablename__ = "invoice_tax"
    __table_args__ = (UniqueConstraint("invoice_id", "code", "rate"),)

    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    code: Mapped[str]
    rate: Mapped[Rate]
    taxable_amount: Mapped[Amount]
    tax_amount: Mapped[Amount]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    exemption_code: Mapped[str] = mapped_column(server_default="", default="")
