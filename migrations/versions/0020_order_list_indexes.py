"""The order list sorted by total or date, what is late and what can be picked, from indexes."""

from __future__ import annotations

from alembic import op

revision = "0020_order_list_indexes"
down_revision = "0019_tax_category_on_cart_lines"
branch_labels = None
depends_on = None

OPEN = "status IN ('awaiting_approval', 'on_hold', 'open', 'picking', 'partly_shipped')"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_sales_order_total ON sales_order (total_amount, id)")
    op.execute("CREATE INDEX ix_sales_order_promised ON sales_order (promised_on, id)")
    op.execute(f"CREATE INDEX ix_sales_order_open ON sales_order (promised_on, id) WHERE {OPEN}")
    op.execute("CREATE INDEX ix_order_line_to_pick ON order_line (order_id) WHERE allocated > picked")
    op.execute(
        "CREATE INDEX ix_order_line_to_invoice ON order_line (order_id) WHERE shipped > invoiced"
    )


def downgrade() -> None:
    for name in ("order_line_to_invoice", "order_line_to_pick", "sales_order_open", "sales_order_promised"):
        op.drop_index(f"ix_{name}")
    op.drop_index("ix_sales_order_total")
