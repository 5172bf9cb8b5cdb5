"""What the desk tells a caller about products: what they paid last, and where there is stock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from models.inventory import Stock, Warehouse
from models.orders import Order, OrderLine


class LastPrice(NamedTuple):
    """What the account paid for a product last, and when."""

    unit_price: Decimal
    price_per: int
    at: datetime


def last_prices(
    session: Session, account_id: int, product_ids: Iterable[int]
) -> dict[int, LastPrice]:
    """The last price of each product that the account has bought, in one statement."""
    rows = session.execute(
        select(OrderLine.product_id, OrderLine.unit_price, OrderLine.price_per, Order.placed_at)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.account_id == account_id,
            OrderLine.product_id == _one_of(product_ids),
            OrderLine.ordered > OrderLine.cancelled,
            ~OrderLine.is_sample,
        )
        .ext(distinct_on(OrderLine.product_id))
        .order_by(OrderLine.product_id, Order.placed_at.desc(), OrderLine.id.desc())
    )
    return {row[0]: LastPrice(*row[1:]) for row in rows if row[0] is not None}


def order_with_po(session: Session, account_id: int, po_number: str) -> str:
    """The account's latest order under this PO number that was not cancelled, "" without one."""
    if not po_number.strip():
        return ""
    number = session.scalar(
        select(Order.number)
        .where(
            Order.account_id == account_id,
            func.upper(Order.po_number) == po_number.strip().upper(),
            Order.po_number != "",
            Order.status != "cancelled",
        )
        .order_by(Order.id.desc())
        .limit(1)
    )
    return number or ""


def stock_by_warehouse(
    session: Session, product_ids: Iterable[int]
) -> dict[int, list[tuple[str, Decimal]]]:
    """Units available of each product in each warehouse that keeps it, in one statement."""
    available = func.greatest(Stock.on_hand - Stock.allocated - Stock.safety_stock, 0)
    rows = session.execute(
        select(Stock.product_id, Warehouse.name, available)
        .join(Warehouse, Warehouse.id == Stock.warehouse_id)
        .where(Stock.product_id == _one_of(product_ids))
        .order_by(Stock.product_id, Warehouse.position, Warehouse.id)
    )
    found: dict[int, list[tuple[str, Decimal]]] = {}
    for product_id, name, units in rows:
        found.setdefault(product_id, []).append((name, units))
    return found


def _one_of(ids: Iterable[int]) -> object:
    return any_(literal(list(ids), ARRAY(BigInteger)))
