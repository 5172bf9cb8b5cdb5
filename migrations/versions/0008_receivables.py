"""The tables of models/receivables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.guards import append_only, no_longer_append_only

ISSUED_STAYS = """
CREATE FUNCTION invoice_stays_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'invoice % is issued: it cannot be deleted', OLD.number
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF to_jsonb(NEW) - ARRAY['open_amount', 'settled_at', 'document_file_id', 'mailed_at']
     <> to_jsonb(OLD) - ARRAY['open_amount', 'settled_at', 'document_file_id', 'mailed_at'] THEN
    RAISE EXCEPTION 'invoice % is issued: correct it with a credit note', OLD.number
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""

revision = "0008_receivables"
down_revision = "0007_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'ignored', 'parked')", name=op.f("ck_inbound_event_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_event")),
        sa.UniqueConstraint(
            "provider", "event_id", name=op.f("uq_inbound_event_provider_event_id")
        ),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="invoice", nullable=False),
        sa.Column("origin", sa.Text(), server_default="entered", nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_to_account_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("shipment_id", sa.BigInteger(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "exchange_rate", sa.Numeric(precision=18, scale=8), server_default="1", nullable=False
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("tax_point_on", sa.Date(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "discount_percent", sa.Numeric(precision=7, scale=4), server_default="0", nullable=False
        ),
        sa.Column("discount_until", sa.Date(), nullable=True),
        sa.Column("terms_text", sa.Text(), server_default="", nullable=False),
        sa.Column("po_number", sa.Text(), server_default="", nullable=False),
        sa.Column("order_number", sa.Text(), server_default="", nullable=False),
        sa.Column("delivery_note_number", sa.Text(), server_default="", nullable=False),
        sa.Column("seller_facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("buyer_facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ship_to", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("net_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column(
            "charges_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column("tax_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("total_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("open_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("issued_by_id", sa.BigInteger(), nullable=True),
        sa.Column("document_file_id", sa.BigInteger(), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f("ck_invoice_kind")),
        sa.CheckConstraint(
            "open_amount >= 0 AND open_amount <= total_amount", name=op.f("ck_invoice_open_amount")
        ),
        sa.CheckConstraint(
            "total_amount = net_amount + charges_amount + tax_amount",
            name=op.f("ck_invoice_adds_up"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invoice_account_id")),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id", "order_id"],
            ["sales_order.bill_to_account_id", "sales_order.id"],
            name=op.f("fk_invoice_bill_to_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id"], ["account.id"], name=op.f("fk_invoice_bill_to_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["invoice.id"], name=op.f("fk_invoice_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["user_account.id"], name=op.f("fk_invoice_issued_by_id")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_invoice_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "bill_to_account_id", "id", name=op.f("uq_invoice_bill_to_account_id_id")
        ),
        sa.UniqueConstraint("seller_id", "number", name=op.f("uq_invoice_seller_id_number")),
        sa.UniqueConstraint(
            "series_id", "year", "sequence", name=op.f("uq_invoice_series_id_year_sequence")
        ),
    )
    op.create_index(
        "ix_invoice_account",
        "invoice",
        ["bill_to_account_id", sa.literal_column("issued_on DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(op.f("ix_invoice_account_id"), "invoice", ["account_id"], unique=False)
    op.create_index(op.f("ix_invoice_corrects_id"), "invoice", ["corrects_id"], unique=False)
    op.create_index(
        "ix_invoice_issued",
        "invoice",
        [sa.literal_column("issued_on DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_invoice_open",
        "invoice",
        ["bill_to_account_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("open_amount > 0"),
    )
    op.create_index(op.f("ix_invoice_order_id"), "invoice", ["order_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_to_account_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "exchange_rate", sa.Numeric(precision=18, scale=8), server_default="1", nullable=False
        ),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("unapplied_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column(
            "refunded_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("submission_key", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "means IN ('card', 'transfer', 'cheque', 'cash', 'imported')",
            name=op.f("ck_payment_means"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint(
            "unapplied_amount >= 0 AND refunded_amount >= 0 AND unapplied_amount + refunded_amount <= amount",
            name=op.f("ck_payment_unapplied"),
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id", "order_id"],
            ["sales_order.bill_to_account_id", "sales_order.id"],
            name=op.f("fk_payment_bill_to_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id"], ["account.id"], name=op.f("fk_payment_bill_to_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_payment_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_payment_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "bill_to_account_id", "id", name=op.f("uq_payment_bill_to_account_id_id")
        ),
        sa.UniqueConstraint(
            "bill_to_account_id",
            "submission_key",
            name=op.f("uq_payment_bill_to_account_id_submission_key"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
        sa.UniqueConstraint(
            "provider", "provider_reference", name=op.f("uq_payment_provider_provider_reference")
        ),
    )
    op.create_index(
        "ix_payment_account",
        "payment",
        ["bill_to_account_id", sa.literal_column("received_on DESC")],
        unique=False,
    )
    op.create_index(
        "ix_payment_received",
        "payment",
        [sa.literal_column("received_on DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_payment_unapplied",
        "payment",
        ["bill_to_account_id"],
        unique=False,
        postgresql_where=sa.text("unapplied_amount > 0"),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("bill_to_account_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("credit_note_id", sa.BigInteger(), nullable=True),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column(
            "applied_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("applied_by_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(payment_id IS NULL) <> (credit_note_id IS NULL)",
            name=op.f("ck_application_one_source"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_application_amount")),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["user_account.id"], name=op.f("fk_application_applied_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id", "credit_note_id"],
            ["invoice.bill_to_account_id", "invoice.id"],
            name=op.f("fk_application_bill_to_account_id_credit_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id", "invoice_id"],
            ["invoice.bill_to_account_id", "invoice.id"],
            name=op.f("fk_application_bill_to_account_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id", "payment_id"],
            ["payment.bill_to_account_id", "payment.id"],
            name=op.f("fk_application_bill_to_account_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["user_account.id"], name=op.f("fk_application_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index("ix_application_invoice", "application", ["invoice_id"], unique=False)
    op.create_index("ix_application_payment", "application", ["payment_id"], unique=False)
    op.create_table(
        "invoice_charge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("order_charge_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("tax_category", sa.Text(), nullable=False),
        sa.Column("tax_code", sa.Text(), nullable=False),
        sa.Column("tax_rate", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("tax_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_exemption_code", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_charge_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_charge")),
        sa.UniqueConstraint("order_charge_id", name=op.f("uq_invoice_charge_order_charge_id")),
    )
    op.create_index(
        op.f("ix_invoice_charge_invoice_id"), "invoice_charge", ["invoice_id"], unique=False
    )
    op.create_table(
        "invoice_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("shipment_line_id", sa.BigInteger(), nullable=True),
        sa.Column("credits_line_id", sa.BigInteger(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("own_number", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("price_per", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("tax_category", sa.Text(), nullable=False),
        sa.Column("tax_code", sa.Text(), nullable=False),
        sa.Column("tax_rate", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("tax_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_exemption_code", sa.Text(), server_default="", nullable=False),
        sa.Column("unmatched", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_invoice_line_quantity")),
        sa.ForeignKeyConstraint(
            ["credits_line_id"], ["invoice_line.id"], name=op.f("fk_invoice_line_credits_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_invoice_line_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_invoice_line_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint(
            "invoice_id", "position", name=op.f("uq_invoice_line_invoice_id_position")
        ),
        sa.UniqueConstraint("shipment_line_id", name=op.f("uq_invoice_line_shipment_line_id")),
    )
    op.create_index(
        op.f("ix_invoice_line_credits_line_id"), "invoice_line", ["credits_line_id"], unique=False
    )
    op.create_index(
        op.f("ix_invoice_line_order_line_id"), "invoice_line", ["order_line_id"], unique=False
    )
    op.create_index(
        op.f("ix_invoice_line_product_id"), "invoice_line", ["product_id"], unique=False
    )
    op.create_table(
        "invoice_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("taxable_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("tax_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("exemption_code", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_tax_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_tax")),
        sa.UniqueConstraint(
            "invoice_id", "code", "rate", name=op.f("uq_invoice_tax_invoice_id_code_rate")
        ),
    )
    op.create_table(
        "payment_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), server_default="stripe", nullable=False),
        sa.Column("bill_to_account_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "invoices",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("expected_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="intent", nullable=False),
        sa.Column("session_reference", sa.Text(), nullable=True),
        sa.Column("session_url", sa.Text(), server_default="", nullable=False),
        sa.Column("payment_reference", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("started_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('intent', 'started', 'succeeded', 'failed', 'expired', 'mismatch')",
            name=op.f("ck_payment_attempt_state"),
        ),
        sa.CheckConstraint("expected_amount > 0", name=op.f("ck_payment_attempt_expected_amount")),
        sa.ForeignKeyConstraint(
            ["bill_to_account_id"],
            ["account.id"],
            name=op.f("fk_payment_attempt_bill_to_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_payment_attempt_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_attempt_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["user_account.id"], name=op.f("fk_payment_attempt_started_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_attempt_key")),
        sa.UniqueConstraint(
            "provider",
            "session_reference",
            name=op.f("uq_payment_attempt_provider_session_reference"),
        ),
    )
    op.create_index("ix_payment_attempt_order", "payment_attempt", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_payment_attempt_payment_reference"),
        "payment_attempt",
        ["payment_reference"],
        unique=False,
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="intent", nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('intent', 'succeeded', 'failed')", name=op.f("ck_refund_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_refund_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
        sa.UniqueConstraint("provider_reference", name=op.f("uq_refund_provider_reference")),
    )
    op.create_index(op.f("ix_refund_payment_id"), "refund", ["payment_id"], unique=False)
    op.execute(ISSUED_STAYS)
    op.execute(
        "CREATE TRIGGER invoice_as_issued BEFORE UPDATE OR DELETE ON invoice "
        "FOR EACH ROW EXECUTE FUNCTION invoice_stays_as_issued()"
    )
    for table in ("invoice_line", "invoice_charge", "invoice_tax"):
        append_only(table)


def downgrade() -> None:
    for table in ("invoice_line", "invoice_charge", "invoice_tax"):
        no_longer_append_only(table)
    op.execute("DROP TRIGGER invoice_as_issued ON invoice")
    op.execute("DROP FUNCTION invoice_stays_as_issued")
    op.drop_table("refund")
    op.drop_table("payment_attempt")
    op.drop_table("invoice_tax")
    op.drop_table("invoice_line")
    op.drop_table("invoice_charge")
    op.drop_table("application")
    op.drop_table("payment")
    op.drop_table("invoice")
    op.drop_table("inbound_event")
