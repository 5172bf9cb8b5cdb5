"""The prices of a list as its page shows them: product by product, tier by tier."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from models.kernel.quantity import plain
from models.pricing import EntryRow, ListedProduct, listed_products, search_entries
from web.transactions import session

ROWS = 60
SEPARATOR = "~"


@dataclass
class Group:
    """A product with its entries, or with the tiers that the list derives for it."""

    id: int
    sku: str
    name: str
    image: str
    price_per: int
    cost: Decimal
    entries: list[EntryRow] = field(default_factory=list)
    derived: ListedProduct | None = None

    def percent_at(self, price: Decimal) -> Decimal | None:
        """The margin of a price over the product's cost, in per cent of the price."""
        return (price - self.cost) * 100 / price if self.cost and price else None

    def origin_at(self, at: Decimal) -> Decimal | None:
        """The price that the tier is derived from."""
        tiers = self.derived.origin if self.derived else ()
        return next((tier.unit_price for tier in tiers if tier.min_quantity == at), None)


@dataclass
class Shelf:
    """One page of groups and the address part of the next one."""

    groups: list[Group]
    after: str = ""


def own_prices(
    list_id: int, today: date, *, text: str = "", with_history: bool = False, after: str = ""
) -> Shelf:
    """Entries by SKU, tier and date."""
    rows = search_entries(
        session(), list_id, on=today, text=text, with_history=with_history, after=_key(after),
        limit=ROWS + 1,
    )  # fmt: skip
    shown = rows[:ROWS]
    if len(rows) <= ROWS:
        return Shelf(_grouped(shown))
    last = shown[-1]
    key = (last.sku, plain(last.min_quantity), last.valid_from.isoformat())
    return Shelf(_grouped(shown), SEPARATOR.join(key))


def all_prices(list_id: int, today: date, *, on: date, text: str = "", after: str = "") -> Shelf:
    """Every product that a derived list prices on a day: fixed ones with their entries from today
    on, the rest derived."""
    listed = listed_products(session(), list_id, on=on, text=text, after=after, limit=ROWS + 1)
    shown = listed[:ROWS]
    fixed = [each.id for each in shown if each.is_fixed]
    return Shelf(_mixed(list_id, today, shown, fixed), shown[-1].sku if len(listed) > ROWS else "")


def one_product(
    list_id: int, today: date, product_id: int, *, derived_on: date | None
) -> Group | None:
    """A product as the list has it from today on; None where it has no price of it.

    `derived_on` is the day that a derived list is looked at.
    """
    if derived_on is not None:
        listed = listed_products(session(), list_id, on=derived_on, product_ids=[product_id])
        found = _mixed(list_id, today, listed, [product_id])
        if found:
            return found[0]
    rows = search_entries(session(), list_id, on=today, product_ids=[product_id], limit=ROWS)
    groups = _grouped(rows)
    return groups[0] if groups else None


def _mixed(
    list_id: int, today: date, listed: Iterable[ListedProduct], fixed: Collection[int]
) -> list[Group]:
    entries: dict[int, list[EntryRow]] = {}
    if fixed:
        for row in search_entries(session(), list_id, on=today, product_ids=fixed, limit=20 * ROWS):
            entries.setdefault(row.product_id, []).append(row)
    return [
        Group(each.id, each.sku, each.name, each.image, each.price_per, each.cost,
              entries.get(each.id, []) if each.is_fixed else [], each)
        for each in listed
    ]  # fmt: skip


def _grouped(rows: Iterable[EntryRow]) -> list[Group]:
    groups: dict[int, Group] = {}
    for row in rows:
        if row.product_id not in groups:
            groups[row.product_id] = Group(
                row.product_id, row.sku, row.name, row.image, row.price_per, row.cost
            )
        groups[row.product_id].entries.append(row)
    return list(groups.values())


def _key(after: str) -> Any:
    parts = after.split(SEPARATOR)
    if len(parts) != 3:
        return None
    try:
        return parts[0], Decimal(parts[1]), date.fromisoformat(parts[2])
    except (ValueError, ArithmeticError):
        return None
