"""The buyers of an account, looked after by the company's own administrator or by staff."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.accounts.account import Account
from models.accounts.actor import Actor
from models.accounts.inviting import (
    MORE_THAN_OWN,
    Invitation,
    invite_again,
    require_may_grant,
)
from models.accounts.permissions import BuyerRole, Capability
from models.accounts.reaching import account_to_keep
from models.accounts.user import Membership, User
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused


def members_of(account_id: int) -> Select[Membership, User]:
    """(membership, user) of everybody who belongs to the account, by name."""
    return (
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
        .order_by(User.name, User.id)
    )


def change_member_role(
    session: Session,
    membership_id: int,
    role: BuyerRole,
    *,
    by: Actor,
    account_id: int | None = None,
) -> Membership:
    """Gives a user of the account, the actor's own where none is named, another role; it holds
    from their next request.

    NotFound for another company's, Refused for oneself, for a role or a person beyond one's own
    rights, and, where the company does it, for the last one who manages users.
    """
    membership = _member(session, membership_id, by, account_id)
    require_may_grant(by, role)
    before = membership.role
    membership.role, membership.capabilities = role, {}
    _require_manager_left(session, membership.account_id, by)
    record(
        session, "membership.changed", by=by, subject=membership,
        account_id=membership.account_id, before=before, after=role,
    )  # fmt: skip
    return membership


def end_membership(
    session: Session, membership_id: int, *, by: Actor, account_id: int | None = None
) -> Membership:
    """Takes a user out of the account from their next request on. Refuses as above."""
    membership = _member(session, membership_id, by, account_id)
    membership.ended_at = clock.now()
    _require_manager_left(session, membership.account_id, by)
    record(session, "membership.ended", by=by, subject=membership, account_id=membership.account_id)
    return membership


def invite_member_again(
    session: Session, membership_id: int, *, by: Actor, account_id: int | None = None
) -> Invitation:
    """A new link for a user of the account who has not come yet; the old one is worth nothing any
    more. NotFound for another company's, Refused for who has a password already."""
    membership = _member(session, membership_id, by, account_id)
    return invite_again(session, session.get_one(User, membership.user_id), by=by)


def accounts_of(user_id: int) -> Select[int, str]:
    """(id, name) of the accounts that a buyer can switch between."""
    return (
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Account.name)
    )


def _member(session: Session, membership_id: int, by: Actor, account_id: int | None) -> Membership:
    account_id = account_to_keep(session, by, Capability.MANAGE_USERS, account_id)
    lock(session, Account, [account_id])
    membership = session.scalars(
        select(Membership).where(
            Membership.id == membership_id,
            Membership.account_id == account_id,
            Membership.ended_at.is_(None),
        )
    ).first()
    if membership is None:
        raise NotFound("There is no such user.")
    if membership.user_id == by.id:
        raise Refused("Somebody else of your company must change your own role.", field="role")
    if not by.is_staff and not membership.all_capabilities() <= by.capabilities:
        raise Refused(MORE_THAN_OWN, field="role")
    return membership


def _require_manager_left(session: Session, account_id: int, by: Actor) -> None:
    """Staff may leave an account without: it can be run without users, and they can give it one."""
    session.flush()
    if by.is_staff:
        return
    rows = session.execute(members_of(account_id))
    if not any(member.allows(Capability.MANAGE_USERS) for member, _user in rows):
        raise Refused("Somebody must still manage the users of your company.", field="role")
