"""Questions about people and applications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from models.accounts.account import Account, AccountApplication, Address, PaymentTerms
from models.accounts.user import User
from models.kernel.activity import Activity


def people(search: str = "", kind: str = "") -> Select[User]:
    """Everybody with a sign-in, staff first, whose name or e-mail contains `search`."""
    wanted = (
        select(User)
        .options(selectinload(User.staff_roles))
        .order_by(User.kind.desc(), func.lower(User.name), User.id)
    )
    if search:
        wanted = wanted.where(
            or_(
                User.name.icontains(search, autoescape=True),
                User.email.icontains(search, autoescape=True),
            )
        )
    return wanted.where(User.kind == kind) if kind else wanted


def billing_address(session: Session, account: Account) -> dict[str, str]:
    """Where an account's invoices go, as documents keep it; only its name where it has none."""
    address = session.scalars(
        select(Address)
        .where(Address.account_id == account.id, Address.replaced_at.is_(None))
        .order_by(Address.is_bill_to.desc(), Address.is_default.desc(), Address.id)
    ).first()
    if address is not None:
        return address.copy()
    rest = dict.fromkeys(("contact", "line1", "line2", "line3", "city", "subdivision"), "")
    return {**rest, "company": account.name, "postcode": "", "country": account.country}


def applications(state: str) -> Select[AccountApplication]:
    """The applications of a state, the oldest first while they wait."""
    order = AccountApplication.id if state == "waiting" else AccountApplication.id.desc()
    return select(AccountApplication).where(AccountApplication.state == state).order_by(order)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What of the audit log is wanted; `before_id` continues behind an entry."""

    person_id: int | None = None
    kind: str = ""
    account_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


def audit_entries(chosen: AuditFilter) -> Select[Activity, str, str]:
    """(entry, person's name, account's name), the newest first."""
    rules: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "person_id": lambda value: Activity.actor_id == value,
        "account_id": lambda value: or_(
            Activity.account_id == value, Activity.on_behalf_of_id == value
        ),
        "since": lambda value: Activity.at >= value,
        "until": lambda value: Activity.at < value,
        "before_id": lambda value: Activity.id < value,
    }
    asked = {name: getattr(chosen, name) for name in rules}
    active = [rules[name](value) for name, value in asked.items() if value is not None]
    if chosen.kind:
        active.append(Activity.kind.startswith(chosen.kind, autoescape=True))
    return (
        select(Activity, User.name, Account.name.label("account_name"))
        .outerjoin(User, User.id == Activity.actor_id)
        .outerjoin(
            Account, Account.id == func.coalesce(Activity.on_behalf_of_id, Activity.account_id)
        )
        .where(and_(True, *active))
        .order_by(Activity.id.desc())
    )


def usual_terms_id(session: Session) -> int | None:
    """The payment terms that a customer gets where nobody says which: on account, 30 days where
    there are such; None without any terms."""
    return session.scalar(
        select(PaymentTerms.id)
        .order_by(PaymentTerms.kind != "on_account", PaymentTerms.code != "NET30", PaymentTerms.id)
        .limit(1)
    )
