"""An account's addresses, kept by the company's own administrator or by staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from stdnum import ean
from stdnum.exceptions import ValidationError

from models.accounts.account import Account, Address
from models.accounts.actor import Actor
from models.accounts.permissions import Capability
from models.accounts.reaching import account_to_keep
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused

ADDRESS_FACTS = (
    "company", "contact", "phone", "email", "line1", "line2", "line3", "city", "subdivision",
    "postcode", "country", "delivery_instructions", "receiving_hours", "is_ship_to", "is_bill_to",
    "is_residential", "needs_liftgate",
)  # fmt: skip
STAFF_FACTS = ("gln", "delivery_weekdays", "home_warehouse_id", "zone_code")
"""What staff alone settle about an address; a buyer's edit takes it over."""
WEEKDAYS = "1234567"
LONGEST_CODE = 20
RETIRED = "Somebody retired this address meanwhile. Add it anew under another code."
NO_DELIVERIES = "Goods are not delivered there: it cannot be the main address."


def addresses_of(account_id: int) -> Select[Address]:
    """The addresses in use, the default first."""
    return (
        select(Address)
        .where(Address.account_id == account_id, Address.replaced_at.is_(None))
        .order_by(Address.is_default.desc(), Address.code)
    )


def find_address(
    session: Session, address_id: int, *, by: Actor, account_id: int | None = None
) -> Address:
    """An address in use of the account, the actor's own where none is named. NotFound for any
    other."""
    found = address_as_it_was(session, address_id, by=by, account_id=account_id)
    if found.replaced_at is not None:
        raise NotFound("There is no such address.")
    return found


