"""Statements of account that were sent, kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021_statements"
down_revision = "0020_order_list_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_statement",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False, index=True),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("balance", sa.Numeric(18, 4), nullable=False),
        sa.Column("means", sa.Text, nullable=False, server_default="mail"),
        sa.Column("document_file_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.Column("mailed_at", sa.DateTime(timezone=True)),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("made_by_id", sa.BigInteger, sa.ForeignKey("user_account.id")),
        sa.UniqueConstraint("account_id", "ends_on"),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_account_statement_days")),
        sa.CheckConstraint("means IN ('mail', 'post')", name=op.f("ck_account_statement_means")),
    )


def downgrade() -> None:
    op.drop_table("account_statement")
