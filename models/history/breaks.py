"""Where the prices that were really paid break with the quantity.

Quantities of a product are cut in two, again and again, where that explains the prices best: binary
segmentation (Scott and Knott 1974; reviewed by Killick, Fearnhead and Eckley 2012, JASA 107) with
medians and absolute deviations instead of means and squares, so that a mistyped or a special price
moves nothing. A cut stands only if
- both sides have enough lines and accounts, and the price to the right is lower, noticeably;
- it holds account by account. On each side every account has one vote, its median price: so an
  account with prices of its own, or one that buys every week, counts once. How the votes lie on
  both sides of the middle must be beyond chance by Fisher's exact test, one-sided, at one in a
  thousand over all cuts that were possible (Bonferroni);
- it holds within the months. Votes are compared with votes of the same month only (as Mantel and
  Haenszel 1959 do, with the exact distribution): a price that was cut for a sale, when everybody
  bought more, is no tier.
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
from typing import Any, NamedTuple

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
    month: int


class Support(NamedTuple):
    """How much each tier must rest on at least."""

    lines: int = 10
    accounts: int = 3


@dataclass(frozen=True, slots=True)
class ProposedTier:
    """A price from a quantity on: the median of the accounts' own medians, the quartiles of these,
    and how many lines and accounts say so."""

    min_quantity: Decimal
    unit_price: Decimal
    low: Decimal
    high: Decimal
    lines: int
    accounts: int

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "from": str(self.min_quantity), "price": str(self.unit_price), "low": str(self.low),
            "high": str(self.high), "lines": self.lines, "accounts": self.accounts,
        }  # fmt: skip

    @classmethod
    def read(cls, kept: dict[str, Any]) -> ProposedTier:
        """As it was stored."""
        return cls(
            Decimal(kept["from"]), Decimal(kept["price"]), Decimal(kept["low"]),
            Decimal(kept["high"]), kept["lines"], kept["accounts"],
        )  # fmt: skip


class _Point(NamedTuple):
    """What one account paid, in the middle, for one quantity; of how many lines."""

    quantity: Decimal
    price: float
    exact: Decimal
    account_id: int
    lines: int
    month: int


class _Vote(NamedTuple):
    """An account's median price on one side of a cut, and when it was paid."""

    price: Decimal
    month: int


def find_tiers(paid: Iterable[Paid], support: Support) -> list[ProposedTier]:
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
    lines: dict[tuple[Decimal, int], list[_Vote]] = defaultdict(list)
    for quantity, price, account_id, month in paid:
        if price > 0 and quantity > 0:
            lines[quantity, account_id].append(_Vote(price, month))
    return sorted(
        _Point(
            quantity, float((it := median_low(votes)).price), it.price, account_id, len(votes),
            it.month,
        )
        for (quantity, account_id), votes in lines.items()
    )  # fmt: skip


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
    high, low = median_low(above).price, median_low(below).price
    if float(low) > float(high) * (1 - LEAST_DROP):
        return False
    return _chance(above, below, (high + low) / 2) * cuts <= LARGEST_CHANCE


def _chance(above: Sequence[_Vote], below: Sequence[_Vote], middle: Decimal) -> float:
    """How likely, by chance alone, at least so many of the votes under the middle lie on the right:
    the exact distribution over the months, in each of which who is cheap is shuffled."""
    months: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for side, votes in enumerate((above, below)):
        for vote in votes:
            months[vote.month][side] += 1
            months[vote.month][2 + side] += vote.price < middle
    spread, observed = [1.0], 0
    for left, right, cheap_left, cheap_right in months.values():
        cheap = cheap_left + cheap_right
        least, most = max(0, cheap - left), min(right, cheap)
        if least == most:  # nothing to shuffle
            continue
        ways = comb(left + right, cheap)
        odds = [
            comb(right, on_right) * comb(left, cheap - on_right) / ways
            for on_right in range(least, most + 1)
        ]
        spread = _together(spread, odds)
        observed += cheap_right - least
    return sum(spread[observed:])


def _together(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """The distribution of the sum of two counts."""
    sums = [0.0] * (len(one) + len(other) - 1)
    for first, likely in enumerate(one):
        for second, odds in enumerate(other):
            sums[first + second] += likely * odds
    return sums


def _votes(points: Sequence[_Point]) -> list[_Vote]:
    """Each account's median price, in order."""
    found: dict[int, list[_Vote]] = defaultdict(list)
    for point in points:
        found[point.account_id].append(_Vote(point.exact, point.month))
    return sorted(median_low(sorted(each)) for each in found.values())


def _falling(segments: Sequence[Sequence[_Point]]) -> list[ProposedTier]:
    """The segments as tiers; two of which the second is not noticeably cheaper become one."""
    kept: list[Sequence[_Point]] = []
    tiers: list[ProposedTier] = []
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


def _tier(points: Sequence[_Point]) -> ProposedTier:
    votes = _votes(points)
    last = len(votes) - 1
    return ProposedTier(
        min_quantity=points[0].quantity,
        unit_price=median_low(votes).price,
        low=votes[last // 4].price,
        high=votes[last - last // 4].price,
        lines=sum(point.lines for point in points),
        accounts=len(votes),
    )
