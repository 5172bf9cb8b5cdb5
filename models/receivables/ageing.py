"""Who owes how much, and for how long: a row for every account that has anything open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission, visible_accounts
from models.kernel.money import ZERO
from models.receivables.invoice import Invoice
from models.receivables.payment import Payment

MOST_AGED = 2000
STATES = ("overdue", "sixty", "credit")
BOUNDS = ((0, "not_due"), (30, "to_30"), (60, "to_60"), (90, "to_90"))


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open amounts by how long they are overdue; credit notes are set off in `credit`."""

    not_due: Decimal = ZERO
    to_30: Decimal = ZERO
    to_60: Decimal = ZERO
    to_90: Decimal = ZERO
    older: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def open(self) -> Decimal:
        """All open invoices, before credit."""
        return self.not_due + self.overdue

    @property
    def overdue(self) -> Decimal:
        return self.to_30 + self.to_60 + self.to_90 + self.older


@dataclass(frozen=True, slots=True)
class AgeingFilter:
    """Which accounts: `state` is overdue, sixty (more than 60 days late), credit (nothing owed,
    money of theirs with us) or empty for all; `text` is in the name, or is the number."""

    state: str = ""
    text: str = ""


def bucket(today: date) -> ColumnElement[str]:
    """The field of `Ageing` that an open invoice or credit note counts to."""
    late = today - Invoice.due_on
    by_age = [(late <= most, name) for most, name in BOUNDS]
    return case((Invoice.kind == "credit_note", "credit"), *by_age, else_="older")


def age_of(days_late: int) -> str:
    """The same for an invoice that is so many days past its due date."""
    return next((name for most, name in BOUNDS if days_late <= most), "older")


def ageing_of(session: Session, mine: ColumnElement[bool], today: date) -> Ageing:
    """How old the open amounts are, in one statement."""
    age = bucket(today)
    rows = session.execute(
        select(age, func.sum(Invoice.open_amount))
        .where(mine, Invoice.open_amount > 0)
        .group_by(age)
    )
    return Ageing(**{row[0]: row[1] for row in rows})


def ageing_list(
    session: Session,
    chosen: AgeingFilter,
    actor: Actor,
    *,
    today: date,
    sort: str = "overdue",
    descending: bool = True,
    limit: int | None = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of bill-to accounts with what they owe by age, in one statement.

    Each row has the fields of `Ageing`, where `credit` adds payments that are not applied to
    unused credit notes; `balance` is everything owed less that credit.
    """
    aged = _aged(chosen, actor, today)
    key = aged.c.get(sort, aged.c.overdue)
    paid = (
        select(func.max(Payment.received_on))
        .where(Payment.bill_to_account_id == aged.c.id)
        .scalar_subquery()
    )
    return session.execute(
        select(aged, paid.label("last_paid_on"))
        .order_by(key.desc().nulls_last() if descending else key.asc().nulls_last(), aged.c.id)
        .limit(limit)
        .offset(offset)
    ).all()


def ageing_sums(
    session: Session, chosen: AgeingFilter, actor: Actor, *, today: date
) -> Sequence[Any]:
    """The totals of the list by currency, largest first, and how many accounts there are."""
    aged = _aged(chosen, actor, today)
    names = [each.name for each in fields(Ageing)] + ["overdue", "balance"]
    return session.execute(
        select(
            aged.c.currency,
            func.count().label("count"),
            *(func.sum(aged.c[name]).label(name) for name in names),
        )
        .group_by(aged.c.currency)
        .order_by(func.count().desc())
    ).all()


def _aged(chosen: AgeingFilter, actor: Actor, today: date) -> Any:
    """Account by account: what is open by age, what is in credit, and the difference."""
    owed, free = _owed(today), _free()
    names = ("not_due", "to_30", "to_60", "to_90", "older")
    amounts = {name: func.coalesce(owed.c[name], 0) for name in names}
    overdue: Any = sum((amounts[name] for name in names[2:]), amounts["to_30"])
    credit = func.coalesce(owed.c.credit, 0) + func.coalesce(free.c.amount, 0)
    wanted = [or_(owed.c.id.is_not(None), free.c.id.is_not(None))]
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        wanted.append(Account.id.in_(visible_accounts(actor, on=today)))
    if chosen.state == "overdue":
        wanted.append(overdue > 0)
    if chosen.state == "sixty":
        wanted.append(amounts["to_90"] + amounts["older"] > 0)
    if chosen.state == "credit":
        wanted.append((overdue + amounts["not_due"] == 0) & (credit > 0))
    text = chosen.text.strip()
    if text:
        wanted.append(
            or_(
                func.lower(Account.name).contains(text.lower(), autoescape=True),
                func.upper(Account.number) == text.upper(),
            )
        )
    return (
        select(
            Account.id, Account.number, Account.name, Account.currency, Account.status,
            Account.credit_limit, Account.phone, owed.c.oldest_due_on,
            *(amount.label(name) for name, amount in amounts.items()),
            credit.label("credit"), overdue.label("overdue"),
            (amounts["not_due"] + overdue - credit).label("balance"),
        )
        .outerjoin(owed, owed.c.id == Account.id)
        .outerjoin(free, free.c.id == Account.id)
        .where(*wanted)
        .subquery("aged")
    )  # fmt: skip


def _owed(today: date) -> Any:
    age = bucket(today)
    is_invoice = Invoice.kind == "invoice"
    return (
        select(
            Invoice.bill_to_account_id.label("id"),
            func.min(Invoice.due_on).filter(is_invoice).label("oldest_due_on"),
            *(
                func.sum(Invoice.open_amount).filter(age == each.name).label(each.name)
                for each in fields(Ageing)
            ),
        )
        .where(Invoice.open_amount > 0)
        .group_by(Invoice.bill_to_account_id)
        .subquery("owed")
    )


def _free() -> Any:
    """Money that is set against nothing; deposits for orders are not."""
    return (
        select(
            Payment.bill_to_account_id.label("id"),
            func.sum(Payment.unapplied_amount).label("amount"),
        )
        .where(Payment.unapplied_amount > 0, Payment.order_id.is_(None))
        .group_by(Payment.bill_to_account_id)
        .subquery("free")
    )
