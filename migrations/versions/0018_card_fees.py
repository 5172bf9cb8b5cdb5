"""What a card provider keeps of a payment, and the account it is posted to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_card_fees"
down_revision = "0017_purchase_order_submissions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("fee_amount", sa.Numeric(18, 4)))
    op.add_column("payment", sa.Column("fee_reference", sa.Text()))
    op.create_unique_constraint("uq_payment_fee_reference", "payment", ["fee_reference"])
    op.create_check_constraint(
        op.f("ck_payment_fee"),
        "payment",
        "fee_amount >= 0 AND (fee_amount IS NULL) = (fee_reference IS NULL)",
    )
    op.execute(
        "INSERT INTO ledger_account (seller_id, code, name, kind)"
        " SELECT id, '5300', 'Card fees', 'expense' FROM seller"
        " ON CONFLICT (seller_id, code) DO NOTHING"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_payment_fee"), "payment")
    op.drop_constraint("uq_payment_fee_reference", "payment")
    op.drop_column("payment", "fee_reference")
    op.drop_column("payment", "fee_amount")
    op.execute(
        "DELETE FROM ledger_account a WHERE code = '5300' AND NOT EXISTS"
        " (SELECT FROM journal_line l WHERE l.ledger_account_id = a.id)"
    )
