"""Who and what a story is told with: people, goods, the calendar, and placing an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.demo.people import CUSTOMERS, Customer, Tempo, working_day
from jobs.demo.products import Item
from models.accounts import ACTING_CAPABILITIES, Account, Actor
from models.checkout import (
    Submission,
    add_to_cart,
    cart_lines,
    current_cart,
    place_for,
    place_order,
    pricing_context,
    propose,
)
from models.inventory import Stock
from models.kernel.errors import Refused
from models.kernel.seller import Seller
from models.orders import Order
from models.purchasing import Vendor

BY_KEY = {customer.key: customer for customer in CUSTOMERS}


@dataclass
class Cast:
    """Everything the days need. What is lived starts on `start`; the story ends at `now`."""

    session: Session
    seller: Seller
    items: list[Item]
    accounts: dict[str, Account]
    staff: dict[str, Actor]
    buyers: dict[str, Actor]
    vendors: dict[str, Vendor]
    warehouse_ids: list[int]
    chance: Random
    tempo: Tempo
    start: date
    now: datetime
    favourites: dict[str, list[Item]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.tempo.today

    def has_come(self, moment: datetime) -> bool:
        """Whether the story gets that far: what would happen later today has not happened."""
        return moment <= self.now

    def working_days_ago(self, count: int) -> date:
        """The working day so many working days before today's, or before the last one."""
        day = working_day(self.today, -1)
        for _ in range(count):
            day = working_day(date.fromordinal(day.toordinal() - 1), -1)
        return day

    @property
    def last_van(self) -> date:
        """The last day on which the van has left, at three in the afternoon."""
        latest = self.working_days_ago(0)
        return latest if self.has_come(at(latest, 15)) else self.working_days_ago(1)

    def in_stock(self) -> dict[int, Decimal]:
        """How many units of each product nobody has been promised."""
        rows = self.session.execute(
            select(Stock.product_id, func.sum(Stock.on_hand - Stock.allocated)).group_by(
                Stock.product_id
            )
        )
        return {row[0]: row[1] for row in rows}

    def choose_favourites(self) -> None:
        """What each account likes to buy."""
        weights = [item.popularity for item in self.items]
        for customer in CUSTOMERS:
            chosen = self.chance.choices(self.items, weights, k=24 + customer.lines * 4)
            self.favourites[customer.key] = list(dict.fromkeys(chosen))

    def orderer(self, customer: Customer) -> Actor:
        """Who orders this time: a buyer of theirs, their rep, or the desk by phone."""
        if customer.key in self.buyers and self.chance.random() < 0.8:
            return self.buyers[customer.key]
        key = customer.rep if self.chance.random() < 0.6 else "olu"
        person = self.staff[key]
        return Actor(
            id=person.id, name=person.name, is_staff=True, permissions=person.permissions,
            capabilities=ACTING_CAPABILITIES, account_id=self.accounts[customer.key].id,
        )  # fmt: skip

    def place(
        self,
        customer: Customer,
        chosen: list[tuple[Item, int]],
        day: date,
        *,
        by: Actor,
        means: str = "",
        key: str = "",
        rest: str = "partial",
    ) -> Order | None:
        """Orders it as a person would: on the pad, reviewed, placed. None where it is refused.

        `rest` is what becomes of what is not in stock.
        """
        account = self.accounts[customer.key]
        cart = current_cart(self.session, account, by)
        place = place_for(self.session, self.seller, account, cart.ship_to_id)
        add_to_cart(
            self.session, cart, {item.product.id: Decimal(units) for item, units in chosen},
            context=pricing_context(account, self.seller), warehouse_ids=place.warehouse_ids, by=by,
        )  # fmt: skip
        proposal = propose(self.session, cart, place, lines=cart_lines(self.session, cart))
        usual = "transfer" if customer.terms == "PREPAY" else "on_account"
        submission = Submission(
            key=key or f"demo-{customer.key}-{day:%Y%m%d}",
            shown_total=proposal.total,
            po_number=_po_number(customer, day, is_second=bool(key)),
            payment_means=means or usual,
            backorder_choice=rest,
            channel=_channel(customer, by),
            caller="" if not by.is_staff or by.name == customer.rep else "Buying desk",
        )
        try:
            return place_order(self.session, cart.id, account.id, submission, by=by)
        except Refused:
            self.session.rollback()
            return None


def _po_number(customer: Customer, day: date, *, is_second: bool) -> str:
    number = f"{customer.key[:2].upper()}-{day:%y%m%d}"
    return "" if customer.lines < 6 else f"{number}-2" if is_second else number


def _channel(customer: Customer, by: Actor) -> str:
    if not by.is_staff:
        return "web"
    return "rep" if by.name == customer.rep else "phone"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That time of the day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
