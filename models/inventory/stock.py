"""Stock: what is in the building, what is promised, and every movement that made it so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Amount, Base, Id, Moment, Units

MOVEMENTS = (
    "received", "allocated", "released", "picked", "shipped", "returned", "adjusted", "counted",
    "transferred_out", "transferred_in",
)  # fmt: skip


class Stock(Base):
    """A product in a warehouse: the row that is locked and promised from.

    `on_hand` is all in the building, bins and staging; `allocated` is promised to order lines.
    The database holds 0 <= allocated <= on_hand.
    """

    __tablename__ = "stock"
    __table_args__ = (
        UniqueConstraint("product_id", "warehouse_id"),
        UniqueConstraint("id", "product_id", "warehouse_id"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("allocated >= 0 AND allocated <= on_hand", name="allocated"),
        CheckConstraint("safety_stock >= 0", name="safety_stock"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), index=True)
    on_hand: Mapped[Units] = mapped_column(server_default="0", default=Decimal(0))
    allocated: Mapped[Units] = mapped_column(server_default="0", default=Decimal(0))
    safety_stock: Mapped[Units] = mapped_column(server_default="0", default=Decimal(0))
    home_bin_id: Mapped[int | None] = mapped_column(ForeignKey("bin.id"))

    @property
    def available(self) -> Decimal:
        """What may still be promised; never below zero."""
        return max(Decimal(0), self.on_hand - self.allocated - self.safety_stock)


class BinStock(Base):
    """What of a stock row lies in one bin; the bins of a stock row add up to its `on_hand`."""

    __tablename__ = "bin_stock"
    __table_args__ = (
        ForeignKeyConstraint(
            ["stock_id", "product_id", "warehouse_id"],
            ["stock.id", "stock.product_id", "stock.warehouse_id"],
        ),
        ForeignKeyConstraint(["bin_id", "warehouse_id"], ["bin.id", "bin.warehouse_id"]),
        CheckConstraint("quantity >= 0", name="quantity"),
        UniqueConstraint("stock_id", "bin_id", "lot", "serial", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    stock_id: Mapped[int]
    product_id: Mapped[int]
    warehouse_id: Mapped[int]
    bin_id: Mapped[int] = mapped_column(index=True)
    lot: Mapped[str | None]
    serial: Mapped[str | None]
    quantity: Mapped[Units]


class StockMovement(Base):
    """One change of a stock row, append-only. The levels equal the sums of the deltas."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("kind IN (" + ", ".join(f"'{m}'" for m in MOVEMENTS) + ")", name="kind"),
        CheckConstraint(
            "on_hand_delta <> 0 OR allocated_delta <> 0 OR kind = 'picked'", name="some_delta"
        ),
        Index("ix_stock_movement_stock", "stock_id", "id"),
        Index("ix_stock_movement_document", "document_kind", "document_id"),
    )

    id: Mapped[Id]
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"))
    kind: Mapped[str]
    on_hand_delta: Mapped[Units] = mapped_column(server_default="0", default=Decimal(0))
    allocated_delta: Mapped[Units] = mapped_column(server_default="0", default=Decimal(0))
    unit_cost: Mapped[Amount | None]
    document_kind: Mapped[str] = mapped_column(server_default="", default="")
    document_id: Mapped[int | None]
    order_line_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    actor_id: Mapped[int | None]
    at: Mapped[Moment] = mapped_column(server_default=func.now())


class Allocation(Base):
    """Units of a stock row promised to an order line. One open row per line and stock row.

    `picked` of them wait in staging. Closing keeps the row as history. `promised_on` decides who
    loses when a count finds less than was promised: the latest.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("picked >= 0 AND picked <= quantity", name="picked"),
        CheckConstraint("(closed_at IS NULL) = (quantity > 0)", name="open_has_units"),
        Index(
            "uq_allocation_open",
            "order_line_id",
            "stock_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_allocation_stock", "stock_id", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"))
    order_line_id: Mapped[int]
    quantity: Mapped[Units]
    picked: Mapped[Units] = mapped_column(server_default="0", default=Decimal(0))
    promised_on: Mapped[date | None]
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    closed_at: Mapped[Moment | None]


class ExpectedSupply(Base):
    """Units on their way to a warehouse with a date; written by purchasing, read by promising."""

    __tablename__ = "expected_supply"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id"),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_expected_supply_product", "product_id", "warehouse_id", "expected_on"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    expected_on: Mapped[date]
    quantity: Mapped[Units]
    source_kind: Mapped[str]
    source_id: Mapped[int]


class OpenDemand(Base):
    """Units that an order line still needs and that no stock is allocated to.

    Written by the order's side whenever a line changes; a backorder holds no stock, it stands
    here. `ship_on` is the day it is wanted or promised.
    """

    __tablename__ = "open_demand"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_open_demand_product", "product_id", "warehouse_id", "ship_on"),
    )

    order_line_id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    quantity: Mapped[Units]
    ship_on: Mapped[date]
    is_backorder: Mapped[bool] = mapped_column(server_default="false", default=False)
    account_priority: Mapped[int] = mapped_column(server_default="0", default=0)
    first_promised_on: Mapped[date | None]
    since: Mapped[Moment] = mapped_column(server_default=func.now())
