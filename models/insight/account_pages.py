"""Accounts with what they owe and when they last ordered: the list and one account's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, true
from sqlalchemy.orm import Session

from models.accounts import (
    Account,
    AccountGroup,
    AccountRep,
    Actor,
    Address,
    Contact,
    PaymentTerms,
    Permission,
    User,
    visible_accounts,
)
from models.kernel.errors import NotFound
from models.orders import Order, hold_codes
from models.receivables import Invoice, Payment

MOST_COUNTED = 2000
ACCOUNT_SORTS: dict[str, Any] = {
    "name": func.lower(Account.name),
    "number": Account.number,
    "limit": Account.credit_limit,
    "since": Account.created_at,
    "owes": select(func.coalesce(func.sum(Invoice.open_amount), 0))
    .where(
        Invoice.bill_to_account_id == Account.id,
        Invoice.kind == "invoice",
        Invoice.open_amount > 0,
    )
    .correlate(Account)
    .scalar_subquery(),
}


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts: by status, group, rep, and words of the name, number or town."""

    status: str = ""
    rep_id: int | None = None
    group_id: int | None = None
    text: str = ""


def account_rows(
    session: Session,
    chosen: AccountFilter,
    actor: Actor,
    *,
    today: date,
    sort: str = "name",
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of accounts with open and overdue amounts and the last order, in one statement."""
    key = ACCOUNT_SORTS.get(sort, ACCOUNT_SORTS["name"])
    page = (
        select(
            Account.id, Account.number, Account.name, Account.status, Account.currency,
            Account.credit_limit, Account.group_id, key.label("sort_key"),
        )
        .where(*_conditions(chosen, actor, today))
        .order_by(key.desc() if descending else key.asc(), Account.id)
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )  # fmt: skip
    owed, ordered, place = _owed(page, today), _ordered(page), _place(page)
    sorted_by = page.c.sort_key.desc() if descending else page.c.sort_key.asc()
    return session.execute(
        select(
            page, owed.c.open, owed.c.overdue, ordered.c.last_order,
            AccountGroup.name.label("group_name"), place.label("city"),
        )
        .select_from(page)
        .join(AccountGroup, AccountGroup.id == page.c.group_id)
        .join(owed, true())
        .join(ordered, true())
        .order_by(sorted_by, page.c.id)
    ).all()  # fmt: skip


def _owed(page: Any, today: date) -> Any:
    """What is owed after credit notes, as the account's own page says it, and what is overdue."""
    is_late = (Invoice.kind == "invoice") & (Invoice.due_on < today)
    signed = case((Invoice.kind == "credit_note", -Invoice.open_amount), else_=Invoice.open_amount)
    return (
        select(
            func.coalesce(func.sum(signed), 0).label("open"),
            func.coalesce(func.sum(Invoice.open_amount).filter(is_late), 0).label("overdue"),
        )
        .where(
            Invoice.bill_to_account_id == page.c.id,
            Invoice.open_amount > 0,
        )
        .lateral("owed")
    )


def _ordered(page: Any) -> Any:
    return (
        select(func.max(Order.placed_at).label("last_order"))
        .where(Order.account_id == page.c.id)
        .lateral("ordered")
    )


def _place(page: Any) -> Any:
    return (
        select(Address.city)
        .where(Address.account_id == page.c.id, Address.replaced_at.is_(None))
        .order_by(Address.is_default.desc(), Address.id)
        .limit(1)
        .scalar_subquery()
    )


def count_accounts(session: Session, chosen: AccountFilter, actor: Actor, *, today: date) -> int:
    """How many there are, counted up to MOST_COUNTED + 1."""
    rows = select(Account.id).where(*_conditions(chosen, actor, today)).limit(MOST_COUNTED + 1)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def account_by_id(session: Session, account_id: int, actor: Actor, *, today: date) -> Account:
    """An account. NotFound where this person may not see it."""
    statement = select(Account).where(Account.id == account_id)
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Account.id.in_(visible_accounts(actor, on=today)))
    account = session.scalars(statement).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def account_facts(session: Session, account: Account, *, today: date) -> Any:
    """Names of its group and terms, who pays for it, and who looks after it."""
    rep = (
        select(func.string_agg(User.name, ", "))
        .join(AccountRep, AccountRep.user_id == User.id)
        .where(
            AccountRep.account_id == account.id,
            AccountRep.valid_from <= today,
            or_(AccountRep.valid_to.is_(None), AccountRep.valid_to > today),
        )
        .scalar_subquery()
    )
    payer = select(Account.name).where(Account.id == account.bill_to_id).scalar_subquery()
    return session.execute(
        select(
            AccountGroup.name.label("group_name"), PaymentTerms.name.label("terms_name"),
            rep.label("rep"), payer.label("payer"),
        )
        .select_from(AccountGroup)
        .join(PaymentTerms, PaymentTerms.id == account.terms_id)
        .where(AccountGroup.id == account.group_id)
    ).one()  # fmt: skip


