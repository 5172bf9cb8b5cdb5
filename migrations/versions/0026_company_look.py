"""What a company looks like on its documents, its terms of trade, and a version to change it by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_company_look"
down_revision = "0025_purchase_orders_mailed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("terms_text", "brand_colour"):
        op.add_column("seller", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("seller", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))
    op.create_check_constraint("brand_colour", "seller", "brand_colour ~ '^(#[0-9A-F]{6})?$'")


def downgrade() -> None:
    op.drop_constraint("brand_colour", "seller", type_="check")
    for name in ("version", "brand_colour", "terms_text"):
        op.drop_column("seller", name)
