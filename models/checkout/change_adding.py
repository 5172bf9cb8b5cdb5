"""Products that are added to an order by their code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import Product, match_codes
from models.checkout.change import Addition, LineWish, Wishes
from models.kernel import clock
from models.kernel.errors import Refused
from models.kernel.quantity import parse_quantity
from models.kernel.seller import Seller
from models.orders import Order, OrderLine
from models.pricing import Ask, PricingContext, resolve, smallest


def addition_of(session: Session, order: Order, code: str, quantity: str) -> Addition:
    """The product of a typed code; without a quantity as few as can be ordered.

    Refused, at `add_code`, for a code of no product that is sold to the account, or of several.
    """
    typed = code.strip()
    ids = match_codes(session, {typed}, order.account_id)[typed].product_ids
    seller = session.get_one(Seller, order.seller_id)
    context = PricingContext(order.account_id, order.currency, clock.today(seller.time_zone))
    sold = [
        price for price in resolve(session, context, [Ask(id_) for id_ in ids]) if price.visible
    ]
    if not sold:
        raise Refused(f"“{typed[:40]}” is no product that this account buys.", field="add_code")
    if len(sold) > 1:
        skus = session.scalars(
            select(Product.sku).where(Product.id.in_([price.product_id for price in sold]))
        )
        several = ", ".join(sorted(skus))
        raise Refused(f"“{typed[:40]}” is several products: {several}.", field="add_code")
    price = sold[0]
    units = parse_quantity(quantity, decimals=price.rules.decimals, field="add_quantity")
    return Addition(price.product_id, units or smallest(price.rules))


def folded(wishes: Wishes, lines: Sequence[OrderLine]) -> Wishes:
    """The same wishes; more of what is on the order already stands with its line."""
    wanted = {line.id: line.live for line in lines} | {w.line_id: w.quantity for w in wishes.lines}
    by_product = {
        line.product_id: line.id
        for line in reversed(lines)
        if wanted[line.id] > 0 and not line.is_sample
    }
    new: dict[int, Addition] = {}
    raised: set[int] = set()
    for each in wishes.added:
        line_id = by_product.get(each.product_id)
        if line_id is None:
            before = new.get(each.product_id, Addition(each.product_id, Decimal(0)))
            new[each.product_id] = replace(
                each, quantity=before.quantity + each.quantity,
                splits_pack=before.splits_pack or each.splits_pack,
            )  # fmt: skip
        else:
            wanted[line_id] += each.quantity
            raised.add(line_id)
    kept = [replace(wish, quantity=wanted[wish.line_id]) for wish in wishes.lines]
    named = {wish.line_id for wish in kept}
    kept += [LineWish(id_, wanted[id_]) for id_ in sorted(raised - named)]
    added = tuple(addition for addition in new.values() if addition.quantity)
    return replace(wishes, lines=tuple(kept), added=added)
