"""Drafts of the order desk, and what the desk settles on them by hand."""

from __future__ import annotations

from alembic import op

revision = "0030_drafts"
down_revision = "0029_product_shelf"
branch_labels = None
depends_on = None

CHANNELS = "'web', 'rep', 'phone', {}'counter', 'file', 'standing', 'imported'"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE cart
            ADD COLUMN source text NOT NULL DEFAULT '',
            ADD COLUMN caller text NOT NULL DEFAULT '',
            ADD COLUMN alerts_read_at timestamptz,
            ADD COLUMN discarded_at timestamptz,
            ADD COLUMN carriage_amount numeric(18, 4),
            ADD COLUMN carriage_reason text NOT NULL DEFAULT '',
            ADD COLUMN ship_on date,
            ADD COLUMN ship_on_reason text NOT NULL DEFAULT '',
            ADD CONSTRAINT ck_cart_source CHECK (source IN ('', 'phone', 'mail')),
            ADD CONSTRAINT ck_cart_draft CHECK (source = '' OR NOT is_current),
            ADD CONSTRAINT ck_cart_carriage_amount CHECK (carriage_amount >= 0)
        """)
    op.execute(
        "CREATE INDEX ix_cart_draft ON cart (owner_id, changed_at DESC) "
        "WHERE source <> '' AND ordered_at IS NULL"
    )
    op.execute("ALTER TABLE cart_line ADD COLUMN pack_reason text NOT NULL DEFAULT ''")
    _channels("'mail', ")


def downgrade() -> None:
    op.execute("UPDATE sales_order SET channel = 'phone' WHERE channel = 'mail'")
    _channels("")
    op.drop_column("cart_line", "pack_reason")
    op.execute("DELETE FROM cart WHERE source <> '' AND ordered_at IS NULL")
    for column in (
        "source", "caller", "alerts_read_at", "discarded_at", "carriage_amount",
        "carriage_reason", "ship_on", "ship_on_reason",
    ):  # fmt: skip
        op.drop_column("cart", column)


def _channels(mail: str) -> None:
    op.execute("ALTER TABLE sales_order DROP CONSTRAINT ck_sales_order_channel")
    op.execute(
        "ALTER TABLE sales_order ADD CONSTRAINT ck_sales_order_channel "
        f"CHECK (channel IN ({CHANNELS.format(mail)}))"
    )
