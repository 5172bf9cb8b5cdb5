"""The whole import worked out before anything is written: what each line becomes.

A plan follows from the file alone, so that a run that was killed and started again plans the
same and only writes what is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.history.countries import country_code
from models.history.documents import (
    Gathered,
    Numbering,
    PastDocument,
    Sorted,
    sort_lines,
    split,
)
from models.history.kinds import LEFT_OUT, PRODUCT_KINDS, Count, Kind, Rules
from models.history.matching import Matches, match_credits
from models.history.past import Rejection


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the past. `country` is an ISO code, empty where the file names none."""

    id: str
    name: str
    country: str


@dataclass(slots=True)
class Plan:
    """What is to be written, and the count of every line by kind.

    `goods` are the products by code with their names, `customers` those by the file's id;
    `unknown_countries` counts customers by a country's name that nothing is known by.
    """

    documents: list[PastDocument] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    left_out: list[Sorted] = field(default_factory=list)
    kinds: dict[Kind, Count] = field(default_factory=dict)
    goods: dict[str, str] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    unknown_countries: Counter[str] = field(default_factory=Counter)
    matches: Matches = field(default_factory=Matches)

    @property
    def has_counter_sales(self) -> bool:
        return any(not document.customer for document in self.documents)

    def count(self, kind: Kind, row: Rejection | Sorted) -> None:
        """Counts a row under its kind."""
        counted = self.kinds.setdefault(kind, Count())
        if isinstance(row, Rejection):
            counted.add(row.quantity, row.amount)
        else:
            counted.add(row[1].quantity, row[1].amount)


def make_plan(
    gathered: Iterable[Gathered],
    unreadable: Iterable[Rejection],
    *,
    rules: Rules,
    numbering: Numbering,
    taken: Collection[str],
    shift: timedelta,
    country_aliases: Mapping[str, str],
) -> Plan:
    """The plan of documents gathered oldest first, moved by `shift`.

    `taken` are the numbers of documents that did not come from an import: whatever would get one
    of them is rejected. `unreadable` rows are counted among the rejected.
    """
    plan = Plan(rejections=list(unreadable))
    used = set(taken)
    kept: list[list[Sorted]] = []
    for each in gathered:
        rows, rejected = sort_lines(each, rules, numbering)
        documents = split(each.number, each.customer, each.at + shift, rows, numbering)
        double = next((one.number for one in documents if one.number in used), None)
        plan.rejections.extend(rejected)
        if double is not None:
            plan.rejections.extend(_taken(double, rows))
            continue
        used.update(one.number for one in documents)
        plan.documents.extend(documents)
        plan.left_out.extend(row for row in rows if row[0] in LEFT_OUT)
        kept.append(rows)
    _count(plan, kept)
    plan.goods = _goods(kept)
    _name_customers(plan, kept, country_aliases)
    plan.matches = match_credits(plan.documents)
    return plan


def whole_weeks(last: date, today: date) -> timedelta:
    """How far to move so that `last` falls on today or one of the six days before it."""
    return timedelta(weeks=(today - last).days // 7)


def _taken(number: str, rows: Iterable[Sorted]) -> list[Rejection]:
    reason = f"Another document has the number {number}. Give the imported ones a prefix."
    return [Rejection(line.line, reason, line.quantity, line.amount) for _, line in rows]


def _count(plan: Plan, documents: list[list[Sorted]]) -> None:
    for rows in documents:
        for row in rows:
            plan.count(row[0], row)
    plan.kinds.setdefault(Kind.REJECTED, Count())
    for rejection in plan.rejections:
        plan.count(Kind.REJECTED, rejection)
    plan.rejections.sort(key=lambda row: row.line)


def _goods(documents: list[list[Sorted]]) -> dict[str, str]:
    """Every product's most frequent description, or its code where it never had one."""
    names: dict[str, Counter[str]] = {}
    for rows in documents:
        for kind, line in rows:
            if kind in PRODUCT_KINDS:
                found = names.setdefault(line.code, Counter())
                if line.description:
                    found[line.description] += 1
    return {
        code: found.most_common(1)[0][0] if found else code for code, found in sorted(names.items())
    }


def _name_customers(plan: Plan, documents: list[list[Sorted]], aliases: Mapping[str, str]) -> None:
    """Every customer's most frequent name and country: some appear under two."""
    names: dict[str, Counter[str]] = {}
    countries: dict[str, Counter[str]] = {}
    for rows in documents:
        for kind, line in rows:
            if line.customer and kind not in LEFT_OUT:
                names.setdefault(line.customer, Counter())[line.customer_name] += 1
                countries.setdefault(line.customer, Counter())[line.country] += 1
    codes: dict[str, str | None] = {"": ""}
    for id_, seen in sorted(countries.items()):
        country = seen.most_common(1)[0][0]
        if country not in codes:
            codes[country] = country_code(country, aliases)
        code = codes[country]
        if code is None:
            plan.unknown_countries[country] += 1
        plan.customers[id_] = Customer(id_, names[id_].most_common(1)[0][0], code or "")
