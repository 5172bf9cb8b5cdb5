"""What the resolver is asked, what it answers, and the facts it decides from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class PricingContext:
    """For whom, in which currency and on which business day (the seller's) prices are asked.

    `account_id` is None for a visitor, who sees the base list.
    """

    account_id: int | None
    currency: str
    on: date


class Ask(NamedTuple):
    """A product and how many base units of it; None asks for the smallest that can be ordered."""

    product_id: int
    quantity: Decimal | None = None


class Tier(NamedTuple):
    """A price from `min_quantity` base units on, and where it comes from.

    `list_id` is the list that grants it; in a derived list `entry_id` is the entry it was
    reckoned from and `rule_id` the rule (None: the list's own percentage).
    """

    min_quantity: Decimal
    unit_price: Decimal
    list_id: int
    entry_id: int
    rule_id: int | None
    floor_price: Decimal | None


class QuantityRules(NamedTuple):
    """How many base units may be ordered. `runs_out` lets the last ones go below the multiple."""

    minimum: Decimal
    multiple: Decimal
    maximum: Decimal | None
    decimals: int = 0
    runs_out: bool = False


class Price(NamedTuple):
    """The answer for one ask. `unit_price` None means "price on request".

    `unit_price` is without tax, per `price_per` base units, four decimals. `tier` is the
    `min_quantity` that it starts from and `counted` the quantity that reached it (the variant
    family's where the list adds up). `tiers` are all breaks that this account could reach.
    """

    product_id: int
    quantity: Decimal
    counted: Decimal
    currency: str
    unit_price: Decimal | None
    price_per: int
    list_id: int | None
    entry_id: int | None
    rule_id: int | None
    tier: Decimal | None
    tiers: tuple[tuple[Decimal, Decimal], ...]
    floor_price: Decimal | None
    rules: QuantityRules
    visible: bool

    @property
    def minimum(self) -> Decimal:
        return self.rules.minimum

    @property
    def multiple(self) -> Decimal:
        return self.rules.multiple

    @property
    def maximum(self) -> Decimal | None:
        return self.rules.maximum

    @property
    def is_on_request(self) -> bool:
        return self.unit_price is None


class DerivationRule(NamedTuple):
    """One category or brand of a derived list; `category_path` is the slugs from the root."""

    id: int
    category_path: str | None
    brand_id: int | None
    percent: Decimal
    rounding_step: Decimal | None


@dataclass(frozen=True, slots=True)
class ListTerms:
    """What the resolver knows of a list. `place` is None where it is only derived from."""

    id: int
    code: str
    name: str
    kind: str
    place: int | None
    is_exclusive: bool
    is_only: bool
    adds_variants: bool
    derived_from_id: int | None
    percent: Decimal | None
    rounding_step: Decimal
    floor_percent: Decimal | None
    valid_from: date
    valid_to: date | None
    rules: tuple[DerivationRule, ...]


class ProductFacts(NamedTuple):
    """A product as prices see it, with the fixed tiers of every list that matters."""

    id: int
    parent_id: int | None
    price_per: int
    category_path: str
    brand_id: int | None
    rules: QuantityRules
    visible: bool
    fixed: dict[int, list[Tier]]


class Offer(NamedTuple):
    """The tiers of one candidate list for one product, smallest quantity first."""

    terms: ListTerms
    tiers: list[Tier]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything one call decides from: candidate lists in order, all lists, the products."""

    candidates: tuple[ListTerms, ...]
    lists: dict[int, ListTerms]
    products: dict[int, ProductFacts]
    fitting: dict[tuple[int, str, int | None], DerivationRule | None] = field(default_factory=dict)
    """What deriving has found out already: the rule per list, category and brand."""
