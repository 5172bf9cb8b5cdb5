"""What a product's picture was made from, so that the same file is known again."""

from __future__ import annotations

from alembic import op

revision = "0042_picture_sources"
down_revision = "0041_orders_brought_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE product_image ADD COLUMN source text NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.drop_column("product_image", "source")
