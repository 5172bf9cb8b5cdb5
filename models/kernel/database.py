"""The connection to PostgreSQL, sessions, and locks taken in one order.

One engine serves web, worker, commands and tests. Nothing under `models/` commits: the entry
point that opened the session does, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Engine,
    Select,
    any_,
    bindparam,
    create_engine,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker

from models.kernel.base import Base

Row = TypeVar("Row", bound=Base)

RETRYABLE = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATEs after which the whole entry point may run again: nothing was changed."""


def make_engine(url: str, *, pool_size: int = 4, max_overflow: int = 2, **options: Any) -> Engine:
    """An engine on `url` (`postgresql+psycopg://...`) with the program's time-outs, in UTC."""
    settings = (
        "-c timezone=UTC -c statement_timeout=10s -c lock_timeout=5s "
        "-c idle_in_transaction_session_timeout=15s"
    )
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"options": options.pop("settings", settings)},
        **options,
    )


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions that flush when told and keep loaded values after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def lock(
    session: Session,
    model: type[Row],
    ids: Iterable[int],
    *,
    by: InstrumentedAttribute[int] | None = None,
) -> Sequence[Row]:
    """The rows with these ids, locked `FOR UPDATE` in id order and read afresh.

    `by` names another column than `id` to look them up by. Rows that do not exist are left out.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return []
    column = by.key if by is not None else model.__mapper__.primary_key[0].key
    return session.scalars(_locking(model, column), {"ids": wanted}).all()


@cache
def _locking(model: type[Base], column: str) -> Select[Any]:
    """Built once for each table: every operation locks, and an array keeps the text the same."""
    return (
        select(model)
        .where(getattr(model, column) == any_(bindparam("ids", type_=ARRAY(BigInteger))))
        .order_by(*model.__mapper__.primary_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


_LOCK_NAME = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def lock_name(session: Session, name: str) -> None:
    """Holds the advisory lock `name` until the transaction ends; waits for whoever has it."""
    session.execute(_LOCK_NAME, {"name": name})
