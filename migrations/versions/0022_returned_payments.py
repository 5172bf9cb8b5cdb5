"""Payments that the bank took back: bounced cheques, recalled transfers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_returned_payments"
down_revision = "0021_statements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "refund", sa.Column("kind", sa.Text, nullable=False, server_default="refund")
    )
    op.create_check_constraint(
        op.f("ck_refund_kind"), "refund", "kind IN ('refund', 'returned')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_refund_kind"), "refund")
    op.drop_column("refund", "kind")
