"""Price tiers that past sales suggest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0044_tier_proposals"
down_revision = "0043_price_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tier_search",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("list_id", sa.BigInteger, sa.ForeignKey("price_list.id"), nullable=False),
        sa.Column("least_lines", sa.BigInteger, nullable=False),
        sa.Column("least_accounts", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("products", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("asked_by_id", sa.BigInteger, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "least_lines > 0 AND least_accounts > 0", name=op.f("ck_tier_search_support")
        ),
    )
    op.create_index("ix_tier_search_list_id", "tier_search", ["list_id", "id"])
    op.create_table(
        "tier_proposal",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("search_id", sa.BigInteger, sa.ForeignKey("tier_search.id"), nullable=False),
        sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("tiers", JSONB, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_by_id", sa.BigInteger, sa.ForeignKey("user_account.id")),
        sa.UniqueConstraint("search_id", "product_id"),
    )


def downgrade() -> None:
    op.drop_table("tier_proposal")
    op.drop_table("tier_search")
