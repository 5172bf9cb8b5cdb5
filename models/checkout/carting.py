"""Keeping a cart: one line at a time, saved at every change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Numeric, Select, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.accounts import Account, Actor, Permission
from models.catalog import Product
from models.checkout.alerts import bring_alerts
from models.checkout.below_tiers import is_below_tiers, priced_below
from models.checkout.cart import Cart, CartLine
from models.checkout.pad_lines import PadRow, line_and_product
from models.checkout.proposing import base_amount, problem_of
from models.checkout.summing import Tally, come_to, tally_from
from models.inventory import Outlook, outlooks
from models.kernel import activity, clock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import ZERO, line_amount
from models.kernel.quantity import plain
from models.pricing import Ask, Price, PricingContext, check, resolve


@dataclass(frozen=True, slots=True)
class LineChange:
    """What setting a quantity did: the line (None where it was removed), its price, its stock.

    `tally` is what all lines come to with it.
    """

    line: CartLine | None
    price: Price
    problem: str
    offers: tuple[Decimal, ...]
    outlook: Outlook
    tally: Tally


def current_cart(session: Session, account: Account, by: Actor) -> Cart:
    """The person's current cart for this account, made if there is none.

    Staff acting for the account have a cart of their own, never the buyer's.
    """
    found = session.scalar(_current(account.id, by.id))
    if found is not None:
        return found
    session.execute(
        upsert(Cart)
        .values(
            account_id=account.id,
            owner_id=by.id,
            is_staff_cart=by.is_staff,
            currency=account.currency,
            changed_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(_current(account.id, by.id)).one()


def set_quantity(
    session: Session,
    cart: Cart,
    product: Product,
    quantity: Decimal,
    *,
    context: PricingContext,
    warehouse_ids: tuple[int, ...],
    by: Actor,
    line: CartLine | None = None,
    version: int | None = None,
    entered_unit: str = "",
) -> LineChange:
    """Sets how many base units of a product are on the pad; zero takes it off.

    A quantity that breaks a rule stays as typed, is marked with its problem and not counted. The
    cart's totals move by the difference of this line and of its variant family, not by adding up
    the cart. `line` is the product's line where the caller has it from `line_on_pad`. Conflict
    when `version` is given and somebody changed the line since.
    """
    require_open(cart)
    line = line or _line(session, cart, product)
    if version is not None and line is not None and line.version != version:
        raise Conflict(f"A colleague changed this to {plain(line.quantity)} meanwhile.")
    family = _family(session, cart, product)
    asks = [Ask(product.id, quantity or None), *(Ask(x.product_id, x.quantity) for x in family)]
    price, *family_prices = _prices(session, context, asks, line, family)
    outlook = outlooks(session, [product.id], warehouse_ids)
    moved = _Moved(cart.currency)
    for sibling, its_price in zip(family, family_prices, strict=True):
        moved.price_again(sibling, its_price)
    if quantity <= 0:
        if line is not None:
            moved.take_off(line)
            session.delete(line)
        tally = _move_totals(session, cart, moved)
        return LineChange(None, price, "", (), outlook[product.id], tally)
    if line is None:
        bring_alerts(session, cart, [product.id])
        line = _new_line(session, cart, product, price, by)
        moved.lines += 1
    line.problem, offers = _problem(line, product, price, quantity, outlook)
    line.entered_unit, line.tax_category = entered_unit, product.tax_category
    line.short = max(ZERO, quantity - outlook[product.id].available)
    moved.units += quantity - (line.quantity or ZERO)
    line.quantity, line.changed_at = quantity, clock.now()
    moved.price_again(line, price)
    tally = _move_totals(session, cart, moved)
    return LineChange(line, price, line.problem, offers, outlook[product.id], tally)


def _prices(
    session: Session,
    context: PricingContext,
    asks: Sequence[Ask],
    line: CartLine | None,
    family: Sequence[CartLine],
) -> list[Price]:
    """What the line that changes costs now, then its family's lines.

    A line that is by the pack, and has a price, needs nobody's word any more.
    """
    prices = resolve(session, context, asks)
    own = prices[0]
    if line is not None and check(own.rules, own.quantity) is None and not is_below_tiers(own):
        line.pack_reason = ""
    split = {x.product_id for x in (*family, line) if x is not None and x.pack_reason}
    return priced_below(session, context, prices, split)


def _problem(
    line: CartLine, product: Product, price: Price, quantity: Decimal, outlook: dict[int, Outlook]
) -> tuple[str, tuple[Decimal, ...]]:
    """As `problem_of`, by the line's own price and pack where somebody has settled them."""
    unit_price = price.unit_price if line.override_price is None else line.override_price
    any_pack = bool(line.is_sample or line.pack_reason)
    return problem_of(product, price, unit_price, quantity, outlook, any_pack=any_pack)


