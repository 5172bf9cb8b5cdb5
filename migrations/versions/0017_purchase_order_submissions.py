"""A purchase order is raised once per form."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_purchase_order_submissions"
down_revision = "0016_returns"
branch_labels = None
depends_on = None

UNIQUE = "uq_purchase_order_submission_key"


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("submission_key", sa.Text()))
    op.execute("UPDATE purchase_order SET submission_key = 'before-' || id")
    op.alter_column("purchase_order", "submission_key", nullable=False)
    op.create_unique_constraint(UNIQUE, "purchase_order", ["submission_key"])


def downgrade() -> None:
    op.drop_constraint(UNIQUE, "purchase_order")
    op.drop_column("purchase_order", "submission_key")
