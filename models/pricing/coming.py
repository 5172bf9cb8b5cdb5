"""What accounts pay today and would pay from a day on, because prices of a list change by then.

Both prices are the resolver's, so that groups, head offices, derived lists and contracts count as
they do in an order: where a contract answers before and after, nothing changes and nothing is said.
Accounts whom the same lists are given to have the same prices; each such set is reckoned once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal, select, text
from sqlalchemy.orm import Session

from models.catalog import Product
from models.kernel.quantity import plain
from models.pricing.context import Ask, Gathered, Price, PricingContext
from models.pricing.editing import find_list
from models.pricing.gathering import DEEPEST_DERIVATION, gather
from models.pricing.listing import listed_products
from models.pricing.previewing import holders_on, sets_of
from models.pricing.price_list import PriceList
from models.pricing.resolving import prices_from

MOST_DAYS = 12
MOST_PRODUCTS = 100_000

_CHAIN = """
WITH RECURSIVE chain AS (
    SELECT id, derived_from_id, 0 AS depth FROM price_list WHERE id = :list
    UNION ALL
    SELECT origin.id, origin.derived_from_id, depth + 1
    FROM chain JOIN price_list origin ON origin.id = chain.derived_from_id
    WHERE depth < :deepest
)"""

_DAYS = text(f"""{_CHAIN},
changing AS (
    SELECT valid_from AS day, product_id FROM price_entry
    WHERE list_id IN (SELECT id FROM chain) AND valid_from > :today
    UNION ALL
    SELECT valid_to, product_id FROM price_entry
    WHERE list_id IN (SELECT id FROM chain) AND valid_to > :today
    UNION ALL
    SELECT valid_from, NULL FROM price_list WHERE id = :list AND valid_from > :today
)
SELECT day FROM changing JOIN price_list list ON list.id = :list
WHERE day >= list.valid_from AND (list.valid_to IS NULL OR day < list.valid_to)
GROUP BY day ORDER BY day LIMIT :most""")  # noqa: S608 - constants only

_MOVING = text(f"""{_CHAIN}
SELECT DISTINCT product_id FROM price_entry
WHERE list_id IN (SELECT id FROM chain) AND (valid_from > :today AND valid_from <= :starts_on
    OR valid_to > :today AND valid_to <= :starts_on)
UNION ALL
SELECT NULL FROM price_list
WHERE id IN (SELECT id FROM chain) AND (valid_from > :today AND valid_from <= :starts_on
    OR valid_to > :today AND valid_to <= :starts_on)""")  # noqa: S608 - constants only
"""What may change by the day: products with a price that begins or ends until then, and NULL where
a whole list does."""

_FAMILY = text("""
WITH RECURSIVE family AS (
    SELECT id, 0 AS depth FROM price_list WHERE id = :list
    UNION
    SELECT list.id, depth + 1 FROM family JOIN price_list list ON list.derived_from_id = family.id
    WHERE depth < :deepest
)
SELECT DISTINCT id FROM family JOIN price_list list USING (id) WHERE list.status = 'active'""")


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price that an account pays otherwise from the day on; None stands for “on request”.

    `unit_price` figures are per `price_per` base units and count from `min_quantity` base units on.
    `pack` is the number of units that it is ordered in multiples of.
    """

    product_id: int
    sku: str
    name: str
    unit: str
    price_per: int
    pack: Decimal
    min_quantity: Decimal
    old: Decimal | None
    new: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """By how much it rises; None where one of the prices is on request or was nothing."""
        if not self.old or self.new is None:
            return None
        return (self.new - self.old) * 100 / self.old


@dataclass(frozen=True, slots=True)
class ComingChange:
    """The list and the day, what it prices otherwise then, and the lists that follow from it."""

    price_list: PriceList
    today: date
    starts_on: date
    family: frozenset[int]
    products: dict[int, Any]


def coming_days(session: Session, list_id: int, *, today: date) -> list[date]:
    """The next days on which prices of the list, or of what it is derived from, change."""
    rows = session.scalars(
        _DAYS,
        {"list": list_id, "today": today, "deepest": DEEPEST_DERIVATION, "most": MOST_DAYS},
    )
    return list(rows)


def coming_change(session: Session, list_id: int, *, today: date, starts_on: date) -> ComingChange:
    """What the list prices otherwise on the day than today; with today's list not yet begun, all
    that it holds then.

    Every account's file asks for it anew, so no more is listed than what may change until then.
    """
    price_list = find_list(session, list_id)
    moving = _moving(session, list_id, today, starts_on)
    before: dict[int, Any] = {}
    if price_list.valid_from <= today:
        before = _tiers(session, list_id, today, moving)
    after = _tiers(session, list_id, starts_on, moving)
    moved = [id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_)]
    family = session.scalars(_FAMILY, {"list": list_id, "deepest": DEEPEST_DERIVATION})
    return ComingChange(price_list, today, starts_on, frozenset(family), _products(session, moved))


