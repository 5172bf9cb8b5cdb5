"""What the desk settles by hand on a draft: any quantity of a pack, samples, charges, ship day.

Each needs the permission and a reason, stands in the audit log, and on the order's timeline once
the draft is placed. Prices are changed by `carting.override_price`.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.catalog import SPECIAL, Product
from models.checkout.cart import Cart, CartLine
from models.checkout.carting import LineChange, require_open, set_quantity
from models.checkout.proposing import Proposal
from models.checkout.shopper import Shopper
from models.kernel import activity
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.kernel.quantity import plain
from models.orders import Order, tell

LONGEST_REASON = 200
FURTHEST = timedelta(days=365)


def sell_any_quantity(
    session: Session,
    cart: Cart,
    line: CartLine,
    product: Product,
    quantity: Decimal,
    *,
    shopper: Shopper,
    reason: str,
    by: Actor,
) -> LineChange:
    """Sells a line below the minimum or off the multiple; a maximum still holds.

    Without a reason the pack's rules hold again for it.
    """
    _require(by, "Selling less than a pack needs the permission for it.")
    line.pack_reason = _short_enough(reason)
    before = line.quantity
    change = set_quantity(
        session, cart, product, quantity, context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=by, line=line, entered_unit=line.entered_unit,
    )  # fmt: skip
    activity.record(
        session, "cart.pack_overridden", by=by, subject=line, account_id=cart.account_id,
        on_behalf_of=by.acting_for_id, before=before, after=quantity, reason=line.pack_reason,
    )  # fmt: skip
    session.flush()
    return change


def send_as_sample(
    session: Session,
    cart: Cart,
    line: CartLine,
    product: Product,
    *,
    shopper: Shopper,
    reason: str,
    by: Actor,
) -> LineChange:
    """Sends a line for nothing, to be tried: any quantity of it, at no price, for a reason.

    Without a reason it is sold again, at its price. Refused for a special, which is bought for
    money.
    """
    by.require(Permission.ORDERS_SAMPLE, "Sending samples needs the permission for it.")
    if product.lifecycle == SPECIAL:
        raise Refused("A special is bought for this order: sell it at a price of 0 instead.")
    line.override_reason = _short_enough(reason)
    line.is_sample = bool(line.override_reason)
    line.override_price = ZERO if line.is_sample else None
    line.overridden_by_id = by.id if line.is_sample else None
    change = set_quantity(
        session, cart, product, line.quantity, context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=by, line=line, entered_unit=line.entered_unit,
    )  # fmt: skip
    activity.record(
        session, "cart.sample", by=by, subject=line, account_id=cart.account_id,
        on_behalf_of=by.acting_for_id, sku=product.sku, quantity=line.quantity,
        reason=line.override_reason,
    )  # fmt: skip
    session.flush()
    return change


def agree_carriage(
    session: Session, cart: Cart, amount: Decimal | None, *, reason: str, by: Actor
) -> None:
    """Charges this for carriage, without tax, in place of the zone's charge; 0 waives it.

    None lets the zone's charge hold again. Refused below zero or without a reason.
    """
    _require(by, "Settling the carriage by hand needs the permission for it.")
    require_open(cart)
    if amount is not None and amount < 0:
        raise Refused("Carriage cannot be below zero.", field="carriage")
    reason = _reason(reason) if amount is not None else ""
    before, cart.carriage_amount, cart.carriage_reason = cart.carriage_amount, amount, reason
    activity.record(
        session, "cart.carriage_agreed", by=by, subject=cart, account_id=cart.account_id,
        on_behalf_of=by.acting_for_id, before=before, after=amount, reason=reason,
    )  # fmt: skip
    session.flush()


def agree_split_pack(
    session: Session, cart: Cart, amount: Decimal | None, *, reason: str, by: Actor
) -> None:
    """Charges this for splitting packs, without tax, in place of the company's charge; 0 waives it.

    None lets the company's charge hold again. Refused below zero or without a reason.
    """
    _require(by, "Settling the split-pack charge by hand needs the permission for it.")
    require_open(cart)
    if amount is not None and amount < 0:
        raise Refused("A charge cannot be below zero.", field="split_pack")
    reason = _reason(reason) if amount is not None else ""
    before, cart.split_pack_amount, cart.split_pack_reason = cart.split_pack_amount, amount, reason
    activity.record(
        session, "cart.split_pack_agreed", by=by, subject=cart, account_id=cart.account_id,
        on_behalf_of=by.acting_for_id, before=before, after=amount, reason=reason,
    )  # fmt: skip
    session.flush()


def agree_ship_day(
    session: Session, cart: Cart, day: date | None, *, reason: str, today: date, by: Actor
) -> None:
    """Promises that what is there ships on a day, past the cut-off or on a closed one too.

    What is short still ships when it has come. None lets the calendar hold again. Refused for a
    day that has passed or is more than a year away, or without a reason.
    """
    _require(by, "Promising a ship day by hand needs the permission for it.")
    require_open(cart)
    if day is not None and not today <= day <= today + FURTHEST:
        raise Refused("Choose a day from today on, within a year.", field="ship_on")
    reason = _reason(reason) if day is not None else ""
    before, cart.ship_on, cart.ship_on_reason = cart.ship_on, day, reason
    activity.record(
        session, "cart.ship_day_agreed", by=by, subject=cart, account_id=cart.account_id,
        on_behalf_of=by.acting_for_id, before=before, after=day, reason=reason,
    )  # fmt: skip
    session.flush()


def tell_overrides(
    session: Session, order: Order, cart: Cart, proposal: Proposal, *, by: Actor
) -> None:
    """Puts what was settled by hand on the order's timeline, for staff alone."""
    for item in proposal.counted:
        line = item.line
        if line.is_sample:
            tell(
                session, order.id, "line.sample", by=by, staff_only=True, sku=item.product.sku,
                quantity=line.quantity, reason=line.override_reason,
            )  # fmt: skip
        elif line.override_price is not None and item.product.lifecycle != SPECIAL:
            tell(
                session, order.id, "line.price_overridden", by=by, staff_only=True,
                sku=item.product.sku, before=item.price.unit_price, after=line.override_price,
                reason=line.override_reason,
            )  # fmt: skip
        if line.pack_reason:
            tell(
                session, order.id, "line.pack_overridden", by=by, staff_only=True,
                sku=item.product.sku, quantity=plain(line.quantity), reason=line.pack_reason,
            )  # fmt: skip
    if cart.carriage_amount is not None:
        tell(
            session, order.id, "order.carriage_agreed", by=by, staff_only=True,
            amount=cart.carriage_amount or ZERO, reason=cart.carriage_reason,
        )  # fmt: skip
    if cart.split_pack_amount is not None and proposal.sums.tally.split:
        tell(
            session, order.id, "order.split_pack_agreed", by=by, staff_only=True,
            amount=cart.split_pack_amount, reason=cart.split_pack_reason,
        )  # fmt: skip
    if cart.ship_on is not None and proposal.ships_from == cart.ship_on:
        tell(
            session, order.id, "order.ship_day_agreed", by=by, staff_only=True,
            day=cart.ship_on, reason=cart.ship_on_reason,
        )  # fmt: skip


def _require(by: Actor, sentence: str) -> None:
    by.require(Permission.ORDERS_OVERRIDE, sentence)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused("Say why, for those who look at it later.", field="reason")
    return _short_enough(reason)


def _short_enough(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise Refused("A reason has at most 200 signs.", field="reason")
    return reason
