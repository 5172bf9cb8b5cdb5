"""The last months of business, day by day, through the operations that people's clicks go through.

The clock travels with the story. What is left open on the last day is what the demo starts with:
orders to release, to pick, to pack and to ship, held ones, late ones, backorders with their dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from jobs.demo.cast import BY_KEY, Cast, at
from jobs.demo.desk import sign_the_day
from jobs.demo.people import CUSTOMERS, GONE, Customer, working_day
from jobs.demo.plot import Plot
from jobs.demo.products import Item, basket
from jobs.demo.returns import send_back
from jobs.demo.supply import Supply
from models.accounts import Account
from models.fulfilment import (
    close_manifest,
    confirm_all,
    loads_waiting,
    pack,
    release_to_picking,
    ship_shipment,
)
from models.kernel import clock
from models.kernel.errors import Conflict, Refused
from models.orders import Order, release_hold
from models.receivables import Invoice, apply_payment, record_payment

DRIVER = "Derek"
LATE_AMONG = 5
"""Of the orders placed in the week before yesterday, one in so many is forgotten and late."""
CAME_LATE = 12
"""Orders that came after yesterday's van had left: today's work."""


@dataclass
class Story:
    """The days, and what each has coming to be shipped and paid."""

    cast: Cast
    supply: Supply
    plot: Plot
    due: dict[str, date] = field(default_factory=dict)
    to_ship: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    to_pay: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    placed_lately: int = 0

    def run(self, say: Callable[[str], None]) -> None:
        """Lives every day from the start to now, and says each month as it goes."""
        cast = self.cast
        for number, customer in enumerate(CUSTOMERS):
            self.due[customer.key] = cast.start + timedelta(days=number % 10)
        self.supply.stock_up()
        day = cast.start
        while day <= cast.today:
            if day.day == 1 or day == cast.start:
                say(f"{day:%B %Y}")
            self._live(day)
            cast.session.commit()
            day += timedelta(days=1)
        with clock.travelling(cast.now):
            self._begin_todays_work()
            cast.session.commit()

    def _live(self, day: date) -> None:
        """A day as far as it has come: the post, the goods in, the orders, the van."""
        cast = self.cast
        steps: list[tuple[int, Callable[[], None]]] = [
            (7, lambda: self._pay(day)),
            (7, lambda: send_back(cast, day)),
        ]
        if day.isoweekday() < 6:
            steps += [(8, lambda: self.supply.receive(day)), (9, lambda: self._order_all(day))]
            steps += [(14, lambda: self.plot.on(day)), (15, lambda: self._ship(day))]
            steps.append((16, self._hand_over))
        if day.isoweekday() == 3:
            steps.append((17, lambda: self.supply.buy(day)))
        if day.isoweekday() < 6 and cast.working_days_ago(5) <= day < cast.today:
            steps.append((17, lambda: sign_the_day(cast)))
        for hour, step in steps:
            if cast.has_come(at(day, hour)):
                with clock.travelling(at(day, hour)):
                    step()

    def _order_all(self, day: date) -> None:
        for customer in CUSTOMERS:
            if self.due[customer.key] <= day:
                self._order(customer, day)
        if day == self.cast.last_van:
            for customer in self.cast.chance.sample(CUSTOMERS, CAME_LATE):
                self._order(customer, day, hours=(15, 17))

    def _is_forgotten(self, day: date) -> bool:
        """Whether an order of the last week is one that nobody has got round to."""
        if not self.cast.working_days_ago(5) <= day < self.cast.working_days_ago(1):
            return False
        self.placed_lately += 1
        return self.placed_lately % LATE_AMONG == 0

    def _order(self, customer: Customer, day: date, hours: tuple[int, int] = (8, 13)) -> None:
        cast = self.cast
        if cast.tempo.trend_of(customer, day) < GONE:
            self.due[customer.key] = cast.today + timedelta(days=1)
            return
        self.due[customer.key] = day + cast.tempo.wait(customer, day, cast.chance)
        moment = at(day, cast.chance.randint(*hours), cast.chance.randint(0, 59))
        if not cast.has_come(moment):
            return
        with clock.travelling(moment):
            bought = self._there_soon(
                basket(customer, cast.favourites[customer.key], cast.chance), day
            )
            order = cast.place(customer, bought, day, by=cast.orderer(customer))
        came_too_late = hours[0] > 14 or day > cast.last_van
        if order is not None and not came_too_late and not self._is_forgotten(day):
            self.will_ship(order, day)

    def _there_soon(self, bought: list[tuple[Item, int]], day: date) -> list[tuple[Item, int]]:
        """Of a basket what is in stock, or on its way and here in ten days: nobody orders what
        has no date."""
        there, soon = self.cast.in_stock(), day + timedelta(days=10)
        return [
            (item, units)
            for item, units in bought
            if there[item.product.id] >= units
            or day <= self.supply.comes_on.get(item.product.id, day - timedelta(days=1)) <= soon
        ] or bought[:1]

    def will_ship(self, order: Order, day: date) -> None:
        """Most orders leave on the day they come, the others on the next."""
        leaves = day + timedelta(days=self.cast.chance.choice((0, 0, 0, 1)))
        self.to_ship[working_day(leaves)].append(order.id)

    def _begin_todays_work(self) -> None:
        """Of the open orders, one in four is released, one picked, one packed; the rest wait."""
        session, sam = self.cast.session, self.cast.staff["sam"]
        open_ids = session.scalars(
            select(Order.id).where(Order.status == "open").order_by(Order.id.desc())
        ).all()
        for number, order_id in enumerate(open_ids):
            if number % 4 == 0:
                continue
            try:
                lists = release_to_picking(session, order_id, by=sam)
            except (Refused, Conflict):
                continue
            for pick_list in lists if number % 4 > 1 else []:
                confirm_all(session, pick_list.id, by=sam)
                if number % 4 == 3:
                    pack(session, pick_list.shipment_id or 0, [], by=sam)

    def _ship(self, day: date) -> None:
        session, sam = self.cast.session, self.cast.staff["sam"]
        for order_id in self.plot.to_ship.pop(day, []) + self.to_ship.pop(day, []):
            order = session.get_one(Order, order_id)
            self._settle_holds(order, day)
            if order.status not in {"open", "partly_shipped"}:
                continue
            try:
                lists = release_to_picking(session, order.id, by=sam)
            except (Refused, Conflict):
                self._try_again(order_id, day)
                continue
            if not lists:  # credit or card stops it now; somebody decides until the next look
                self._try_again(order_id, day)
            for pick_list in lists:
                confirm_all(session, pick_list.id, by=sam)
                pack(session, pick_list.shipment_id or 0, [], by=sam)
                invoice = ship_shipment(session, pick_list.shipment_id or 0, by=sam)
                if invoice is not None:
                    self._will_pay(order, invoice)
            if order.status == "partly_shipped":
                self._try_again(order_id, day)

    def _hand_over(self) -> None:
        """The van leaves: the driver signs for what is on it."""
        session, sam = self.cast.session, self.cast.staff["sam"]
        for load in loads_waiting(session):
            close_manifest(
                session, self.cast.seller, load.warehouse_id, load.service, by=sam,
                handed_to=DRIVER,
            )  # fmt: skip

    def _try_again(self, order_id: int, day: date) -> None:
        """What has to wait for goods is looked at twice a week."""
        self.to_ship[working_day(day + timedelta(days=3))].append(order_id)

    def _settle_holds(self, order: Order, day: date) -> None:
        if order.status != "on_hold":
            return
        self.cast.session.refresh(order, ["holds"])
        for hold in order.open_holds:
            if hold.code == "awaiting_payment":
                self._prepay(order, day)
                release_hold(self.cast.session, order, hold.code, by=None,
                             reason="Paid by transfer")  # fmt: skip
            else:
                release_hold(self.cast.session, order, hold.code, by=self.cast.staff["mia"],
                             reason="Known customer, payment promised")  # fmt: skip

    def _prepay(self, order: Order, day: date) -> None:
        record_payment(
            self.cast.session, self.cast.session.get_one(Account, order.bill_to_account_id),
            seller=self.cast.seller, amount=order.total_amount, means="transfer", received_on=day,
            by=self.cast.staff["nora"], reference=order.number, order=order,
        )  # fmt: skip

    def _will_pay(self, order: Order, invoice: Invoice) -> None:
        if not invoice.open_amount:
            return
        key = next(k for k, a in self.cast.accounts.items() if a.id == order.account_id)
        late = round(self.cast.chance.gauss(BY_KEY[key].pays_days, 3))
        self.to_pay[invoice.due_on + timedelta(days=late)].append(invoice.id)

    def _pay(self, day: date) -> None:
        """The bank statement of the morning: each account pays its invoices of the day at once."""
        session, nora = self.cast.session, self.cast.staff["nora"]
        by_account: dict[int, list[Invoice]] = defaultdict(list)
        for invoice_id in self.to_pay.pop(day, []):
            invoice = session.get_one(Invoice, invoice_id)
            if invoice.open_amount:
                by_account[invoice.bill_to_account_id].append(invoice)
        for account_id, invoices in by_account.items():
            amounts = {invoice.id: invoice.open_amount for invoice in invoices}
            payment = record_payment(
                session, session.get_one(Account, account_id), seller=self.cast.seller,
                amount=sum(amounts.values(), Decimal(0)), means="transfer", received_on=day,
                by=nora, reference=" ".join(i.number for i in invoices)[:60],
            )  # fmt: skip
            apply_payment(session, payment, amounts, by=nora)
