"""The connection to PostgreSQL, sessions, and locks taken in one order.

One engine serves web, worker, commands and tests. Nothing under `models/` commits: the entry
point that opened the session does, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from time import monotonic
from types import MappingProxyType
from typing import Any, TypeVar

from psycopg import OperationalError
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Engine,
    Executable,
    Result,
    Select,
    any_,
    bindparam,
    create_engine,
    event,
    select,
)
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from models.kernel.base import Base

Row = TypeVar("Row", bound=Base)

RETRYABLE = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATEs after which the whole entry point may run again: nothing was changed."""
ALREADY_THERE = "23505"
"""The SQLSTATE of a row that a unique constraint refuses. Where somebody else has added it since
this entry point looked, a second run finds it."""


RESTED_SECONDS = 1.0
"""How long a connection may rest and still be taken for alive without a question."""


def make_engine(url: str, *, pool_size: int = 4, max_overflow: int = 2, **options: Any) -> Engine:
    """An engine on `url` (`postgresql+psycopg://...`) with the program's time-outs, in UTC.

    Statements are not compiled to machine code: that takes longer than any of them runs.
    """
    settings = (
        "-c timezone=UTC -c statement_timeout=10s -c lock_timeout=5s "
        "-c idle_in_transaction_session_timeout=15s -c jit=off"
    )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_recycle=1800,
        connect_args={"options": options.pop("settings", settings)},
        **options,
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _try_rested)
    return engine


def _note_rest(_driver: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


def _try_rested(driver: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Asks a connection whether it still lives that has rested for a while: busy ones are spared.

    One that does not is replaced, with all others of its age.
    """
    if monotonic() - record.info.get("rests_since", monotonic()) < RESTED_SECONDS:
        return
    try:
        lives = driver.pgconn.exec_(b"SELECT 1").status == ExecStatus.TUPLES_OK
    except OperationalError:
        lives = False
    if not lives:
        raise InvalidatePoolError


def reading(engine: Engine) -> Engine:
    """The same engine, its connections and all, whose transactions begin READ ONLY."""
    return engine.execution_options(postgresql_readonly=True)


def columns_of(
    session: Session, statement: Executable, values: Mapping[str, Any] = MappingProxyType({})
) -> Result[*tuple[Any, ...]]:
    """What a statement finds that asks for columns, not for entities; like `execute` otherwise.

    The ORM stays out of it: it has nothing to do there, and costs more than the statement.
    """
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, dict(values))


def end_quietly(session: Session) -> None:
    """Closes a session whose transaction went well, and undoes what it has not committed.

    psycopg forgets every prepared statement when it rolls back, since a table might have been
    rolled back too. No table is made here, and planning costs as much as running: the ROLLBACK
    goes to the server past psycopg, which then finds nothing open.
    """
    try:
        if session.in_transaction() and session.is_active and isinstance(session.bind, Engine):
            driver: Any = session.connection().connection.driver_connection
            if driver.pgconn.transaction_status == TransactionStatus.INTRANS:
                driver.pgconn.exec_(b"ROLLBACK")
    finally:
        session.close()


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
    """The rows with these ids, locked in id order and read afresh.

    `FOR NO KEY UPDATE`: who only refers to a row by a new foreign key does not wait for it. A
    shipment's ledger entries name the account, and took it after the order otherwise.

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
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
