"""Pick lists, shipments, cartons and their labels."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.kernel.base import Base, Facts, Id, Moment, Units
from models.kernel.money import ZERO


class PickList(Base):
    """What one person takes from the bins for one order, in walking order."""

    __tablename__ = "pick_list"
    __table_args__ = (
        CheckConstraint("state IN ('released', 'picking', 'picked', 'cancelled')", name="state"),
        Index("ix_pick_list_state", "warehouse_id", "state"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"), index=True)
    state: Mapped[str] = mapped_column(server_default="released", default="released")
    released_at: Mapped[Moment] = mapped_column(server_default=func.now())
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    picker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[Moment | None]
    picked_at: Mapped[Moment | None]
    printed_at: Mapped[Moment | None]

    lines: Mapped[list[PickLine]] = relationship(
        back_populates="pick_list", order_by="PickLine.position", lazy="raise_on_sql"
    )


class PickLine(Base):
    """A bin to go to, what to take there, and what was taken."""

    __tablename__ = "pick_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND picked >= 0 AND picked <= quantity", name="picked"),
        UniqueConstraint("pick_list_id", "position"),
    )

    id: Mapped[Id]
    pick_list_id: Mapped[int] = mapped_column(ForeignKey("pick_list.id"))
    position: Mapped[int]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"))
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    bin_code: Mapped[str]
    quantity: Mapped[Units]
    picked: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    short_reason: Mapped[str] = mapped_column(server_default="", default="")
    finished_at: Mapped[Moment | None]

    pick_list: Mapped[PickList] = relationship(back_populates="lines", lazy="raise_on_sql")

    @property
    def left(self) -> Decimal:
        return self.quantity - self.picked if self.finished_at is None else ZERO


class Shipment(Base):
    """Goods of one order that leave one warehouse together. Its number heads the delivery note."""

    __tablename__ = "shipment"
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        CheckConstraint(
            "state IN ('packing', 'packed', 'shipped', 'delivered', 'cancelled')", name="state"
        ),
        CheckConstraint("NOT (awaits_manifest AND manifest_id IS NOT NULL)", name="manifest"),
        Index(
            "ix_shipment_awaits_manifest",
            "warehouse_id",
            "service",
            postgresql_where=text("awaits_manifest"),
        ),
        Index("ix_shipment_state", "warehouse_id", "state"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    state: Mapped[str] = mapped_column(server_default="packing", default="packing")
    carrier: Mapped[str] = mapped_column(server_default="own", default="own")
    service: Mapped[str] = mapped_column(server_default="", default="")
    tracking_number: Mapped[str] = mapped_column(server_default="", default="")
    ship_to: Mapped[Facts]
    packed_at: Mapped[Moment | None]
    packed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    shipped_at: Mapped[Moment | None]
    shipped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    delivered_at: Mapped[Moment | None]
    awaits_manifest: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """It has left by a carrier or a van, and no manifest lists it yet."""
    manifest_id: Mapped[int | None] = mapped_column(ForeignKey("manifest.id"), index=True)
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1", default=1)

    lines: Mapped[list[ShipmentLine]] = relationship(
        back_populates="shipment", order_by="ShipmentLine.id", lazy="raise_on_sql"
    )
    cartons: Mapped[list[Carton]] = relationship(
        back_populates="shipment", order_by="Carton.position", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}


class ShipmentLine(Base):
    """How many units of an order line are in a shipment."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        UniqueConstraint("shipment_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Id]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    stock_id: Mapped[int | None] = mapped_column(ForeignKey("stock.id"))
    quantity: Mapped[Units]

    shipment: Mapped[Shipment] = relationship(back_populates="lines", lazy="raise_on_sql")


class Carton(Base):
    """A parcel. Its SSCC is unique for ever; dimensions in millimetres, weight in grams."""

    __tablename__ = "carton"
    __table_args__ = (
        UniqueConstraint("shipment_id", "position"),
        CheckConstraint("sscc ~ '^[0-9]{18}$'", name="sscc"),
    )

    id: Mapped[Id]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    position: Mapped[int]
    sscc: Mapped[str] = mapped_column(unique=True)
    weight_grams: Mapped[int] = mapped_column(server_default="0", default=0)
    length_mm: Mapped[int] = mapped_column(server_default="0", default=0)
    width_mm: Mapped[int] = mapped_column(server_default="0", default=0)
    height_mm: Mapped[int] = mapped_column(server_default="0", default=0)

    shipment: Mapped[Shipment] = relationship(back_populates="cartons", lazy="raise_on_sql")
    contents: Mapped[list[CartonLine]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class CartonLine(Base):
    """Units of a shipment line in a carton; over all cartons never more than the line."""

    __tablename__ = "carton_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    carton_id: Mapped[int] = mapped_column(ForeignKey("carton.id"), primary_key=True)
    shipment_line_id: Mapped[int] = mapped_column(ForeignKey("shipment_line.id"), primary_key=True)
    quantity: Mapped[Units]


class Label(Base):
    """A shipping label of a carton: decided first (`intent`), then bought. One live one each."""

    __tablename__ = "label"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("state IN ('intent', 'bought', 'voided', 'failed')", name="state"),
        Index(
            "uq_label_live",
            "carton_id",
            unique=True,
            postgresql_where=text("state IN ('intent', 'bought')"),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str]
    carton_id: Mapped[int] = mapped_column(ForeignKey("carton.id"))
    carrier: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="intent", default="intent")
    tracking_number: Mapped[str] = mapped_column(server_default="", default="")
    document_file_id: Mapped[int | None]
    problem: Mapped[str] = mapped_column(server_default="", default="")
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    bought_at: Mapped[Moment | None]
