"""Pads by which open orders of the system before come in."""

from __future__ import annotations

from alembic import op

revision = "0041_orders_brought_in"
down_revision = "0040_old_numbers"
branch_labels = None
depends_on = None
BEFORE = "'', 'phone', 'mail'"


def upgrade() -> None:
    _allow(f"{BEFORE}, 'imported'")


def downgrade() -> None:
    op.execute("UPDATE cart SET source = 'mail' WHERE source = 'imported'")
    _allow(BEFORE)


def _allow(sources: str) -> None:
    op.execute("ALTER TABLE cart DROP CONSTRAINT ck_cart_source")
    op.execute(f"ALTER TABLE cart ADD CONSTRAINT ck_cart_source CHECK (source IN ({sources}))")
