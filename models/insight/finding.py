"""Ctrl K: orders, accounts, people, products, invoices, payments and shipments by what people call
them: names and numbers, a PO or tracking number, an amount, a postcode, a phone number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Address, Contact, Permission, visible_accounts
from models.catalog import AccountPartNumber, Product, find, matching, own_number_is, plain_code
from models.fulfilment import Carton, Label, Shipment
from models.insight.calling import PhoneDigits, holds_words, is_postcode, names_person, phone_digits
from models.orders import Order
from models.purchasing import PurchaseOrder, Vendor
from models.receivables import Invoice, Payment

MOST_OF_EACH = 5
SIGNS = " -_./#:"
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
    """What the words name, at most five of each kind, in one statement; where they name nothing,
    the products that the shop's search finds for them, by a barcode or misspelt, in a few more.

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
        "product": (Permission.PRODUCTS_VIEW, _products(words, actor, today)),
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
    rows = [Found(*row) for row in session.execute(union_all(*wanted))]
    if not rows and only in ("", "product") and actor.can(Permission.PRODUCTS_VIEW):
        return _in_the_shop(session, words)
    return rows


def _orders(words: str, actor: Actor, today: date) -> Select[Any]:
    named = or_(
        is_number(words, Order.number, "ORDER", "SO"),
        _is_po_number(words, Order.po_number),
        _is_caller(words),
        func.upper(Order.external_id) == words.upper(),
        is_amount(words, Order.total_amount),
    )
    statement = (
        _row(
            "order",
            Order.id,
            Order.number,
            func.concat_ws(
                ", ",
                Account.name,
                func.nullif(Order.po_number, ""),
                Order.external_id,
                func.nullif(Order.caller, ""),
            ),
        )
        .join(Account, Account.id == Order.account_id)
        .where(named)
        .order_by(Order.id.desc())
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Order.account_id.in_(visible_accounts(actor, on=today)))
    return statement


def _is_caller(words: str) -> ColumnElement[bool]:
    """Whether it was ordered by this person; nobody's name has a figure in it."""
    if re.search(r"\d", words):
        return literal(value=False)
    return names_person(words, Order.caller, Account.name)


def is_number(words: str, column: Any, *spoken: str) -> ColumnElement[bool]:
    """Whether it is the number that was typed: whole, its end, without its dashes, or its digits
    behind a word for the kind of paper (`spoken`, in capitals): `SO100360`, `inv 10411`."""
    ways = [column == words.upper(), column.endswith(words, autoescape=True)]
    typed = _plain(words)
    if re.search(r"\d\d$", typed) and not words.isdecimal() and "." not in words:
        ways.append(column.endswith(typed[-2:]) & (_without_signs(column) == typed))
    said = re.fullmatch(r"([A-Z]+)(\d{2,})", typed)
    if said and said[1] in spoken:
        ways.append(column.endswith(said[2]))
    return or_(*ways)


def _is_po_number(words: str, column: Any) -> ColumnElement[bool]:
    """Whether a customer's PO number begins with what was typed, blanks and dashes aside."""
    typed = _plain(words)
    if not re.match("[0-9A-Za-z]", words):
        return func.upper(column).startswith(words.upper(), autoescape=True)
    first = func.left(column, 1).in_({typed[0], typed[0].lower()})  # cheap to ask of every order
    return and_(first, _without_signs(column).startswith(typed))


def _plain(words: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", words.upper())


def _without_signs(column: Any) -> Any:
    """Without blanks and dashes; cheap, as it is asked of every row."""
    return func.translate(func.upper(column), SIGNS, "")


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
                holds_words(words, Account.name),
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
                names_person(words, func.concat_ws(" ", Contact.name, Contact.role), Account.name),
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


def _products(words: str, actor: Actor, today: date) -> Select[Any]:
    """Products by SKU, words in any order as in the shop, or an account's own part number; the
    note then says whose it is."""
    code, matches = plain_code(words) or words.upper(), matching(words)
    own = (
        select(AccountPartNumber.product_id, AccountPartNumber.code, Account.name)
        .join(Account, Account.id == AccountPartNumber.account_id)
        .where(own_number_is(code))
    )
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        own = own.where(Account.id.in_(visible_accounts(actor, on=today)))
    theirs = own.subquery("theirs")
    said = select(func.concat_ws(", ", theirs.c.code, theirs.c.name)).where(
        theirs.c.product_id == Product.id, Product.sku_plain != code
    )
    ways = [
        Product.sku_plain.startswith(code, autoescape=True),
        func.lower(Product.name).contains(words.lower(), autoescape=True),
        Product.id.in_(select(theirs.c.product_id)),
    ]
    if matches is not None:
        ways.append(Product.id.in_(select(Product.id).where(matches).correlate(None)))
    note = func.concat_ws(", ", Product.sku, said.limit(1).scalar_subquery())
    return (
        _row("product", Product.id, Product.name, note)
        .where(or_(*ways))
        .order_by(
            (Product.sku_plain == code).desc(), ways[0].desc(),
            holds_words(words, Product.name).desc(), Product.sku,
        )
    )  # fmt: skip


def _in_the_shop(session: Session, words: str) -> list[Found]:
    hits = find(session, words, visible=true(), account_id=None, limit=MOST_OF_EACH).hits
    ids = [hit.product_id for hit in hits]
    named = select(Product.id, Product.name, Product.sku).where(Product.id.in_(ids))
    rows = {row.id: row for row in session.execute(named)} if ids else {}
    return [Found("product", id_, rows[id_].name, rows[id_].sku) for id_ in ids]


def _invoices(words: str, actor: Actor, today: date) -> Select[Any]:
    statement = (
        _row("invoice", Invoice.id, Invoice.number, Account.name)
        .join(Account, Account.id == Invoice.bill_to_account_id)
        .where(
            or_(
                is_number(words, Invoice.number, "INVOICE", "INV"),
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
                is_number(words, Payment.number, "PAYMENT", "RECEIPT"),
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
                is_number(words, Shipment.number, "SHIPMENT", "DELIVERY"),
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
    same: ColumnElement[bool] = _without_signs(column) == (_plain(words) or None)
    return same


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
                is_number(words, PurchaseOrder.number, "PO"),
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