def account_orders(session: Session, account_id: int, *, most: int = 10) -> Sequence[Any]:
    """Its latest orders."""
    return session.execute(
        select(
            Order.number, Order.status, Order.placed_at, Order.promised_on, Order.po_number,
            Order.total_amount, Order.currency, hold_codes().label("hold_codes"),
        )
        .where(Order.account_id == account_id)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(most)
    ).all()  # fmt: skip


def account_payments(session: Session, account_id: int, *, most: int = 5) -> Sequence[Any]:
    """Its latest payments."""
    return session.execute(
        select(
            Payment.id, Payment.number, Payment.means, Payment.received_on, Payment.reference,
            Payment.amount, Payment.unapplied_amount, Payment.currency,
        )
        .where(Payment.bill_to_account_id == account_id)
        .order_by(Payment.received_on.desc(), Payment.id.desc())
        .limit(most)
    ).all()  # fmt: skip


def account_people(session: Session, account_id: int) -> Sequence[Any]:
    """Its contacts, by name."""
    return session.execute(
        select(Contact.id, Contact.name, Contact.role, Contact.email, Contact.phone, Contact.mobile)
        .where(Contact.account_id == account_id)
        .order_by(Contact.name, Contact.id)
    ).all()


def account_places(session: Session, account_id: int) -> Sequence[Address]:
    """Its addresses as they are now, the default one first."""
    return session.scalars(
        select(Address)
        .where(Address.account_id == account_id, Address.replaced_at.is_(None))
        .order_by(Address.is_default.desc(), Address.id)
    ).all()


def terms_options(session: Session) -> list[tuple[int, str]]:
    """The payment terms to choose from."""
    rows = session.execute(select(PaymentTerms.id, PaymentTerms.name).order_by(PaymentTerms.name))
    return [(row.id, row.name) for row in rows]


def group_options(session: Session) -> list[tuple[int, str]]:
    """The account groups to filter by."""
    rows = session.execute(select(AccountGroup.id, AccountGroup.name).order_by(AccountGroup.name))
    return [(row.id, row.name) for row in rows]


def _conditions(chosen: AccountFilter, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        found.append(Account.id.in_(visible_accounts(actor, on=today)))
    if chosen.status:
        found.append(Account.status == chosen.status)
    if chosen.group_id:
        found.append(Account.group_id == chosen.group_id)
    if chosen.rep_id:
        found.append(
            Account.id.in_(
                select(AccountRep.account_id).where(
                    AccountRep.user_id == chosen.rep_id,
                    AccountRep.valid_from <= today,
                    or_(AccountRep.valid_to.is_(None), AccountRep.valid_to > today),
                )
            )
        )
    text = chosen.text.strip()
    if text:
        towns = select(Address.account_id).where(
            func.lower(Address.city) == text.lower(), Address.replaced_at.is_(None)
        )
        found.append(
            or_(
                func.lower(Account.name).contains(text.lower(), autoescape=True),
                func.upper(Account.number) == text.upper(),
                Account.id.in_(towns),
            )
        )
    return found
