"""How an account is doing, for the people who look after it: rhythm, volume, payment, risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Integer, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Address, Contact, Note, PaymentTerms, visible_accounts
from models.kernel.errors import NotFound
from models.kernel.money import ZERO
from models.kernel.seller import day_within, first_zone
from models.orders import Order, hold_codes
from models.receivables import Application, Invoice

MOST_ACCOUNTS = 60
QUIET_AFTER = 1.5
"""An account is quiet when it has not ordered for one and a half of its own intervals."""
OPEN = ("awaiting_approval", "on_hold", "open", "picking", "partly_shipped")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a rep's list, with what matters first."""

    id: int
    number: str
    name: str
    city: str
    phone: str
    currency: str
    overdue: Decimal
    overdue_days: int
    over_limit: Decimal
    last_on: date | None
    interval_days: int | None
    year_amount: Decimal

    def waited_days(self, today: date) -> int:
        return (today - self.last_on).days if self.last_on else 0

    def is_due(self, today: date) -> bool:
        """Whether they would usually have ordered by now."""
        return bool(self.interval_days and self.waited_days(today) >= self.interval_days)

    def urgency(self, today: date) -> tuple[int, float]:
        """Late payers first, then over credit, then due a reorder, the longest waiting first."""
        if self.overdue:
            return 0, -float(self.overdue)
        if self.over_limit > 0:
            return 1, -float(self.over_limit)
        if self.is_due(today):
            return 2, -self.waited_days(today) / (self.interval_days or 1)
        return 3, -float(self.year_amount)


@dataclass(frozen=True, slots=True)
class Months:
    """What was bought in each of twelve months, oldest first: (first day, goods without tax)."""

    points: tuple[tuple[date, Decimal], ...]

    @property
    def total(self) -> Decimal:
        return sum((amount for _, amount in self.points), ZERO)


@dataclass(frozen=True, slots=True)
class Payer:
    """How the account paid over the last year: invoices settled, or overdue and still open (late by
    today's count); those late; and by how many days on average."""

    settled: int
    late: int
    average_days_late: int


def rep_accounts(session: Session, by: Actor, today: date, *, query: str = "") -> list[AccountLine]:
    """The accounts this person looks after, what matters first, in one statement."""
    rows = session.execute(_accounts(by, today, query))
    found = [AccountLine(*row) for row in rows]
    return sorted(found, key=lambda line: (*line.urgency(today), line.name))


def account_in_care(session: Session, account_id: int, by: Actor, today: date) -> Any:
    """The account with its terms and default address. NotFound where it is not in their care."""
    row = session.execute(
        select(Account, PaymentTerms.name.label("terms"), Address)
        .join(PaymentTerms, PaymentTerms.id == Account.terms_id)
        .outerjoin(Address, and_(Address.account_id == Account.id, _is_main(Address)))
        .where(Account.id == account_id, Account.id.in_(visible_accounts(by, on=today)))
        .limit(1)
    ).first()
    if row is None:
        raise NotFound("This account is not one of yours.")
    return row


