"""What a card provider keeps of a payment, and the account it is posted to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_card_fees"
down_revision = "0017_purchase_order_submissions"
branch_labels = None
depends_on = None

POSTED_BEFORE = """
UPDATE payment SET fee_amount = posted.fee, fee_reference = 'before-' || payment.id FROM (
    SELECT e.document_id, sum(l.amount) AS fee
    FROM journal_entry e JOIN journal_line l ON l.entry_id = e.id
    JOIN ledger_account a ON a.id = l.ledger_account_id AND a.code = '5300'
    WHERE e.kind = 'card_fee' AND e.document_kind = 'payment' GROUP BY 1) posted
WHERE payment.id = posted.document_id
"""


def upgrade() -> None:
    op.add_column("payment", sa.Column("fee_amount", sa.Numeric(18, 4)))
    op.add_column("payment", sa.Column("fee_reference", sa.Text()))
    op.add_column("payment", sa.Column("fee_asked_at", sa.DateTime(timezone=True)))
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
    op.execute(POSTED_BEFORE)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_payment_fee"), "payment")
    op.drop_constraint("uq_payment_fee_reference", "payment")
    op.drop_column("payment", "fee_asked_at")
    op.drop_column("payment", "fee_reference")
    op.drop_column("payment", "fee_amount")
    op.execute(
        "DELETE FROM ledger_account a WHERE code = '5300' AND NOT EXISTS"
        " (SELECT FROM journal_line l WHERE l.ledger_account_id = a.id)"
    )
