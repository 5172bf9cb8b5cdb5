"""Warehouses, their bins, and the days on which they do not work."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Facts, Id


class Warehouse(Base):
    """A building that holds stock of one seller. Its cut-off is in its own time zone."""

    __tablename__ = "warehouse"
    __table_args__ = (CheckConstraint("lead_time_days >= 0", name="lead_time_days"),)

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[Facts]
    time_zone: Mapped[str] = mapped_column(server_default="Europe/London", default="Europe/London")
    cut_off: Mapped[time]
    """An order taken before this ships on the same working day (plus the lead time)."""
    lead_time_days: Mapped[int] = mapped_column(server_default="0", default=0)
    weekdays: Mapped[str] = mapped_column(server_default="12345", default="12345")
    """ISO weekdays worked, as digits."""
    transit_days: Mapped[int] = mapped_column(server_default="1", default=1)
    """Working days to a delivery inside the warehouse's own country, if no zone says more."""
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    """The seller's order of warehouses, for splitting a line."""


class ClosedDay(Base):
    """A day on which a warehouse neither ships nor receives, such as a bank holiday."""

    __tablename__ = "closed_day"

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]


class Bin(Base):
    """A place in a warehouse. Picked goods wait in its one staging bin."""

    __tablename__ = "bin"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        UniqueConstraint("id", "warehouse_id"),
        CheckConstraint("kind IN ('pick', 'bulk', 'receiving', 'staging')", name="kind"),
    )

    id: Mapped[Id]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    zone: Mapped[str] = mapped_column(server_default="", default="")
    walking_order: Mapped[int] = mapped_column(server_default="0", default=0)
    kind: Mapped[str] = mapped_column(server_default="pick", default="pick")
