"""Many products on the pad at once: pasted, uploaded, reordered. A fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.catalog import Product
from models.checkout.alerts import bring_alerts
from models.checkout.cart import Cart, CartLine
from models.checkout.carting import recount, require_open
from models.checkout.proposing import base_amount, problem_of
from models.inventory import outlooks
from models.kernel import clock
from models.kernel.bulk import insert_rows, update_rows
from models.kernel.money import ZERO, line_amount
from models.pricing import Ask, Price, PricingContext, resolve


def add_to_cart(
    session: Session,
    cart: Cart,
    quantities: Mapping[int, Decimal],
    *,
    context: PricingContext,
    warehouse_ids: tuple[int, ...],
    by: Actor,
) -> None:
    """Adds base units of products, {product id: units}, to what is on the pad already.

    Quantities that break a rule are kept as they are, marked and not counted, as when they are
    typed. Products that do not exist are left out. Conflict when the pad has been ordered.
    """
    require_open(cart)
    products = {
        row.id: row for row in session.scalars(select(Product).where(Product.id.in_(quantities)))
    }
    wanted = {key: units for key, units in quantities.items() if key in products and units > 0}
    if not wanted:
        return
    lines = _lines(session, cart, wanted)
    totals = {key: units + (lines[key].quantity if key in lines else ZERO)
              for key, units in wanted.items()}  # fmt: skip
    prices = resolve(session, context, [Ask(key, units) for key, units in totals.items()])
    outlook = outlooks(session, totals, warehouse_ids)
    position = session.scalar(
        select(func.coalesce(func.max(CartLine.position), 0)).where(CartLine.cart_id == cart.id)
    )
    fresh, changed = [], []
    for price in prices:
        product = products[price.product_id]
        problem, _ = problem_of(product, price, price.unit_price, price.quantity, outlook)
        values = _values(cart, price, problem, outlook[product.id].available)
        values["tax_category"] = product.tax_category
        if product.id in lines:
            changed.append({"id": lines[product.id].id, **values})
        else:
            position = (position or 0) + 1
            names = {"cart_id": cart.id, "product_id": product.id, "added_by_id": by.id}
            first = {"position": position, "first_price": price.unit_price}
            fresh.append({**names, **first, **values})
    insert_rows(session, CartLine, fresh)
    bring_alerts(session, cart, set(wanted) - set(lines))
    update_rows(session, CartLine, changed)
    recount(session, cart)


def _lines(session: Session, cart: Cart, wanted: Mapping[int, Decimal]) -> dict[int, CartLine]:
    rows = session.scalars(
        select(CartLine)
        .where(CartLine.cart_id == cart.id, CartLine.product_id.in_(wanted))
        .with_for_update()
    )
    return {row.product_id: row for row in rows}


def _values(cart: Cart, price: Price, problem: str, available: Decimal) -> dict[str, object]:
    amount = ZERO
    if not problem and price.unit_price is not None:
        amount = line_amount(price.unit_price, price.quantity, price.price_per, cart.currency)
    return {
        "quantity": price.quantity,
        "unit_price": price.unit_price,
        "price_per": price.price_per,
        "price_list_id": price.list_id,
        "tier": price.tier,
        "problem": problem,
        "amount": amount,
        "base_amount": base_amount(price, price.quantity, amount),
        "short": max(ZERO, price.quantity - available),
        "changed_at": clock.now(),
    }
