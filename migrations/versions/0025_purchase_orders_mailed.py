"""When a purchase order was mailed to its vendor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025_purchase_orders_mailed"
down_revision = "0024_pro_formas"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("mailed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("purchase_order", "mailed_at")
