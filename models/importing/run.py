"""Imports as records: the file, what its columns are, how far it is, and what each row does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Facts, Id, Moment

STATES = ("columns", "looking", "looked", "applying", "done", "refused")


class ImportRun(Base):
    """A file on its way in.

    `columns` waits for the mapping; `looking` and `applying` are under way; `looked` shows its
    difference; `done` has been applied; `refused` says why it was not, and can be tried again.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("rows_done >= 0 AND rows_total >= 0", name="rows"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    file_name: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    encoding: Mapped[str] = mapped_column(server_default="", default="")
    header: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    samples: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    mapping: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    state: Mapped[str] = mapped_column(server_default="columns", default="columns")
    rows_total: Mapped[int] = mapped_column(server_default="0", default=0)
    rows_done: Mapped[int] = mapped_column(server_default="0", default=0)
    counts: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    fingerprint: Mapped[str] = mapped_column(server_default="", default="")
    problem: Mapped[str] = mapped_column(server_default="", default="")
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[Moment] = mapped_column(server_default=func.now())
    finished_at: Mapped[Moment | None]

    @property
    def changes(self) -> int:
        """Rows that add or change something, after it was looked at."""
        return int(self.counts.get("added", 0) + self.counts.get("changed", 0))


class ImportRow(Base):
    """What one row of a looked-at file does; rows that change nothing are only counted."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_shown", "run_id", "outcome", "line"),)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    title: Mapped[str]
    sentence: Mapped[str] = mapped_column(server_default="", default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{column: [before, after]}; of a rejected row {"cells": [...]}."""


class ImportMapping(Base):
    """The mapping last used for files of a kind with this header, proposed for the next one.

    Beside the places it keeps the titles that stood there and who said so: a file with other
    columns, or in another order, is read by the titles.
    """

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("kind", "header_digest"),)

    id: Mapped[Id]
    kind: Mapped[str]
    header_digest: Mapped[str]
    mapping: Mapped[Facts]
    saved_at: Mapped[Moment] = mapped_column(server_default=func.now())
