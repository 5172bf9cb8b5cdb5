"""The audit log: who changed what, when, on whose behalf. Append-only, by a trigger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.kernel import clock
from models.kernel.base import Base, BigInt, Facts, Id

current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)
"""The id of the request or task under way; the entry point sets it."""


class Actor(Protocol):
    """Who does something: a user. Where `by` may be None, the program itself did it."""

    @property
    def id(self) -> int: ...


class Subject(Protocol):
    """The record that something happened to."""

    __tablename__: str

    @property
    def id(self) -> int: ...


class Activity(Base):
    """One thing that was done. `details` holds what changed, as `{"before": ..., "after": ...}`."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_subject", "subject_kind", "subject_id"),
        Index("ix_activity_account_id_at", "account_id", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now, index=True)
    kind: Mapped[str] = mapped_column(index=True)
    actor_id: Mapped[BigInt | None] = mapped_column(index=True)
    on_behalf_of_id: Mapped[BigInt | None]
    account_id: Mapped[BigInt | None]
    request_id: Mapped[str | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[BigInt | None]
    details: Mapped[Facts]


def put(row: Any, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Writes into a row what differs there; gives that alone, (before, after), for the entry that
    tells of it. Both are empty where nothing differs."""
    before = {name: getattr(row, name) for name in wanted}
    after = {name: value for name, value in wanted.items() if value != before[name]}
    for name, value in after.items():
        setattr(row, name, value)
    return {name: before[name] for name in after}, after


def record(
    session: Session,
    kind: str,
    *,
    by: Actor | None,
    subject: Subject | None = None,
    account_id: int | None = None,
    on_behalf_of: int | None = None,
    **details: Any,
) -> Activity:
    """Adds an entry to the caller's transaction. `kind` is `thing.happened`: `price_list.changed`.

    `by` None means the program itself. `on_behalf_of` is the account that the actor acts for.
    Amounts, dates and the like in `details` are kept as text.
    """
    if subject is not None:
        session.flush()
    entry = Activity(
        kind=kind,
        actor_id=None if by is None else by.id,
        on_behalf_of_id=on_behalf_of,
        account_id=account_id,
        request_id=current_request_id.get(),
        subject_kind=None if subject is None else subject.__tablename__,
        subject_id=None if subject is None else subject.id,
        details=as_json(details),
    )
    session.add(entry)
    return entry


def as_json(facts: dict[str, Any]) -> dict[str, Any]:
    """`facts` in what JSON can hold; Decimal, dates and everything else as text."""
    plain: dict[str, Any] = json.loads(json.dumps(facts, default=str))
    return plain
