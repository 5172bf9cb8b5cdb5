"""The tables of models/reps."""

from __future__ import annotations

revision = "0012_reps"
down_revision = "0011_checkout"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
