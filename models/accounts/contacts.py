"""The people of an account whom staff talk to, with or without a sign-in."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.account import Account, Contact
from models.accounts.actor import Actor
from models.accounts.inviting import EMAIL
from models.accounts.permissions import Capability
from models.accounts.reaching import account_to_keep
from models.kernel.activity import put, record
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused

LONGEST = 120


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """How somebody is called and reached."""

    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""


def find_contact(session: Session, contact_id: int, account_id: int) -> Contact:
    """A contact of the account. NotFound for any other."""
    found = session.scalars(
        select(Contact).where(Contact.id == contact_id, Contact.account_id == account_id)
    ).first()
    if found is None:
        raise NotFound("There is no such contact.")
    return found


def add_contact(session: Session, account_id: int, facts: ContactFacts, *, by: Actor) -> Contact:
    """Somebody to talk to. Denied without the permission to edit accounts, NotFound for one that
    the actor does not see, Refused without a name and for what is no e-mail address."""
    contact = Contact(account_id=_kept(session, by, account_id), **_checked(facts))
    session.add(contact)
    record(
        session, "contact.added", by=by, subject=contact, account_id=account_id,
        name=contact.name,
    )  # fmt: skip
    return contact


def change_contact(
    session: Session, account_id: int, contact_id: int, facts: ContactFacts, *, by: Actor
) -> Contact:
    """Puts right how somebody is called and reached. Refuses as `add_contact` does."""
    _kept(session, by, account_id)
    contact = find_contact(session, contact_id, account_id)
    wanted = _checked(facts)
    before, after = put(contact, wanted)
    if after:
        record(
            session, "contact.changed", by=by, subject=contact, account_id=account_id,
            before=before, after=after,
        )  # fmt: skip
    return contact


def remove_contact(session: Session, account_id: int, contact_id: int, *, by: Actor) -> None:
    """Takes somebody off the account's page; a sign-in of theirs stays."""
    _kept(session, by, account_id)
    contact = find_contact(session, contact_id, account_id)
    record(
        session, "contact.removed", by=by, subject=contact, account_id=account_id,
        before={name: getattr(contact, name) for name in ContactFacts.__dataclass_fields__},
    )  # fmt: skip
    session.delete(contact)


def _kept(session: Session, by: Actor, account_id: int) -> int:
    found = account_to_keep(session, by, Capability.MANAGE_USERS, account_id)
    lock(session, Account, [found])
    return found


def _checked(facts: ContactFacts) -> dict[str, str]:
    given = {name: value.strip()[:LONGEST] for name, value in asdict(facts).items()}
    if not given["name"]:
        raise Refused("Enter the person's name.", field="name")
    if given["email"] and not EMAIL.fullmatch(given["email"]):
        raise Refused("This is no e-mail address.", field="email")
    return given