def address_as_it_was(
    session: Session, address_id: int, *, by: Actor, account_id: int | None = None
) -> Address:
    """An address of the account, replaced since or not. NotFound as `find_address`."""
    account_id = by.account_id if account_id is None else account_id
    found = session.scalars(
        select(Address)
        .where(Address.account_id == (account_id or 0), Address.id == address_id)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound("There is no such address.")
    return found


def version_in_use(session: Session, address: Address) -> Address | None:
    """What has become of an address: its version in use, or None where it was retired."""
    return session.scalars(
        select(Address)
        .where(
            Address.account_id == address.account_id,
            Address.code == address.code,
            Address.replaced_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).first()


def add_address(
    session: Session,
    code: str,
    facts: dict[str, Any],
    *,
    by: Actor,
    account_id: int | None = None,
) -> Address:
    """A new address of the account, the actor's own where none is named; the first one that takes
    deliveries is the main one. Without a code its town is its code, as far as there is room.

    Refused for a code that the account has used, and for what staff settle (a GLN with a wrong
    check digit, no weekday) where it makes no sense.
    """
    account_id = _kept(session, by, account_id)
    code = (code.strip() or (facts.get("city") or "").strip()[:LONGEST_CODE].rstrip()).upper()
    if session.scalars(
        select(Address.id).where(Address.account_id == account_id, Address.code == code)
    ).first():
        raise Refused(f"There has been an address {code}. Choose another code.", field="code")
    given = _checked(facts, by)
    is_main = (
        given.get("is_ship_to", True)
        and not session.scalars(addresses_of(account_id).where(Address.is_default)).first()
    )
    address = Address(account_id=account_id, code=code, is_default=is_main, **given)
    session.add(address)
    record(
        session, "address.added", by=by, subject=address, account_id=account_id,
        after=_facts_of(address),
    )  # fmt: skip
    return address


def edit_address(
    session: Session,
    address_id: int,
    version: int,
    facts: dict[str, Any],
    *,
    by: Actor,
    account_id: int | None = None,
) -> Address:
    """A new version of an address, which any version of it names by its id; documents keep the
    copy that they were made with.

    A carriage zone that staff settled stays while country and postcode do. Conflict when somebody
    else changed or retired it since `version`; Refused as `add_address` is, and where the main
    address would take no deliveries.
    """
    account_id = _kept(session, by, account_id)
    named = address_as_it_was(session, address_id, by=by, account_id=account_id)
    old = version_in_use(session, named)
    if old is None:
        raise Conflict(RETIRED)
    if old.version != version:
        raise Conflict(
            "Somebody changed this address meanwhile. See what it is now, then save it again."
        )
    given = _checked(facts, by)
    if old.is_default and old.is_ship_to and not given.get("is_ship_to", True):
        raise Refused(
            "This is the main address: goods are delivered here. Make another one the main "
            "address first.", field="is_ship_to",
        )  # fmt: skip
    kept = {name: getattr(old, name) for name in (*STAFF_FACTS, "is_default")}
    if any(given.get(name, getattr(old, name)) != getattr(old, name)
           for name in ("country", "postcode")):  # fmt: skip
        kept["zone_code"] = ""
    old.replaced_at, old.is_default = clock.now(), False
    new = Address(
        account_id=account_id, code=old.code, version=old.version + 1, **{**kept, **given}
    )
    session.add(new)
    record(
        session, "address.changed", by=by, subject=new, account_id=account_id,
        before=_facts_of(old), after=_facts_of(new),
    )  # fmt: skip
    return new


def retire_address(
    session: Session, address_id: int, *, by: Actor, account_id: int | None = None
) -> None:
    """Takes an address out of use. Refused for the default one."""
    account_id = _kept(session, by, account_id)
    old = find_address(session, address_id, by=by, account_id=account_id)
    if old.is_default:
        raise Refused("This is the main address. Make another one the main address first.")
    old.replaced_at = clock.now()
    record(
        session, "address.retired", by=by, subject=old, account_id=account_id,
        before=_facts_of(old),
    )  # fmt: skip


def make_default_address(
    session: Session, address_id: int, *, by: Actor, account_id: int | None = None
) -> None:
    """Makes an address the one that new orders go to. Refused where it takes no deliveries."""
    account_id = _kept(session, by, account_id)
    new = find_address(session, address_id, by=by, account_id=account_id)
    if not new.is_ship_to:
        raise Refused(NO_DELIVERIES)
    for other in session.scalars(addresses_of(account_id)):
        other.is_default = other.id == new.id
    record(session, "address.made_default", by=by, subject=new, account_id=account_id)


def _kept(session: Session, by: Actor, account_id: int | None) -> int:
    """The account, locked: its addresses are changed by one person at a time."""
    found = account_to_keep(session, by, Capability.MANAGE_ADDRESSES, account_id)
    lock(session, Account, [found])
    return found


def _facts_of(address: Address) -> dict[str, Any]:
    """All that is kept of an address: the records have more of it than the papers."""
    names = ("code", *ADDRESS_FACTS, *STAFF_FACTS, "is_default")
    return {name: getattr(address, name) for name in names}


def _checked(facts: dict[str, Any], by: Actor) -> dict[str, Any]:
    names = (*ADDRESS_FACTS, *STAFF_FACTS) if by.is_staff else ADDRESS_FACTS
    chosen = {name: facts[name] for name in names if name in facts}
    if not chosen.get("is_ship_to", True) and not chosen.get("is_bill_to"):
        raise Refused("Say what the address is for: deliveries, invoices or both.")
    if "postcode" in chosen:
        chosen["postcode"] = (chosen["postcode"] or "").strip().upper()
    if chosen.get("gln"):
        chosen["gln"] = _checked_gln(chosen["gln"])
    weekdays = chosen.get("delivery_weekdays")
    if weekdays is not None and (not weekdays or not set(weekdays) <= set(WEEKDAYS)):
        raise Refused(
            "Tick at least one day on which goods are taken in.", field="delivery_weekdays"
        )
    return chosen


def _checked_gln(number: str) -> str:
    """13 digits of GS1 with a right check digit, without blanks."""
    try:
        digits = str(ean.validate(number))
    except ValidationError:
        digits = ""
    if len(digits) != 13:
        raise Refused(
            f"“{number}” cannot be a GLN: it has 13 digits, the last one a check digit.",
            field="gln",
        )
    return digits
