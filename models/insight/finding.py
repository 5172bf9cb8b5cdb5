"""Ctrl K: orders, accounts, products, invoices and shipments by what people call them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission, visible_accounts
from models.catalog import Product, plain_code
from models.fulfilment import Shipment
from models.orders import Order
from models.purchasing import PurchaseOrder, Vendor
from models.receivables import Invoice

MOST_OF_EACH = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A record: its kind, id, what it is called and what tells it apart."""

    kind: str
    id: int
    name: str
    note: str


def find_records(
    session: Session, text: str, actor: Actor, *, today: date, only: str = ""
) -> list[Found]:
    """What the words name, at most five of each kind, in one statement.

    Kinds that the person may not see are not looked at; `only` narrows it to one kind.
    """
    words = text.strip()
    if not words:
        return []
    searches: dict[str, tuple[Permission, Select[Any]]] = {
        "order": (Permission.ORDERS_VIEW, _orders(words, actor, today)),
        "account": (Permission.ACCOUNTS_VIEW, _accounts(words, actor, today)),
        "product": (Permission.PRODUCTS_VIEW, _products(words)),
        "invoice": (Permission.INVOICES_VIEW, _invoices(words, actor, today)),
        "shipment": (Permission.ORDERS_VIEW, _shipments(words)),
        "purchase_order": (Permission.PURCHASING_VIEW, _purchase_orders(words)),
    }
    wanted = [
        select(found.subquery())
        for kind, (permission, found) in searches.items()
        if actor.can(permission) and only in ("", kind)
    ]
    if not wanted:
        return []
    return [Found(*row) for row in session.execute(union_all(*wanted))]


def _orders(words: str, actor: Actor, today: date) -> Select[Any]:
    named = or_(
        Order.number == words.upper(),
        Order.number.endswith(words, autoescape=True),
        func.upper(Order.po_number).startswith(words.upper(), autoescape=True),
    )
    statement = (
        _row("order", Order.id, Order.number, func.concat_ws(", ", Account.name, Order.po_number))
        .join(Account, Account.id == Order.account_id)
        .where(named)
        .order_by(Order.id.desc())
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Order.account_id.in_(visible_accounts(actor, on=today)))
    return statement


def _accounts(words: str, actor: Actor, today: date) -> Select[Any]:
    lower = func.lower(Account.name)
    statement = (
        _row("account", Account.id, Account.name, Account.number)
        .where(
            or_(
                lower.contains(words.lower(), autoescape=True),
                func.upper(Account.number) == words.upper(),
            )
        )
        .order_by(lower.startswith(words.lower(), autoescape=True).desc(), Account.name)
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Account.id.in_(visible_accounts(actor, on=today)))
    return statement


def _products(words: str) -> Select[Any]:
    code = plain_code(words) or words.upper()
    return (
        _row("product", Product.id, Product.name, Product.sku)
        .where(
            or_(
                Product.sku_plain.startswith(code, autoescape=True),
                func.lower(Product.name).contains(words.lower(), autoescape=True),
            )
        )
        .order_by((Product.sku_plain == code).desc(), Product.sku)
    )


def _invoices(words: str, actor: Actor, today: date) -> Select[Any]:
    statement = (
        _row("invoice", Invoice.id, Invoice.number, Account.name)
        .join(Account, Account.id == Invoice.bill_to_account_id)
        .where(
            or_(Invoice.number == words.upper(), Invoice.number.endswith(words, autoescape=True))
        )
        .order_by(Invoice.id.desc())
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Invoice.account_id.in_(visible_accounts(actor, on=today)))
    return statement


def _shipments(words: str) -> Select[Any]:
    return (
        _row("shipment", Order.id, Shipment.number, Order.number)
        .select_from(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .where(or_(Shipment.number == words.upper(), Shipment.tracking_number == words))
        .order_by(Shipment.id.desc())
    )


def _purchase_orders(words: str) -> Select[Any]:
    return (
        _row("purchase_order", PurchaseOrder.id, PurchaseOrder.number, Vendor.name)
        .join(Vendor, Vendor.id == PurchaseOrder.vendor_id)
        .where(
            or_(
                PurchaseOrder.number == words.upper(),
                PurchaseOrder.number.endswith(words, autoescape=True),
            )
        )
        .order_by(PurchaseOrder.id.desc())
    )


def _row(kind: str, identity: Any, name: Any, note: Any) -> Select[Any]:
    return select(
        literal(kind, String).label("kind"),
        identity.label("id"),
        name.label("name"),
        note.label("note"),
    ).limit(MOST_OF_EACH)
