"""Money taken by a card terminal at the counter: a means of its own, with no provider to ask."""

from __future__ import annotations

from alembic import op

revision = "0038_terminal"
down_revision = "0037_day_ends"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow("'card', 'terminal', 'transfer', 'cheque', 'cash', 'imported'")


def downgrade() -> None:
    _allow("'card', 'transfer', 'cheque', 'cash', 'imported'")


def _allow(means: str) -> None:
    op.execute("ALTER TABLE payment DROP CONSTRAINT ck_payment_means")
    op.execute(f"ALTER TABLE payment ADD CONSTRAINT ck_payment_means CHECK (means IN ({means}))")
