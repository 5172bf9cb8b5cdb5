"""The task library's own schema, as procrastinate 3.10.0 ships it."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0013_tasks"
down_revision = "0012_reps"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parents[1] / "procrastinate-3.10.sql"
REMOVE = """
DO $$
DECLARE thing text;
BEGIN
  FOR thing IN SELECT format('%I', tablename) FROM pg_tables
    WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%'
  LOOP EXECUTE 'DROP TABLE ' || thing || ' CASCADE'; END LOOP;
  FOR thing IN SELECT oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
  LOOP EXECUTE 'DROP FUNCTION ' || thing || ' CASCADE'; END LOOP;
  FOR thing IN SELECT format('%I', typname) FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate\\_%'
      AND typtype IN ('e', 'c')
  LOOP EXECUTE 'DROP TYPE IF EXISTS ' || thing || ' CASCADE'; END LOOP;
END $$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SCHEMA.read_text().replace("%", "%%"))


def downgrade() -> None:
    op.execute(REMOVE)
