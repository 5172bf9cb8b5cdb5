"""Whether an account wants prices on its delivery notes."""

from __future__ import annotations

from alembic import op

revision = "0033_delivery_note_prices"
down_revision = "0032_print_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE account ADD COLUMN delivery_note_prices boolean NOT NULL DEFAULT false"
    )


def downgrade() -> None:
    op.drop_column("account", "delivery_note_prices")
