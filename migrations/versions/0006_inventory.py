"""The tables of models/inventory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.guards import append_only, no_longer_append_only

revision = "0006_inventory"
down_revision = "0005_pricing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warehouse",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="Europe/London", nullable=False),
        sa.Column("cut_off", sa.Time(), nullable=False),
        sa.Column("lead_time_days", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("weekdays", sa.Text(), server_default="12345", nullable=False),
        sa.Column("transit_days", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("lead_time_days >= 0", name=op.f("ck_warehouse_lead_time_days")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_warehouse_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouse_code")),
    )
    op.create_table(
        "bin",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("walking_order", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.Text(), server_default="pick", nullable=False),
        sa.CheckConstraint(
            "kind IN ('pick', 'bulk', 'receiving', 'staging')", name=op.f("ck_bin_kind")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_bin_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bin")),
        sa.UniqueConstraint("id", "warehouse_id", name=op.f("uq_bin_id_warehouse_id")),
        sa.UniqueConstraint("warehouse_id", "code", name=op.f("uq_bin_warehouse_id_code")),
    )
    op.create_table(
        "closed_day",
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_closed_day_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("warehouse_id", "day", name=op.f("pk_closed_day")),
    )
    op.create_table(
        "expected_supply",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_expected_supply_quantity")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_expected_supply_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_expected_supply_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_supply")),
        sa.UniqueConstraint(
            "source_kind", "source_id", name=op.f("uq_expected_supply_source_kind_source_id")
        ),
    )
    op.create_index(
        "ix_expected_supply_product",
        "expected_supply",
        ["product_id", "warehouse_id", "expected_on"],
        unique=False,
    )
    op.create_table(
        "open_demand",
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("ship_on", sa.Date(), nullable=False),
        sa.Column("is_backorder", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("account_priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("first_promised_on", sa.Date(), nullable=True),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_open_demand_quantity")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_open_demand_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_open_demand_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_open_demand")),
    )
    op.create_index(
        "ix_open_demand_product",
        "open_demand",
        ["product_id", "warehouse_id", "ship_on"],
        unique=False,
    )
    op.create_table(
        "stock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False),
        sa.Column(
            "allocated", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column(
            "safety_stock", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column("home_bin_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "allocated >= 0 AND allocated <= on_hand", name=op.f("ck_stock_allocated")
        ),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_on_hand")),
        sa.CheckConstraint("safety_stock >= 0", name=op.f("ck_stock_safety_stock")),
        sa.ForeignKeyConstraint(["home_bin_id"], ["bin.id"], name=op.f("fk_stock_home_bin_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_stock_product_id")),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_stock_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock")),
        sa.UniqueConstraint(
            "id", "product_id", "warehouse_id", name=op.f("uq_stock_id_product_id_warehouse_id")
        ),
        sa.UniqueConstraint(
            "product_id", "warehouse_id", name=op.f("uq_stock_product_id_warehouse_id")
        ),
    )
    op.create_index(op.f("ix_stock_warehouse_id"), "stock", ["warehouse_id"], unique=False)
    op.create_table(
        "allocation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("picked", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (quantity > 0)", name=op.f("ck_allocation_open_has_units")
        ),
        sa.CheckConstraint("picked >= 0 AND picked <= quantity", name=op.f("ck_allocation_picked")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_allocation_quantity")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.id"], name=op.f("fk_allocation_stock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(
        "ix_allocation_stock",
        "allocation",
        ["stock_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_allocation_open",
        "allocation",
        ["order_line_id", "stock_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "bin_stock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("bin_id", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_bin_stock_quantity")),
        sa.ForeignKeyConstraint(
            ["bin_id", "warehouse_id"],
            ["bin.id", "bin.warehouse_id"],
            name=op.f("fk_bin_stock_bin_id_warehouse_id"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_id", "product_id", "warehouse_id"],
            ["stock.id", "stock.product_id", "stock.warehouse_id"],
            name=op.f("fk_bin_stock_stock_id_product_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bin_stock")),
        sa.UniqueConstraint(
            "stock_id",
            "bin_id",
            "lot",
            "serial",
            name=op.f("uq_bin_stock_stock_id_bin_id_lot_serial"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_bin_stock_bin_id"), "bin_stock", ["bin_id"], unique=False)
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "on_hand_delta", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column(
            "allocated_delta", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column("unit_cost", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("document_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('received', 'allocated', 'released', 'picked', 'shipped', 'returned', 'adjusted', 'counted', 'transferred_out', 'transferred_in')",
            name=op.f("ck_stock_movement_kind"),
        ),
        sa.CheckConstraint(
            "on_hand_delta <> 0 OR allocated_delta <> 0 OR kind = 'picked'",
            name=op.f("ck_stock_movement_some_delta"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["stock.id"], name=op.f("fk_stock_movement_stock_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index(
        "ix_stock_movement_document",
        "stock_movement",
        ["document_kind", "document_id"],
        unique=False,
    )
    op.create_index("ix_stock_movement_stock", "stock_movement", ["stock_id", "id"], unique=False)
    append_only("stock_movement")


def downgrade() -> None:
    no_longer_append_only("stock_movement")
    op.drop_table("stock_movement")
    op.drop_table("bin_stock")
    op.drop_table("allocation")
    op.drop_table("stock")
    op.drop_table("open_demand")
    op.drop_table("expected_supply")
    op.drop_table("closed_day")
    op.drop_table("bin")
    op.drop_table("warehouse")
