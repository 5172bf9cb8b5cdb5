"""The tables of models/checkout."""

from __future__ import annotations

revision = "0011_checkout"
down_revision = "0010_fulfilment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
