"""What putting a draft in force would do: who would get it, and which of their prices change.

Accounts whom the same lists are given to have the same prices, so each such set is reckoned once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.kernel.seller import first_seller
from models.pricing.context import Ask, PricingContext
from models.pricing.editing import find_list
from models.pricing.gathering import gather
from models.pricing.listing import ListedProduct, listed_products
from models.pricing.price_list import PriceList
from models.pricing.resolving import prices_from

MOST_ASKED = 20_000
"""How many prices a preview reckons at most, before and after."""
MOST_SHOWN = 8

_AFFECTED = text("""
WITH RECURSIVE holder AS (
    SELECT account.id, is_inherited AND given.account_id IS NOT NULL AS goes_on
    FROM price_list_assignment given JOIN account
        ON account.id = given.account_id OR account.group_id = given.group_id
    WHERE given.list_id = ANY(CAST(:lists AS bigint[])) AND given.valid_from <= :on
        AND (given.valid_to IS NULL OR given.valid_to > :on)
    UNION
    SELECT id, false FROM account WHERE EXISTS (
        SELECT FROM price_list WHERE id = ANY(CAST(:lists AS bigint[])) AND kind = 'base')
    UNION
    SELECT branch.id, true FROM holder JOIN account branch ON branch.parent_id = holder.id
    WHERE holder.goes_on AND branch.inherits_prices
)
SELECT account.id, account.name, account.number, account.group_id, account.parent_id,
    account.inherits_prices,
    (SELECT array_agg(list_id || ':' || coalesce(priority, -1) ORDER BY list_id)
     FROM price_list_assignment given WHERE given.account_id = account.id) AS own
FROM account JOIN (SELECT DISTINCT id FROM holder) affected USING (id)
WHERE account.currency = :currency AND account.status NOT IN ('closed', 'declined')
ORDER BY account.name, account.id""")


@dataclass(frozen=True, slots=True)
class Change:
    """A price that some accounts would pay instead of another. `before` None: on request."""

    product_id: int
    sku: str
    name: str
    quantity: Decimal
    before: Decimal | None
    after: Decimal
    percent: Decimal | None
    accounts: int
    first_account: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole difference. A product in one quantity counts once for each price it comes from.

    `products` were looked at, of a list that `is_capped` where it holds more.
    """

    accounts: tuple[Any, ...]
    products: int
    is_capped: bool
    changed: int
    unchanged: int
    rises: tuple[Change, ...]
    falls: tuple[Change, ...]
    fresh: tuple[Change, ...]
    below_cost: int


@dataclass(slots=True)
class _Tally:
    knows_cost: bool
    changes: dict[tuple[int, Decimal, Decimal | None, Decimal], Change] = field(
        default_factory=dict
    )
    unchanged: set[tuple[int, Decimal, Decimal | None]] = field(default_factory=set)
    below_cost: set[int] = field(default_factory=set)


def preview_activation(session: Session, list_id: int, *, on: date) -> Preview:
    """What would change on the day if the list were in force from then on.

    A day before the list's own start is looked at as that start: what was to begin with the list
    comes along.
    """
    price_list = find_list(session, list_id)
    on = max(on, price_list.valid_from)
    accounts = affected_accounts(session, price_list, on)
    sets = sets_of(accounts)
    room = max(1, MOST_ASKED // max(1, 3 * len(sets)))
    products = listed_products(session, list_id, on=on, limit=room + 1)
    is_capped, products = len(products) > room, products[:room]
    tally = _Tally(first_seller(session).base_currency == price_list.currency)
    for alike in sets:
        context = PricingContext(alike[0].id, price_list.currency, on)
        _compare(session, context, price_list.id, products, alike, tally)
    return _summed(tally, accounts, products, is_capped)


def affected_accounts(session: Session, price_list: PriceList, on: date) -> Sequence[Any]:
    """The accounts that the list is for on the day: themselves, by group or as branches."""
    return holders_on(session, {price_list.id}, price_list.currency, on)


def holders_on(
    session: Session, list_ids: Collection[int], currency: str, on: date
) -> Sequence[Any]:
    """The accounts that any of these lists is for on the day, in one statement."""
    return session.execute(
        _AFFECTED, {"lists": sorted(list_ids), "on": on, "currency": currency}
    ).all()


def sets_of(accounts: Sequence[Any], apart: Collection[int] = ()) -> list[list[Any]]:
    """Accounts that the same lists may answer for, together; those `apart` for themselves."""
    sets: dict[Any, list[Any]] = {}
    for account in accounts:
        parent = account.parent_id if account.inherits_prices else None
        own = tuple(account.own or ())
        alone = account.id if account.id in apart else None
        sets.setdefault((account.group_id, parent, own, alone), []).append(account)
    return list(sets.values())


def _compare(
    session: Session,
    context: PricingContext,
    list_id: int,
    products: Sequence[ListedProduct],
    alike: Sequence[Any],
    tally: _Tally,
) -> None:
    pairs = [(product, tier.min_quantity) for product in products for tier in product.tiers]
    asks = [Ask(product.id, at) for product, at in pairs]
    if not asks:
        return
    ids = {product.id for product in products}
    old = prices_from(gather(session, context, ids), context, asks)
    new = prices_from(gather(session, context, ids, draft_id=list_id), context, asks)
    for (product, at), before, after in zip(pairs, old, new, strict=True):
        if after.unit_price is None or before.unit_price == after.unit_price:
            tally.unchanged.add((product.id, at, after.unit_price))
            continue
        key = (product.id, at, before.unit_price, after.unit_price)
        known = tally.changes.get(key)
        tally.changes[key] = (
            replace(known, accounts=known.accounts + len(alike))
            if known
            else _change(product, at, before.unit_price, after.unit_price, alike)
        )
        if tally.knows_cost and 0 < after.unit_price < product.cost:
            tally.below_cost.add(product.id)


def _change(
    product: ListedProduct,
    at: Decimal,
    before: Decimal | None,
    after: Decimal,
    alike: Sequence[Any],
) -> Change:
    percent = (after - before) * 100 / before if before else None
    return Change(
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        quantity=at,
        before=before,
        after=after,
        percent=percent,
        accounts=len(alike),
        first_account=alike[0].name,
    )


def _summed(
    tally: _Tally, accounts: Sequence[Any], products: Sequence[ListedProduct], is_capped: bool
) -> Preview:
    moved = [(each.percent, each) for each in tally.changes.values() if each.percent is not None]
    rises = sorted((pair for pair in moved if pair[0] > 0), key=lambda pair: -pair[0])
    falls = sorted((pair for pair in moved if pair[0] < 0), key=lambda pair: pair[0])
    fresh = [each for each in tally.changes.values() if each.percent is None]
    return Preview(
        accounts=tuple(accounts),
        products=len(products),
        is_capped=is_capped,
        changed=len(tally.changes),
        unchanged=len(tally.unchanged),
        rises=tuple(each for _percent, each in rises[:MOST_SHOWN]),
        falls=tuple(each for _percent, each in falls[:MOST_SHOWN]),
        fresh=tuple(fresh[:MOST_SHOWN]),
        below_cost=len(tally.below_cost),
    )
