"""The tables of models/ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, no_longer_append_only

BALANCES = """
CREATE FUNCTION journal_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT coalesce(sum(base_amount), 0) FROM journal_line WHERE entry_id = NEW.entry_id) <> 0
     OR (SELECT coalesce(sum(amount), 0) FROM journal_line WHERE entry_id = NEW.entry_id) <> 0 THEN
    RAISE EXCEPTION 'journal entry % does not balance', NEW.entry_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""

PERIOD_OPEN = """
CREATE FUNCTION journal_entry_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_period WHERE seller_id = NEW.seller_id
             AND NEW.posted_on BETWEEN starts_on AND ends_on AND closed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the period of % is closed', NEW.posted_on USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""

revision = "0002_ledger"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("posted_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_reverses_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_journal_entry_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entry_reverses_id")),
        sa.UniqueConstraint(
            "seller_id",
            "kind",
            "document_kind",
            "document_id",
            name=op.f("uq_journal_entry_seller_id_kind_document_kind_document_id"),
        ),
    )
    op.create_index(
        "ix_journal_entry_posted_on", "journal_entry", ["seller_id", "posted_on"], unique=False
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('asset', 'liability', 'equity', 'revenue', 'expense')",
            name=op.f("ck_ledger_account_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_ledger_account_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("seller_id", "code", name=op.f("uq_ledger_account_seller_id_code")),
    )
    op.create_table(
        "ledger_period",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_ledger_period_dates")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_ledger_period_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_period")),
        sa.UniqueConstraint(
            "seller_id", "starts_on", name=op.f("uq_ledger_period_seller_id_starts_on")
        ),
    )
    op.create_table(
        "journal_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger_account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("base_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("rate", sa.Numeric(precision=18, scale=8), nullable=False),
        sa.Column("bill_to_account_id", sa.BigInteger(), nullable=True),
        sa.Column("vendor_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("rate > 0", name=op.f("ck_journal_line_rate")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_line_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_account_id"],
            ["ledger_account.id"],
            name=op.f("fk_journal_line_ledger_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
    )
    op.create_index(op.f("ix_journal_line_entry_id"), "journal_line", ["entry_id"], unique=False)
    op.create_index(
        "ix_journal_line_subledger",
        "journal_line",
        ["ledger_account_id", "bill_to_account_id"],
        unique=False,
        postgresql_where="bill_to_account_id IS NOT NULL",
    )
    op.execute(BALANCES)
    op.execute(
        "CREATE CONSTRAINT TRIGGER journal_line_balances AFTER INSERT ON journal_line "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_entry_balances()"
    )
    op.execute(PERIOD_OPEN)
    op.execute(
        "CREATE TRIGGER journal_entry_period BEFORE INSERT ON journal_entry "
        "FOR EACH ROW EXECUTE FUNCTION journal_entry_in_open_period()"
    )
    append_only("journal_entry")
    append_only("journal_line")


def downgrade() -> None:
    no_longer_append_only("journal_line")
    no_longer_append_only("journal_entry")
    op.execute("DROP TRIGGER journal_entry_period ON journal_entry")
    op.execute("DROP FUNCTION journal_entry_in_open_period")
    op.execute("DROP TRIGGER journal_line_balances ON journal_line")
    op.execute("DROP FUNCTION journal_entry_balances")
    op.drop_table("journal_line")
    op.drop_table("ledger_period")
    op.drop_table("ledger_account")
    op.drop_table("journal_entry")
