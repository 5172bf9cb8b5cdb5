"""A change of a placed order: what somebody wants, and what it would make of the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models.accounts import Address
from models.checkout.summing import CHARGE_TAX_CATEGORY, ProposedCharge
from models.inventory import Calendar
from models.kernel.errors import Problem
from models.orders import OrderCharge, OrderLine
from models.pricing import Price, Tax


@dataclass(frozen=True, slots=True)
class LineWish:
    """How many of a line the customer is to get in all, what was shipped included.

    `takes_new_price` chooses today's price for all of it where the quantity crosses a break,
    `splits_pack` a quantity that is not by the pack.
    """

    line_id: int
    quantity: Decimal
    takes_new_price: bool = False
    splits_pack: bool = False


@dataclass(frozen=True, slots=True)
class Addition:
    """A product to add. More of one that is on the order raises its line. `splits_pack` as of a
    line."""

    product_id: int
    quantity: Decimal
    splits_pack: bool = False


@dataclass(frozen=True, slots=True)
class HeadWish:
    """The facts of the whole order; no `ship_to_id` leaves the address as it is."""

    ship_to_id: int | None
    requested_on: date | None
    po_number: str
    freight_choice: str


@dataclass(frozen=True, slots=True)
class ChargeWish:
    """What a charge is to be, set by hand, net of tax; 0 waives it, None lets the rules hold again.

    `carriage`, `small_order` and `split_pack` are once on an order at most: the wish is for the one
    that is there, or for one to come. Of others, a `fee`, `charge_id` is the one on the order;
    without it one is added, with a name and a tax category of its own.
    """

    amount: Decimal | None
    kind: str = "fee"
    charge_id: int | None = None
    name: str = ""
    tax_category: str = CHARGE_TAX_CATEGORY


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants changed."""

    lines: tuple[LineWish, ...] = ()
    added: tuple[Addition, ...] = ()
    head: HeadWish | None = None
    charges: tuple[ChargeWish, ...] = ()


@dataclass(frozen=True, slots=True)
class Amendment:
    """A form as it was confirmed: `key` is unique to it, `shown_total` what the person saw, and
    `version` the order as it was when they began."""

    key: str
    version: int
    shown_total: Decimal
    wishes: Wishes
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """The price that a line has, and the one that its new quantity has today."""

    old: Decimal
    new: Decimal
    takes_new: bool


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line as it would be. `line` is None for one that is added.

    `before` and `after` are what the customer gets of it in all; `price` is today's, where it was
    asked for. `short` units of what is added have no stock now. `is_split` says that it is sold
    otherwise than by the pack, `may_split` that the person may choose so for the new quantity.
    `has_price` is False where so many have none: it then counts for nothing; `price_if_split` is
    what they cost if that is chosen.
    """

    line: OrderLine | None
    product_id: int | None
    sku: str
    name: str
    before: Decimal
    after: Decimal
    unit_price: Decimal
    price_per: int
    amount: Decimal
    tax: Tax
    price: Price | None = None
    offer: PriceOffer | None = None
    short: Decimal = Decimal(0)
    ship_on: date | None = None
    problem: str = ""
    is_split: bool = False
    may_split: bool = False
    has_price: bool = True
    price_if_split: Decimal | None = None

    @property
    def is_changed(self) -> bool:
        return (
            self.line is None
            or self.before != self.after
            or self.unit_price != self.line.unit_price
        )

    @property
    def field(self) -> str:
        """The form's field that a problem of it belongs to."""
        return f"quantity-{self.line.id}" if self.line else f"added-{self.product_id}"


@dataclass(frozen=True, slots=True)
class SettledCharge:
    """A charge as it is set by hand; `row` is the one on the order, None where it is added."""

    row: OrderCharge | None
    kind: str
    text: str
    amount: Decimal
    tax: Tax
    tax_category: str


@dataclass(frozen=True, slots=True)
class Change:
    """What the wishes would make of the order. Amounts in its currency.

    `changes` are the differences as the timeline keeps them: `what`, `before`, `after`. The charges
    are those that stay as they are, those that are set by hand, and those reckoned anew;
    `charges_by_rule` are the kinds that were by hand and are no more.
    """

    plans: tuple[LinePlan, ...]
    changes: tuple[dict[str, Any], ...]
    kept_charges: tuple[OrderCharge, ...]
    settled_charges: tuple[SettledCharge, ...]
    charges_by_rule: frozenset[str]
    charges: tuple[ProposedCharge, ...]
    goods: Decimal
    charged: Decimal
    tax: Decimal
    total_before: Decimal
    total: Decimal
    carriage_unknown: bool
    calendar: Calendar
    ships_from: date
    moves_dates: bool
    ship_to: Address | None
    warehouse_id: int
    problems: tuple[Problem, ...]

    @property
    def changed_lines(self) -> tuple[LinePlan, ...]:
        return tuple(plan for plan in self.plans if plan.is_changed)

    @property
    def changes_lines(self) -> bool:
        return bool(self.changed_lines)

    @property
    def newly_split(self) -> tuple[LinePlan, ...]:
        """The lines that break a pack by this change: somebody has to say why."""
        return tuple(
            plan
            for plan in self.plans
            if plan.is_split and not (plan.line and plan.line.pack_reason)
        )

    @property
    def sets_charges(self) -> bool:
        """Whether somebody decides on a charge, and has to say why."""
        return bool(self.settled_charges or self.charges_by_rule)

    @property
    def settles_carriage(self) -> bool:
        return any(each.kind == "carriage" for each in self.settled_charges)

    @property
    def is_empty(self) -> bool:
        return not self.changes

    @property
    def rises(self) -> bool:
        return self.total > self.total_before
