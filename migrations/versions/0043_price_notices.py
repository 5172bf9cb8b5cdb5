"""Price notices, and what each account was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043_price_notices"
down_revision = "0042_picture_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_notice",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("list_id", sa.BigInteger, sa.ForeignKey("price_list.id"), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("send_on", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="scheduled"),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("made_by_id", sa.BigInteger, sa.ForeignKey("user_account.id")),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('scheduled', 'sent', 'cancelled')", name=op.f("ck_price_notice_state")
        ),
        sa.CheckConstraint("send_on < starts_on", name=op.f("ck_price_notice_days")),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_price_notice_sent")
        ),
    )
    waiting = sa.text("state = 'scheduled'")
    op.create_index(
        "uq_price_notice_waiting", "price_notice", ["list_id", "starts_on"], unique=True,
        postgresql_where=waiting,
    )  # fmt: skip
    op.create_index("ix_price_notice_due", "price_notice", ["send_on"], postgresql_where=waiting)
    op.create_table(
        "account_price_notice",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("notice_id", sa.BigInteger, sa.ForeignKey("price_notice.id"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True
        ),
        sa.Column("means", sa.Text, nullable=False, server_default="mail"),
        sa.Column("products", sa.BigInteger, nullable=False),
        sa.Column("prices", sa.BigInteger, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("document_file_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.Column("mailed_at", sa.DateTime(timezone=True)),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.UniqueConstraint("notice_id", "account_id"),
        sa.CheckConstraint("means IN ('mail', 'post')", name=op.f("ck_account_price_notice_means")),
        sa.CheckConstraint(
            "products > 0 AND prices >= products", name=op.f("ck_account_price_notice_counts")
        ),
    )


def downgrade() -> None:
    op.drop_table("account_price_notice")
    op.drop_table("price_notice")
