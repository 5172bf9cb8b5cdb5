"""A visit: a signed-in browser as of one request, with the person's rights at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    DateTime,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from models.accounts.account import Account, AccountRep
from models.accounts.actor import Actor
from models.accounts.permissions import Permission, Role, permissions_of
from models.accounts.user import Membership, SignInSession, StaffRole, User, capabilities_of
from models.kernel import clock
from models.kernel.database import columns_of
from models.kernel.seller import day_within, first_zone
from models.kernel.settings import SettingRow, define

IDLE = timedelta(hours=8)
ACTING_IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)

SECOND_FACTOR_FOR_STAFF = define(
    "sign_in.second_factor_for_staff", True, "Staff must sign in with a second factor"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one request knows about its signed-in browser."""

    session_id: int
    actor: Actor
    email: str
    locale: str
    account_name: str
    """The account the actor buys for now; empty without one."""
    account_count: int
    """How many accounts a buyer can switch between."""
    seen_at: datetime
    sudo_until: datetime | None
    lacks_second_factor: bool
    """A member of staff who must set one up before anything else."""

    @property
    def is_confirmed(self) -> bool:
        """Whether the password was given again a short time ago, for sensitive pages."""
        return self.sudo_until is not None and self.sudo_until > clock.now()


def digest_of(token: str) -> str:
    """What the database keeps of a token."""
    return sha256(token.encode()).hexdigest()


def find_visit(session: Session, token: str) -> Visit | None:
    """The visit of a browser with this token, by one query. None once the session has ended:
    signed out, idle, too old, or begun before the password, factor, roles or state changed."""
    now = clock.now()
    asked = {"digest": digest_of(token), "now": now, "idle_before": now - IDLE}
    row = columns_of(session, _by_token(), asked).first()
    return None if row is None else _visit(row)


def note_seen(session: Session, visit: Visit) -> None:
    """Keeps the session from falling idle."""
    now = clock.now()
    acting = {"acting_seen_at": now} if visit.actor.acting_for_id else {}
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == visit.session_id)
        .values(seen_at=now, **acting)
    )
    session.execute(update(User).where(User.id == visit.actor.id).values(last_seen_at=now))


@cache
def _by_token() -> Select[*tuple[Any, ...]]:
    """Prepared once: every request runs it."""
    now = bindparam("now", type_=DateTime(timezone=True))
    account_id = func.coalesce(SignInSession.acting_for_account_id, SignInSession.account_id)
    return (
        select(
            SignInSession.id.label("session_id"),
            SignInSession.seen_at,
            SignInSession.sudo_until,
            SignInSession.acting_seen_at,
            User.id.label("user_id"),
            User.kind,
            User.name,
            User.email,
            User.locale,
            User.totp_confirmed_at,
            Membership.account_id.label("member_of"),
            Membership.role,
            Membership.capabilities,
            Membership.covers_branches,
            Account.id.label("account_id"),
            Account.name.label("account_name"),
            _roles().label("roles"),
            _looks_after(now).label("looks_after"),
            _account_count().label("account_count"),
            _factor_setting().label("factor_setting"),
        )
        .join(User, User.id == SignInSession.user_id)
        .outerjoin(Account, Account.id == account_id)
        .outerjoin(
            Membership,
            (Membership.user_id == User.id)
            & (Membership.account_id == SignInSession.account_id)
            & Membership.ended_at.is_(None),
        )
        .where(
            SignInSession.token_hash == bindparam("digest"),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            or_(SignInSession.remembered, SignInSession.seen_at > _idle_before()),
            SignInSession.auth_epoch == User.auth_epoch,
            User.disabled_at.is_(None),
        )
    )


def _roles() -> Any:
    held = select(func.array_agg(StaffRole.role)).where(StaffRole.user_id == User.id)
    return func.coalesce(held.scalar_subquery(), cast(array([], type_=Text), ARRAY(Text)))


def _idle_before() -> Any:
    return bindparam("idle_before", type_=DateTime(timezone=True))


def _looks_after(now: Any) -> Any:
    today = day_within(func.coalesce(first_zone(), "UTC"), now)
    return exists().where(
        AccountRep.account_id == SignInSession.acting_for_account_id,
        AccountRep.user_id == User.id,
        AccountRep.valid_from <= today,
        or_(AccountRep.valid_to.is_(None), AccountRep.valid_to > today),
    )


def _account_count() -> Any:
    return (
        select(func.count())
        .where(Membership.user_id == User.id, Membership.ended_at.is_(None))
        .correlate(User)
        .scalar_subquery()
    )


def _factor_setting() -> Any:
    return (
        select(SettingRow.value)
        .where(SettingRow.key == SECOND_FACTOR_FOR_STAFF.key, SettingRow.seller_id.is_(None))
        .scalar_subquery()
    )


def _visit(row: Row[Any]) -> Visit:
    is_staff = row.kind == "staff"
    actor = _staff(row) if is_staff else _buyer(row)
    wanted = SECOND_FACTOR_FOR_STAFF.default if row.factor_setting is None else row.factor_setting
    return Visit(
        session_id=row.session_id,
        actor=actor,
        email=row.email,
        locale=row.locale,
        account_name=(row.account_name or "") if actor.account_id else "",
        account_count=row.account_count,
        seen_at=row.seen_at,
        sudo_until=row.sudo_until,
        lacks_second_factor=is_staff and bool(wanted) and row.totp_confirmed_at is None,
    )


def _staff(row: Row[Any]) -> Actor:
    permissions = permissions_of({Role(role) for role in row.roles})
    return Actor(
        id=row.user_id,
        name=row.name,
        is_staff=True,
        permissions=permissions,
        account_id=row.account_id if _still_acts(row, permissions) else None,
    )


def _still_acts(row: Row[Any], permissions: frozenset[Permission]) -> bool:
    seen = row.acting_seen_at
    return (
        seen is not None
        and seen > clock.now() - ACTING_IDLE
        and Permission.ACT_FOR in permissions
        and (Permission.SEE_ALL_ACCOUNTS in permissions or row.looks_after)
    )


def _buyer(row: Row[Any]) -> Actor:
    if row.member_of is None:
        return Actor(id=row.user_id, name=row.name, is_staff=False)
    return Actor(
        id=row.user_id,
        name=row.name,
        is_staff=False,
        capabilities=capabilities_of(row.role, row.capabilities),
        account_id=row.member_of,
        covers_branches=row.covers_branches,
    )
