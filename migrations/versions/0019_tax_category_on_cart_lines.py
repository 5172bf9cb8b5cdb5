"""A pad's figures are added up from its lines alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_tax_category_on_cart_lines"
down_revision = "0018_card_fees"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cart_line",
        sa.Column("tax_category", sa.Text(), server_default="standard", nullable=False),
    )
    op.execute(
        "UPDATE cart_line SET tax_category = product.tax_category FROM product "
        "WHERE product.id = cart_line.product_id AND product.tax_category <> 'standard'"
    )


def downgrade() -> None:
    op.drop_column("cart_line", "tax_category")
