"""What a company's own administrator looks after: its users and its addresses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.accounts.account import Account, Address
from models.accounts.actor import Actor
from models.accounts.inviting import MORE_THAN_OWN, require_may_grant
from models.accounts.permissions import BuyerRole, Capability
from models.accounts.user import Membership, User
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Conflict, Denied, NotFound, Refused

ADDRESS_FACTS = (
    "company", "contact", "phone", "email", "line1", "line2", "line3", "city", "subdivision",
    "postcode", "country", "delivery_instructions", "receiving_hours", "is_ship_to", "is_bill_to",
    "is_residential", "needs_liftgate",
)  # fmt: skip
KEPT_FACTS = ("gln", "delivery_weekdays", "home_warehouse_id", "is_default")
"""What staff settle about an address; a buyer's edit takes it over."""


def members_of(account_id: int) -> Select[Membership, User]:
    """(membership, user) of everybody who belongs to the account, by name."""
    return (
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
        .order_by(User.name, User.id)
    )


def change_member_role(
    session: Session, membership_id: int, role: BuyerRole, *, by: Actor
) -> Membership:
    """Gives a user of the actor's company another role; it holds from their next request.

    NotFound for another company's, Refused for oneself, for a role or a person beyond one's own
    rights, and for the last one who manages users.
    """
    membership = _member(session, membership_id, by)
    require_may_grant(by, role)
    before = membership.role
    membership.role, membership.capabilities = role, {}
    _require_manager_left(session, membership.account_id)
    record(
        session, "membership.changed", by=by, subject=membership,
        account_id=membership.account_id, before=before, after=role,
    )  # fmt: skip
    return membership


def end_membership(session: Session, membership_id: int, *, by: Actor) -> Membership:
    """Takes a user out of the actor's company from their next request on. Refuses as above."""
    membership = _member(session, membership_id, by)
    membership.ended_at = clock.now()
    _require_manager_left(session, membership.account_id)
    record(session, "membership.ended", by=by, subject=membership, account_id=membership.account_id)
    return membership


def addresses_of(account_id: int) -> Select[Address]:
    """The addresses in use, the default first."""
    return (
        select(Address)
        .where(Address.account_id == account_id, Address.replaced_at.is_(None))
        .order_by(Address.is_default.desc(), Address.code)
    )


def find_address(session: Session, address_id: int, *, by: Actor) -> Address:
    """An address in use of the actor's account. NotFound for any other."""
    found = session.scalars(
        addresses_of(by.account_id or 0).where(Address.id == address_id)
    ).first()
    if found is None:
        raise NotFound("There is no such address.")
    return found


def add_address(session: Session, code: str, facts: dict[str, Any], *, by: Actor) -> Address:
    """A new address of the actor's account. Refused for a code that the account has used."""
    account_id = _own_account(by, Capability.MANAGE_ADDRESSES)
    code = code.strip().upper()
    if session.scalars(
        select(Address.id).where(Address.account_id == account_id, Address.code == code)
    ).first():
        raise Refused(f"You have had an address {code}. Choose another code.", field="code")
    address = Address(account_id=account_id, code=code, **_checked(facts))
    session.add(address)
    record(
        session, "address.added", by=by, subject=address, account_id=account_id,
        after=address.copy(),
    )  # fmt: skip
    return address


def edit_address(
    session: Session, address_id: int, version: int, facts: dict[str, Any], *, by: Actor
) -> Address:
    """A new version of an address; documents keep the copy that they were made with.

    Conflict when somebody else changed it since `version`.
    """
    account_id = _own_account(by, Capability.MANAGE_ADDRESSES)
    session.get_one(Account, account_id, with_for_update=True)
    old = find_address(session, address_id, by=by)
    if old.version != version:
        raise Conflict("Somebody changed this address meanwhile. Load it again, then change it.")
    kept = {name: getattr(old, name) for name in KEPT_FACTS}
    old.replaced_at, old.is_default = clock.now(), False
    new = Address(
        account_id=account_id, code=old.code, version=old.version + 1, **kept, **_checked(facts)
    )
    session.add(new)
    record(
        session, "address.changed", by=by, subject=new, account_id=account_id,
        before=old.copy(), after=new.copy(),
    )  # fmt: skip
    return new


def retire_address(session: Session, address_id: int, *, by: Actor) -> None:
    """Takes an address out of use. Refused for the default one."""
    account_id = _own_account(by, Capability.MANAGE_ADDRESSES)
    session.get_one(Account, account_id, with_for_update=True)
    old = find_address(session, address_id, by=by)
    if old.is_default:
        raise Refused("This is your main address. Make another one the main address first.")
    old.replaced_at = clock.now()
    record(session, "address.retired", by=by, subject=old, account_id=account_id, before=old.copy())


def make_default_address(session: Session, address_id: int, *, by: Actor) -> None:
    """Makes an address the one that new orders go to."""
    account_id = _own_account(by, Capability.MANAGE_ADDRESSES)
    session.get_one(Account, account_id, with_for_update=True)
    new = find_address(session, address_id, by=by)
    for other in session.scalars(addresses_of(account_id)):
        other.is_default = other.id == new.id
    record(session, "address.made_default", by=by, subject=new, account_id=account_id)


def accounts_of(user_id: int) -> Select[int, str]:
    """(id, name) of the accounts that a buyer can switch between."""
    return (
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Account.name)
    )


def _own_account(by: Actor, capability: Capability) -> int:
    if by.is_staff or by.account_id is None:
        raise Denied("Only the company itself does this.")
    by.require(capability, "Your role does not include this. Ask your company's administrator.")
    return by.account_id


def _member(session: Session, membership_id: int, by: Actor) -> Membership:
    account_id = _own_account(by, Capability.MANAGE_USERS)
    session.get_one(Account, account_id, with_for_update=True)
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
    if not membership.all_capabilities() <= by.capabilities:
        raise Refused(MORE_THAN_OWN, field="role")
    return membership


def _require_manager_left(session: Session, account_id: int) -> None:
    session.flush()
    rows = session.execute(members_of(account_id))
    if not any(member.allows(Capability.MANAGE_USERS) for member, _user in rows):
        raise Refused("Somebody must still manage the users of your company.", field="role")


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: facts[name] for name in ADDRESS_FACTS if name in facts}
    if not chosen.get("is_ship_to", True) and not chosen.get("is_bill_to"):
        raise Refused("Say what the address is for: deliveries, invoices or both.")
    return chosen
