"""A typed row of a product that stands on the draft as a sample waits for an answer."""

from __future__ import annotations

from alembic import op

revision = "0048_sample_question"
down_revision = "0047_split_packs"
branch_labels = None
depends_on = None

PROBLEMS = (
    "'unknown', 'ambiguous', 'not_for_sale', 'below_minimum', 'not_multiple', 'above_maximum',"
    " 'short', 'bad_quantity', 'on_request'"
)


def upgrade() -> None:
    _allow(f"{PROBLEMS}, 'sample'")


def downgrade() -> None:
    op.execute("DELETE FROM undecided_row WHERE problem = 'sample'")
    _allow(PROBLEMS)


def _allow(problems: str) -> None:
    op.execute("ALTER TABLE undecided_row DROP CONSTRAINT ck_undecided_row_problem")
    op.execute(
        "ALTER TABLE undecided_row ADD CONSTRAINT ck_undecided_row_problem"
        f" CHECK (problem IN ({problems}))"
    )
