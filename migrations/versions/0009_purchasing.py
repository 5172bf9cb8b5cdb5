"""The tables of models/purchasing."""

from __future__ import annotations

revision = "0009_purchasing"
down_revision = "0008_receivables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
