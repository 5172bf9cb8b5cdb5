"""The kernel: settings, sellers, numbers, files, mail, events, and the audit log that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.guards import REFUSE_CHANGE, append_only, no_longer_append_only

revision = '0001_kernel'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(REFUSE_CHANGE)
    op.create_table('activity',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('on_behalf_of_id', sa.BigInteger(), nullable=True),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('request_id', sa.Text(), nullable=True),
    sa.Column('subject_kind', sa.Text(), nullable=True),
    sa.Column('subject_id', sa.BigInteger(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity'))
    )
    op.create_index('ix_activity_account_id_at', 'activity', ['account_id', 'at'], unique=False)
    op.create_index(op.f('ix_activity_actor_id'), 'activity', ['actor_id'], unique=False)
    op.create_index(op.f('ix_activity_at'), 'activity', ['at'], unique=False)
    op.create_index(op.f('ix_activity_kind'), 'activity', ['kind'], unique=False)
    op.create_index('ix_activity_subject', 'activity', ['subject_kind', 'subject_id'], unique=False)
    op.create_table('domain_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('request_id', sa.Text(), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_domain_event'))
    )
    op.create_index('ix_domain_event_undelivered', 'domain_event', ['at'], unique=False, postgresql_where=sa.text('delivered_at IS NULL'))
    op.create_table('mail_message',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('recipients', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body_text', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=True),
    sa.Column('attachment_ids', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempts', sa.BigInteger(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('queued', 'sent', 'failed', 'diverted', 'off', 'kept')", name=op.f('ck_mail_message_state')),
    sa.CheckConstraint('cardinality(recipients) > 0', name=op.f('ck_mail_message_recipients')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message'))
    )
    op.create_index(op.f('ix_mail_message_account_id'), 'mail_message', ['account_id'], unique=False)
    op.create_index(op.f('ix_mail_message_state'), 'mail_message', ['state'], unique=False)
    op.create_table('stored_file',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('owner_kind', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f('ck_stored_file_sha256')),
    sa.CheckConstraint('size_bytes >= 0', name=op.f('ck_stored_file_size')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file'))
    )
    op.create_index('ix_stored_file_owner', 'stored_file', ['owner_kind', 'owner_id'], unique=False)
    op.create_index(op.f('ix_stored_file_sha256'), 'stored_file', ['sha256'], unique=False)
    op.create_table('event_effect',
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('consumer', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['domain_event.id'], name=op.f('fk_event_effect_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'consumer', name=op.f('pk_event_effect'))
    )
    op.create_table('seller',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('legal_name', sa.Text(), nullable=False),
    sa.Column('trading_name', sa.Text(), nullable=False),
    sa.Column('address_line_1', sa.Text(), nullable=False),
    sa.Column('address_line_2', sa.Text(), nullable=False),
    sa.Column('address_line_3', sa.Text(), nullable=False),
    sa.Column('city', sa.Text(), nullable=False),
    sa.Column('postcode', sa.Text(), nullable=False),
    sa.Column('subdivision', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('company_number', sa.Text(), nullable=False),
    sa.Column('vat_number', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('bank_name', sa.Text(), nullable=False),
    sa.Column('iban', sa.Text(), nullable=False),
    sa.Column('bic', sa.Text(), nullable=False),
    sa.Column('sort_code', sa.Text(), nullable=False),
    sa.Column('account_number', sa.Text(), nullable=False),
    sa.Column('base_currency', sa.Text(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('invoice_footer', sa.Text(), nullable=False),
    sa.Column('logo_file_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("base_currency ~ '^[A-Z]{3}$'", name=op.f('ck_seller_base_currency')),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f('ck_seller_country')),
    sa.ForeignKeyConstraint(['logo_file_id'], ['stored_file.id'], name=op.f('fk_seller_logo_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seller'))
    )
    op.create_table('number_series',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('seller_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('yearly_reset', sa.Boolean(), nullable=False),
    sa.Column('gapless', sa.Boolean(), nullable=False),
    sa.Column('padding', sa.BigInteger(), nullable=False),
    sa.Column('first_sequence', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('first_sequence >= 1', name=op.f('ck_number_series_first_sequence')),
    sa.CheckConstraint('padding BETWEEN 1 AND 12', name=op.f('ck_number_series_padding')),
    sa.ForeignKeyConstraint(['seller_id'], ['seller.id'], name=op.f('fk_number_series_seller_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_series')),
    sa.UniqueConstraint('seller_id', 'kind', name=op.f('uq_number_series_seller_id_kind'))
    )
    op.create_table('setting',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('seller_id', sa.BigInteger(), nullable=True),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['seller_id'], ['seller.id'], name=op.f('fk_setting_seller_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting')),
    sa.UniqueConstraint('key', 'seller_id', name=op.f('uq_setting_key_seller_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('number_counter',
    sa.Column('series_id', sa.BigInteger(), nullable=False),
    sa.Column('year', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('counter', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('next_sequence', sa.BigInteger(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['series_id'], ['number_series.id'], name=op.f('fk_number_counter_series_id')),
    sa.PrimaryKeyConstraint('series_id', 'year', 'counter', name=op.f('pk_number_counter'))
    )
    append_only('activity')


def downgrade() -> None:
    no_longer_append_only('activity')
    op.drop_table('number_counter')
    op.drop_table('setting')
    op.drop_table('number_series')
    op.drop_table('seller')
    op.drop_table('event_effect')
    op.drop_index(op.f('ix_stored_file_sha256'), table_name='stored_file')
    op.drop_index('ix_stored_file_owner', table_name='stored_file')
    op.drop_table('stored_file')
    op.drop_index(op.f('ix_mail_message_state'), table_name='mail_message')
    op.drop_index(op.f('ix_mail_message_account_id'), table_name='mail_message')
    op.drop_table('mail_message')
    op.drop_index('ix_domain_event_undelivered', table_name='domain_event', postgresql_where=sa.text('delivered_at IS NULL'))
    op.drop_table('domain_event')
    op.drop_index('ix_activity_subject', table_name='activity')
    op.drop_index(op.f('ix_activity_kind'), table_name='activity')
    op.drop_index(op.f('ix_activity_at'), table_name='activity')
    op.drop_index(op.f('ix_activity_actor_id'), table_name='activity')
    op.drop_index('ix_activity_account_id_at', table_name='activity')
    op.drop_table('activity')
    op.execute('DROP FUNCTION refuse_change')
