"""Buyers' messages join the requests as one queue: with an owner, and closed without an answer."""

from __future__ import annotations

from alembic import op

revision = "0035_messages"
down_revision = "0034_bounced_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE order_request
            ADD COLUMN owner_id bigint CONSTRAINT fk_order_request_owner_id
                REFERENCES user_account (id),
            ADD COLUMN taken_at timestamptz,
            ADD CONSTRAINT ck_order_request_owner CHECK ((owner_id IS NULL) = (taken_at IS NULL)),
            DROP CONSTRAINT ck_order_request_kind,
            ADD CONSTRAINT ck_order_request_kind CHECK (kind IN ('cancel', 'change', 'message')),
            DROP CONSTRAINT ck_order_request_answer,
            ADD CONSTRAINT ck_order_request_answer
                CHECK (answered_at IS NOT NULL OR answer = '')""")
    op.execute(
        "CREATE INDEX ix_order_request_waiting ON order_request (asked_at) "
        "WHERE answered_at IS NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_order_request_waiting")
    op.execute("UPDATE order_request SET answer = 'Closed.' "
               "WHERE answered_at IS NOT NULL AND answer = ''")  # fmt: skip
    op.execute("UPDATE order_request SET kind = 'change' WHERE kind = 'message'")
    op.execute("""
        ALTER TABLE order_request
            DROP CONSTRAINT ck_order_request_answer,
            ADD CONSTRAINT ck_order_request_answer CHECK ((answered_at IS NULL) = (answer = '')),
            DROP CONSTRAINT ck_order_request_kind,
            ADD CONSTRAINT ck_order_request_kind CHECK (kind IN ('cancel', 'change')),
            DROP COLUMN owner_id,
            DROP COLUMN taken_at""")
