"""Mail that the server took and that came back later."""

from __future__ import annotations

from alembic import op

revision = "0034_bounced_mail"
down_revision = "0033_delivery_note_prices"
branch_labels = None
depends_on = None
BEFORE = "'queued', 'sent', 'failed', 'diverted', 'off', 'kept'"


def upgrade() -> None:
    _allow(f"{BEFORE}, 'bounced'")


def downgrade() -> None:
    op.execute("UPDATE mail_message SET state = 'failed' WHERE state = 'bounced'")
    _allow(BEFORE)


def _allow(states: str) -> None:
    op.execute("ALTER TABLE mail_message DROP CONSTRAINT ck_mail_message_state")
    op.execute(
        "ALTER TABLE mail_message ADD CONSTRAINT ck_mail_message_state"
        f" CHECK (state IN ({states}))"
    )
