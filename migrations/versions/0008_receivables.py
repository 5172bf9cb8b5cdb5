"""The tables of models/receivables."""

from __future__ import annotations

revision = "0008_receivables"
down_revision = "0007_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
