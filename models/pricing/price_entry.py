"""What a price list says about one product: its tiers, and how many may be ordered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Id, UnitPrice, Units


class PriceEntry(Base):
    """A fixed price from `min_quantity` base units on, valid on `[valid_from, valid_to)`.

    `unit_price` is without tax, per the product's `price_per` base units. Zero means free of
    charge. Two entries of one tier never overlap in time: a trigger per statement refuses it
    (SQLSTATE 23P01), after locking the list so that two writers cannot miss each other. An
    exclusion constraint would need btree_gist, which the embedded server lacks; one over
    single-valued ranges does not, but made a bulk load five times slower.
    """

    __tablename__ = "price_entry"
    __table_args__ = (
        CheckConstraint("min_quantity > 0", name="min_quantity"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint("floor_price >= 0", name="floor_price"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates"),
        UniqueConstraint("list_id", "product_id", "min_quantity", "valid_from"),
        # What the resolver reads: a product's entries of a few lists, however many others hold it.
        Index("ix_price_entry_product_list", "product_id", "list_id"),
    )

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    min_quantity: Mapped[Units] = mapped_column(server_default="1", default=Decimal(1))
    unit_price: Mapped[UnitPrice]
    floor_price: Mapped[UnitPrice | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class QuantityRule(Base):
    """What an agreement says about quantities of a product; empty leaves it to the next one."""

    __tablename__ = "quantity_rule"
    __table_args__ = (
        CheckConstraint("minimum > 0 AND multiple > 0 AND maximum > 0", name="positive"),
        CheckConstraint("maximum >= minimum", name="maximum"),
        CheckConstraint("num_nonnulls(minimum, multiple, maximum) > 0", name="says_something"),
    )

    list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    minimum: Mapped[Units | None]
    multiple: Mapped[Units | None]
    maximum: Mapped[Units | None]
