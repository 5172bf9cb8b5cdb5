"""The number that an order or a purchase order had in the system before."""

from __future__ import annotations

from alembic import op

revision = "0040_old_numbers"
down_revision = "0039_manifests"
branch_labels = None
depends_on = None
TABLES = ("sales_order", "purchase_order")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN external_id text")
        op.execute(
            f"CREATE UNIQUE INDEX uq_{table}_external ON {table} (seller_id, upper(external_id))"
            " WHERE external_id IS NOT NULL"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN external_id")
