"""The tables of models/pricing, and the guard that keeps two prices of one tier apart in time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_pricing"
down_revision = "0004_catalog"
branch_labels = None
depends_on = None

# Once per statement: lock the lists that were written to (so that two writers follow one another
# and each sees the other's rows), then look for overlaps of what was written through the unique
# index. An exclusion constraint needs btree_gist, which is not there.
ONE_AT_A_TIME = """
CREATE FUNCTION refuse_overlapping_prices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  clash record;
BEGIN
  PERFORM FROM price_list WHERE id IN (SELECT list_id FROM written)
    ORDER BY id FOR NO KEY UPDATE;
  SELECT mine.list_id, mine.product_id, mine.min_quantity INTO clash
    FROM written mine JOIN price_entry other
      ON other.list_id = mine.list_id AND other.product_id = mine.product_id
      AND other.min_quantity = mine.min_quantity AND other.id <> mine.id
      AND daterange(other.valid_from, other.valid_to) && daterange(mine.valid_from, mine.valid_to)
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'two prices of list % for product % from % on overlap in time',
      clash.list_id, clash.product_id, clash.min_quantity USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table('carriage_zone',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('countries', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('postcode_prefixes', postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('flat_charge', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('free_over', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('transit_days', sa.BigInteger(), server_default='1', nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default='true', nullable=False),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_carriage_zone_currency')),
    sa.CheckConstraint('cardinality(countries) > 0', name=op.f('ck_carriage_zone_countries')),
    sa.CheckConstraint('flat_charge >= 0', name=op.f('ck_carriage_zone_flat_charge')),
    sa.CheckConstraint('free_over >= 0', name=op.f('ck_carriage_zone_free_over')),
    sa.CheckConstraint('transit_days >= 0', name=op.f('ck_carriage_zone_transit_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carriage_zone')),
    sa.UniqueConstraint('code', 'currency', name=op.f('uq_carriage_zone_code_currency'))
    )
    op.create_table('price_list',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), server_default='list', nullable=False),
    sa.Column('status', sa.Text(), server_default='draft', nullable=False),
    sa.Column('is_exclusive', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('is_only', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('priority', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('derived_from_id', sa.BigInteger(), nullable=True),
    sa.Column('percent', sa.Numeric(precision=7, scale=4), nullable=True),
    sa.Column('rounding_step', sa.Numeric(precision=18, scale=4), server_default='0', nullable=False),
    sa.Column('floor_percent', sa.Numeric(precision=7, scale=4), nullable=True),
    sa.Column('adds_variants', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('restricts_assortment', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('version', sa.BigInteger(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_price_list_currency')),
    sa.CheckConstraint("kind IN ('base', 'list', 'contract')", name=op.f('ck_price_list_kind')),
    sa.CheckConstraint("status IN ('draft', 'active')", name=op.f('ck_price_list_status')),
    sa.CheckConstraint('floor_percent BETWEEN 0 AND 100', name=op.f('ck_price_list_floor_percent')),
    sa.CheckConstraint('id <> derived_from_id', name=op.f('ck_price_list_not_from_itself')),
    sa.CheckConstraint('is_exclusive OR NOT is_only', name=op.f('ck_price_list_only_is_exclusive')),
    sa.CheckConstraint('percent >= -100', name=op.f('ck_price_list_percent')),
    sa.CheckConstraint('percent IS NULL OR derived_from_id IS NOT NULL', name=op.f('ck_price_list_percent_of_what')),
    sa.CheckConstraint('rounding_step >= 0', name=op.f('ck_price_list_rounding_step')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_price_list_dates')),
    sa.ForeignKeyConstraint(['derived_from_id', 'currency'], ['price_list.id', 'price_list.currency'], name=op.f('fk_price_list_derived_from_id_currency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_list')),
    sa.UniqueConstraint('id', 'currency', name=op.f('uq_price_list_id_currency'))
    )
    op.create_index('ix_price_list_base', 'price_list', ['currency'], unique=False, postgresql_where=sa.text("kind = 'base'"))
    op.create_index('ix_price_list_derived_from', 'price_list', ['derived_from_id'], unique=False)
    op.create_index('uq_price_list_code_upper', 'price_list', [sa.literal_column('upper(code)')], unique=True)
    op.create_table('tax_rule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('treatment', sa.Text(), nullable=False),
    sa.Column('tax_category', sa.Text(), nullable=False),
    sa.Column('rate', sa.Numeric(precision=7, scale=4), nullable=False),
    sa.Column('vat_category', sa.Text(), nullable=False),
    sa.Column('exemption_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('exemption_code', sa.Text(), server_default='', nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.CheckConstraint("CASE vat_category WHEN 'S' THEN rate > 0 ELSE rate = 0 END", name=op.f('ck_tax_rule_rate')),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f('ck_tax_rule_country')),
    sa.CheckConstraint("tax_category IN ('standard', 'reduced', 'zero', 'exempt')", name=op.f('ck_tax_rule_tax_category')),
    sa.CheckConstraint("treatment IN ('domestic', 'reverse_charge', 'export', 'exempt')", name=op.f('ck_tax_rule_treatment')),
    sa.CheckConstraint("vat_category IN ('S', 'Z') = (exemption_reason = '')", name=op.f('ck_tax_rule_exemption_reason')),
    sa.CheckConstraint("vat_category IN ('S', 'Z', 'E', 'AE', 'G', 'O')", name=op.f('ck_tax_rule_vat_category')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tax_rule')),
    sa.UniqueConstraint('country', 'treatment', 'tax_category', 'valid_from', name=op.f('uq_tax_rule_country_treatment_tax_category_valid_from'))
    )
    op.create_table('price_list_rule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('list_id', sa.BigInteger(), nullable=False),
    sa.Column('category_id', sa.BigInteger(), nullable=True),
    sa.Column('brand_id', sa.BigInteger(), nullable=True),
    sa.Column('percent', sa.Numeric(precision=7, scale=4), nullable=False),
    sa.Column('rounding_step', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.CheckConstraint('category_id IS NOT NULL OR brand_id IS NOT NULL', name=op.f('ck_price_list_rule_of_something')),
    sa.CheckConstraint('percent >= -100', name=op.f('ck_price_list_rule_percent')),
    sa.CheckConstraint('rounding_step >= 0', name=op.f('ck_price_list_rule_rounding_step')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_price_list_rule_brand_id')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_price_list_rule_category_id')),
    sa.ForeignKeyConstraint(['list_id'], ['price_list.id'], name=op.f('fk_price_list_rule_list_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_list_rule')),
    sa.UniqueConstraint('list_id', 'category_id', 'brand_id', name=op.f('uq_price_list_rule_list_id_category_id_brand_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_index(op.f('ix_price_list_rule_brand_id'), 'price_list_rule', ['brand_id'], unique=False)
    op.create_index(op.f('ix_price_list_rule_category_id'), 'price_list_rule', ['category_id'], unique=False)
    op.create_table('price_list_assignment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('list_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('group_id', sa.BigInteger(), nullable=True),
    sa.Column('priority', sa.BigInteger(), nullable=True),
    sa.Column('is_inherited', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('num_nonnulls(account_id, group_id) = 1', name=op.f('ck_price_list_assignment_one_holder')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_price_list_assignment_dates')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_price_list_assignment_account_id')),
    sa.ForeignKeyConstraint(['group_id'], ['account_group.id'], name=op.f('fk_price_list_assignment_group_id')),
    sa.ForeignKeyConstraint(['list_id'], ['price_list.id'], name=op.f('fk_price_list_assignment_list_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_list_assignment')),
    sa.UniqueConstraint('list_id', 'account_id', 'group_id', 'valid_from', name=op.f('uq_price_list_assignment_list_id_account_id_group_id_valid_from'), postgresql_nulls_not_distinct=True)
    )
    op.create_index('ix_price_list_assignment_account', 'price_list_assignment', ['account_id'], unique=False)
    op.create_index('ix_price_list_assignment_group', 'price_list_assignment', ['group_id'], unique=False)
    op.create_table('assortment_entry',
    sa.Column('list_id', sa.BigInteger(), nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['price_list.id'], name=op.f('fk_assortment_entry_list_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_assortment_entry_product_id')),
    sa.PrimaryKeyConstraint('list_id', 'product_id', name=op.f('pk_assortment_entry'))
    )
    op.create_index(op.f('ix_assortment_entry_product_id'), 'assortment_entry', ['product_id'], unique=False)
    op.create_table('price_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('list_id', sa.BigInteger(), nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.Column('min_quantity', sa.Numeric(precision=14, scale=3), server_default='1', nullable=False),
    sa.Column('unit_price', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('floor_price', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('floor_price >= 0', name=op.f('ck_price_entry_floor_price')),
    sa.CheckConstraint('min_quantity > 0', name=op.f('ck_price_entry_min_quantity')),
    sa.CheckConstraint('unit_price >= 0', name=op.f('ck_price_entry_unit_price')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_price_entry_dates')),
    sa.ForeignKeyConstraint(['list_id'], ['price_list.id'], name=op.f('fk_price_entry_list_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_price_entry_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_entry')),
    sa.UniqueConstraint('list_id', 'product_id', 'min_quantity', 'valid_from', name=op.f('uq_price_entry_list_id_product_id_min_quantity_valid_from'))
    )
    op.create_index('ix_price_entry_product_list', 'price_entry', ['product_id', 'list_id'], unique=False)
    op.create_table('quantity_rule',
    sa.Column('list_id', sa.BigInteger(), nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.Column('minimum', sa.Numeric(precision=14, scale=3), nullable=True),
    sa.Column('multiple', sa.Numeric(precision=14, scale=3), nullable=True),
    sa.Column('maximum', sa.Numeric(precision=14, scale=3), nullable=True),
    sa.CheckConstraint('maximum >= minimum', name=op.f('ck_quantity_rule_maximum')),
    sa.CheckConstraint('minimum > 0 AND multiple > 0 AND maximum > 0', name=op.f('ck_quantity_rule_positive')),
    sa.CheckConstraint('num_nonnulls(minimum, multiple, maximum) > 0', name=op.f('ck_quantity_rule_says_something')),
    sa.ForeignKeyConstraint(['list_id'], ['price_list.id'], name=op.f('fk_quantity_rule_list_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_quantity_rule_product_id')),
    sa.PrimaryKeyConstraint('list_id', 'product_id', name=op.f('pk_quantity_rule'))
    )
    op.create_index(op.f('ix_quantity_rule_product_id'), 'quantity_rule', ['product_id'], unique=False)
    op.execute(ONE_AT_A_TIME)
    op.create_index(
        "ix_product_manufacturer_number_plain",
        "product",
        [sa.text("regexp_replace(upper(manufacturer_number), '[^A-Z0-9]', '', 'g')")],
        postgresql_where=sa.text("manufacturer_number <> ''"),
    )
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER price_entry_{event.lower()}_one_at_a_time AFTER {event} ON price_entry "
            "REFERENCING NEW TABLE AS written "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_overlapping_prices()"
        )


def downgrade() -> None:
    op.drop_index("ix_product_manufacturer_number_plain", table_name="product")
    op.drop_index(op.f('ix_quantity_rule_product_id'), table_name='quantity_rule')
    op.drop_table('quantity_rule')
    op.drop_index('ix_price_entry_product_list', table_name='price_entry')
    op.drop_table('price_entry')
    op.drop_index(op.f('ix_assortment_entry_product_id'), table_name='assortment_entry')
    op.drop_table('assortment_entry')
    op.drop_index('ix_price_list_assignment_group', table_name='price_list_assignment')
    op.drop_index('ix_price_list_assignment_account', table_name='price_list_assignment')
    op.drop_table('price_list_assignment')
    op.drop_index(op.f('ix_price_list_rule_category_id'), table_name='price_list_rule')
    op.drop_index(op.f('ix_price_list_rule_brand_id'), table_name='price_list_rule')
    op.drop_table('price_list_rule')
    op.drop_table('tax_rule')
    op.drop_index('uq_price_list_code_upper', table_name='price_list')
    op.drop_index('ix_price_list_derived_from', table_name='price_list')
    op.drop_index('ix_price_list_base', table_name='price_list', postgresql_where=sa.text("kind = 'base'"))
    op.drop_table('price_list')
    op.drop_table('carriage_zone')
    op.execute("DROP FUNCTION refuse_overlapping_prices")
