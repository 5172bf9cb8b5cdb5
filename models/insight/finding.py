"""Ctrl K: orders, accounts, people, products, invoices, payments and shipments by what people call
them: names and numbers, a PO or tracking number, an amount, a postcode, a phone number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Address, Contact, Permission, visible_accounts
from models.catalog import Product, plain_code
from models.fulfilment import Carton, Label, Shipment
from models.insight.calling import PhoneDigits, is_postcode, phone_digits
from models.orders import Order
from models.purchasing import PurchaseOrder, Vendor
from models.receivables import Invoice, Payment

MOST_OF_EACH = 5
AMOUNT = re.compile(r"[£$€]?\s*(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d{2})?")


@dataclass(frozen=True, slots=True)
class Found:
    """A record: its kind, id, what it is called and what tells it apart."""

    kind: str
    id: int
    name: str
    note: str


def find_records(
    session: Session, text: str, actor: Actor, *, today: date, only: str = "", country: str = ""
) -> list[Found]:
    """What the words name, at most five of each kind, in one statement.

    Kinds that the person may not see are not looked at; `only` narrows it to one kind. `country`
    is whose phone numbers are written without their country's code.
    """
    words = text.strip()
    if not words:
        return []
    searches: dict[str, tuple[Permission, Select[Any]]] = {
        "order": (Permission.ORDERS_VIEW, _orders(words, actor, today)),
        "account": (Permission.ACCOUNTS_VIEW, _accounts(words, actor, today, country)),
        "contact": (Permission.ACCOUNTS_VIEW, _contacts(words, actor, today, country)),
        "product": (Permission.PRODUCTS_VIEW, _products(words)),
        "invoice": (Permission.INVOICES_VIEW, _invoices(words, actor, today)),
        "payment": (Permission.PAYMENTS_VIEW, _payments(words, actor, today)),
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
        func.upper(Order.external_id) == words.upper(),
        is_amount(words, Order.total_amount),
    )
    statement = (
        _row(
            "order",
            Order.id,
            Order.number,
            func.concat_ws(", ", Account.name, func.nullif(Order.po_number, ""), Order.external_id),
        )
        .join(Account, Account.id == Order.account_id)
        .where(named)
        .order_by(Order.id.desc())
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Order.account_id.in_(visible_accounts(actor, on=today)))
    return statement


def is_amount(words: str, *columns: Any) -> ColumnElement[bool]:
    """Whether one of the columns is the amount that was typed: 1342.39, 1,342.39 or £1,342.39."""
    if not AMOUNT.fullmatch(words):
        return literal(value=False)
    amount = Decimal(re.sub(r"[^\d.]", "", words))
    return or_(*(column == amount for column in columns))


def _accounts(words: str, actor: Actor, today: date, country: str) -> Select[Any]:
    lower, digits = func.lower(Account.name), phone_digits(words, country)
    there = or_(is_postcode(Address.postcode, words), _has_digits(digits, Address.phone))
    places = select(Address.account_id).where(Address.replaced_at.is_(None), there)
    statement = (
        _row("account", Account.id, Account.name, Account.number)
        .where(
            or_(
                lower.contains(words.lower(), autoescape=True),
                func.upper(Account.number) == words.upper(),
                _has_digits(digits, Account.phone),
                Account.id.in_(places),
            )
        )
        .order_by(lower.startswith(words.lower(), autoescape=True).desc(), Account.name)
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Account.id.in_(visible_accounts(actor, on=today)))
    return statement


def _contacts(words: str, actor: Actor, today: date, country: str) -> Select[Any]:
    """People of accounts, by name, mail address or phone number."""
    lower, digits = words.lower(), phone_digits(words, country)
    number = func.coalesce(func.nullif(Contact.phone, ""), func.nullif(Contact.mobile, ""))
    statement = (
        _row("contact", Account.id, Contact.name, func.concat_ws(", ", Account.name, number))
        .join(Account, Account.id == Contact.account_id)
        .where(
            or_(
                func.lower(Contact.name).contains(lower, autoescape=True),
                func.lower(Contact.email) == lower,
                _has_digits(digits, Contact.phone, Contact.mobile),
            )
        )
        .order_by(func.lower(Contact.name).startswith(lower, autoescape=True).desc(), Contact.id)
    )  # fmt: skip
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Account.id.in_(visible_accounts(actor, on=today)))
    return statement


def _has_digits(digits: PhoneDigits | None, *numbers: Any) -> ColumnElement[bool]:
    return literal(value=False) if digits is None else digits.are_in(*numbers)


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
            or_(
                Invoice.number == words.upper(),
                Invoice.number.endswith(words, autoescape=True),
                is_amount(words, Invoice.total_amount, Invoice.open_amount),
            )
        )
        .order_by(Invoice.id.desc())
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Invoice.account_id.in_(visible_accounts(actor, on=today)))
    return statement


def _payments(words: str, actor: Actor, today: date) -> Select[Any]:
    """Money by its number, its reference or its amount."""
    reference = func.nullif(Payment.reference, "")
    statement = (
        _row("payment", Payment.id, Payment.number, func.concat_ws(", ", Account.name, reference))
        .join(Account, Account.id == Payment.bill_to_account_id)
        .where(
            or_(
                Payment.number == words.upper(),
                Payment.number.endswith(words, autoescape=True),
                func.upper(Payment.reference) == words.upper(),
                is_amount(words, Payment.amount),
            )
        )
        .order_by(Payment.id.desc())
    )  # fmt: skip
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Account.id.in_(visible_accounts(actor, on=today)))
    return statement


def _shipments(words: str) -> Select[Any]:
    return (
        _row("shipment", Order.id, Shipment.number, Order.number)
        .select_from(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            or_(
                Shipment.number == words.upper(),
                _is_tracking(Shipment.tracking_number, words),
                Shipment.id.in_(
                    select(Carton.shipment_id)
                    .join(Label, Label.carton_id == Carton.id)
                    .where(_is_tracking(Label.tracking_number, words))
                ),
            )
        )
        .order_by(Shipment.id.desc())
    )


def _is_tracking(column: Any, words: str) -> ColumnElement[bool]:
    """Whether it is the number that was typed, in whatever blocks."""
    typed = re.sub(r"[^0-9A-Z]", "", words.upper())
    return func.regexp_replace(func.upper(column), "[^0-9A-Z]", "", "g") == (typed or None)


def _purchase_orders(words: str) -> Select[Any]:
    return (
        _row(
            "purchase_order",
            PurchaseOrder.id,
            PurchaseOrder.number,
            func.concat_ws(", ", Vendor.name, PurchaseOrder.external_id),
        )
        .join(Vendor, Vendor.id == PurchaseOrder.vendor_id)
        .where(
            or_(
                PurchaseOrder.number == words.upper(),
                PurchaseOrder.number.endswith(words, autoescape=True),
                func.upper(PurchaseOrder.external_id) == words.upper(),
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
