"""What every imported document shares: the seller, its books, and how accounts are opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ARRAY, Text, any_, literal, select
from sqlalchemy.orm import Session

from models.accounts import AccountGroup, PaymentTerms
from models.inventory import Warehouse
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.kernel.seller import Seller
from models.orders import Order
from models.receivables import Invoice

ORIGIN = "imported"


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """How imported accounts are opened. `name` may hold `{id}`, the file's customer number."""

    name: str = "Customer {id}"
    number_prefix: str = ""
    counter_number: str = "COUNTER"
    counter_name: str = "Counter sales"
    terms: str = "NET30"
    credit_limit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Books:
    """Where the history goes."""

    seller: Seller
    warehouse_id: int
    group_id: int
    terms: PaymentTerms
    policy: AccountPolicy


def books_of(session: Session, *, currency: str, policy: AccountPolicy) -> Books:
    """The books of the company that is set up here.

    Refused, with what to do, where there is no company, warehouse, account group or such payment
    terms, and for a file in another currency than the books.
    """
    seller = session.scalars(select(Seller).order_by(Seller.id).limit(1)).first()
    if seller is None:
        raise Refused(
            "No company is set up in this database. Load the demo or set up the company, "
            "then import."
        )
    if seller.base_currency != currency:
        raise Refused(
            f"The mapping says {currency}, but the books of {seller.trading_name} are in "
            f"{seller.base_currency}. Convert the amounts, or correct “currency” in the mapping."
        )
    warehouse_id = session.scalar(
        select(Warehouse.id)
        .where(Warehouse.seller_id == seller.id)
        .order_by(Warehouse.position, Warehouse.id)
        .limit(1)
    )
    group_id = session.scalar(select(AccountGroup.id).order_by(AccountGroup.id).limit(1))
    terms = session.scalars(select(PaymentTerms).where(PaymentTerms.code == policy.terms)).first()
    if warehouse_id is None or group_id is None:
        raise Refused("Open a warehouse and an account group first, then import.")
    if terms is None:
        known = ", ".join(session.scalars(select(PaymentTerms.code).order_by(PaymentTerms.code)))
        raise Refused(f"There are no payment terms {policy.terms}. There are: {known}.")
    return Books(seller, warehouse_id, group_id, terms, policy)


def numbers_taken(session: Session, seller: Seller, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that orders and invoices which were not imported have already."""
    wanted = any_(literal(list(numbers), ARRAY(Text)))
    return {
        number
        for table in (Order, Invoice)
        for number in session.scalars(
            select(table.number).where(
                table.seller_id == seller.id, table.number == wanted, table.origin != ORIGIN
            )
        )
    }


def numbers_there(session: Session, seller: Seller) -> set[str]:
    """The numbers of all documents that were imported already."""
    return set(
        session.scalars(
            select(Invoice.number).where(Invoice.seller_id == seller.id, Invoice.origin == ORIGIN)
        )
    )


def earlier_shift(session: Session, seller: Seller, days: Mapping[str, date]) -> timedelta | None:
    """How far an earlier run moved this file, {document number: its day in the file}.

    None where nothing of it was imported yet. A run that goes on keeps the same shift, even if
    weeks have passed.
    """
    found = session.execute(
        select(Invoice.number, Invoice.issued_on)
        .where(
            Invoice.seller_id == seller.id,
            Invoice.origin == ORIGIN,
            Invoice.number == any_(literal(list(days), ARRAY(Text))),
        )
        .limit(1)
    ).first()
    return None if found is None else found.issued_on - days[found.number]
