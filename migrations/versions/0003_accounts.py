"""The tables of models/accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_accounts"
down_revision = "0002_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stock_display", sa.Text(), server_default="exact", nullable=False),
        sa.Column("own_numbers_first", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("minimum_order_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("small_order_charge", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.CheckConstraint(
            "stock_display IN ('exact', 'capped', 'words')",
            name=op.f("ck_account_group_stock_display"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_group")),
        sa.UniqueConstraint("code", name=op.f("uq_account_group_code")),
    )
    op.create_table(
        "payment_terms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="on_account", nullable=False),
        sa.Column("base", sa.Text(), server_default="invoice_date", nullable=False),
        sa.Column("days", sa.BigInteger(), server_default="30", nullable=False),
        sa.Column("day_of_month", sa.BigInteger(), nullable=True),
        sa.Column(
            "discount_percent", sa.Numeric(precision=7, scale=4), server_default="0", nullable=False
        ),
        sa.Column("discount_days", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "base IN ('invoice_date', 'end_of_month')", name=op.f("ck_payment_terms_base")
        ),
        sa.CheckConstraint(
            "kind IN ('on_account', 'prepayment', 'card')", name=op.f("ck_payment_terms_kind")
        ),
        sa.CheckConstraint("days >= 0", name=op.f("ck_payment_terms_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_terms")),
        sa.UniqueConstraint("code", name=op.f("uq_payment_terms_code")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("key", "window_start", name=op.f("pk_throttle")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("locale", sa.Text(), server_default="en_GB", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("auth_epoch", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('staff', 'buyer')", name=op.f("ck_user_account_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_user_account_id_kind")),
    )
    op.create_index(
        "uq_user_account_email_lower",
        "user_account",
        [sa.literal_column("lower(email)")],
        unique=True,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("bill_to_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), server_default="GBP", nullable=False),
        sa.Column("locale", sa.Text(), server_default="en_GB", nullable=False),
        sa.Column("country", sa.Text(), server_default="GB", nullable=False),
        sa.Column("tax_number", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_treatment", sa.Text(), server_default="domestic", nullable=False),
        sa.Column("exempt_until", sa.Date(), nullable=True),
        sa.Column(
            "credit_limit", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
        sa.Column("group_credit_limit", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("trade", sa.Text(), server_default="", nullable=False),
        sa.Column("requires_po_number", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("backorder_policy", sa.Text(), server_default="partial", nullable=False),
        sa.Column("inherits_prices", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("carriage_free", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("carriage_free_over", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("minimum_order_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("small_order_charge", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("origin", sa.Text(), server_default="entered", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "backorder_policy IN ('complete', 'partial', 'cancel_rest')",
            name=op.f("ck_account_backorder_policy"),
        ),
        sa.CheckConstraint(
            "status IN ('applied', 'active', 'stopped', 'closed', 'declined')",
            name=op.f("ck_account_status"),
        ),
        sa.CheckConstraint(
            "tax_treatment IN ('domestic', 'reverse_charge', 'export', 'exempt')",
            name=op.f("ck_account_tax_treatment"),
        ),
        sa.CheckConstraint("credit_limit >= 0", name=op.f("ck_account_credit_limit")),
        sa.CheckConstraint("id <> parent_id", name=op.f("ck_account_not_own_parent")),
        sa.ForeignKeyConstraint(["bill_to_id"], ["account.id"], name=op.f("fk_account_bill_to_id")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["account_group.id"], name=op.f("fk_account_group_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["account.id"], name=op.f("fk_account_parent_id")),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["payment_terms.id"], name=op.f("fk_account_terms_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("external_id", name=op.f("uq_account_external_id")),
        sa.UniqueConstraint("number", name=op.f("uq_account_number")),
    )
    op.create_index(op.f("ix_account_bill_to_id"), "account", ["bill_to_id"], unique=False)
    op.create_index(op.f("ix_account_group_id"), "account", ["group_id"], unique=False)
    op.create_index(
        "ix_account_name_lower", "account", [sa.literal_column("lower(name)")], unique=False
    )
    op.create_index(op.f("ix_account_parent_id"), "account", ["parent_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('alert', 'picking', 'delivery', 'invoice', 'internal')",
            name=op.f("ck_note_kind"),
        ),
        sa.CheckConstraint(
            "subject_kind IN ('account', 'address', 'product', 'order')",
            name=op.f("ck_note_subject_kind"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_note_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_subject", "note", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "one_time_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("bound_to", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_one_time_token_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_one_time_token_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_token_token_hash")),
    )
    op.create_index(op.f("ix_one_time_token_user_id"), "one_time_token", ["user_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "staff_role",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user_kind", sa.Text(), server_default="staff", nullable=False),
        sa.Column("granted_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role IN ('customer_service', 'sales_rep', 'sales_manager', 'warehouse', 'purchasing', 'finance', 'administrator')",
            name=op.f("ck_staff_role_role"),
        ),
        sa.CheckConstraint("user_kind = 'staff'", name=op.f("ck_staff_role_staff_only")),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["user_account.id"], name=op.f("fk_staff_role_granted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "user_kind"],
            ["user_account.id", "user_account.kind"],
            name=op.f("fk_staff_role_user_id_user_kind"),
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "account_application",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_number", sa.Text(), server_default="", nullable=False),
        sa.Column("trade", sa.Text(), server_default="", nullable=False),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), server_default="GB", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'declined')",
            name=op.f("ck_account_application_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_application_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_account_application_decided_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_application")),
    )
    op.create_table(
        "account_rep",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="primary", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('primary', 'cover')", name=op.f("ck_account_rep_kind")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_account_rep_dates")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_rep_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_rep_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_rep")),
    )
    op.create_index(op.f("ix_account_rep_account_id"), "account_rep", ["account_id"], unique=False)
    op.create_index("ix_account_rep_user", "account_rep", ["user_id", "valid_from"], unique=False)
    op.create_table(
        "account_tag",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_tag_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "tag", name=op.f("pk_account_tag")),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_ship_to", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("is_bill_to", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), server_default="", nullable=False),
        sa.Column("line3", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("subdivision", sa.Text(), server_default="", nullable=False),
        sa.Column("postcode", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="GB", nullable=False),
        sa.Column("gln", sa.Text(), server_default="", nullable=False),
        sa.Column("delivery_instructions", sa.Text(), server_default="", nullable=False),
        sa.Column("receiving_hours", sa.Text(), server_default="", nullable=False),
        sa.Column("delivery_weekdays", sa.Text(), server_default="12345", nullable=False),
        sa.Column("is_residential", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("needs_liftgate", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("home_warehouse_id", sa.BigInteger(), nullable=True),
        sa.Column("zone_code", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("is_ship_to OR is_bill_to", name=op.f("ck_address_some_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_address_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint(
            "account_id", "code", "version", name=op.f("uq_address_account_id_code_version")
        ),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_address_account_id_id")),
    )
    op.create_table(
        "document_recipient",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), server_default="mail", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "means IN ('mail', 'post', 'none')", name=op.f("ck_document_recipient_means")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_document_recipient_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_recipient")),
        sa.UniqueConstraint(
            "account_id",
            "document_kind",
            "email",
            name=op.f("uq_document_recipient_account_id_document_kind_email"),
        ),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("user_kind", sa.Text(), server_default="buyer", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), server_default="buyer", nullable=False),
        sa.Column(
            "capabilities",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("covers_branches", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("user_kind = 'buyer'", name=op.f("ck_membership_buyers_only")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "user_kind"],
            ["user_account.id", "user_account.kind"],
            name=op.f("fk_membership_user_id_user_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_membership_account_id_id")),
        sa.UniqueConstraint("user_id", "account_id", name=op.f("uq_membership_user_id_account_id")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("auth_epoch", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("acting_for_account_id", sa.BigInteger(), nullable=True),
        sa.Column("acting_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("acting_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sudo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remembered", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["acting_for_account_id"],
            ["account.id"],
            name=op.f("fk_sign_in_session_acting_for_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_session_user_id"), "sign_in_session", ["user_id"], unique=False
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("mobile", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "address_id"],
            ["address.account_id", "address.id"],
            name=op.f("fk_contact_account_id_address_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_contact_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_account_id"), "contact", ["account_id"], unique=False)


def downgrade() -> None:

    op.drop_table("contact")
    op.drop_table("sign_in_session")
    op.drop_table("membership")
    op.drop_table("document_recipient")
    op.drop_table("address")
    op.drop_table("account_tag")
    op.drop_table("account_rep")
    op.drop_table("account_application")
    op.drop_table("staff_role")
    op.drop_table("recovery_code")
    op.drop_table("one_time_token")
    op.drop_table("note")
    op.drop_table("account")
    op.drop_table("user_account")
    op.drop_table("throttle")
    op.drop_table("payment_terms")
    op.drop_table("account_group")
