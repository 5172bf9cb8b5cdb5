"""Files for the bookkeeper's program, and which document went out with which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023_bookkeeping"
down_revision = "0022_returned_payments"
branch_labels = None
depends_on = None

KINDS = "document_kind IN ('invoice', 'payment', 'refund')"


def upgrade() -> None:
    op.create_table(
        "bookkeeping_export",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("seller_id", sa.BigInteger, sa.ForeignKey("seller.id"), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("made_by_id", sa.BigInteger, sa.ForeignKey("user_account.id")),
        sa.Column("document_count", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("document_file_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.CheckConstraint(
            "document_count >= 0", name=op.f("ck_bookkeeping_export_document_count")
        ),
    )
    op.create_table(
        "bookkeeping_document",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "export_id",
            sa.BigInteger,
            sa.ForeignKey("bookkeeping_export.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("document_kind", sa.Text, nullable=False),
        sa.Column("document_id", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("document_kind", "document_id"),
        sa.CheckConstraint(KINDS, name=op.f("ck_bookkeeping_document_document_kind")),
    )


def downgrade() -> None:
    op.drop_table("bookkeeping_document")
    op.drop_table("bookkeeping_export")
