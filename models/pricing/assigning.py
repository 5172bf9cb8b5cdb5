"""Who gets a price list: an account (with its branches or without) or a group, and from when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.accounts import Account, AccountGroup
from models.kernel import activity
from models.kernel.activity import Actor
from models.kernel.errors import NotFound, Refused
from models.pricing.price_list import PriceList, PriceListAssignment
from models.pricing.revising import open_for_change

HIGHEST_PRIORITY = 10_000


@dataclass(frozen=True, slots=True)
class Grant:
    """On what terms somebody gets a list. `priority` None means the list's own.

    Valid on `[valid_from, valid_to)`. `is_inherited` passes an account's list on to its branches.
    """

    valid_from: date
    valid_to: date | None = None
    priority: int | None = None
    is_inherited: bool = True


def assign_to_account(
    session: Session, list_id: int, account_id: int, grant: Grant, *, version: int, by: Actor
) -> PriceListAssignment:
    """Gives the list to an account.

    Refused for another currency, for the base list, for dates that make no sense or overlap what
    the account has. Conflict when the list changed meanwhile.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    price_list = open_for_change(session, list_id, version)
    if account.currency != price_list.currency:
        raise Refused(
            f"{account.name} buys in {account.currency} and {price_list.code} is in "
            f"{price_list.currency}. Nothing is converted: give a list in {account.currency}.",
            field="account",
        )
    return _assign(session, price_list, grant, account.name, by, account_id=account_id)


def assign_to_group(
    session: Session, list_id: int, group_id: int, grant: Grant, *, version: int, by: Actor
) -> PriceListAssignment:
    """Gives the list to a group of accounts. Refused and conflicts as for an account."""
    group = session.get(AccountGroup, group_id)
    if group is None:
        raise NotFound("There is no such group.")
    price_list = open_for_change(session, list_id, version)
    return _assign(session, price_list, grant, group.name, by, group_id=group_id)


def change_assignment(
    session: Session, assignment_id: int, grant: Grant, *, version: int, by: Actor
) -> PriceListAssignment:
    """Changes dates, priority or inheritance; an end on the day it begins is refused."""
    given = _find(session, assignment_id)
    price_list = open_for_change(session, given.list_id, version)
    session.refresh(given)
    holder = _holder_name(session, given)
    _check(session, given, grant, holder)
    before = _facts(given)
    given.valid_from, given.valid_to = grant.valid_from, grant.valid_to
    given.priority, given.is_inherited = grant.priority, grant.is_inherited
    _record(session, "price_list.assignment_changed", price_list, given, holder, by, before=before)
    return given


def end_assignment(
    session: Session, assignment_id: int, *, effective_from: date, version: int, by: Actor
) -> None:
    """Takes the list away from a day on; one that has not begun by then is removed.

    Refused where it has ended by then.
    """
    given = _find(session, assignment_id)
    price_list = open_for_change(session, given.list_id, version)
    session.refresh(given)
    holder = _holder_name(session, given)
    if given.valid_to is not None and given.valid_to <= effective_from:
        raise Refused(f"{holder} has it only until {given.valid_to.isoformat()} already.")
    before = _facts(given)
    kind = "price_list.unassigned"
    activity.record(
        session, kind, by=by, subject=price_list, account_id=given.account_id,
        code=price_list.code, holder=holder, effective_from=effective_from, before=before,
    )  # fmt: skip
    if given.valid_from >= effective_from:
        session.delete(given)
    else:
        given.valid_to = effective_from
    session.flush()


def _assign(
    session: Session, price_list: PriceList, grant: Grant, holder: str, by: Actor, **whom: int
) -> PriceListAssignment:
    if price_list.kind == "base":
        raise Refused(f"{price_list.code} is the base list: everybody has it already.")
    given = PriceListAssignment(
        list_id=price_list.id,
        priority=grant.priority,
        is_inherited=grant.is_inherited,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        **whom,
    )
    _check(session, given, grant, holder)
    session.add(given)
    _record(session, "price_list.assigned", price_list, given, holder, by)
    return given


def _check(session: Session, given: PriceListAssignment, grant: Grant, holder: str) -> None:
    if grant.valid_to is not None and grant.valid_to <= grant.valid_from:
        raise Refused("The last day must lie behind the first.", field="valid_to")
    if grant.priority is not None and not 0 <= grant.priority <= HIGHEST_PRIORITY:
        raise Refused("A priority is a whole number from 0 to 10,000.", field="priority")
    other = PriceListAssignment
    with session.no_autoflush:
        clash = session.scalars(
            select(other)
            .where(
                other.list_id == given.list_id,
                other.account_id.is_not_distinct_from(given.account_id),
                other.group_id.is_not_distinct_from(given.group_id),
                other.id != (given.id or 0),
                or_(other.valid_to.is_(None), other.valid_to > grant.valid_from),
                other.valid_from < (grant.valid_to or date.max),
            )
            .limit(1)
        ).first()
    if clash is not None:
        until = f" until {clash.valid_to.isoformat()}" if clash.valid_to else ""
        raise Refused(
            f"{holder} has this list from {clash.valid_from.isoformat()}{until} already. "
            "Change those dates, or choose others.",
            field="valid_from",
        )


def _find(session: Session, assignment_id: int) -> PriceListAssignment:
    given = session.get(PriceListAssignment, assignment_id)
    if given is None:
        raise NotFound("This assignment is gone.")
    return given


def _holder_name(session: Session, given: PriceListAssignment) -> str:
    if given.account_id is not None:
        return session.get_one(Account, given.account_id).name
    return session.get_one(AccountGroup, given.group_id).name


def _facts(given: PriceListAssignment) -> dict[str, Any]:
    return {
        "from": given.valid_from,
        "to": given.valid_to,
        "priority": given.priority,
        "inherited": given.is_inherited,
    }


def _record(
    session: Session,
    kind: str,
    price_list: PriceList,
    given: PriceListAssignment,
    holder: str,
    by: Actor,
    *,
    before: dict[str, Any] | None = None,
) -> None:
    session.flush()
    activity.record(
        session, kind, by=by, subject=price_list, account_id=given.account_id,
        code=price_list.code, holder=holder, before=before, after=_facts(given),
    )  # fmt: skip
