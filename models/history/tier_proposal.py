"""Price tiers that past sales suggest for a list, to be accepted by staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Id, Moment


class TierSearch(Base):
    """Somebody asked what the past sales say about a list's tiers; the latest of a list counts.

    `products` were sold, on `lines`; `finished_at` is none while a task looks.
    """

    __tablename__ = "tier_search"
    __table_args__ = (
        CheckConstraint("least_lines > 0 AND least_accounts > 0", name="support"),
        Index("ix_tier_search_list_id", "list_id", "id"),
    )

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    least_lines: Mapped[int]
    least_accounts: Mapped[int]
    lines: Mapped[int] = mapped_column(server_default="0", default=0)
    products: Mapped[int] = mapped_column(server_default="0", default=0)
    asked_at: Mapped[Moment] = mapped_column(server_default=func.now())
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    finished_at: Mapped[Moment | None]


class TierProposal(Base):
    """The tiers of one product as the sales show them, and who accepted them.

    `tiers` holds a mapping per tier, smallest quantity first: what `ProposedTier` says, as text.
    """

    __tablename__ = "tier_proposal"
    __table_args__ = (UniqueConstraint("search_id", "product_id"),)

    id: Mapped[Id]
    search_id: Mapped[int] = mapped_column(ForeignKey("tier_search.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    tiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    accepted_at: Mapped[Moment | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
