"""The lists that imported prices go to: the base list, named lists, and contracts of customers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.importing.kind import Context
from models.kernel.database import lock
from models.pricing import (
    NewPrice,
    PriceList,
    PriceListAssignment,
    activate,
    base_list_id,
    create_list,
    put_prices,
)

BASE = "BASE"


def base_list(session: Session, context: Context) -> int | None:
    """The base list of the company's currency, if there is one."""
    return base_list_id(session, context.seller.base_currency)


def write_base_prices(
    session: Session, wanted: Mapping[tuple[int, Decimal], NewPrice], context: Context
) -> None:
    """Puts prices in force in the base list, which is made where there is none."""
    if not wanted:
        return
    list_id = base_list(session, context) or open_list(
        session, BASE, "Base prices", "base", context
    )
    lock(session, PriceList, [list_id])
    put_prices(session, list_id, wanted, context.today)


def list_by_code(session: Session, code: str) -> int | None:
    """The list of this code, without regard to case."""
    return session.scalar(select(PriceList.id).where(func.upper(PriceList.code) == code.upper()))


def open_list(
    session: Session, code: str, name: str, kind: str, context: Context, **facts: object
) -> int:
    """A new list in the company's currency, in force from today."""
    made = create_list(
        session, by=context.by, valid_from=context.today, code=code, name=name, kind=kind,
        currency=context.seller.base_currency, **facts,
    )  # fmt: skip
    activate(session, made.id, version=made.version, by=context.by)
    session.flush()
    return made.id


def give_list(session: Session, list_id: int, account_id: int, context: Context) -> None:
    """The account has the list from today on, unless it has it already."""
    has = session.scalar(
        select(PriceListAssignment.id).where(
            PriceListAssignment.list_id == list_id, PriceListAssignment.account_id == account_id
        )
    )
    if has is None:
        session.add(
            PriceListAssignment(list_id=list_id, account_id=account_id, valid_from=context.today)
        )
        session.flush()
