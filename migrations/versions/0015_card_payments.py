"""Card payments: one live attempt per order, refunds under way, and what an event speaks of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_card_payments"
down_revision = "0014_pad_sums"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('intent', 'started')")
TEXTS = (
    ("payment_attempt", "return_url"),
    ("payment_attempt", "description"),
    ("inbound_event", "payment_reference"),
)
REFUNDS_DUE = """
INSERT INTO ledger_account (seller_id, code, name, kind)
SELECT seller_id, '2310', 'Refunds under way', 'liability' FROM ledger_account
WHERE code = '2300' ON CONFLICT DO NOTHING
"""
UNUSED = """
DELETE FROM ledger_account a WHERE code = '2310'
AND NOT EXISTS (SELECT 1 FROM journal_line l WHERE l.ledger_account_id = a.id)
"""


def upgrade() -> None:
    for table, column in TEXTS:
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
    op.add_column(
        "payment_attempt", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.drop_constraint("fk_payment_attempt_order_id", "payment_attempt", type_="foreignkey")
    op.create_foreign_key(
        "fk_payment_attempt_bill_to_account_id_order_id", "payment_attempt", "sales_order",
        ["bill_to_account_id", "order_id"], ["bill_to_account_id", "id"],
    )  # fmt: skip
    op.create_index(
        "uq_payment_attempt_live_order", "payment_attempt", ["order_id"], unique=True,
        postgresql_where=LIVE,
    )  # fmt: skip
    op.create_index(
        "ix_payment_attempt_live", "payment_attempt", ["created_at"], postgresql_where=LIVE
    )
    op.create_index(
        "ix_inbound_event_parked", "inbound_event", ["payment_reference"],
        postgresql_where=sa.text("state = 'parked'"),
    )  # fmt: skip
    _refund_states("'intent', 'sent', 'succeeded', 'failed'")
    op.execute(REFUNDS_DUE)


def downgrade() -> None:
    op.execute(UNUSED)
    op.execute("UPDATE refund SET state = 'intent' WHERE state = 'sent'")
    _refund_states("'intent', 'succeeded', 'failed'")
    op.drop_index("ix_inbound_event_parked", table_name="inbound_event")
    op.drop_index("ix_payment_attempt_live", table_name="payment_attempt")
    op.drop_index("uq_payment_attempt_live_order", table_name="payment_attempt")
    op.drop_constraint(
        "fk_payment_attempt_bill_to_account_id_order_id", "payment_attempt", type_="foreignkey"
    )
    op.create_foreign_key(
        "fk_payment_attempt_order_id", "payment_attempt", "sales_order", ["order_id"], ["id"]
    )
    op.drop_column("payment_attempt", "asked_at")
    for table, column in reversed(TEXTS):
        op.drop_column(table, column)


def _refund_states(states: str) -> None:
    op.drop_constraint(op.f("ck_refund_state"), "refund", type_="check")
    op.create_check_constraint(op.f("ck_refund_state"), "refund", f"state IN ({states})")
