"""What the desk agreed for splitting packs on a draft, in place of the company's charge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047_split_packs"
down_revision = "0046_samples"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cart", sa.Column("split_pack_amount", sa.Numeric(18, 4), nullable=True))
    op.add_column(
        "cart", sa.Column("split_pack_reason", sa.Text(), server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_cart_split_pack_amount"), "cart", "split_pack_amount >= 0"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_cart_split_pack_amount"), "cart", type_="check")
    op.drop_column("cart", "split_pack_reason")
    op.drop_column("cart", "split_pack_amount")
