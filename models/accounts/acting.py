"""Acting for an account, and changing between one's own accounts. The session goes on under a new
token, as its rights change."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.account import Account
from models.accounts.actor import Actor, visible_accounts
from models.accounts.permissions import Permission
from models.accounts.signing_in import own_session, renew_token
from models.accounts.user import Membership
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.seller import first_seller


def start_acting(
    session: Session, session_id: int, account_id: int, *, by: Actor, reason: str = ""
) -> str:
    """Lets staff order in an account's name, as themselves; gives the session's new token.

    Denied without the permission, NotFound for an account they do not see today, Conflict while
    they act for another one, Refused for an account that takes no orders.
    """
    by.require(Permission.ACT_FOR, "Your role does not include ordering for customers.")
    row = own_session(session, session_id, by=by)
    if by.acting_for_id is not None:
        raise Conflict("You are ordering for another customer. Leave that account first.")
    account = _visible_account(session, account_id, by)
    if not account.is_open:
        raise Refused(f"{account.name} takes no orders: the account is {account.status}.")
    row.acting_for_account_id = account.id
    row.acting_reason = reason.strip()
    row.acting_seen_at = clock.now()
    record(
        session, "acting.started", by=by, subject=account, account_id=account.id,
        on_behalf_of=account.id, reason=row.acting_reason,
    )  # fmt: skip
    return renew_token(session, row)


def stop_acting(session: Session, session_id: int, *, by: Actor) -> str:
    """Back to being staff only; gives the session's new token. Nothing happens to the cart."""
    row = own_session(session, session_id, by=by)
    if row.acting_for_account_id is not None:
        record(
            session, "acting.stopped", by=by, account_id=row.acting_for_account_id,
            on_behalf_of=row.acting_for_account_id,
        )  # fmt: skip
    row.acting_for_account_id = row.acting_seen_at = None
    row.acting_reason = ""
    return renew_token(session, row)


def switch_account(session: Session, session_id: int, account_id: int, *, by: Actor) -> str:
    """A buyer goes over to another of their accounts; gives the session's new token.

    NotFound for an account that they are no member of.
    """
    row = own_session(session, session_id, by=by)
    found = session.scalars(
        select(Membership.account_id).where(
            Membership.user_id == by.id,
            Membership.account_id == account_id,
            Membership.ended_at.is_(None),
        )
    ).first()
    if found is None:
        raise NotFound("You have no such account.")
    row.account_id = found
    record(session, "user.switched_account", by=by, account_id=found)
    return renew_token(session, row)


def actor_for(session: Session, account_id: int, *, by: Actor) -> tuple[Account, Actor]:
    """The account, and this person as they take an order for it: in one request, without the
    session's going over to it.

    Denied without the permission, NotFound for an account they do not see today, Refused for one
    that takes no orders.
    """
    by.require(Permission.ORDERS_TAKE, "Your role does not include taking orders.")
    account = _visible_account(session, account_id, by)
    if not account.is_open:
        raise Refused(f"{account.name} takes no orders: the account is {account.status}.")
    return account, replace(by, account_id=account.id)


def _visible_account(session: Session, account_id: int, by: Actor) -> Account:
    today = clock.today(first_seller(session).time_zone)
    account = session.scalars(
        select(Account).where(
            Account.id == account_id, Account.id.in_(visible_accounts(by, on=today))
        )
    ).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account
