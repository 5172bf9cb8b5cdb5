"""What staff want said of a product stands beside its line of an invoice, and stays with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052_invoice_line_note"
down_revision = "0051_alert_readings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoice_line", sa.Column("note", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("invoice_line", "note")
