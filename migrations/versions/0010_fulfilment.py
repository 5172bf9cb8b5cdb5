"""The tables of models/fulfilment."""

from __future__ import annotations

revision = "0010_fulfilment"
down_revision = "0009_purchasing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
