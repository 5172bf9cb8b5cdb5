"""The tables of models/catalog."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_catalog"
down_revision = "0003_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("name", name=op.f("uq_brand_name")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("path", name=op.f("uq_category_path")),
    )
    op.create_index(op.f("ix_category_parent_id"), "category", ["parent_id"], unique=False)
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("uses", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("sku_plain", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("brand_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("variant_label", sa.Text(), server_default="", nullable=False),
        sa.Column("manufacturer_number", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="each", nullable=False),
        sa.Column("quantity_decimals", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("price_per", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "order_minimum", sa.Numeric(precision=14, scale=3), server_default="1", nullable=False
        ),
        sa.Column(
            "order_multiple", sa.Numeric(precision=14, scale=3), server_default="1", nullable=False
        ),
        sa.Column("order_maximum", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("tax_category", sa.Text(), server_default="standard", nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("origin_country", sa.Text(), server_default="", nullable=False),
        sa.Column("commodity_code", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "translations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("retail_price", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("cost", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
        sa.Column("backorder_policy", sa.Text(), server_default="backorder", nullable=False),
        sa.Column("backorder_cap", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("preorder_from", sa.Date(), nullable=True),
        sa.Column("lead_time_days", sa.BigInteger(), server_default="14", nullable=False),
        sa.Column("reorder_point", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("horizon_days", sa.BigInteger(), nullable=True),
        sa.Column("lifecycle", sa.Text(), server_default="active", nullable=False),
        sa.Column("launched_on", sa.Date(), nullable=True),
        sa.Column("discontinued_on", sa.Date(), nullable=True),
        sa.Column("replaced_by_id", sa.BigInteger(), nullable=True),
        sa.Column("own_account_id", sa.BigInteger(), nullable=True),
        sa.Column("image", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("origin", sa.Text(), server_default="entered", nullable=False),
        sa.Column(
            "search", postgresql.TSVECTOR(), server_default=sa.text("''::tsvector"), nullable=False
        ),
        sa.Column(
            "search_words",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "backorder_policy IN ('deny', 'backorder', 'preorder')",
            name=op.f("ck_product_backorder_policy"),
        ),
        sa.CheckConstraint(
            "lifecycle IN ('draft', 'active', 'run_out', 'discontinued')",
            name=op.f("ck_product_lifecycle"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_product_cost")),
        sa.CheckConstraint(
            "order_minimum > 0 AND order_multiple > 0", name=op.f("ck_product_order_rules")
        ),
        sa.CheckConstraint("price_per IN (1, 10, 100, 1000)", name=op.f("ck_product_price_per")),
        sa.CheckConstraint(
            "quantity_decimals BETWEEN 0 AND 3", name=op.f("ck_product_quantity_decimals")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_product_brand_id")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_product_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["own_account_id"], ["account.id"], name=op.f("fk_product_own_account_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["product.id"], name=op.f("fk_product_parent_id")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["product.id"], name=op.f("fk_product_replaced_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("external_id", name=op.f("uq_product_external_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_slug")),
    )
    op.create_index(
        "ix_product_category", "product", ["category_id", "position", "id"], unique=False
    )
    op.create_index(
        "ix_product_own",
        "product",
        ["own_account_id"],
        unique=False,
        postgresql_where=sa.text("own_account_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_product_parent_id"), "product", ["parent_id"], unique=False)
    op.create_index(
        "ix_product_search", "product", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_index("ix_product_sku_plain", "product", ["sku_plain"], unique=False)
    op.create_index(
        "uq_product_sku_upper", "product", [sa.literal_column("upper(sku)")], unique=True
    )
    op.create_table(
        "account_part_number",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_part_number_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_account_part_number_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_part_number")),
    )
    op.create_index(
        "ix_account_part_number_product",
        "account_part_number",
        ["product_id", "account_id"],
        unique=False,
    )
    op.create_index(
        "uq_account_part_number_code",
        "account_part_number",
        ["account_id", sa.literal_column("upper(code)")],
        unique=True,
    )
    op.create_table(
        "barcode",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), server_default="each", nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("is_gtin", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_barcode_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barcode")),
        sa.UniqueConstraint("product_id", "code", name=op.f("uq_barcode_product_id_code")),
    )
    op.create_index("ix_barcode_code", "barcode", ["code"], unique=False)
    op.create_table(
        "pack",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("length_mm", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("width_mm", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("height_mm", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_pack_quantity")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_pack_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("product_id", "unit", name=op.f("uq_pack_product_id_unit")),
    )
    op.create_table(
        "product_image",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_image_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_image")),
        sa.UniqueConstraint(
            "product_id", "position", name=op.f("uq_product_image_product_id_position")
        ),
    )
    op.create_table(
        "substitute",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("substitute_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_substitute_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["product.id"], name=op.f("fk_substitute_substitute_id")
        ),
        sa.PrimaryKeyConstraint("product_id", "substitute_id", name=op.f("pk_substitute")),
    )


def downgrade() -> None:

    op.drop_table("substitute")
    op.drop_table("product_image")
    op.drop_table("pack")
    op.drop_table("barcode")
    op.drop_table("account_part_number")
    op.drop_table("product")
    op.drop_table("search_word")
    op.drop_table("category")
    op.drop_table("brand")
