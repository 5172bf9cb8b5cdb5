"""Imports: the files on their way in, what each row would do, and the mappings that were settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027_imports"
down_revision = "0026_company_look"
branch_labels = None
depends_on = None

OBJECT, LIST = sa.text("'{}'::jsonb"), sa.text("'[]'::jsonb")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)


def _text(name: str, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _moment(name: str, *, now: bool = True) -> sa.Column[object]:
    default = sa.func.now() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def upgrade() -> None:
    op.create_table(
        "import_run",
        _key(),
        _text("kind", None),
        _text("file_name", None),
        sa.Column("file_id", sa.BigInteger(), sa.ForeignKey("stored_file.id", name="fk_import_run_file_id")),
        _text("encoding"),
        sa.Column("header", JSONB(), server_default=LIST, nullable=False),
        sa.Column("samples", JSONB(), server_default=LIST, nullable=False),
        sa.Column("mapping", JSONB(), server_default=OBJECT, nullable=False),
        _text("state", "columns"),
        _count("rows_total"),
        _count("rows_done"),
        sa.Column("counts", JSONB(), server_default=OBJECT, nullable=False),
        _text("fingerprint"),
        _text("problem"),
        sa.Column(
            "started_by_id", sa.BigInteger(),
            sa.ForeignKey("user_account.id", name="fk_import_run_started_by_id"), nullable=False,
        ),
        _moment("started_at"),
        _moment("finished_at", now=False),
        sa.CheckConstraint(
            "state IN ('columns', 'looking', 'looked', 'applying', 'done', 'refused')", name="state"
        ),
        sa.CheckConstraint("rows_done >= 0 AND rows_total >= 0", name="rows"),
    )
    op.create_table(
        "import_row",
        sa.Column(
            "run_id", sa.BigInteger(),
            sa.ForeignKey("import_run.id", name="fk_import_row_run_id", ondelete="CASCADE"), primary_key=True,
        ),
        sa.Column("line", sa.BigInteger(), primary_key=True, autoincrement=False),
        _text("outcome", None),
        _text("title", None),
        _text("sentence"),
        sa.Column("details", JSONB(), nullable=False),
    )
    op.create_index("ix_import_row_shown", "import_row", ["run_id", "outcome", "line"])
    op.create_table(
        "import_mapping",
        _key(),
        _text("kind", None),
        _text("header_digest", None),
        sa.Column("mapping", JSONB(), nullable=False),
        _moment("saved_at"),
        sa.UniqueConstraint("kind", "header_digest"),
    )


def downgrade() -> None:
    for table in ("import_mapping", "import_row", "import_run"):
        op.drop_table(table)
