"""An index of what is sold, shelf by shelf: counting a shelf and its brands reads nothing else."""

from __future__ import annotations

from alembic import op

revision = "0029_product_shelf"
down_revision = "0028_amendments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_product_shelf ON product (category_id, position, id)"
        " INCLUDE (own_account_id, brand_id) WHERE lifecycle IN ('active', 'run_out')"
    )


def downgrade() -> None:
    op.drop_index("ix_product_shelf", "product")
