"""Many rows in one statement: arrays go over, `unnest` makes rows of them.

The number of statements does not grow with the rows, and neither does the text of the SQL.
Hundreds of thousands of rows go by `COPY`, with ids that were taken before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Numeric, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.kernel.base import Base

WITHOUT_QUOTES = (Integer, Numeric, Boolean, Date)
_DIALECT = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]


def insert_rows(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    on_conflict: str = "",
) -> list[int]:
    """Inserts the rows (all with the same columns) and gives their ids in the rows' order.

    `on_conflict` is the SQL after the values, such as `ON CONFLICT DO NOTHING`; with it the ids
    are those of the rows that were written. Tables without a single key give an empty list.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    statement, has_key = _insert(model, names, on_conflict)
    result = session.execute(statement, _arrays(_columns(model, names), rows))
    return [row[0] for row in result] if has_key else []


@cache
def _insert(model: type[Base], names: tuple[str, ...], on_conflict: str) -> tuple[TextClause, bool]:
    """The statement, and whether it gives ids. The callers are few, and so are the texts."""
    columns = _columns(model, names)
    keys = list(model.__table__.primary_key)
    returning = f"RETURNING {keys[0].name}" if len(keys) == 1 else ""
    statement = text(
        f"INSERT INTO {model.__tablename__} ({', '.join(names)}) "  # noqa: S608, our own columns
        f"SELECT {_selected(columns)} FROM {_unnested(columns)} ORDER BY n "
        f"{on_conflict} {returning}"
    )
    return statement, bool(returning)


def update_rows(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, add: bool = False
) -> None:
    """Updates rows by their `id`: sets the other columns, or adds to them with `add`.

    Objects of these rows already loaded in the session are not touched: refresh them.
    """
    if not rows:
        return
    names = tuple(rows[0])
    session.execute(_update(model, names, add), _arrays(_columns(model, names), rows))


@cache
def _update(model: type[Base], names: tuple[str, ...], add: bool) -> TextClause:
    columns = _columns(model, names)
    name = model.__tablename__
    changes = ", ".join(
        f"{column.name} = {name}.{column.name} + {_value(column)}"
        if add
        else f"{column.name} = {_value(column)}"
        for column in columns
        if column.name != "id"
    )
    return text(
        f"UPDATE {name} SET {changes} FROM {_unnested(columns)} "  # noqa: S608
        f"WHERE {name}.id = v.id"
    )


def take_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """That many fresh ids of the table, ascending; nobody else gets them."""
    taken: list[int] | None = session.scalar(
        text(
            "SELECT array_agg(nextval(pg_get_serial_sequence(:name, 'id'))) "
            "FROM generate_series(1, :count)"
        ),
        {"name": model.__tablename__, "count": count},
    )
    return taken or []


def copy_rows(
    session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Writes the rows by `COPY`, the fastest way in. JSON values are given as text.

    Columns left out get the table's defaults; constraints hold as for any other statement.
    """
    connection: Any = session.connection().connection.driver_connection
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        statement = f"COPY {model.__tablename__} ({names}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _columns(model: type[Base], names: Sequence[str]) -> list[Any]:
    return [model.__table__.columns[name] for name in names]


def _is_json(column: Any) -> bool:
    return isinstance(column.type, JSONB)


def _value(column: Any) -> str:
    return f"v.{column.name}::jsonb" if _is_json(column) else f"v.{column.name}"


def _selected(columns: Sequence[Any]) -> str:
    return ", ".join(_value(column) for column in columns)


def _unnested(columns: Sequence[Any]) -> str:
    arrays = ", ".join(f"CAST(:{column.name} AS {_array_type(column)})" for column in columns)
    names = ", ".join(column.name for column in columns)
    return f"unnest({arrays}) WITH ORDINALITY AS v({names}, n)"


def _array_type(column: Any) -> str:
    kind = "text" if _is_json(column) else column.type.compile(dialect=_DIALECT)
    return f"{kind}[]"


def _arrays(columns: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {column.name: _array(column, [row[column.name] for row in rows]) for column in columns}


def _array(column: Any, values: list[Any]) -> str:
    """The values as PostgreSQL writes an array. The driver looks at each value, its type and the
    signs in it by itself; here the column says what they are, which costs a tenth."""
    if _is_json(column):
        values = [json.dumps(value) for value in values]
    elif isinstance(column.type, WITHOUT_QUOTES):
        return "{" + ",".join(["NULL" if each is None else str(each) for each in values]) + "}"
    return "{" + ",".join(["NULL" if each is None else _quoted(str(each)) for each in values]) + "}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
