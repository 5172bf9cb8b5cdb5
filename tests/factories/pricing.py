"""Price lists, entries and assignments for tests; all valid since the first of 2025."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from models.pricing import (
    PriceEntry,
    PriceList,
    PriceListAssignment,
    PriceListRule,
    QuantityRule,
)

BEGINNING = date(2025, 1, 1)

_numbers = count(1)


def make_list(session: Session, **facts: Any) -> PriceList:
    """An active list in pounds; a contract is exclusive unless told otherwise."""
    number = next(_numbers)
    usual: dict[str, Any] = {"code": f"LIST-{number}", "name": f"List {number}"}
    usual |= {"currency": "GBP", "status": "active", "valid_from": BEGINNING}
    usual["is_exclusive"] = facts.get("kind") == "contract"
    price_list = PriceList(**usual | facts)
    session.add(price_list)
    session.flush()
    return price_list


def make_entry(
    session: Session,
    price_list: PriceList,
    product_id: int,
    unit_price: str,
    at: str = "1",
    **facts: Any,
) -> PriceEntry:
    entry = PriceEntry(
        list_id=price_list.id,
        product_id=product_id,
        min_quantity=Decimal(at),
        unit_price=Decimal(unit_price),
        **{"valid_from": BEGINNING} | facts,
    )
    session.add(entry)
    session.flush()
    return entry


def assign(session: Session, price_list: PriceList, **facts: Any) -> PriceListAssignment:
    """Gives the list to `account_id` or `group_id`."""
    given = PriceListAssignment(list_id=price_list.id, **{"valid_from": BEGINNING} | facts)
    session.add(given)
    session.flush()
    return given


def make_rule(session: Session, price_list: PriceList, percent: str, **facts: Any) -> PriceListRule:
    rule = PriceListRule(list_id=price_list.id, percent=Decimal(percent), **facts)
    session.add(rule)
    session.flush()
    return rule


def make_quantity_rule(
    session: Session, price_list: PriceList, product_id: int, **facts: Any
) -> QuantityRule:
    stated = {name: Decimal(figure) for name, figure in facts.items()}
    rule = QuantityRule(list_id=price_list.id, product_id=product_id, **stated)
    session.add(rule)
    session.flush()
    return rule
