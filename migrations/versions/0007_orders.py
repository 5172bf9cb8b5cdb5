"""The tables of models/orders."""

from __future__ import annotations

revision = "0007_orders"
down_revision = "0006_inventory"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