def contacts_and_notes(session: Session, account_id: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """The account's people, and what is noted about it, newest first."""
    contacts = session.scalars(
        select(Contact).where(Contact.account_id == account_id).order_by(Contact.id)
    ).all()
    notes = session.scalars(
        select(Note)
        .where(
            Note.subject_kind == "account", Note.subject_id == account_id,
            Note.kind.in_(("alert", "internal")), Note.ended_at.is_(None),
        )
        .order_by(Note.id.desc())
        .limit(5)
    ).all()  # fmt: skip
    return contacts, notes


def twelve_months(session: Session, account_id: int, today: date, time_zone: str) -> Months:
    """The goods ordered by month, the current one last."""
    months = [_months_back(today, back) for back in range(11, -1, -1)]
    month = cast(func.date_trunc("month", func.timezone(time_zone, Order.placed_at)), Date)
    rows = session.execute(
        select(month, func.sum(Order.goods_amount))
        .where(
            Order.account_id == account_id, Order.placed_at >= months[0],
            Order.status != "cancelled",
        )
        .group_by(month)
    )  # fmt: skip
    amounts = {row[0]: row[1] for row in rows}
    return Months(tuple((each, Decimal(amounts.get(each, 0))) for each in months))


def rank_of(session: Session, account_id: int, today: date) -> tuple[int, int]:
    """The account's place by goods ordered in a year, and among how many that ordered."""
    sums = (
        select(Order.account_id, func.sum(Order.goods_amount).label("amount"))
        .where(Order.placed_at >= today - timedelta(days=365), Order.status != "cancelled")
        .group_by(Order.account_id)
        .subquery()
    )
    place = func.rank().over(order_by=sums.c.amount.desc()).label("place")
    ranked = select(sums.c.account_id, place, func.count().over().label("of")).subquery()
    row = session.execute(
        select(ranked.c.place, ranked.c.of).where(ranked.c.account_id == account_id)
    ).first()
    return (row.place, row.of) if row else (0, 0)


def payment_habit(session: Session, account_id: int, today: date) -> Payer:
    """Whether the account pays on time, from the invoices of a year that are settled or overdue.

    Imported history says nothing about it: it was settled on its due date, whatever happened.
    """
    settled_on = (
        select(func.max(Application.applied_on))
        .where(Application.invoice_id == Invoice.id, Application.undone_at.is_(None))
        .scalar_subquery()
    )
    paid = (
        select(
            case(
                (Invoice.open_amount == 0, settled_on - Invoice.due_on),
                else_=literal(today, Date) - Invoice.due_on,
            ).label("days")
        )
        .where(
            Invoice.bill_to_account_id == account_id, Invoice.kind == "invoice",
            Invoice.origin == "entered", Invoice.issued_on >= today - timedelta(days=365),
            or_(Invoice.open_amount == 0, Invoice.due_on < today),
        )
        .subquery()
    )  # fmt: skip
    row = session.execute(
        select(
            func.count(paid.c.days),
            func.count().filter(paid.c.days > 0),
            func.coalesce(func.avg(func.greatest(paid.c.days, 0)), 0),
        )
    ).one()
    return Payer(row[0], row[1], round(row[2]))


def open_orders(session: Session, account_id: int) -> Sequence[Any]:
    """The account's unfinished orders, newest first."""
    return session.execute(
        select(
            Order.number, Order.po_number, Order.placed_at, Order.status, Order.promised_on,
            Order.first_promised_on, Order.total_amount, Order.currency,
            hold_codes().label("hold_codes"),
        )
        .where(Order.account_id == account_id, Order.status.in_(OPEN))
        .order_by(Order.placed_at.desc())
        .limit(20)
    ).all()  # fmt: skip


def _accounts(by: Actor, today: date, query: str) -> Select[Any]:
    owed, bought = _owed(today), _bought(today)
    days = (bought.c.last - bought.c.first) / (bought.c.times - 1)
    interval = case((bought.c.times >= 3, cast(func.round(days), Integer)), else_=None)
    overdue = func.coalesce(owed.c.overdue, 0)
    return (
        select(
            Account.id, Account.number, Account.name, func.coalesce(Address.city, ""),
            func.coalesce(func.nullif(Account.phone, ""), Address.phone, ""), Account.currency,
            overdue, func.coalesce(today - owed.c.since, 0),
            func.coalesce(owed.c.open, 0) - Account.credit_limit,
            bought.c.last, interval, func.coalesce(bought.c.year, 0),
        )
        .outerjoin(Address, and_(Address.account_id == Account.id, _is_main(Address)))
        .outerjoin(owed, owed.c.account_id == Account.id)
        .outerjoin(bought, bought.c.account_id == Account.id)
        .where(
            Account.id.in_(visible_accounts(by, on=today)),
            Account.status.in_(("active", "stopped")),
            *_named(query),
        )
        .order_by(overdue.desc(), bought.c.last.desc().nulls_last(), Account.id)
        .limit(MOST_ACCOUNTS)
    )  # fmt: skip


def _owed(today: date) -> Any:
    """By bill-to account: what is open, what of it is overdue, and since when."""
    late = (Invoice.due_on < today) & (Invoice.kind == "invoice")
    return (
        select(
            Invoice.bill_to_account_id.label("account_id"),
            func.sum(Invoice.open_amount).filter(late).label("overdue"),
            func.min(Invoice.due_on).filter(late).label("since"),
            func.sum(
                case((Invoice.kind == "invoice", Invoice.open_amount), else_=-Invoice.open_amount)
            ).label("open"),
        )
        .where(Invoice.open_amount > 0)
        .group_by(Invoice.bill_to_account_id)
        .subquery()
    )


def _bought(today: date) -> Any:
    """By account: how often, from when to when, and the goods of a year."""
    year = Order.placed_at >= today - timedelta(days=365)
    zone = first_zone()
    return (
        select(
            Order.account_id,
            func.sum(Order.goods_amount).filter(year).label("year"),
            func.count().label("times"),
            day_within(zone, func.min(Order.placed_at)).label("first"),
            day_within(zone, func.max(Order.placed_at)).label("last"),
        )
        .where(Order.status != "cancelled")
        .group_by(Order.account_id)
        .subquery()
    )


def _named(query: str) -> list[Any]:
    typed = query.strip()
    if not typed:
        return []
    return [
        or_(
            Account.name.icontains(typed, autoescape=True),
            Account.number.istartswith(typed, autoescape=True),
            Address.city.istartswith(typed, autoescape=True),
            Address.postcode.istartswith(typed, autoescape=True),
        )
    ]


def _is_main(address: Any) -> Any:
    return and_(address.is_default, address.is_ship_to, address.replaced_at.is_(None))


def _months_back(today: date, back: int) -> date:
    months = today.year * 12 + today.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
