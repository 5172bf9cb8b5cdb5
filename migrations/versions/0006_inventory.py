"""The tables of models/inventory."""

from __future__ import annotations

revision = "0006_inventory"
down_revision = "0005_pricing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
