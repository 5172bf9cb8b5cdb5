"""The declarative base, and the column types that have a meaning of their own."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
BigInt = Annotated[int, mapped_column(BigInteger)]
Amount = Annotated[Decimal, mapped_column(Numeric(18, 4))]
"""A document amount: NUMERIC(18,4), rounded to the currency's minor unit."""
UnitPrice = Annotated[Decimal, mapped_column(Numeric(18, 4))]
"""A price per `price_per` base units, four decimals."""
Units = Annotated[Decimal, mapped_column(Numeric(14, 3))]
"""A quantity in base units."""
Rate = Annotated[Decimal, mapped_column(Numeric(7, 4))]
"""A percentage: 20.0000 is twenty per cent."""
ExchangeRate = Annotated[Decimal, mapped_column(Numeric(18, 8))]
"""Base currency per unit of a document's currency."""
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""An aware UTC timestamp."""
Facts = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """Every table of the program. Ids are 64-bit identities; text is unbounded in the database."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text(), int: BigInteger(), dict[str, Any]: JSONB()}
