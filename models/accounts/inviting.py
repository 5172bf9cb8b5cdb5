"""Inviting people: buyers by their company or by staff, staff by an administrator."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ARRAY, ColumnElement, Text, any_, exists, func, literal, select
from sqlalchemy.orm import Session

from models.accounts.account import Account
from models.accounts.actor import Actor
from models.accounts.credentials import set_password
from models.accounts.permissions import (
    BUYER_ROLES,
    BuyerRole,
    Capability,
    Permission,
    Role,
    permissions_of,
)
from models.accounts.reaching import account_to_keep
from models.accounts.signing_in import find_user
from models.accounts.throttling import INVITATION, count_try
from models.accounts.tokens import Purpose, issue_token, spend_token
from models.accounts.user import Membership, StaffRole, User
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Refused

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")
MORE_THAN_OWN = "You cannot give somebody more than you may do yourself."

_WAITING = (
    User.kind == "buyer",
    User.password_hash.is_(None),
    User.invited_at.is_(None),
    User.disabled_at.is_(None),
    exists().where(Membership.user_id == User.id, Membership.ended_at.is_(None)),
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who was invited, and the token to mail; none for somebody who has a password already."""

    user: User
    token: str | None


def invite_buyer(
    session: Session, *, account_id: int, email: str, name: str, role: BuyerRole, by: Actor
) -> Invitation:
    """Makes somebody a buyer of an account. Whoever has a sign-in already keeps it; who is new is
    written to in the account's language.

    Denied without the right to, NotFound for an account the actor does not see, Refused for a
    role that allows more than the actor may, a member already, or an e-mail of our staff.
    """
    account = _account_to_invite_to(session, account_id, by)
    require_may_grant(by, role)
    count_try(session, INVITATION, str(by.id))
    user = find_user(session, email)
    if user is None:
        user = _new_user(session, "buyer", email, name)
        user.locale = account.locale
    if user.is_staff:
        raise Refused("This e-mail cannot be invited. Use another one.", field="email")
    membership = _membership(session, user, account, role)
    record(
        session, "membership.begun", by=by, subject=membership, account_id=account.id,
        email=user.email, role=role,
    )  # fmt: skip
    return Invitation(user, _token(session, user, by))


def invite_staff(
    session: Session, *, email: str, name: str, roles: set[Role], by: Actor
) -> Invitation:
    """Hires somebody. Denied without the permission; Refused for roles that allow more than the
    actor may, for none, and for an e-mail in use."""
    by.require(Permission.USERS_MANAGE, "Only an administrator invites staff.")
    require_may_give(by, roles)
    count_try(session, INVITATION, str(by.id))
    if find_user(session, email):
        raise Refused("This e-mail is in use. Use another one.", field="email")
    user = _new_user(session, "staff", email, name)
    for role in sorted(roles):
        session.add(StaffRole(user_id=user.id, role=role, granted_by_id=by.id))
    record(session, "staff.invited", by=by, subject=user, email=user.email, roles=sorted(roles))
    return Invitation(user, _token(session, user, by))