@dataclass(slots=True)
class _Moved:
    """By how much the cart's totals move, as its lines are priced again."""

    currency: str
    amount: Decimal = ZERO
    units: Decimal = ZERO
    lines: int = 0

    def price_again(self, line: CartLine, price: Price) -> None:
        """Puts the price on the line, and what it costs now beside what it cost."""
        unit_price = price.unit_price if line.override_price is None else line.override_price
        before, line.amount = line.amount, ZERO
        line.unit_price, line.price_per = price.unit_price, price.price_per
        line.price_list_id, line.tier = price.list_id, price.tier
        if not line.problem and unit_price is not None:
            line.amount = line_amount(unit_price, line.quantity, price.price_per, self.currency)
        line.base_amount = (
            ZERO if line.is_sample else base_amount(price, line.quantity, line.amount)
        )
        self.amount += line.amount - before

    def take_off(self, line: CartLine) -> None:
        """The line goes."""
        self.amount -= line.amount
        self.units -= line.quantity
        self.lines -= 1


def override_price(
    session: Session,
    cart: Cart,
    line: CartLine,
    unit_price: Decimal,
    *,
    reason: str,
    by: Actor,
) -> None:
    """Sells a line at another price, for a reason.

    Needs the permission to override prices; the resolver's price stays on the line beside it.
    Below the floor the order will wait for a sales manager.
    """
    by.require(Permission.PRICE_OVERRIDE, "Changing a price needs the permission for it.")
    require_open(cart)
    if unit_price < 0:
        raise Refused("A price cannot be below zero.", field="unit_price")
    if not reason.strip():
        raise Refused("Say why the price changes, for example “matches Garden Direct”.",
                      field="reason")  # fmt: skip
    moved = _Moved(cart.currency, amount=-line.amount)
    line.override_price, line.override_reason = unit_price, reason.strip()
    line.is_sample = False
    line.overridden_by_id = by.id
    if not line.problem or line.unit_price is None:
        line.problem = ""
        line.amount = line_amount(unit_price, line.quantity, line.price_per, cart.currency)
    moved.amount += line.amount
    _move_totals(session, cart, moved)
    activity.record(
        session, "cart.price_overridden", by=by, subject=line, account_id=cart.account_id,
        on_behalf_of=by.acting_for_id, before=line.unit_price, after=unit_price, reason=reason,
    )  # fmt: skip


def empty_cart(session: Session, cart: Cart) -> None:
    """Takes every line off the pad."""
    require_open(cart)
    for line in session.scalars(select(CartLine).where(CartLine.cart_id == cart.id)):
        session.delete(line)
    cart.goods_amount, cart.unit_count, cart.line_count = ZERO, ZERO, 0
    cart.changed_at = clock.now()
    session.flush()


def recount(session: Session, cart: Cart) -> None:
    """Makes the cart's totals the sum of its lines again, after many changed at once."""
    session.flush()
    row = session.execute(
        select(
            func.coalesce(func.sum(CartLine.amount), 0),
            func.coalesce(func.sum(CartLine.quantity), 0),
            func.count(),
        ).where(CartLine.cart_id == cart.id)
    ).one()
    cart.goods_amount, cart.unit_count, cart.line_count = row[0], row[1], row[2]
    cart.changed_at = clock.now()
    session.flush()


