"""Returns of goods, and what credit notes must hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, no_longer_append_only

revision = "0016_returns"
down_revision = "0015_card_payments"
branch_labels = None
depends_on = None

CREDIT_FITS = """
CREATE FUNCTION credit_fits_its_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoiced invoice_line;
  credited record;
BEGIN
  IF (SELECT origin FROM invoice WHERE id = NEW.invoice_id) = 'imported' THEN
    RETURN NULL;
  END IF;
  SELECT * INTO invoiced FROM invoice_line WHERE id = NEW.credits_line_id FOR UPDATE;
  SELECT sum(amount) AS amount,
         coalesce(sum(quantity) FILTER (WHERE credit_kind = 'quantity'), 0) AS quantity
    INTO credited FROM invoice_line WHERE credits_line_id = NEW.credits_line_id;
  IF credited.amount > invoiced.amount OR credited.quantity > invoiced.quantity THEN
    RAISE EXCEPTION 'invoice line % is credited with more than was invoiced', invoiced.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
SERIES = """
INSERT INTO number_series (seller_id, kind, prefix, yearly_reset, gapless, padding, first_sequence)
SELECT id, 'return', 'RMA-', false, false, 5, 5001 FROM seller
ON CONFLICT (seller_id, kind) DO NOTHING
"""
STATES = "'requested', 'approved', 'refused', 'partly_received', 'received', 'closed'"
REASONS = "'damaged', 'faulty', 'wrong_item', 'not_wanted', 'other'"
PERSON = "user_account.id"


def upgrade() -> None:
    _credit_notes()
    _returns()
    _return_lines()
    _receipts()
    op.execute(SERIES)


def downgrade() -> None:
    for table in ("return_receipt_line", "return_receipt"):
        no_longer_append_only(table)
        op.drop_table(table)
    op.drop_table("return_line")
    op.drop_table("goods_return")
    op.execute("DROP TRIGGER invoice_line_credit_fits ON invoice_line")
    op.execute("DROP FUNCTION credit_fits_its_line")
    op.drop_constraint(op.f("uq_invoice_charge_credits_charge_id"), "invoice_charge")
    op.drop_constraint(op.f("fk_invoice_charge_credits_charge_id"), "invoice_charge")
    op.drop_column("invoice_charge", "credits_charge_id")
    op.drop_constraint(op.f("ck_invoice_line_credit_kind"), "invoice_line")
    op.drop_column("invoice_line", "credit_kind")
    op.drop_constraint(op.f("uq_invoice_bill_to_account_id_submission_key"), "invoice")
    op.drop_column("invoice", "submission_key")
    op.execute(
        "DELETE FROM number_counter WHERE series_id IN"
        " (SELECT id FROM number_series WHERE kind = 'return')"
    )
    op.execute("DELETE FROM number_series WHERE kind = 'return'")


def _credit_notes() -> None:
    op.add_column("invoice", sa.Column("submission_key", sa.Text(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_invoice_bill_to_account_id_submission_key"),
        "invoice",
        ["bill_to_account_id", "submission_key"],
    )
    op.add_column(
        "invoice_line", sa.Column("credit_kind", sa.Text(), server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_invoice_line_credit_kind"),
        "invoice_line",
        "credit_kind IN ('', 'quantity', 'price')",
    )
    op.add_column("invoice_charge", sa.Column("credits_charge_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_invoice_charge_credits_charge_id"),
        "invoice_charge",
        "invoice_charge",
        ["credits_charge_id"],
        ["id"],
    )
    op.create_unique_constraint(
        op.f("uq_invoice_charge_credits_charge_id"), "invoice_charge", ["credits_charge_id"]
    )
    op.execute(CREDIT_FITS)
    op.execute(
        "CREATE TRIGGER invoice_line_credit_fits AFTER INSERT ON invoice_line "
        "FOR EACH ROW WHEN (NEW.credits_line_id IS NOT NULL) "
        "EXECUTE FUNCTION credit_fits_its_line()"
    )


def _returns() -> None:
    op.create_table(
        "goods_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=False),
        _moment("requested_at"),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("close_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_goods_return_state")),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_goods_return_reason")),
        _to("goods_return", "seller_id", "seller.id"),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["sales_order.account_id", "sales_order.id"],
            name=op.f("fk_goods_return_account_id_order_id"),
        ),
        _to("goods_return", "warehouse_id", "warehouse.id"),
        *(
            _to("goods_return", column, PERSON)
            for column in ("requested_by_id", "decided_by_id", "closed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_return")),
        sa.UniqueConstraint("seller_id", "number", name=op.f("uq_goods_return_seller_id_number")),
        sa.UniqueConstraint(
            "account_id",
            "submission_key",
            name=op.f("uq_goods_return_account_id_submission_key"),
        ),
    )
    op.create_index(op.f("ix_goods_return_order_id"), "goods_return", ["order_id"])
    op.create_index("ix_goods_return_state", "goods_return", ["state", "id"])


def _return_lines() -> None:
    op.create_table(
        "return_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(14, 3), nullable=False),
        *(_units(name) for name in ("restocked", "scrapped", "sent_back", "credited")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_return_line_quantity")),
        sa.CheckConstraint(
            "restocked >= 0 AND scrapped >= 0 AND sent_back >= 0", name=op.f("ck_return_line_signs")
        ),
        sa.CheckConstraint(
            "restocked + scrapped + sent_back <= quantity", name=op.f("ck_return_line_received")
        ),
        sa.CheckConstraint(
            "credited >= 0 AND credited <= restocked + scrapped + sent_back",
            name=op.f("ck_return_line_credited"),
        ),
        _to("return_line", "return_id", "goods_return.id"),
        _to("return_line", "order_line_id", "order_line.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
        sa.UniqueConstraint(
            "return_id", "order_line_id", name=op.f("uq_return_line_return_id_order_line_id")
        ),
    )
    op.create_index(op.f("ix_return_line_order_line_id"), "return_line", ["order_line_id"])


def _receipts() -> None:
    op.create_table(
        "return_receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        _moment("received_at"),
        sa.Column("received_by_id", sa.BigInteger(), nullable=True),
        _to("return_receipt", "return_id", "goods_return.id"),
        _to("return_receipt", "received_by_id", PERSON),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_receipt")),
        sa.UniqueConstraint(
            "return_id", "submission_key", name=op.f("uq_return_receipt_return_id_submission_key")
        ),
    )
    op.create_table(
        "return_receipt_line",
        sa.Column("receipt_id", sa.BigInteger(), nullable=False),
        sa.Column("return_line_id", sa.BigInteger(), nullable=False),
        *(_units(name) for name in ("restocked", "scrapped", "sent_back")),
        sa.CheckConstraint(
            "restocked >= 0 AND scrapped >= 0 AND sent_back >= 0",
            name=op.f("ck_return_receipt_line_signs"),
        ),
        sa.CheckConstraint(
            "restocked + scrapped + sent_back > 0", name=op.f("ck_return_receipt_line_some_units")
        ),
        _to("return_receipt_line", "receipt_id", "return_receipt.id"),
        _to("return_receipt_line", "return_line_id", "return_line.id"),
        sa.PrimaryKeyConstraint(
            "receipt_id", "return_line_id", name=op.f("pk_return_receipt_line")
        ),
    )
    for table in ("return_receipt", "return_receipt_line"):
        append_only(table)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _units(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(14, 3), server_default="0", nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
