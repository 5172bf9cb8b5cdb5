"""Price lists: what they are derived from, whom they are for, and what they let an account see."""

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

from models.kernel.base import Base, Id, Moment, Rate, UnitPrice

LIST_KINDS = ("base", "list", "contract")
LIST_STATUSES = ("draft", "active")


class PriceList(Base):
    """Prices in one currency, valid on `[valid_from, valid_to)`.

    A list holds fixed entries, or is derived from another list of the same currency: `percent`
    is added to its prices (-12 takes twelve per cent off) and the result rounded half up to
    `rounding_step`; products with entries of their own are exceptions. Without `percent` only
    what a `PriceListRule` covers is derived.

    An *exclusive* list that has a product answers alone; `is_only` also keeps quantities below
    its first tier from being asked elsewhere. `adds_variants` counts the quantities of all
    variants of one parent together. `floor_percent` is how far below its price a rep may go
    where an entry states no floor of its own.
    """

    __tablename__ = "price_list"
    __table_args__ = (
        CheckConstraint("kind IN ('base', 'list', 'contract')", name="kind"),
        CheckConstraint("status IN ('draft', 'active')", name="status"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates"),
        CheckConstraint("is_exclusive OR NOT is_only", name="only_is_exclusive"),
        CheckConstraint("id <> derived_from_id", name="not_from_itself"),
        CheckConstraint("percent IS NULL OR derived_from_id IS NOT NULL", name="percent_of_what"),
        CheckConstraint("percent >= -100", name="percent"),
        CheckConstraint("rounding_step >= 0", name="rounding_step"),
        CheckConstraint("floor_percent BETWEEN 0 AND 100", name="floor_percent"),
        UniqueConstraint("id", "currency"),
        # A list can only be derived from one of its own currency: nothing is ever converted.
        ForeignKeyConstraint(
            ["derived_from_id", "currency"], ["price_list.id", "price_list.currency"]
        ),
        Index("uq_price_list_code_upper", text("upper(code)"), unique=True),
        Index("ix_price_list_derived_from", "derived_from_id"),
        Index("ix_price_list_base", "currency", postgresql_where=text("kind = 'base'")),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    currency: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="list", default="list")
    status: Mapped[str] = mapped_column(server_default="draft", default="draft")
    is_exclusive: Mapped[bool] = mapped_column(server_default="false", default=False)
    is_only: Mapped[bool] = mapped_column(server_default="false", default=False)
    priority: Mapped[int] = mapped_column(server_default="0", default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    derived_from_id: Mapped[int | None]
    percent: Mapped[Rate | None]
    rounding_step: Mapped[UnitPrice] = mapped_column(server_default="0", default=Decimal(0))
    floor_percent: Mapped[Rate | None]
    adds_variants: Mapped[bool] = mapped_column(server_default="false", default=False)
    restricts_assortment: Mapped[bool] = mapped_column(server_default="false", default=False)
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}


class PriceListRule(Base):
    """How a derived list treats a category (with all below it), a brand, or one within the other.

    Of several that fit a product, category and brand together come first, then the category
    (the deepest one), then the brand. An empty `rounding_step` means the list's.
    """

    __tablename__ = "price_list_rule"
    __table_args__ = (
        CheckConstraint("category_id IS NOT NULL OR brand_id IS NOT NULL", name="of_something"),
        CheckConstraint("percent >= -100", name="percent"),
        CheckConstraint("rounding_step >= 0", name="rounding_step"),
        UniqueConstraint("list_id", "category_id", "brand_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"), index=True)
    percent: Mapped[Rate]
    rounding_step: Mapped[UnitPrice | None]


class PriceListAssignment(Base):
    """For whom a list is: an account (and its branches, where `is_inherited`) or a group.

    Higher `priority` is asked first; empty means the list's own.
    """

    __tablename__ = "price_list_assignment"
    __table_args__ = (
        CheckConstraint("num_nonnulls(account_id, group_id) = 1", name="one_holder"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates"),
        UniqueConstraint(
            "list_id",
            "account_id",
            "group_id",
            "valid_from",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_price_list_assignment_account", "account_id"),
        Index("ix_price_list_assignment_group", "group_id"),
    )

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("account_group.id"))
    priority: Mapped[int | None]
    is_inherited: Mapped[bool] = mapped_column(server_default="true", default=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class AssortmentEntry(Base):
    """A product that a list with `restricts_assortment` lets its accounts see."""

    __tablename__ = "assortment_entry"

    list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
