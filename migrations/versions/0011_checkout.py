"""The tables of models/checkout."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_checkout"
down_revision = "0010_fulfilment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cart",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("is_staff_cart", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ship_to_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("po_number", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("freight_choice", sa.Text(), server_default="delivery", nullable=False),
        sa.Column("payment_means", sa.Text(), server_default="on_account", nullable=False),
        sa.Column("backorder_choice", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "goods_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column("line_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "unit_count", sa.Numeric(precision=14, scale=3), server_default="0", nullable=False
        ),
        sa.Column("priced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "ship_to_id"],
            ["address.account_id", "address.id"],
            name=op.f("fk_cart_account_id_ship_to_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_cart_account_id")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_cart_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_cart_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_cart_account_id_id")),
    )
    op.create_index(
        "ix_cart_account",
        "cart",
        ["account_id", sa.literal_column("changed_at DESC")],
        unique=False,
    )
    op.create_index(
        "uq_cart_current",
        "cart",
        ["account_id", "owner_id"],
        unique=True,
        postgresql_where=sa.text("is_current AND ordered_at IS NULL"),
    )
    op.create_table(
        "cart_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cart_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("entered_unit", sa.Text(), server_default="", nullable=False),
        sa.Column("entered_quantity", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("unit_price", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("price_per", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
        sa.Column("price_list_id", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("first_price", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("override_price", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("override_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("overridden_by_id", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_line_quantity")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_cart_line_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["overridden_by_id"], ["user_account.id"], name=op.f("fk_cart_line_overridden_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_cart_line_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("cart_id", "product_id", name=op.f("uq_cart_line_cart_id_product_id")),
    )
    op.create_index("ix_cart_line_cart", "cart_line", ["cart_id", "position"], unique=False)
    op.create_table(
        "undecided_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cart_id", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("quantity_text", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "offers",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "problem IN ('unknown', 'ambiguous', 'not_for_sale', 'below_minimum', 'not_multiple', 'above_maximum', 'short', 'bad_quantity', 'on_request')",
            name=op.f("ck_undecided_row_problem"),
        ),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart.id"], name=op.f("fk_undecided_row_cart_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_undecided_row_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undecided_row")),
    )
    op.create_index(
        "ix_undecided_row_cart", "undecided_row", ["cart_id", "row_number"], unique=False
    )


def downgrade() -> None:

    op.drop_table("undecided_row")
    op.drop_table("cart_line")
    op.drop_table("cart")
