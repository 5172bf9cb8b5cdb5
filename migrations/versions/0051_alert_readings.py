"""Who has read which alert on which order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051_alert_readings"
down_revision = "0050_vendor_version"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_reading",
        sa.Column("order_id", sa.BigInteger, sa.ForeignKey("sales_order.id"), primary_key=True),
        sa.Column("user_id", sa.BigInteger, sa.ForeignKey("user_account.id"), primary_key=True),
        sa.Column("note_id", sa.BigInteger, sa.ForeignKey("note.id"), primary_key=True),
        sa.Column(
            "read_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
    )


def downgrade() -> None:
    op.drop_table("alert_reading")
