"""What Alembic compares with the models."""

from __future__ import annotations

LIBRARY_TABLES = "procrastinate_"


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The task library's tables are its own: its schema is a migration, not a model."""
    return not (kind == "table" and (name or "").startswith(LIBRARY_TABLES))
