"""Carriage zones: places with one flat charge."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.kernel.base import Amount, Base, Id


class CarriageZone(Base):
    """Where a flat carriage charge applies, without tax, free from `free_over` goods value on.

    Without `postcode_prefixes` it covers its countries whole; otherwise only postcodes that begin
    so. In the United Kingdom a prefix is an area (`BT`) or an outward code (`IV27`).
    """

    __tablename__ = "carriage_zone"
    __table_args__ = (
        UniqueConstraint("code", "currency"),
        CheckConstraint("flat_charge >= 0", name="flat_charge"),
        CheckConstraint("free_over >= 0", name="free_over"),
        CheckConstraint("transit_days >= 0", name="transit_days"),
        CheckConstraint("cardinality(countries) > 0", name="countries"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    postcode_prefixes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), default=list
    )
    flat_charge: Mapped[Amount]
    free_over: Mapped[Amount | None]
    currency: Mapped[str]
    transit_days: Mapped[int] = mapped_column(server_default="1", default=1)
    is_active: Mapped[bool] = mapped_column(server_default="true", default=True)
