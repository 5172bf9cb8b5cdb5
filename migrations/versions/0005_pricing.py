"""The tables of models/pricing."""

from __future__ import annotations

revision = "0005_pricing"
down_revision = "0004_catalog"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
