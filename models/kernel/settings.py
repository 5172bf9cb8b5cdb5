"""Settings that staff change while the program runs: typed rows, per seller or for all, audited.

A context declares what it understands next to the rule that reads it:

    HORIZON = define("stock.horizon_days", 10, "Working days ahead that stock is allocated for")

and reads it with `get(session, HORIZON, seller_id)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.kernel import activity
from models.kernel.base import Base, Id
from models.kernel.database import columns_of
from models.kernel.errors import Refused

Value = TypeVar("Value", bool, int, str, Decimal, list[str])
_CACHE = "settings"
YES_OR_NO = ("yes", "true", "on", "1", "no", "false", "off", "0", "")
KNOWN: dict[str, Setting[Any]] = {}
"""Every setting that was defined, by key."""


class SettingRow(Base):
    """A value that somebody chose. `seller_id` none holds for every seller without its own."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("key", "seller_id", postgresql_nulls_not_distinct=True),)

    id: Mapped[Id]
    key: Mapped[str]
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    value: Mapped[Any] = mapped_column(JSONB)


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value]):
    """A setting's key, what it is when nobody chose, and what it means, in the staff's words."""

    key: str
    default: Value
    meaning: str
    choices: tuple[str, ...] = ()
    check: Callable[[Value], bool] | None = None

    def read(self, stored: Any) -> Value:
        """The value that a row holds, in its type."""
        value: Value = Decimal(stored) if isinstance(self.default, Decimal) else stored
        return value


def define(
    key: str,
    default: Value,
    meaning: str,
    *,
    choices: tuple[str, ...] = (),
    check: Callable[[Value], bool] | None = None,
) -> Setting[Value]:
    """Makes a setting known. ValueError for a key that exists already."""
    if key in KNOWN:
        raise ValueError(f"The setting {key} is defined twice.")
    setting = Setting(key, default, meaning, choices, check)
    KNOWN[key] = setting
    return setting


def get(session: Session, setting: Setting[Value], seller_id: int | None = None) -> Value:
    """The seller's own value, else the one for all, else the default."""
    chosen = _chosen(session)
    for owner in (seller_id, None):
        if (setting.key, owner) in chosen:
            return setting.read(chosen[setting.key, owner])
    return setting.default


_ALL = select(SettingRow.key, SettingRow.seller_id, SettingRow.value)


def _chosen(session: Session) -> dict[tuple[str, int | None], Any]:
    """Every row, read once per session: a request asks for many settings, and they are few."""
    chosen: dict[tuple[str, int | None], Any] | None = session.info.get(_CACHE)
    if chosen is None:
        rows = columns_of(session, _ALL)
        chosen = {(row.key, row.seller_id): row.value for row in rows}
        session.info[_CACHE] = chosen
    return chosen


def change(
    session: Session,
    setting: Setting[Value],
    value: Value,
    *,
    by: activity.Actor | None,
    seller_id: int | None = None,
) -> None:
    """Sets and records it. Refused, naming the key, for a value of another type or not allowed."""
    _require_valid(setting, value)
    row = session.scalars(
        select(SettingRow)
        .where(SettingRow.key == setting.key, SettingRow.seller_id.is_not_distinct_from(seller_id))
        .with_for_update()
    ).first()
    before = setting.default if row is None else setting.read(row.value)
    stored = str(value) if isinstance(value, Decimal) else value
    if row is None:
        row = SettingRow(key=setting.key, seller_id=seller_id, value=stored)
        session.add(row)
    row.value = stored
    session.info.pop(_CACHE, None)
    activity.record(
        session, "setting.changed", by=by, subject=row, key=setting.key, before=before, after=value
    )


def _require_valid(setting: Setting[Value], value: Value) -> None:
    expected = type(setting.default)
    if type(value) is not expected:
        raise Refused(
            f"{setting.meaning}: {value!r} is not {_in_words(expected)}.", field=setting.key
        )
    if setting.choices and value not in setting.choices:
        allowed = ", ".join(setting.choices)
        raise Refused(f"{setting.meaning}: choose one of {allowed}.", field=setting.key)
    if setting.check and not setting.check(value):
        raise Refused(f"{setting.meaning}: {value} is not allowed.", field=setting.key)


def parse(setting: Setting[Value], text: str) -> Value:
    """What a person typed for this setting, in its type. Refused when it cannot be read so."""
    try:
        value: Value = _parsed(setting.default, text.strip())
        return value
    except (ValueError, InvalidOperation):
        expected = _in_words(type(setting.default))
        raise Refused(f"“{text[:40]}” is not {expected}.", field=setting.key) from None


def _parsed(example: Any, text: str) -> Any:
    if isinstance(example, bool):
        return YES_OR_NO.index(text.lower()) < YES_OR_NO.index("no")
    if isinstance(example, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return type(example)(text)


def _in_words(kind: type[Any]) -> str:
    words = {bool: "yes or no", int: "a whole number", Decimal: "a number", list: "a list"}
    return words.get(kind, "a text")
