"""The tiers that were proposed for a list, beside what it says today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models.accounts import User
from models.catalog import Product
from models.history.breaks import ProposedTier
from models.history.tier_proposal import TierProposal
from models.pricing import listed_products

STATES = ("open", "accepted")


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A product, what is proposed, and the list's own tiers of today as (from, price)."""

    id: int
    product_id: int
    sku: str
    name: str
    image: str
    price_per: int
    tiers: Sequence[ProposedTier]
    today: Sequence[tuple[Decimal, Decimal]]
    accepted_at: datetime | None
    accepted_by: str | None

    def today_at(self, quantity: Decimal) -> Decimal | None:
        """What the list says today for this quantity."""
        return next((price for at, price in reversed(self.today) if at <= quantity), None)

    @property
    def ending(self) -> list[tuple[Decimal, Decimal]]:
        """Today's tiers, (from, price), that the proposal has none for: they end with it."""
        kept = {tier.min_quantity for tier in self.tiers}
        return [(at, price) for at, price in self.today if at not in kept]


def proposals(
    session: Session,
    search_id: int,
    list_id: int,
    *,
    today: date,
    state: str = "open",
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[ProposalRow]:
    """One page of them by SKU, in as many statements however long it is."""
    rows = session.execute(
        select(
            TierProposal.id, TierProposal.product_id, Product.sku, Product.name, Product.image,
            Product.price_per, TierProposal.tiers, TierProposal.accepted_at,
            User.name.label("accepted_by"),
        )
        .join(Product, Product.id == TierProposal.product_id)
        .outerjoin(User, User.id == TierProposal.accepted_by_id)
        .where(*_fits(search_id, state, words))
        .order_by(Product.sku)
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip
    ids = [row.product_id for row in rows]
    listed = listed_products(session, list_id, on=today, product_ids=ids, limit=len(ids) or 1)
    now = {each.id: [(tier.min_quantity, tier.unit_price) for tier in each.tiers]
           for each in listed}  # fmt: skip
    return [
        ProposalRow(
            row.id, row.product_id, row.sku, row.name, row.image, row.price_per,
            [ProposedTier.read(each) for each in row.tiers], now.get(row.product_id, ()),
            row.accepted_at, row.accepted_by,
        )
        for row in rows
    ]  # fmt: skip


def count_proposals(session: Session, search_id: int, words: str = "") -> dict[str, int]:
    """How many are open and how many accepted, of those that fit the words."""
    rows = session.execute(
        select(TierProposal.accepted_at.is_not(None), func.count())
        .join(Product, Product.id == TierProposal.product_id)
        .where(*_fits(search_id, "", words))
        .group_by(TierProposal.accepted_at.is_not(None))
    )
    found = {row[0]: row[1] for row in rows}
    return {"open": found.get(False, 0), "accepted": found.get(True, 0)}


def _fits(search_id: int, state: str, words: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [TierProposal.search_id == search_id]
    if state == "open":
        conditions.append(TierProposal.accepted_at.is_(None))
    elif state == "accepted":
        conditions.append(TierProposal.accepted_at.is_not(None))
    if words.strip():
        conditions.append(
            or_(
                Product.sku.istartswith(words.strip(), autoescape=True),
                Product.name.icontains(words.strip(), autoescape=True),
            )
        )
    return conditions
