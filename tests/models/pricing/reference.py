"""The pricing rules of the design, as slowly and plainly as they can be written down.

No code is shared with the resolver: plain dictionaries, exact fractions, one ask at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass
class RefList:
    id: int
    currency: str
    kind: str
    status: str
    exclusive: bool
    only: bool
    priority: int
    valid_from: date
    valid_to: date | None
    derived_from: int | None
    percent: Decimal | None
    step: Decimal
    adds_variants: bool
    rules: list[tuple[str | None, int | None, Decimal, Decimal | None]] = field(
        default_factory=list
    )
    """category path, brand, percent, step"""
    entries: list[tuple[int, Decimal, Decimal, date, date | None]] = field(default_factory=list)
    """product, min quantity, price, from, to"""


@dataclass
class RefAssignment:
    list_id: int
    account: int | None
    group: int | None
    priority: int | None
    inherited: bool
    valid_from: date
    valid_to: date | None


@dataclass
class RefAccount:
    id: int
    parent: int | None
    group: int
    inherits: bool


@dataclass
class RefProduct:
    id: int
    parent: int | None
    category: str | None
    brand: int | None


@dataclass
class RefWorld:
    lists: dict[int, RefList]
    assignments: list[RefAssignment]
    accounts: dict[int, RefAccount]
    products: dict[int, RefProduct]


def is_valid(on: date, begins: date, ends: date | None) -> bool:
    return begins <= on and (ends is None or on < ends)


def rounded(price: Fraction, step: Fraction) -> Fraction:
    """Half up to a multiple of the step."""
    return Fraction((price / step + Fraction(1, 2)).__floor__()) * step


def candidates(world: RefWorld, account: int | None, currency: str, on: date) -> list[RefList]:
    """Item 1: the lists in the order in which they are asked."""
    order: list[tuple[int, int, RefAssignment | None, RefList]] = []

    def usable(price_list: RefList) -> bool:
        return (
            price_list.status == "active"
            and price_list.currency == currency
            and is_valid(on, price_list.valid_from, price_list.valid_to)
        )

    def offer(rank: int, assignment: RefAssignment) -> None:
        price_list = world.lists[assignment.list_id]
        if usable(price_list) and is_valid(on, assignment.valid_from, assignment.valid_to):
            second = 0 if price_list.kind == "contract" else 1
            order.append((rank, second, assignment, price_list))

    rank = 0
    who = world.accounts[account] if account is not None else None
    group = who.group if who else None
    distance = 0
    while who is not None and distance <= 5:
        for assignment in world.assignments:
            if assignment.account == who.id and (distance == 0 or assignment.inherited):
                offer(rank, assignment)
        rank += 1
        distance += 1
        who = world.accounts[who.parent] if who.inherits and who.parent is not None else None
    for assignment in world.assignments:
        if group is not None and assignment.group == group:
            offer(50, assignment)
    for price_list in world.lists.values():
        if price_list.kind == "base" and usable(price_list):
            order.append((60, 1, None, price_list))

    def key(item: tuple[int, int, RefAssignment | None, RefList]) -> tuple[int, ...]:
        rank, second, assignment, price_list = item
        priority = price_list.priority
        if assignment is not None and assignment.priority is not None:
            priority = assignment.priority
        return rank, second, -priority, -price_list.valid_from.toordinal(), price_list.id

    result: list[RefList] = []
    for item in sorted(order, key=key):
        if item[3] not in result:
            result.append(item[3])
    return result


def tiers(
    world: RefWorld, price_list: RefList, product: RefProduct, on: date, depth: int = 4
) -> dict[Fraction, Fraction]:
    """Item 4: what a list says about a product, fixed or derived."""
    own = {
        Fraction(at): Fraction(price)
        for which, at, price, begins, ends in price_list.entries
        if which == product.id and is_valid(on, begins, ends)
    }
    if own or price_list.derived_from is None or depth == 0:
        return own
    origin = world.lists[price_list.derived_from]
    if origin.status != "active" or not is_valid(on, origin.valid_from, origin.valid_to):
        return {}
    percent, step = price_list.percent, price_list.step
    best: tuple[int, int] = (-1, -1)
    for category, brand, rule_percent, rule_step in price_list.rules:
        if brand is not None and brand != product.brand:
            continue
        parts = category.split("/") if category is not None else []
        if category is not None:
            mine = (product.category or "").split("/")
            if mine[: len(parts)] != parts:
                continue
        kind = 3 if category and brand else 2 if category else 1
        if (kind, len(parts)) > best:
            best = (kind, len(parts))
            percent = rule_percent
            step = price_list.step if rule_step is None else rule_step
    if percent is None:
        return {}
    factor = 1 + Fraction(percent) / 100
    grid = Fraction(step) if step else Fraction(1, 10000)
    below = tiers(world, origin, product, on, depth - 1)
    return {at: rounded(price * factor, grid) for at, price in below.items()}


def price(
    world: RefWorld,
    account: int | None,
    currency: str,
    on: date,
    asks: list[tuple[int, Decimal]],
    index: int,
) -> tuple[Fraction, int, Fraction] | None:
    """Items 2, 3 and 5: (unit price, list, tier) of one ask, or None for price on request."""
    product = world.products[asks[index][0]]
    alone = Fraction(asks[index][1])
    together = alone
    if product.parent is not None:
        together = sum(
            (Fraction(q) for p, q in asks if world.products[p].parent == product.parent),
            Fraction(0),
        )
    effective: list[tuple[int, Fraction, Fraction, RefList]] = []
    for place, price_list in enumerate(candidates(world, account, currency, on)):
        held = tiers(world, price_list, product, on)
        if not held:
            continue
        counted = together if price_list.adds_variants else alone
        if price_list.exclusive and min(held) > counted:
            if price_list.only:
                break
            continue
        for at, unit_price in sorted(held.items()):
            filled = any(t[1] == at for t in effective)
            dearer = any(t[0] < place and t[1] <= at and t[2] < unit_price for t in effective)
            if not filled and not dearer:
                effective.append((place, at, unit_price, price_list))
        if price_list.exclusive:
            break
    reached = [t for t in effective if t[1] <= (together if t[3].adds_variants else alone)]
    if not reached:
        return None
    _, at, unit_price, price_list = max(reached, key=lambda t: t[1])
    return unit_price, price_list.id, at
