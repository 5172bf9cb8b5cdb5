"""Answers to the rows of a list that could not go on the pad as they stood."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.catalog import Product
from models.checkout.cart import Cart, CartLine, UndecidedRow
from models.checkout.carting import set_quantity
from models.checkout.shelf import visible_product
from models.checkout.shopper import Shopper
from models.kernel.errors import Conflict, Refused
from models.kernel.money import ZERO
from models.kernel.quantity import parse_quantity
from models.pricing import Ask, resolve, smallest

DROP = "drop"


def undecided_rows(session: Session, cart: Cart) -> Sequence[Row[UndecidedRow, str, str]]:
    """The rows of this pad that still need an answer, each with its product's SKU and name."""
    return session.execute(
        select(UndecidedRow, Product.sku, Product.name)
        .outerjoin(Product, Product.id == UndecidedRow.product_id)
        .where(UndecidedRow.cart_id == cart.id)
        .order_by(UndecidedRow.row_number, UndecidedRow.id)
    ).all()


def decide(
    session: Session, cart: Cart, row_id: int, answer: str, shopper: Shopper, *, by: Actor
) -> None:
    """Carries out one answer: `drop`, `make-<total>` or `use-<product id>`.

    Conflict when the row was answered already; Refused for an answer that was not offered.
    """
    row = session.scalars(
        select(UndecidedRow)
        .where(UndecidedRow.cart_id == cart.id, UndecidedRow.id == row_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Conflict("This row was answered already.")
    if answer != DROP:
        _carry_out(session, cart, row, answer, shopper, by)
    session.delete(row)
    session.flush()


def _carry_out(
    session: Session, cart: Cart, row: UndecidedRow, answer: str, shopper: Shopper, by: Actor
) -> None:
    verb, _dash, value = answer.partition("-")
    if verb == "make" and row.product_id is not None:
        product = visible_product(session, shopper, row.product_id)
        quantity = _number(value)
    elif verb == "use" and int(value or 0) in _offered(row):
        product = visible_product(session, shopper, int(value))
        quantity = _asked(session, row, product, shopper) + _held(session, cart, product)
    else:
        raise Refused("This answer was not offered. Choose one of the buttons.")
    set_quantity(
        session, cart, product, quantity, context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=by,
    )  # fmt: skip


def _offered(row: UndecidedRow) -> set[int]:
    return {int(each["id"]) for each in row.offers.get("products", ())}


def _asked(session: Session, row: UndecidedRow, product: Product, shopper: Shopper) -> Decimal:
    """What the row asked for, the smallest quantity where it named none."""
    amount = row.quantity_text.split()[0] if row.quantity_text else ""
    asked = parse_quantity(amount, decimals=product.quantity_decimals)
    return asked or smallest(resolve(session, shopper.context, [Ask(product.id)])[0].rules)


def _held(session: Session, cart: Cart, product: Product) -> Decimal:
    held = session.scalar(
        select(CartLine.quantity).where(
            CartLine.cart_id == cart.id, CartLine.product_id == product.id
        )
    )
    return held or ZERO


def _number(value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Refused("This answer was not offered. Choose one of the buttons.") from None
