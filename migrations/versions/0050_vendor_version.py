"""Vendors have a version: who saves a form that somebody overtook is told so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050_vendor_version"
down_revision = "0049_split_order_lines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "vendor", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("vendor", "version")
