"""Putting stock right by hand: adjustments, with what they do to promises and to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.catalog import Product
from models.inventory import Cause, Stock, adjust, lock_stock
from models.kernel import activity, clock
from models.kernel.errors import Conflict
from models.kernel.money import ZERO, round_amount
from models.kernel.outbox import announce
from models.kernel.quantity import plain
from models.kernel.seller import Seller
from models.ledger import Chart, Document, Posting, post
from models.orders import Order, fill_backorders, follow_later, lose_stock


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What an adjustment did: the new level, and the orders that lost their units."""

    stock: Stock
    orders: list[Order]


def adjust_stock(
    session: Session,
    *,
    seller: Seller,
    product: Product,
    warehouse_id: int,
    delta: Decimal,
    reason: str,
    by: Actor,
    bin_id: int | None = None,
    seen_on_hand: Decimal | None = None,
) -> Adjusted:
    """Changes stock by `delta` base units for a reason and posts its value.

    Below what is promised, the latest promises lose in the same transaction; above, waiting
    backorders are filled. What of a special is missing then is bought again. Refused without a
    reason, or for more than the bin holds. Conflict when the level is not `seen_on_hand` any more:
    so the same form twice changes it once.
    """
    by.require(Permission.STOCK_ADJUST, "Adjusting stock needs the permission for it.")
    _require_as_seen(session, product, warehouse_id, seen_on_hand)
    cause = Cause("adjustment", None, by.id, reason.strip())
    stock, lost = adjust(
        session, product_id=product.id, warehouse_id=warehouse_id, bin_id=bin_id, delta=delta,
        cause=cause,
    )  # fmt: skip
    entry = activity.record(
        session, "stock.adjusted", by=by, subject=stock, delta=delta, reason=reason.strip()
    )
    session.flush()
    amount = round_amount(delta * product.cost / product.price_per, seller.base_currency)
    post(
        session,
        seller_id=seller.id,
        on=clock.today(seller.time_zone),
        kind="adjustment",
        document=Document("activity", entry.id),
        currency=seller.base_currency,
        postings=[Posting(Chart.INVENTORY, amount), Posting(Chart.STOCK_ADJUSTMENTS, -amount)],
        text=reason.strip(),
        by=by.id,
    )
    orders = lose_stock(session, lost, reason=reason.strip())
    filled = fill_backorders(session, [product.id], cause=cause) if delta > 0 else {}
    if not filled:
        follow_later(session, [product.id])
    for order in orders:
        announce(session, "order.lost_stock", account_id=order.account_id, order_id=order.id)
    return Adjusted(stock, orders)


def _require_as_seen(
    session: Session, product: Product, warehouse_id: int, seen: Decimal | None
) -> None:
    if seen is None:
        return
    rows = lock_stock(session, [product.id], [warehouse_id])
    on_hand = rows[0].on_hand if rows else ZERO
    if on_hand != seen:
        raise Conflict(
            f"The stock of {product.sku} has changed meanwhile: {plain(on_hand)} now, "
            f"{plain(seen)} when you looked. Look again before you adjust it."
        )
