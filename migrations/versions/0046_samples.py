"""Samples: lines that cost the customer nothing, and the account that their cost goes to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046_samples"
down_revision = "0045_specials"
branch_labels = None
depends_on = None

TABLES = ("cart_line", "order_line", "invoice_line")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("is_sample", sa.Boolean(), server_default="false", nullable=False)
        )
    op.create_check_constraint(
        op.f("ck_cart_line_sample"), "cart_line", "NOT is_sample OR override_price = 0")
    op.create_check_constraint(
        op.f("ck_order_line_sample"), "order_line", "NOT is_sample OR unit_price = 0")
    op.execute(
        "INSERT INTO ledger_account (seller_id, code, name, kind) "
        "SELECT seller_id, '5010', 'Samples given away', 'expense' FROM ledger_account "
        "WHERE code = '5000' ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.execute(
        "DELETE FROM ledger_account a WHERE code = '5010' AND NOT EXISTS "
        "(SELECT FROM journal_line l WHERE l.ledger_account_id = a.id)"
    )
    for table in ("order_line", "cart_line"):
        op.drop_constraint(op.f(f"ck_{table}_sample"), table, type_="check")
    for table in TABLES:
        op.drop_column(table, "is_sample")