def _current(account_id: int, owner_id: int) -> Select[Cart]:
    return select(Cart).where(
        Cart.account_id == account_id,
        Cart.owner_id == owner_id,
        Cart.is_current,
        Cart.ordered_at.is_(None),
    )


def require_open(cart: Cart) -> None:
    """Conflict when the pad has been ordered."""
    if cart.ordered_at is not None:
        raise Conflict("This order has been placed. Start a new one.")


def _line(session: Session, cart: Cart, product: Product) -> CartLine | None:
    return session.scalars(
        select(CartLine)
        .where(CartLine.cart_id == cart.id, CartLine.product_id == product.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _family(session: Session, cart: Cart, product: Product) -> Sequence[CartLine]:
    """The other variants of the product's parent on this cart: quantities may add up."""
    if product.parent_id is None:
        return []
    return session.scalars(
        select(CartLine)
        .join(Product, Product.id == CartLine.product_id)
        .where(
            CartLine.cart_id == cart.id,
            Product.parent_id == product.parent_id,
            Product.id != product.id,
        )
        .order_by(CartLine.id)
        .with_for_update(of=CartLine)
    ).all()


def line_of(session: Session, cart: Cart, line_id: int) -> CartLine:
    """A line of this cart. NotFound for any other."""
    line = session.scalars(
        select(CartLine).where(CartLine.cart_id == cart.id, CartLine.id == line_id)
    ).first()
    if line is None:
        raise NotFound("This line is not on the order any more.")
    return line


def line_on_pad(session: Session, cart: Cart, line_id: int) -> PadRow:
    """A line of this cart, locked, with its product and the account's own number for it.

    NotFound for any other.
    """
    row = session.execute(
        line_and_product(), {"cart": cart.id, "line": line_id, "account": cart.account_id}
    ).one_or_none()
    if row is None:
        raise NotFound("This line is not on the order any more.")
    return PadRow(row[0], row[1], row[2] or "")


def _new_line(session: Session, cart: Cart, product: Product, price: Price, by: Actor) -> CartLine:
    last = select(func.coalesce(func.max(CartLine.position), 0) + 1).where(
        CartLine.cart_id == cart.id
    )
    line = CartLine(
        cart_id=cart.id,
        product_id=product.id,
        position=last.scalar_subquery(),
        first_price=price.unit_price,
        added_by_id=by.id,
        amount=ZERO,
    )
    session.add(line)
    return line


def _move_totals(session: Session, cart: Cart, moved: _Moved) -> Tally:
    """By differences, in the database: two people may be at it. The cart in hand follows.

    The answer is what the lines come to now, from the same statement.
    """
    session.flush()
    row = session.execute(
        _totals_moved(),
        {
            "this_cart": cart.id,
            "more_amount": moved.amount,
            "more_units": moved.units,
            "more_lines": moved.lines,
            "now": clock.now(),
        },
    ).one()
    for name in ("goods_amount", "unit_count", "line_count", "changed_at"):
        set_committed_value(cart, name, getattr(row, name))
    return tally_from(row.stored)


@cache
def _totals_moved() -> Any:
    return (
        update(Cart)
        .where(Cart.id == bindparam("this_cart", type_=BigInteger))
        .values(
            goods_amount=Cart.goods_amount + bindparam("more_amount", type_=Numeric),
            unit_count=Cart.unit_count + bindparam("more_units", type_=Numeric),
            line_count=Cart.line_count + bindparam("more_lines", type_=BigInteger),
            changed_at=bindparam("now", type_=DateTime(timezone=True)),
        )
        .returning(
            Cart.goods_amount, Cart.unit_count, Cart.line_count, Cart.changed_at,
            come_to(bindparam("this_cart", type_=BigInteger)).label("stored"),
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
