"""Where the prices that were really paid break with the quantity.

Quantities of a product are cut in two, again and again, where that explains the prices best: binary
segmentation (Scott and Knott 1974; reviewed by Killick, Fearnhead and Eckley 2012, JASA 107) with
medians and absolute deviations instead of means and squares, so that a mistyped or a special price
moves nothing. A cut stands only if
- both sides have enough lines and accounts, and the price to the right is lower, noticeably;
- it holds account by account. On each side every account has one vote, its median price: so an
  account with prices of its own, or one that buys every week, counts once. How the votes lie on
  both sides of the middle must be beyond chance by Fisher's exact test, one-sided, at one in a
  thousand over all cuts that were possible (Bonferroni).
Prices that fall with nothing but chance therefore have no break, and neither have constant ones.
What is given as the price is one that was paid: the lower median of the votes.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import comb
from statistics import median_low
from typing import NamedTuple

MOST_TIERS = 5
LEAST_DROP = 0.02
"""A tier is at least two per cent below the one before it; less is rounding."""
LARGEST_CHANCE = 0.001
TRIED = 6
"""How many cuts, the best explained first, are held against the votes."""


class Paid(NamedTuple):
    """One line that was paid."""

    quantity: Decimal
    unit_price: Decimal
    account_id: int


class Support(NamedTuple):
    """How much each tier must rest on at least."""

    lines: int = 10
    accounts: int = 3


@dataclass(frozen=True, slots=True)
class FoundTier:
    """A price from a quantity on: the median of the accounts' own medians, the quartiles of these,
    and how many lines and accounts say so."""

    min_quantity: Decimal
    unit_price: Decimal
    low: Decimal
    high: Decimal
    lines: int
    accounts: int


class _Point(NamedTuple):
    """What one account paid, in the middle, for one quantity; of how many lines."""

    quantity: Decimal
    price: float
    exact: Decimal
    account_id: int
    lines: int


def find_tiers(paid: Iterable[Paid], support: Support) -> list[FoundTier]:
    """The tiers that the lines show, smallest quantity first; none where no break stands.

    The first counts from the smallest quantity that was bought. Lines without a price, free goods,
    say nothing.
    """
    points = _points(paid)
    segments = [points]
    while len(segments) < MOST_TIERS:
        cuts = [
            (cut, index)
            for index, segment in enumerate(segments)
            if (cut := _best_cut(segment, support)) is not None
        ]
        if not cuts:
            break
        (_gain, at), index = max(cuts)
        segments[index : index + 1] = [segments[index][:at], segments[index][at:]]
    tiers = _falling(segments)
    return tiers if len(tiers) > 1 else []


def _points(paid: Iterable[Paid]) -> list[_Point]:
    """One for each account and quantity, by quantity."""
    lines: dict[tuple[Decimal, int], list[Decimal]] = defaultdict(list)
    for quantity, price, account_id in paid:
        if price > 0 and quantity > 0:
            lines[quantity, account_id].append(price)
    return sorted(
        _Point(quantity, float(price := median_low(prices)), price, account_id, len(prices))
        for (quantity, account_id), prices in lines.items()
    )


def _best_cut(points: Sequence[_Point], support: Support) -> tuple[float, int] | None:
    """(what it explains, the index of the first point on the right) of the best cut that stands."""
    possible = _possible(points, support)
    for gain, at in sorted(possible, reverse=True)[:TRIED]:
        if gain > 0 and _stands(points[:at], points[at:], support, len(possible)):
            return gain, at
    return None


def _possible(points: Sequence[_Point], support: Support) -> list[tuple[float, int]]:
    """Every cut between two quantities with enough lines on both sides, and what it explains: how
    much less the prices deviate from their medians. None explains where the price does not fall."""
    left: list[float] = []
    right = sorted(point.price for point in points)
    whole, total, before = _deviation(right), sum(point.lines for point in points), 0
    found = []
    for at, point in enumerate(points):
        if at and point.quantity != points[at - 1].quantity:
            if min(before, total - before) >= support.lines:
                falls = right[len(right) // 2] <= left[len(left) // 2] * (1 - LEAST_DROP)
                gain = whole - _deviation(left) - _deviation(right) if falls else 0.0
                found.append((gain, at))
            elif total - before < support.lines:
                break
        insort(left, point.price)
        del right[bisect_left(right, point.price)]
        before += point.lines
    return found


def _deviation(ordered: Sequence[float]) -> float:
    """The sum of absolute deviations from the median."""
    half = len(ordered) // 2
    return sum(ordered[len(ordered) - half :]) - sum(ordered[:half])


def _stands(left: Sequence[_Point], right: Sequence[_Point], support: Support, cuts: int) -> bool:
    """Whether the votes of the accounts are lower on the right, beyond chance."""
    above, below = _votes(left), _votes(right)
    if min(len(above), len(below)) < support.accounts:
        return False
    high, low = float(median_low(above)), float(median_low(below))
    if low > high * (1 - LEAST_DROP):
        return False
    middle = (high + low) / 2
    cheap_left = sum(float(vote) < middle for vote in above)
    cheap_right = sum(float(vote) < middle for vote in below)
    chance = _chance(cheap_left, len(above), cheap_right, len(below))
    return chance * cuts <= LARGEST_CHANCE


def _chance(cheap_left: int, left: int, cheap_right: int, right: int) -> float:
    """Fisher's exact test: how likely at least so many cheap votes lie on the right by chance."""
    cheap = cheap_left + cheap_right
    ways = sum(
        comb(right, on_right) * comb(left, cheap - on_right)
        for on_right in range(cheap_right, min(right, cheap) + 1)
        if cheap - on_right <= left
    )
    return ways / comb(left + right, cheap)


def _votes(points: Sequence[_Point]) -> list[Decimal]:
    """Each account's median price, in order."""
    prices: dict[int, list[Decimal]] = defaultdict(list)
    for point in points:
        prices[point.account_id].append(point.exact)
    return sorted(median_low(each) for each in prices.values())


def _falling(segments: Sequence[Sequence[_Point]]) -> list[FoundTier]:
    """The segments as tiers; two of which the second is not noticeably cheaper become one."""
    kept: list[Sequence[_Point]] = []
    tiers: list[FoundTier] = []
    for segment in segments:
        if not segment:
            continue
        tier, points = _tier(segment), segment
        while tiers and tier.unit_price > tiers[-1].unit_price * Decimal(str(1 - LEAST_DROP)):
            points = [*kept.pop(), *points]
            tiers.pop()
            tier = _tier(points)
        kept.append(points)
        tiers.append(tier)
    return tiers


def _tier(points: Sequence[_Point]) -> FoundTier:
    votes = _votes(points)
    last = len(votes) - 1
    return FoundTier(
        min_quantity=points[0].quantity,
        unit_price=median_low(votes),
        low=votes[last // 4],
        high=votes[last - last // 4],
        lines=sum(point.lines for point in points),
        accounts=len(votes),
    )