def told_accounts(session: Session, change: ComingChange) -> list[list[Any]]:
    """The accounts that the list, or one that follows from it, is for on the day: in sets that have
    the same prices."""
    accounts = holders_on(
        session, change.family | {change.price_list.id}, change.price_list.currency,
        change.starts_on,
    )  # fmt: skip
    owners = {row.own_account_id for row in change.products.values()} - {None}
    return sets_of(accounts, apart=owners)


def changes_for(
    session: Session, change: ComingChange, account_id: int, products: Collection[int] | None = None
) -> list[PriceChange]:
    """Every price that the account pays otherwise, by SKU and quantity, in two statements.

    Left out is what it cannot see, and what changes only because another list or a contract that
    does not follow from this one answers then.
    """
    ids = list(change.products if products is None else products)
    if not ids:
        return []
    currency = change.price_list.currency
    old, new = (
        _Day(gather(session, context, ids), context)
        for context in (
            PricingContext(account_id, currency, change.today),
            PricingContext(account_id, currency, change.starts_on),
        )
    )
    asks = [
        Ask(before.product_id, at)
        for before, after in zip(
            old.prices([Ask(id_) for id_ in ids]), new.prices([Ask(id_) for id_ in ids]),
            strict=True,
        )
        for at in sorted({at for at, _price in (*before.tiers, *after.tiers)})
    ]  # fmt: skip
    found = [
        _changed(change.products[after.product_id], before, after)
        for before, after in zip(old.prices(asks), new.prices(asks), strict=True)
        if before.unit_price != after.unit_price
        and after.visible
        and _is_of(change.family, before, after, new.gathered)
    ]
    return sorted(found, key=lambda each: (each.sku, each.min_quantity))


def digest_of(changes: Sequence[PriceChange]) -> str:
    """What tells two notices apart: the products, quantities and prices to come."""
    said = "\n".join(
        f"{each.product_id} {plain(each.min_quantity)} "
        f"{'' if each.new is None else plain(each.new)}"
        for each in changes
    )
    return sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Day:
    """What was gathered for an account on a day."""

    gathered: Gathered
    context: PricingContext

    def prices(self, asks: Sequence[Ask]) -> list[Price]:
        """Each ask on its own: quantities of variants are not to add up over the rows of a list."""
        products = self.gathered.products
        alone = [ask for ask in asks if products[ask.product_id].parent_id is None]
        together = iter(prices_from(self.gathered, self.context, alone))
        return list(self._in_order(asks, together))

    def _in_order(self, asks: Sequence[Ask], together: Iterator[Price]) -> Iterator[Price]:
        for ask in asks:
            if self.gathered.products[ask.product_id].parent_id is None:
                yield next(together)
            else:
                yield prices_from(self.gathered, self.context, [ask])[0]


def _is_of(family: frozenset[int], before: Price, after: Price, gathered: Gathered) -> bool:
    """Whether the list is why: it answers then, or it answered until then and no contract does."""
    if after.list_id in family:
        return True
    if before.list_id not in family:
        return False
    return after.list_id is None or gathered.lists[after.list_id].kind != "contract"


def _changed(product: Any, before: Price, after: Price) -> PriceChange:
    return PriceChange(
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        unit=product.unit,
        price_per=product.price_per,
        pack=after.multiple,
        min_quantity=after.quantity,
        old=before.unit_price,
        new=after.unit_price,
    )


def _moving(session: Session, list_id: int, today: date, starts_on: date) -> list[int] | None:
    """The products whose prices in the list may change by the day; None: any of them."""
    found = session.scalars(
        _MOVING,
        {"list": list_id, "today": today, "starts_on": starts_on, "deepest": DEEPEST_DERIVATION},
    ).all()
    return None if None in found else list(found)


def _tiers(
    session: Session, list_id: int, on: date, product_ids: Collection[int] | None
) -> dict[int, list[tuple[Decimal, Decimal]]]:
    listed = listed_products(session, list_id, on=on, limit=MOST_PRODUCTS, product_ids=product_ids)
    return {each.id: [(tier.min_quantity, tier.unit_price) for tier in each.tiers]
            for each in listed}  # fmt: skip


def _products(session: Session, ids: Collection[int]) -> dict[int, Any]:
    """What a notice says of the products that are on sale, by SKU."""
    rows = session.execute(
        select(
            Product.id, Product.sku, Product.name, Product.unit, Product.price_per,
            Product.own_account_id,
        )
        .where(
            Product.id == any_(literal(list(ids), ARRAY(BigInteger))),
            Product.lifecycle.in_(("active", "run_out")),
        )
        .order_by(Product.sku)
    )  # fmt: skip
    return {row.id: row for row in rows}
