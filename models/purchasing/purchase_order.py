"""Vendors, purchase orders and receipts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.kernel.base import Amount, Base, Facts, Id, Moment, Units
from models.kernel.money import ZERO


class Vendor(Base):
    """A company that supplies goods."""

    __tablename__ = "vendor"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    currency: Mapped[str] = mapped_column(server_default="GBP", default="GBP")
    email: Mapped[str] = mapped_column(server_default="", default="")
    phone: Mapped[str] = mapped_column(server_default="", default="")
    address: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    lead_time_days: Mapped[int] = mapped_column(server_default="14", default=14)
    minimum_amount: Mapped[Amount] = mapped_column(server_default="0", default=ZERO)
    version: Mapped[int] = mapped_column(server_default="1", default=1)

    __mapper_args__ = {"version_id_col": version}


class VendorProduct(Base):
    """What a vendor calls a product and asks for it, by quantity."""

    __tablename__ = "vendor_product"
    __table_args__ = (UniqueConstraint("vendor_id", "product_id", "min_quantity"),)

    id: Mapped[Id]
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    part_number: Mapped[str] = mapped_column(server_default="", default="")
    min_quantity: Mapped[Units] = mapped_column(server_default="1", default=Decimal(1))
    unit_cost: Mapped[Amount]
    is_preferred: Mapped[bool] = mapped_column(server_default="true", default=True)


class PurchaseOrder(Base):
    """Goods ordered from a vendor for one warehouse, with the date they are expected."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        Index(
            "uq_purchase_order_external",
            "seller_id",
            text("upper(external_id)"),
            unique=True,
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        CheckConstraint(
            "state IN ('draft', 'sent', 'partly_received', 'received', 'closed', 'cancelled')",
            name="state",
        ),
    )

    id: Mapped[Id]
    number: Mapped[str]
    external_id: Mapped[str | None]
    """Its number in the system before, by which the vendor knows it."""
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    state: Mapped[str] = mapped_column(server_default="draft", default="draft")
    currency: Mapped[str] = mapped_column(server_default="GBP", default="GBP")
    expected_on: Mapped[date]
    sent_at: Mapped[Moment | None]
    mailed_at: Mapped[Moment | None]
    note: Mapped[str] = mapped_column(server_default="", default="")
    submission_key: Mapped[str] = mapped_column(unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1", default=1)

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    lines: Mapped[list[PurchaseOrderLine]] = relationship(
        back_populates="purchase_order", order_by="PurchaseOrderLine.position", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_open(self) -> bool:
        """Whether goods are still to come."""
        return self.state in {"sent", "partly_received"}


class PurchaseOrderLine(Base):
    """A product on a purchase order; `expected_on` may differ from the order's date."""

    __tablename__ = "purchase_order_line"
    __table_args__ = (
        UniqueConstraint("purchase_order_id", "position"),
        CheckConstraint("ordered > 0 AND received >= 0", name="quantities"),
        Index(
            "ix_purchase_order_line_order_line_id",
            "order_line_id",
            postgresql_where=text("order_line_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    part_number: Mapped[str] = mapped_column(server_default="", default="")
    ordered: Mapped[Units]
    received: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    cancelled: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    unit_cost: Mapped[Amount]
    expected_on: Mapped[date]
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    """The sales line that a special was bought for: what comes in is for that line alone."""

    purchase_order: Mapped[PurchaseOrder] = relationship(
        back_populates="lines", lazy="raise_on_sql"
    )

    @property
    def open(self) -> Decimal:
        """What is still to come; never below zero, an over-delivery is accepted."""
        return max(ZERO, self.ordered - self.received - self.cancelled)


class Receipt(Base):
    """Goods that came in for a purchase order, once per `submission_key`."""

    __tablename__ = "receipt"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    submission_key: Mapped[str] = mapped_column(unique=True)
    delivery_note_number: Mapped[str] = mapped_column(server_default="", default="")
    received_at: Mapped[Moment]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    lines: Mapped[list[ReceiptLine]] = relationship(order_by="ReceiptLine.id", lazy="raise_on_sql")


class ReceiptLine(Base):
    """What came in of one line, and what was wrong with it."""

    __tablename__ = "receipt_line"
    __table_args__ = (Index("ix_receipt_line_receipt", "receipt_id"),)

    id: Mapped[Id]
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    purchase_order_line_id: Mapped[int] = mapped_column(ForeignKey("purchase_order_line.id"))
    quantity: Mapped[Units]
    discrepancy: Mapped[str] = mapped_column(server_default="", default="")
