"""The tables of models/catalog."""

from __future__ import annotations

revision = "0004_catalog"
down_revision = "0003_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
