"""A pad's lines keep what they would cost without breaks, and how much of them is short."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_pad_sums"
down_revision = "0013_tasks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cart_line",
        sa.Column("base_amount", sa.Numeric(18, 4), server_default="0", nullable=False),
    )
    op.add_column(
        "cart_line", sa.Column("short", sa.Numeric(14, 3), server_default="0", nullable=False)
    )
    op.execute("UPDATE cart_line SET base_amount = amount")


def downgrade() -> None:
    op.drop_column("cart_line", "short")
    op.drop_column("cart_line", "base_amount")
