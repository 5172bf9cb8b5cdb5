"""An order line keeps why it is sold otherwise than by the pack: the charge follows its changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049_split_order_lines"
down_revision = "0048_sample_question"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "order_line", sa.Column("pack_reason", sa.Text(), server_default="", nullable=False)
    )
    # Orders placed before have it on their timeline alone.
    op.execute(
        "UPDATE order_line l SET pack_reason = e.facts->>'reason' FROM order_event e"
        " WHERE e.order_id = l.order_id AND e.kind = 'line.pack_overridden'"
        " AND e.facts->>'sku' = l.sku AND NOT l.is_sample AND e.facts->>'reason' IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("order_line", "pack_reason")
