"""Credit: what an account owes and is about to owe, against its limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Label,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from models.accounts import Account
from models.kernel.money import ZERO, round_amount
from models.kernel.settings import define, get
from models.orders import Order, OrderCharge, OrderHold, OrderLine
from models.receivables.invoice import Invoice
from models.receivables.payment import Payment

OVER_PERCENT = define(
    "credit.tolerance_percent", Decimal(5), "Per cent over the credit limit that is let through"
)
OVER_AMOUNT = define(
    "credit.tolerance_amount", Decimal(250), "Amount over the credit limit that is let through"
)
OVERDUE_DAYS = define("credit.overdue_days", 7, "Days overdue that are let through")
OVERDUE_AMOUNT = define("credit.overdue_amount", Decimal(50), "Amount overdue that is let through")
SHIPS_WITHIN_DAYS = define(
    "credit.ships_within_days", 30, "Open orders that ship within so many days count as exposure"
)


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """Where a bill-to account stands, gross of tax, in its currency, over all it pays for."""

    limit: Decimal
    open_invoices: Decimal
    open_orders: Decimal
    unapplied: Decimal
    overdue: Decimal
    overdue_days: int
    tolerance: Decimal
    overdue_tolerance_days: int
    overdue_tolerance: Decimal

    @property
    def exposure(self) -> Decimal:
        """Open invoices, what is shipped or soon to be, less what was paid ahead."""
        return self.open_invoices + self.open_orders - self.unapplied

    @property
    def available(self) -> Decimal:
        """What may still be bought on account; below zero when the limit is passed."""
        return self.limit - self.exposure

    def over_by(self, amount: Decimal) -> Decimal:
        """By how much an order of `amount` passes the limit beyond the tolerance; else zero.

        The tolerance is the greater of 5% of the limit and 250 (settings).
        """
        over = self.exposure + amount - self.limit
        return over if over > self.tolerance else ZERO

    @property
    def is_overdue(self) -> bool:
        """Overdue beyond both tolerances: 7 days and 50 (settings)."""
        return (
            self.overdue_days > self.overdue_tolerance_days
            and self.overdue > self.overdue_tolerance
        )


def standing(
    session: Session, account: Account, *, today: date, without_order_id: int | None = None
) -> CreditStanding:
    """The standing of a bill-to account, in one statement besides the settings.

    For a decision, the caller holds a lock on the account's row. `without_order_id` leaves out
    the order being checked, so that it counts once.
    """
    horizon = today + timedelta(days=get(session, SHIPS_WITHIN_DAYS))
    tolerance = max(
        round_amount(account.credit_limit * get(session, OVER_PERCENT) / 100, account.currency),
        get(session, OVER_AMOUNT),
    )
    row = session.execute(
        _figures(),
        {
            "account": account.id,
            "today": today,
            "horizon": horizon,
            "but": without_order_id or 0,
        },
    ).one()
    return CreditStanding(
        limit=account.credit_limit,
        open_invoices=Decimal(row.owed),
        open_orders=round_amount(Decimal(row.open_orders), account.currency),
        unapplied=Decimal(row.unapplied),
        overdue=Decimal(row.overdue),
        overdue_days=(today - row.oldest).days if row.oldest else 0,
        tolerance=tolerance,
        overdue_tolerance_days=get(session, OVERDUE_DAYS),
        overdue_tolerance=get(session, OVERDUE_AMOUNT),
    )


@cache
def _figures() -> Any:
    """Binds account, today, horizon, and the order that is left out. Prepared once."""
    account = bindparam("account", type_=BigInteger)
    return select(
        *_open_invoices(account, bindparam("today", type_=Date)),
        _open_orders(
            account, bindparam("horizon", type_=Date), bindparam("but", type_=BigInteger)
        ).label("open_orders"),
        _unapplied(account).label("unapplied"),
    )


def _open_invoices(account_id: Any, today: Any) -> tuple[Label[Any], ...]:
    """What is owed less open credit notes, what of it is late, and since when."""
    signed = case((Invoice.kind == "credit_note", -Invoice.open_amount), else_=Invoice.open_amount)
    is_late = (Invoice.kind == "invoice") & (Invoice.due_on < today)
    mine = (Invoice.bill_to_account_id == account_id) & (Invoice.open_amount > 0)
    figures = {
        "owed": func.coalesce(func.sum(signed), 0),
        "overdue": func.coalesce(func.sum(Invoice.open_amount).filter(is_late), 0),
        "oldest": func.min(Invoice.due_on).filter(is_late),
    }
    return tuple(
        select(figure).where(mine).scalar_subquery().label(name) for name, figure in figures.items()
    )


def _open_orders(account_id: Any, horizon: Any, without_order_id: Any) -> ColumnElement[Decimal]:
    """What open orders will come to: lines not invoiced yet and charges not invoiced yet."""
    awaiting = (
        select(OrderHold.id)
        .where(
            OrderHold.order_id == Order.id,
            OrderHold.code == "approval",
            OrderHold.released_at.is_(None),
        )
        .exists()
    )
    counts = and_(
        Order.bill_to_account_id == account_id,
        Order.status.not_in(("paid", "invoiced", "closed", "cancelled")),
        Order.payment_means == "on_account",
        Order.id != without_order_id,
        or_(Order.promised_on.is_(None), Order.promised_on <= horizon),
        ~awaiting,
    )
    units = OrderLine.ordered - OrderLine.cancelled - OrderLine.invoiced
    goods = units * OrderLine.unit_price / OrderLine.price_per * (1 + OrderLine.tax_rate / 100)
    charges = OrderCharge.amount * (1 + OrderCharge.tax_rate / 100)
    return (
        select(func.coalesce(func.sum(goods), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .where(counts)
        .scalar_subquery()
        + select(func.coalesce(func.sum(charges), 0))
        .join(Order, Order.id == OrderCharge.order_id)
        .where(counts, OrderCharge.invoiced_at.is_(None))
        .scalar_subquery()
    )


def _unapplied(account_id: Any) -> ScalarSelect[Decimal]:
    """Money not yet set against invoices; what was paid for one order stands apart."""
    return (
        select(func.coalesce(func.sum(Payment.unapplied_amount), 0))
        .where(
            Payment.bill_to_account_id == account_id,
            Payment.unapplied_amount > 0,
            Payment.order_id.is_(None),
        )
        .scalar_subquery()
    )
