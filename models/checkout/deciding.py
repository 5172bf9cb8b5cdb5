"""Answers to the rows of a list that could not go on the pad as they stood."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.catalog import Pack, Product, match_codes, remember_part_number, suggest
from models.checkout.cart import Cart, CartLine, UndecidedRow
from models.checkout.carting import set_quantity
from models.checkout.overriding import sell_any_quantity
from models.checkout.shelf import visible_product
from models.checkout.shopper import Shopper
from models.kernel.errors import Conflict, Refused
from models.kernel.money import ZERO
from models.kernel.quantity import parse_quantity
from models.pricing import IS_VISIBLE, Ask, resolve, seen_by, smallest

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
    """Carries out one answer: `drop`, `make-<total>` or `use-<product id>`; the desk may say
    `keep-<product id>`, so that the account's code names that product from now on.

    Conflict when the row was answered already; Refused for an answer that was not offered.
    """
    row = _locked(session, cart, row_id)
    if answer != DROP:
        _carry_out(session, cart, row, answer, shopper, by)
    session.delete(row)
    session.flush()


def use_product(
    session: Session,
    cart: Cart,
    row_id: int,
    code: str,
    shopper: Shopper,
    *,
    remember: bool,
    by: Actor,
) -> None:
    """Answers a row with a product that the person at the desk found out, by a code or its name.

    With `remember` the row's code names that product for the account from now on. Refused where
    what was typed names none or several products; Conflict when the row was answered already.
    """
    row = _locked(session, cart, row_id)
    product = visible_product(session, shopper, _named(session, cart, row, code, shopper))
    _put(session, cart, row, product, shopper, by)
    if remember:
        _remember(session, cart, row, product, by)
    session.delete(row)
    session.flush()


def _named(session: Session, cart: Cart, row: UndecidedRow, words: str, shopper: Shopper) -> int:
    field = f"product-{row.id}"
    match = match_codes(session, {words}, cart.account_id)[words]
    if match.is_ambiguous:
        raise Refused(f"“{words}” names several products. Type its SKU.", field=field)
    if match.product_id is not None:
        return match.product_id
    found = suggest(
        session, words, visible=IS_VISIBLE, values=seen_by(shopper.context),
        account_id=cart.account_id, limit=2,
    )  # fmt: skip
    if not found:
        raise Refused(f"No product has the code or name “{words}”.", field=field)
    if len(found) > 1:
        raise Refused(f"Several products fit “{words}”. Choose one from the list.", field=field)
    return found[0].product_id


def drop_unknown(session: Session, cart: Cart) -> None:
    """Drops all rows that name no product: what else stood in a pasted mail."""
    session.execute(
        delete(UndecidedRow).where(
            UndecidedRow.cart_id == cart.id, UndecidedRow.problem == "unknown"
        )
    )


def sell_as_asked(
    session: Session, cart: Cart, row_id: int, shopper: Shopper, *, reason: str, by: Actor
) -> None:
    """Answers a row whose quantity does not fit the pack, or that has no price for so few, with
    just that quantity, for a reason; below the first tier it costs what that does.

    Needs the permission to override; Refused without a reason or for another kind of question.
    """
    row = _locked(session, cart, row_id)
    is_offered = row.problem in ("below_minimum", "not_multiple") or row.offers.get("first_tier")
    if not is_offered or row.product_id is None:
        raise Refused("This answer was not offered. Choose one of the buttons.")
    if not reason.strip():
        raise Refused("Say why it is sold in another quantity.", field=f"reason-{row_id}")
    product = visible_product(session, shopper, row.product_id)
    line = _put(session, cart, row, product, shopper, by)
    sell_any_quantity(
        session, cart, line, product, line.quantity, shopper=shopper, reason=reason, by=by
    )
    session.delete(row)
    session.flush()


def _locked(session: Session, cart: Cart, row_id: int) -> UndecidedRow:
    row = session.scalars(
        select(UndecidedRow)
        .where(UndecidedRow.cart_id == cart.id, UndecidedRow.id == row_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Conflict("This row was answered already.")
    return row


def _put(
    session: Session, cart: Cart, row: UndecidedRow, product: Product, shopper: Shopper, by: Actor
) -> CartLine:
    """Puts what the row asked for on the pad, added to what it holds."""
    _require_sold(session, cart, product)
    quantity = _asked(session, row, product, shopper) + _held(session, cart, product)
    change = set_quantity(
        session, cart, product, quantity, context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=by,
    )  # fmt: skip
    if change.line is None:
        raise Refused("The quantity must be more than 0.")
    return change.line


def _require_sold(session: Session, cart: Cart, product: Product) -> None:
    """Refused for what stands on the pad as a sample: nothing is sold on the same line."""
    given = select(CartLine.id).where(
        CartLine.cart_id == cart.id, CartLine.product_id == product.id, CartLine.is_sample
    )
    if session.scalar(given) is not None:
        raise Refused(
            f"{product.sku} stands on this order as a sample. Sell it on an order of its own, or "
            "take the sample off first."
        )


def _remember(session: Session, cart: Cart, row: UndecidedRow, product: Product, by: Actor) -> None:
    by.require(Permission.ORDERS_TAKE, "Your role does not include taking orders.")
    remember_part_number(session, cart.account_id, product, row.code, by=by)


def _carry_out(
    session: Session, cart: Cart, row: UndecidedRow, answer: str, shopper: Shopper, by: Actor
) -> None:
    verb, _dash, value = answer.partition("-")
    if verb == "make" and row.product_id is not None:
        product = visible_product(session, shopper, row.product_id)
        _require_sold(session, cart, product)
        quantity = _number(value)
    elif verb in ("use", "keep") and _is_offered(row, value):
        product = visible_product(session, shopper, int(value))
        _put(session, cart, row, product, shopper, by)
        if verb == "keep":
            _remember(session, cart, row, product, by)
        return
    else:
        raise Refused("This answer was not offered. Choose one of the buttons.")
    set_quantity(
        session, cart, product, quantity, context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=by,
    )  # fmt: skip


def _is_offered(row: UndecidedRow, product_id: str) -> bool:
    return product_id in {str(each["id"]) for each in row.offers.get("products", ())}


def _asked(session: Session, row: UndecidedRow, product: Product, shopper: Shopper) -> Decimal:
    """What the row asked for, in packs where it named one; the smallest quantity where it named no
    number."""
    amount, _blank, unit = row.quantity_text.rpartition(" ")
    if not unit.isalpha():
        amount, unit = row.quantity_text, ""
    asked = parse_quantity(amount, decimals=product.quantity_decimals)
    if unit:
        pack = select(Pack.quantity).where(Pack.product_id == product.id, Pack.unit == unit)
        asked *= session.scalar(pack) or 1
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