def invite_first_administrator(session: Session, *, email: str, name: str) -> Invitation:
    """Invites the administrator that a company begins with, or again until they have come.

    Refused once an administrator can sign in: from then on people are invited in the office.
    """
    administrators = session.scalars(
        select(User).join(StaffRole, StaffRole.user_id == User.id)
        .where(StaffRole.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
    ).all()  # fmt: skip
    if any(user.password_hash is not None for user in administrators):
        raise Refused("An administrator can sign in already. They invite everybody else.")
    email = email.strip()
    if not EMAIL.fullmatch(email):
        raise Refused("Enter the administrator's e-mail.", field="email")
    user = find_user(session, email)
    if user is None:
        user = _new_user(session, "staff", email, name)
        session.add(StaffRole(user_id=user.id, role=Role.ADMINISTRATOR))
        record(session, "staff.invited", by=None, subject=user, email=email,
               roles=[Role.ADMINISTRATOR])  # fmt: skip
    elif user not in administrators:
        raise Refused("This e-mail is in use. Use another one.", field="email")
    return Invitation(user, issue_token(session, user, Purpose.INVITATION, by=None))


def invite_waiting(session: Session, emails: Collection[str], *, by: Actor) -> list[Invitation]:
    """Invites those of these buyers who belong to an account and were never invited."""
    by.require(Permission.ACCOUNTS_EDIT, "You may not invite users.")
    waiting = session.scalars(
        select(User).where(*_waiting(emails)).order_by(User.id).with_for_update()
    ).all()
    invitations = []
    for user in waiting:
        user.invited_at = clock.now()
        token = issue_token(session, user, Purpose.INVITATION, by=by)
        invitations.append(Invitation(user, token))
        record(session, "buyer.invited", by=by, subject=user, email=user.email)
    return invitations


def count_waiting_buyers(session: Session, emails: Collection[str]) -> int:
    """How many of these buyers `invite_waiting` would invite."""
    return session.scalar(select(func.count(User.id)).where(*_waiting(emails))) or 0


def _waiting(emails: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Of these, those who came in by an import, belong to an account and were never invited."""
    theirs = literal([email.lower() for email in emails], ARRAY(Text))
    return (*_WAITING, func.lower(User.email) == any_(theirs))


def accept_invitation(session: Session, token: str, password: str, name: str) -> User:
    """The invited person chooses a password. Refused for a bad link or a poor password."""
    user, _ = spend_token(session, token, Purpose.INVITATION)
    set_password(user, password)
    user.name = name.strip() or user.name
    record(session, "user.invitation_accepted", by=user, subject=user)
    return user


def invite_again(session: Session, user: User, *, by: Actor) -> Invitation:
    """A new link for somebody who has not come yet; the old one is worth nothing any more."""
    if user.password_hash is not None:
        raise Refused(f"{user.name} has a password. They can ask for a new one when signing in.")
    count_try(session, INVITATION, str(by.id))
    return Invitation(user, _token(session, user, by))


def require_may_grant(by: Actor, role: BuyerRole) -> None:
    """Refused when a buyer's role allows something that the actor, a buyer, may not do.

    Staff do not hold buyers' capabilities; their permission to edit accounts covers these roles.
    """
    if not by.is_staff and not BUYER_ROLES[role] <= by.capabilities:
        raise Refused(MORE_THAN_OWN, field="role")


def require_may_give(by: Actor, roles: set[Role]) -> None:
    """Refused for no roles, and for roles that allow something that the actor may not do."""
    if not roles:
        raise Refused("Choose at least one role.", field="roles")
    if not permissions_of(roles) <= by.permissions:
        raise Refused(MORE_THAN_OWN, field="roles")


def _account_to_invite_to(session: Session, account_id: int, by: Actor) -> Account:
    return session.get_one(
        Account, account_to_keep(session, by, Capability.MANAGE_USERS, account_id)
    )


def _new_user(session: Session, kind: str, email: str, name: str) -> User:
    user = User(
        kind=kind, email=email.strip(), name=name.strip() or email.partition("@")[0],
        invited_at=clock.now(),
    )  # fmt: skip
    session.add(user)
    session.flush()
    return user


def _membership(session: Session, user: User, account: Account, role: BuyerRole) -> Membership:
    found = session.scalars(
        select(Membership)
        .where(Membership.user_id == user.id, Membership.account_id == account.id)
        .with_for_update()
    ).first()
    if found is None:
        found = Membership(user_id=user.id, account_id=account.id, role=role)
        session.add(found)
    elif found.ended_at is None:
        raise Refused(f"{user.email} is a user of {account.name} already.", field="email")
    found.role, found.ended_at, found.capabilities = role, None, {}
    session.flush()
    return found


def _token(session: Session, user: User, by: Actor) -> str | None:
    if user.password_hash is not None:
        return None
    return issue_token(session, user, Purpose.INVITATION, by=by)
