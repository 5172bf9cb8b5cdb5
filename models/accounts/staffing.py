"""The wholesaler's own people: their roles, and whether they may come in at all."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.accounts.actor import Actor
from models.accounts.inviting import MORE_THAN_OWN, require_may_give
from models.accounts.permissions import Permission, Role
from models.accounts.second_factor import clear_second_factor
from models.accounts.user import StaffRole, User
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import NotFound, Refused


def change_roles(session: Session, user_id: int, roles: set[Role], *, by: Actor) -> User:
    """Gives a member of staff these roles instead of theirs, and ends their sessions.

    Refused for oneself, for roles or a person with more than one's own permissions, and when no
    administrator would be left.
    """
    user = _person(session, user_id, by)
    if not user.is_staff:
        raise Refused("A buyer has no staff roles.")
    require_may_give(by, roles)
    before = sorted(user.roles)
    kept = [row for row in user.staff_roles if Role(row.role) in roles]
    new = sorted(roles - user.roles)
    user.staff_roles = kept + [StaffRole(role=role, granted_by_id=by.id) for role in new]
    user.end_sessions()
    _require_administrator_left(session)
    record(session, "staff.roles_changed", by=by, subject=user, before=before, after=sorted(roles))
    return user


def disable(session: Session, user_id: int, *, by: Actor) -> User:
    """Locks somebody out at once. Refused for oneself and for the last administrator."""
    user = _person(session, user_id, by)
    user.disabled_at = clock.now()
    user.end_sessions()
    _require_administrator_left(session)
    record(session, "user.disabled", by=by, subject=user)
    return user


def enable(session: Session, user_id: int, *, by: Actor) -> User:
    """Lets somebody in again, with a new sign-in."""
    user = _person(session, user_id, by)
    user.disabled_at = None
    record(session, "user.enabled", by=by, subject=user)
    return user


def end_sessions_of(session: Session, user_id: int, *, by: Actor) -> User:
    """Signs somebody out everywhere."""
    user = _person(session, user_id, by)
    user.end_sessions()
    record(session, "user.sessions_ended", by=by, subject=user)
    return user


def take_second_factor_away(session: Session, user_id: int, *, by: Actor) -> User:
    """For somebody who lost their phone: they set up a new one at the next sign-in."""
    user = _person(session, user_id, by)
    clear_second_factor(session, user)
    user.end_sessions()
    record(session, "user.second_factor_off", by=by, subject=user)
    return user


def _person(session: Session, user_id: int, by: Actor) -> User:
    by.require(Permission.USERS_MANAGE, "Only an administrator manages users.")
    user = session.scalars(
        select(User)
        .where(User.id == user_id)
        .options(selectinload(User.staff_roles))
        .with_for_update()
    ).first()
    if user is None:
        raise NotFound("There is no such user.")
    if user.id == by.id:
        raise Refused("Another administrator must do this for you.")
    if not user.permissions() <= by.permissions:
        raise Refused(MORE_THAN_OWN)
    return user


def _require_administrator_left(session: Session) -> None:
    session.flush()
    found = session.scalars(
        select(User.id)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(StaffRole.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
        .limit(1)
    ).first()
    if found is None:
        raise Refused("This is the last administrator. Make somebody else one first.")
