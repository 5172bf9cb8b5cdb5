"""Staff may have Today mailed each morning."""

from __future__ import annotations

from alembic import op

revision = "0036_day_mails"
down_revision = "0035_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE user_account
            ADD COLUMN wants_day_mail boolean NOT NULL DEFAULT false,
            ADD COLUMN day_mailed_on date,
            ADD CONSTRAINT ck_user_account_day_mail CHECK (kind = 'staff' OR NOT wants_day_mail)""")


def downgrade() -> None:
    op.drop_column("user_account", "day_mailed_on")
    op.drop_column("user_account", "wants_day_mail")
