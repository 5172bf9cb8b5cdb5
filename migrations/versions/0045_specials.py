"""Specials: what is bought for one order line alone, and the purchase order line tied to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045_specials"
down_revision = "0044_tier_proposals"
branch_labels = None
depends_on = None

EVERY_DAY = "'draft', 'active', 'run_out', 'discontinued'"


def upgrade() -> None:
    _allow(f"{EVERY_DAY}, 'special'")
    op.create_table(
        "special",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("vendor_id", sa.BigInteger(), nullable=False),
        sa.Column("part_number", sa.Text(), server_default="", nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_special_product_id"),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendor.id"], name="fk_special_vendor_id"),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name="fk_special_order_line_id"
        ),
        sa.PrimaryKeyConstraint("product_id", name="pk_special"),
        sa.UniqueConstraint("order_line_id", name="uq_special_order_line_id"),
    )
    op.create_index("ix_special_vendor_id", "special", ["vendor_id"])
    op.create_foreign_key(
        "fk_purchase_order_line_order_line_id", "purchase_order_line", "order_line",
        ["order_line_id"], ["id"],
    )  # fmt: skip
    op.create_index(
        "ix_purchase_order_line_order_line_id", "purchase_order_line", ["order_line_id"],
        postgresql_where=sa.text("order_line_id IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_purchase_order_line_order_line_id", "purchase_order_line")
    op.drop_constraint(
        "fk_purchase_order_line_order_line_id", "purchase_order_line", type_="foreignkey"
    )
    op.drop_table("special")
    op.execute("UPDATE product SET lifecycle = 'draft' WHERE lifecycle = 'special'")
    _allow(EVERY_DAY)


def _allow(lifecycles: str) -> None:
    op.execute("ALTER TABLE product DROP CONSTRAINT ck_product_lifecycle")
    op.execute(
        "ALTER TABLE product ADD CONSTRAINT ck_product_lifecycle "
        f"CHECK (lifecycle IN ({lifecycles}))"
    )
