"""Products, how they are packed and found, and the accounts' own part numbers for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from models.kernel.base import Amount, Base, Facts, Id, Moment, Units

LIFECYCLES = ("draft", "active", "run_out", "discontinued")
SPECIAL = "special"
"""The lifecycle of what was bought for one order line: sold on that line, and nowhere else."""
TAX_CATEGORIES = ("standard", "reduced", "zero", "exempt")
BACKORDER_POLICIES = ("deny", "backorder", "preorder")


class Brand(Base):
    """Who makes it, as buyers know it."""

    __tablename__ = "brand"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)


class Product(Base):
    """Something that is bought, kept in stock and sold, counted in its base unit.

    The SKU is unique without regard to case. `quantity_decimals` says how finely it may be
    counted; `order_minimum`, `order_multiple` and `order_maximum` are the product's own quantity
    rules, which an agreement may replace. A variant names its parent.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint(
            "lifecycle IN ('draft', 'active', 'run_out', 'discontinued', 'special')",
            name="lifecycle",
        ),
        CheckConstraint("quantity_decimals BETWEEN 0 AND 3", name="quantity_decimals"),
        CheckConstraint("order_minimum > 0 AND order_multiple > 0", name="order_rules"),
        CheckConstraint("price_per IN (1, 10, 100, 1000)", name="price_per"),
        CheckConstraint(
            "backorder_policy IN ('deny', 'backorder', 'preorder')", name="backorder_policy"
        ),
        CheckConstraint("cost >= 0", name="cost"),
        Index("uq_product_sku_upper", text("upper(sku)"), unique=True),
        Index("ix_product_sku_plain", "sku_plain"),
        Index("ix_product_search", "search", postgresql_using="gin"),
        Index(
            "ix_product_manufacturer_number_plain",
            text("regexp_replace(upper(manufacturer_number), '[^A-Z0-9]', '', 'g')"),
            postgresql_where=text("manufacturer_number <> ''"),
        ),
        Index("ix_product_category", "category_id", "position", "id"),
        Index(
            "ix_product_shelf",
            "category_id",
            "position",
            "id",
            postgresql_include=["own_account_id", "brand_id"],
            postgresql_where=text("lifecycle IN ('active', 'run_out')"),
        ),
        Index(
            "ix_product_own", "own_account_id", postgresql_where=text("own_account_id IS NOT NULL")
        ),
    )

    id: Mapped[Id]
    sku: Mapped[str]
    sku_plain: Mapped[str]
    """The SKU in capitals without blanks, dashes, dots and slashes: what typed codes match."""
    external_id: Mapped[str | None] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="", default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    variant_label: Mapped[str] = mapped_column(server_default="", default="")
    manufacturer_number: Mapped[str] = mapped_column(server_default="", default="")
    unit: Mapped[str] = mapped_column(server_default="each", default="each")
    """The base unit as UN/ECE Recommendation 20 names it in words: each, metre, kilogram."""
    quantity_decimals: Mapped[int] = mapped_column(server_default="0", default=0)
    price_per: Mapped[int] = mapped_column(server_default="1", default=1)
    order_minimum: Mapped[Units] = mapped_column(server_default="1", default=Decimal(1))
    order_multiple: Mapped[Units] = mapped_column(server_default="1", default=Decimal(1))
    order_maximum: Mapped[Units | None]
    tax_category: Mapped[str] = mapped_column(server_default="standard", default="standard")
    weight_grams: Mapped[int] = mapped_column(server_default="0", default=0)
    origin_country: Mapped[str] = mapped_column(server_default="", default="")
    commodity_code: Mapped[str] = mapped_column(server_default="", default="")
    attributes: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    translations: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    retail_price: Mapped[Amount | None]
    """Recommended retail price in the seller's base currency, with tax."""
    cost: Mapped[Amount] = mapped_column(server_default="0", default=Decimal(0))
    """Standard cost per `price_per` base units, in the seller's base currency."""
    backorder_policy: Mapped[str] = mapped_column(server_default="backorder", default="backorder")
    backorder_cap: Mapped[Units | None]
    preorder_from: Mapped[date | None]
    lead_time_days: Mapped[int] = mapped_column(server_default="14", default=14)
    reorder_point: Mapped[Units | None]
    horizon_days: Mapped[int | None]
    """The product's own allocation horizon in working days."""
    lifecycle: Mapped[str] = mapped_column(server_default="active", default="active")
    launched_on: Mapped[date | None]
    discontinued_on: Mapped[date | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    own_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Set where the product is made for one account and nobody else may see it."""
    image: Mapped[str] = mapped_column(server_default="", default="")
    """SHA-256 of the first picture's file, empty where there is none."""
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    origin: Mapped[str] = mapped_column(server_default="entered", default="entered")
    search: Mapped[Any] = mapped_column(TSVECTOR, server_default=text("''::tsvector"))
    search_words: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), default=list
    )
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())

    packs: Mapped[list[Pack]] = relationship(
        order_by="Pack.quantity", cascade="all, delete-orphan", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_sellable(self) -> bool:
        """Whether new orders may name it at all; stock and assortment decide the rest."""
        return self.lifecycle in {"active", "run_out"}


PACK_UNITS = ("inner", "case", "pallet")
"""What a product is packed in, beside one by one; each holds more than the one before."""


class Pack(Base):
    """A way the product is packed: each, inner, case, pallet; `quantity` in base units."""

    __tablename__ = "pack"
    __table_args__ = (
        UniqueConstraint("product_id", "unit"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    unit: Mapped[str]
    quantity: Mapped[Units]
    weight_grams: Mapped[int] = mapped_column(server_default="0", default=0)
    length_mm: Mapped[int] = mapped_column(server_default="0", default=0)
    width_mm: Mapped[int] = mapped_column(server_default="0", default=0)
    height_mm: Mapped[int] = mapped_column(server_default="0", default=0)


class Barcode(Base):
    """A code on a pack. A GTIN has a right check digit; other codes are taken as they are.

    Old ones are kept with `retired_at`, so that goods on the shelf still scan.
    """

    __tablename__ = "barcode"
    __table_args__ = (Index("ix_barcode_code", "code"), UniqueConstraint("product_id", "code"))

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    unit: Mapped[str] = mapped_column(server_default="each", default="each")
    code: Mapped[str]
    is_gtin: Mapped[bool] = mapped_column(server_default="false", default=False)
    retired_at: Mapped[Moment | None]


class ProductImage(Base):
    """A picture of a product, in the order shown: a stored file by its SHA-256."""

    __tablename__ = "product_image"
    __table_args__ = (UniqueConstraint("product_id", "position"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    position: Mapped[int]
    sha256: Mapped[str]
    media_type: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="", default="")
    source: Mapped[str] = mapped_column(server_default="", default="")
    """Size and digest of the file that it was made from; an import knows the same one again."""


class AccountPartNumber(Base):
    """What an account calls a product. Unique per account without regard to case."""

    __tablename__ = "account_part_number"
    __table_args__ = (
        Index("uq_account_part_number_code", "account_id", text("upper(code)"), unique=True),
        Index("ix_account_part_number_product", "product_id", "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    code: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="", default="")


class Substitute(Base):
    """Another product to offer when one cannot be had."""

    __tablename__ = "substitute"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    position: Mapped[int] = mapped_column(server_default="0", default=0)


class SearchWord(Base):
    """The vocabulary of the catalogue, by which misspelt words are put right."""

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(primary_key=True)
    uses: Mapped[int] = mapped_column(server_default="1", default=1)
