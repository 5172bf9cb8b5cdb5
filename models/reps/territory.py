"""Territories: which rep is proposed for an account, by country and postcode."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.kernel.base import Base, Id


class Territory(Base):
    """An area with a rep. It only proposes; `account_rep` decides who sees an account."""

    __tablename__ = "territory"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    rep_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    postcode_prefixes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", default=list
    )
