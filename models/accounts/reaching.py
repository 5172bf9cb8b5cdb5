"""Whose people and places somebody may change: their own company's, or, as staff, a customer's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.account import Account
from models.accounts.actor import Actor, visible_accounts
from models.accounts.permissions import Capability, Permission
from models.kernel import clock
from models.kernel.errors import Denied, NotFound
from models.kernel.seller import first_seller


def account_to_keep(
    session: Session, by: Actor, capability: Capability, account_id: int | None
) -> int:
    """The account of the actor's own company, or the named one for staff who edit accounts.

    Denied without the capability or permission, and while somebody orders for a customer; NotFound
    for an account that they do not see.
    """
    if by.acting_for_id is not None:
        raise Denied("While you order for a customer, their users and addresses are out of reach.")
    if not by.is_staff:
        by.require(capability, "Your role does not include this. Ask your company's administrator.")
        if by.account_id is None or account_id not in (None, by.account_id):
            raise NotFound("There is no such account.")
        return by.account_id
    by.require(Permission.ACCOUNTS_EDIT, "Your role does not include changing accounts.")
    return require_seen(session, by, account_id)


def require_seen(session: Session, by: Actor, account_id: int | None) -> int:
    """The account's id. NotFound for one that the actor does not see today."""
    on = clock.today(first_seller(session).time_zone)
    wanted = select(Account.id).where(
        Account.id == account_id, Account.id.in_(visible_accounts(by, on=on))
    )
    found = session.scalar(wanted)
    if found is None:
        raise NotFound("There is no such account.")
    return found
