"""The tables of models/orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.guards import append_only, no_longer_append_only

revision = "0007_orders"
down_revision = "0006_inventory"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_to_account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("channel", sa.Text(), server_default="web", nullable=False),
        sa.Column("origin", sa.Text(), server_default="entered", nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("placed_on_behalf", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("caller", sa.Text(), server_default="", nullable=False),
        sa.Column("po_number", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("ship_to_address_id", sa.BigInteger(), nullable=True),
        sa.Column("ship_to", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bill_to", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("freight_choice", sa.Text(), server_default="delivery", nullable=False),
        sa.Column("payment_means", sa.Text(), server_default="on_account", nullable=False),
        sa.Column("backorder_choice", sa.Text(), server_default="partial", nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("first_promised_on", sa.Date(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("deliver_on", sa.Date(), nullable=True),
        sa.Column(
            "goods_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column(
            "charges_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column(
            "tax_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column(
            "total_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column(
            "invoiced_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column(
            "paid_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("picking_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invoiced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "backorder_choice IN ('complete', 'partial', 'cancel_rest')",
            name=op.f("ck_sales_order_backorder_choice"),
        ),
        sa.CheckConstraint(
            "channel IN ('web', 'rep', 'phone', 'counter', 'file', 'standing', 'imported')",
            name=op.f("ck_sales_order_channel"),
        ),
        sa.CheckConstraint(
            "payment_means IN ('on_account', 'card', 'transfer')",
            name=op.f("ck_sales_order_payment"),
        ),
        sa.CheckConstraint(
            "status IN ('awaiting_approval', 'on_hold', 'open', 'picking', 'partly_shipped', 'shipped', 'delivered', 'invoiced', 'paid', 'closed', 'cancelled')",
            name=op.f("ck_sales_order_status"),
        ),
        sa.CheckConstraint("total_amount >= 0", name=op.f("ck_sales_order_total_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sales_order_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id"], ["account.id"], name=op.f("fk_sales_order_bill_to_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["user_account.id"], name=op.f("fk_sales_order_placed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_sales_order_seller_id")
        ),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["payment_terms.id"], name=op.f("fk_sales_order_terms_id")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_sales_order_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_sales_order_account_id_id")),
        sa.UniqueConstraint(
            "account_id", "submission_key", name=op.f("uq_sales_order_account_id_submission_key")
        ),
        sa.UniqueConstraint(
            "bill_to_account_id", "id", name=op.f("uq_sales_order_bill_to_account_id_id")
        ),
        sa.UniqueConstraint("seller_id", "number", name=op.f("uq_sales_order_seller_id_number")),
    )
    op.create_index(
        "ix_sales_order_account",
        "sales_order",
        ["account_id", sa.literal_column("placed_at DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_sales_order_placed",
        "sales_order",
        [sa.literal_column("placed_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_sales_order_po",
        "sales_order",
        [sa.literal_column("upper(po_number)")],
        unique=False,
        postgresql_where=sa.text("po_number <> ''"),
    )
    op.create_index(
        "ix_sales_order_status",
        "sales_order",
        ["status", sa.literal_column("placed_at DESC"), "id"],
        unique=False,
    )
    op.create_table(
        "order_charge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("tax_category", sa.Text(), server_default="standard", nullable=False),
        sa.Column("tax_code", sa.Text(), server_default="S", nullable=False),
        sa.Column("tax_rate", sa.Numeric(precision=7, scale=4), server_default="0", nullable=False),
        sa.Column("tax_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_exemption_code", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("invoiced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('carriage', 'small_order', 'split_pack', 'restocking', 'fee', 'discount')",
            name=op.f("ck_order_charge_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name=op.f("fk_order_charge_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_charge_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_charge")),
    )
    op.create_index(op.f("ix_order_charge_order_id"), "order_charge", ["order_id"], unique=False)
    op.create_table(
        "order_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), server_default="all", nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("document_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("audience IN ('all', 'staff')", name=op.f("ck_order_event_audience")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_order_event_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_event_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    op.create_index("ix_order_event_order", "order_event", ["order_id", "id"], unique=False)
    op.create_table(
        "order_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("placed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("stock_kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.BigInteger(), nullable=True),
        sa.Column("release_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "code IN ('credit_limit', 'overdue', 'awaiting_payment', 'below_floor', 'address', 'manual', 'approval')",
            name=op.f("ck_order_hold_code"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_hold_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["user_account.id"], name=op.f("fk_order_hold_placed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name=op.f("fk_order_hold_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_hold")),
    )
    op.create_index(
        "uq_order_hold_open",
        "order_hold",
        ["order_id", "code"],
        unique=True,
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("own_number", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="each", nullable=False),
        sa.Column("entered_unit", sa.Text(), server_default="", nullable=False),
        sa.Column("entered_quantity", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("ordered", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("first_ordered", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column(
            "allocated", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column(
            "backordered", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column("picked", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False),
        sa.Column("shipped", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False),
        sa.Column(
            "cancelled", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column(
            "returned", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column(
            "invoiced", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column(
            "credited", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column("unit_price", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("price_per", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("line_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("price_list_id", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("original_price", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("override_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("overridden_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "unit_cost", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column("tax_category", sa.Text(), server_default="standard", nullable=False),
        sa.Column("tax_code", sa.Text(), server_default="S", nullable=False),
        sa.Column("tax_rate", sa.Numeric(precision=7, scale=4), server_default="0", nullable=False),
        sa.Column("tax_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_exemption_code", sa.Text(), server_default="", nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("first_promised_on", sa.Date(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "allocated + backordered <= ordered - shipped - cancelled",
            name=op.f("ck_order_line_promised"),
        ),
        sa.CheckConstraint(
            "allocated >= 0 AND backordered >= 0 AND shipped >= 0 AND cancelled >= 0",
            name=op.f("ck_order_line_signs"),
        ),
        sa.CheckConstraint(
            "credited >= 0 AND credited <= invoiced", name=op.f("ck_order_line_credited")
        ),
        sa.CheckConstraint(
            "invoiced >= 0 AND invoiced <= shipped", name=op.f("ck_order_line_invoiced")
        ),
        sa.CheckConstraint(
            "ordered > 0 AND first_ordered >= 0", name=op.f("ck_order_line_ordered")
        ),
        sa.CheckConstraint("ordered >= shipped + cancelled", name=op.f("ck_order_line_open")),
        sa.CheckConstraint(
            "picked >= 0 AND picked <= allocated", name=op.f("ck_order_line_picked")
        ),
        sa.CheckConstraint(
            "returned >= 0 AND returned <= shipped", name=op.f("ck_order_line_returned")
        ),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_order_line_unit_price")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["sales_order.account_id", "sales_order.id"],
            name=op.f("fk_order_line_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["overridden_by_id"], ["user_account.id"], name=op.f("fk_order_line_overridden_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_order_line_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
    )
    op.create_index(
        "ix_order_line_account_product", "order_line", ["account_id", "product_id"], unique=False
    )
    op.create_index(op.f("ix_order_line_order_id"), "order_line", ["order_id"], unique=False)
    op.create_index("ix_order_line_product", "order_line", ["product_id", "order_id"], unique=False)
    append_only("order_event")


def downgrade() -> None:
    no_longer_append_only("order_event")
    op.drop_table("order_line")
    op.drop_table("order_hold")
    op.drop_table("order_event")
    op.drop_table("order_charge")
    op.drop_table("sales_order")
