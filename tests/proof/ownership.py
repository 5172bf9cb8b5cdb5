"""Whose rows are whose, from the tables' own foreign keys."""

from __future__ import annotations

import re
from functools import cache

from sqlalchemy import Table

from models.kernel.base import Base

DIRECT = ("account_id", "bill_to_account_id", "own_account_id")
APART = frozenset({"activity", "throttle", "sign_in_session", "domain_event", "procrastinate_jobs"})


@cache
def predicates() -> dict[str, str]:
    """For each table with rows of companies, the condition on `t` for those of account `:a`."""
    tables = {t.name: t for t in Base.metadata.tables.values() if t.name not in APART}
    found: dict[str, str] = {"account": "t.id = :a"}
    for name, table in tables.items():
        column = next((each for each in DIRECT if each in table.columns), None)
        if column and name != "account":
            found[name] = f"t.{column} = :a"
    grown = True
    while grown:
        grown = False
        for name, table in tables.items():
            if name in found:
                continue
            condition = _by_parent(table, found)
            if condition:
                found[name], grown = condition, True
    return found


def _by_parent(table: Table, found: dict[str, str]) -> str:
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table.name
            if parent in found and parent not in ("account", "product") and not column.nullable:
                inner = re.sub(r"\bt\.", f"{parent}.", found[parent])
                return (
                    f"t.{column.name} IN (SELECT {parent}.{key.column.name} FROM {parent}"  # noqa: S608
                    f" WHERE {inner})"
                )
    return ""
