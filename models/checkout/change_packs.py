"""Packs in a changed order: which quantities break one, and who may sell them all the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from models.accounts import Actor, Permission
from models.checkout.change import Wishes
from models.pricing import Price, QuantityFault, QuantityProblem, check

OF_PACKS = frozenset({QuantityFault.BELOW_MINIMUM, QuantityFault.NOT_A_MULTIPLE})


@dataclass(frozen=True, slots=True)
class Splits:
    """Where somebody chose to break a pack, who may: lines, and products that are added."""

    line_ids: Collection[int] = ()
    product_ids: Collection[int] = ()

    @classmethod
    def of(cls, wishes: Wishes, by: Actor) -> Splits:
        """Nobody else's choice counts."""
        if not by.can(Permission.ORDERS_OVERRIDE):
            return cls()
        return cls(
            {wish.line_id for wish in wishes.lines if wish.splits_pack},
            {each.product_id for each in wishes.added if each.splits_pack},
        )


def breaks_pack(price: Price | None, total: Decimal) -> bool:
    """Whether so many of a product on an order are below its minimum or off its multiple, or cost
    what its first tier does, which they do not reach."""
    if price is None or not total:
        return False
    fault = check(price.rules, total)
    is_below = price.tier is not None and price.tier > price.counted
    return is_below or (fault is not None and fault.fault in OF_PACKS)


def may_split(by: Actor, price: Price | None, total: Decimal) -> bool:
    """Whether this person may choose to sell that quantity otherwise than by the pack."""
    return by.can(Permission.ORDERS_OVERRIDE) and breaks_pack(price, total)


def is_allowed(by: Actor, fault: QuantityProblem, *, is_split: bool) -> bool:
    """Whether a quantity that breaks a rule may be sold: the desk splits packs, nothing else."""
    return is_split and fault.fault in OF_PACKS and by.can(Permission.ORDERS_OVERRIDE)
