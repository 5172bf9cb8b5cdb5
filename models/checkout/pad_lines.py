"""The lines of a pad as they are read to be reckoned with: columns, not records.

A pad of a thousand lines is read for each look at it; records that know how to save themselves
would cost more than everything that is then worked out.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session, load_only

from models.catalog import AccountPartNumber, Product
from models.checkout.cart import Cart, CartLine


class LineFacts(NamedTuple):
    """What of a `CartLine` is reckoned with and shown; the fields are its columns."""

    id: int
    product_id: int
    position: int
    version: int
    quantity: Decimal
    entered_unit: str
    entered_quantity: Decimal | None
    unit_price: Decimal | None
    first_price: Decimal | None
    override_price: Decimal | None
    override_reason: str
    overridden_by_id: int | None
    is_sample: bool
    pack_reason: str


class Goods(NamedTuple):
    """What of a `Product` an order line is made from; the fields are its columns."""

    id: int
    sku: str
    slug: str
    name: str
    image: str
    unit: str
    price_per: int
    quantity_decimals: int
    lifecycle: str
    backorder_policy: str
    parent_id: int | None
    tax_category: str
    cost: Decimal | None
    weight_grams: int | None


class PadRow(NamedTuple):
    """A line with its product and the account's own part number for it, empty without one."""

    line: LineFacts | CartLine
    product: Goods | Product
    own_number: str


_LINE_ENDS = len(LineFacts._fields)


def cart_lines(session: Session, cart: Cart) -> list[PadRow]:
    """The lines in their order, with their products, in one statement."""
    rows = session.execute(_lines(), {"cart": cart.id, "account": cart.account_id})
    return [
        PadRow(LineFacts._make(row[:_LINE_ENDS]), Goods._make(row[_LINE_ENDS:-1]), row[-1] or "")
        for row in rows
    ]


@cache
def _lines() -> Any:
    """By the tables' columns and not the records', which would be looked up row by row."""
    line, product = CartLine.__table__, Product.__table__
    return (
        select(
            *(line.c[name] for name in LineFacts._fields),
            *(product.c[name] for name in Goods._fields),
            own_number(bindparam("account", type_=BigInteger)),
        )
        .select_from(line.join(product, product.c.id == line.c.product_id))
        .where(line.c.cart_id == bindparam("cart", type_=BigInteger))
        .order_by(line.c.position, line.c.id)
    )


@cache
def line_and_product() -> Any:
    """One line as a record, to be changed, with its product and the own part number.

    Locked, and its cart with it: what the lines come to is read after whoever is before us.

    Binds cart, line and account.
    """
    needed = (getattr(Product, name) for name in Goods._fields)
    return (
        select(CartLine, Product, own_number(bindparam("account", type_=BigInteger)))
        .join(Product, Product.id == CartLine.product_id)
        .options(load_only(*needed, raiseload=True))
        .where(
            CartLine.cart_id == bindparam("cart", type_=BigInteger),
            CartLine.id == bindparam("line", type_=BigInteger),
        )
        .join(Cart, Cart.id == CartLine.cart_id)
        .with_for_update(of=[CartLine, Cart])
        .execution_options(populate_existing=True)
    )


def own_number(account_id: Any) -> Any:
    """An account's own part number for `Product`, as a column.

    Looked up line by line: found together, PostgreSQL would do so anew for each line of a pad
    that was just filled, when it does not know yet how many there are."""
    return (
        select(AccountPartNumber.code)
        .where(
            AccountPartNumber.account_id == account_id,
            AccountPartNumber.product_id == Product.id,
        )
        .order_by(AccountPartNumber.id)
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )
