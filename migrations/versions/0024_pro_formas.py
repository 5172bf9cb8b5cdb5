"""Pro-forma invoices: what is asked for before an order goes out, in a series of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_pro_formas"
down_revision = "0023_bookkeeping"
branch_labels = None
depends_on = None

SERIES = """
INSERT INTO number_series (seller_id, kind, prefix, yearly_reset, gapless, padding, first_sequence)
SELECT id, 'pro_forma', 'PF-', false, false, 5, 6001 FROM seller
ON CONFLICT (seller_id, kind) DO NOTHING
"""


def upgrade() -> None:
    op.create_table(
        "pro_forma",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("seller_id", sa.BigInteger, sa.ForeignKey("seller.id"), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column(
            "order_id", sa.BigInteger, sa.ForeignKey("sales_order.id"), nullable=False, index=True
        ),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("total_amount", sa.Numeric(18, 4), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pay_by", sa.Date, nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
        sa.Column("lapsed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("document_file_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.UniqueConstraint("seller_id", "number"),
        sa.CheckConstraint("total_amount >= 0", name=op.f("ck_pro_forma_total_amount")),
    )
    op.create_index(
        "uq_pro_forma_in_force",
        "pro_forma",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute(SERIES)


def downgrade() -> None:
    op.drop_table("pro_forma")
    op.execute(
        "DELETE FROM number_counter WHERE series_id IN"
        " (SELECT id FROM number_series WHERE kind = 'pro_forma')"
    )
    op.execute("DELETE FROM number_series WHERE kind = 'pro_forma'")
