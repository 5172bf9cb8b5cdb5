"""Three months of business, day by day, through the operations that people's clicks go through.

The clock travels with the story. What is left open on the last day is what the demo starts with:
orders to release, to pick, to pack, a held one, a late one, a backorder with a purchase order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.demo.people import CUSTOMERS, Customer, pace_on
from jobs.demo.products import Item, basket
from jobs.demo.returns import send_back
from models.accounts import (
    ACTING_CAPABILITIES,
    Account,
    Actor,
)
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
from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.inventory import Stock
from models.kernel import clock
from models.kernel.errors import Conflict, Refused
from models.kernel.seller import Seller
from models.orders import Order, release_hold
from models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    Vendor,
    Wanted,
    raise_purchase_order,
    receive_goods,
    send_purchase_order,
)
from models.receivables import Invoice, apply_payment, record_payment

Day = date
RECENT_DAYS = 4
BUSY = 7
"""Orders a day in the last days, which the demo starts with."""


@dataclass
class Story:
    """Everything the days need. The company `began` long before the `start` of what is lived."""

    session: Session
    seller: Seller
    items: list[Item]
    accounts: dict[str, Account]
    staff: dict[str, Actor]
    buyers: dict[str, Actor]
    vendors: dict[str, Vendor]
    warehouse_ids: list[int]
    chance: Random
    began: Day
    start: Day
    today: Day
    due: dict[str, Day] = field(default_factory=dict)
    favourites: dict[str, list[Item]] = field(default_factory=dict)
    to_ship: dict[Day, list[int]] = field(default_factory=lambda: defaultdict(list))
    to_pay: dict[Day, list[int]] = field(default_factory=lambda: defaultdict(list))
    to_receive: dict[Day, list[int]] = field(default_factory=lambda: defaultdict(list))

    def run(self, say: Callable[[str], None]) -> None:
        """Lives every day from the start to today, and says each month as it goes."""
        self._stock_up()
        day = self.start
        while day <= self.today:
            if day.day == 1 or day == self.start:
                say(f"{day:%B %Y}")
            self._live(day)
            self.session.commit()
            day += timedelta(days=1)
        with clock.travelling(_at(self.today, 7, 30)):
            self._begin_todays_work()
            self.session.commit()

    def _live(self, day: Day) -> None:
        with clock.travelling(_at(day, 7)):
            self._pay(day)
        with clock.travelling(_at(day, 7, 15)):
            send_back(self.session, (self.today - day).days, buyers=self.buyers, staff=self.staff)
        if day.isoweekday() > 5:
            return
        with clock.travelling(_at(day, 8)):
            self._receive(day)
        for customer in CUSTOMERS:
            if self.due.get(customer.key, self.start) <= day:
                self._order(customer, day)
        if self._is_recent(day):
            for customer in self.chance.sample(CUSTOMERS, BUSY):
                self._order(customer, day)
        with clock.travelling(_at(day, 15)):
            self._ship(day)
        if day.isoweekday() == 3:
            with clock.travelling(_at(day, 17)):
                self._buy(day)

    def _is_recent(self, day: Day) -> bool:
        """Whether what is ordered on this day is still in the house at the end of the story."""
        return day >= self.today - timedelta(days=RECENT_DAYS)

    def _begin_todays_work(self) -> None:
        """Of the open orders, one in four is released, one picked, one packed; the rest wait."""
        open_ids = self.session.scalars(
            select(Order.id).where(Order.status == "open").order_by(Order.id)
        ).all()
        sam = self.staff["sam"]
        for number, order_id in enumerate(open_ids):
            if number % 4 == 0:
                continue
            try:
                lists = release_to_picking(self.session, order_id, by=sam)
            except (Refused, Conflict):
                continue
            for pick_list in lists if number % 4 > 1 else []:
                confirm_all(self.session, pick_list.id, by=sam)
                if number % 4 == 3:
                    pack(self.session, pick_list.shipment_id or 0, [], by=sam)

    def choose_favourites(self) -> None:
        """What each account likes to buy, and when it orders first."""
        weights = [item.popularity for item in self.items]
        for number, customer in enumerate(CUSTOMERS):
            count = 24 + customer.lines * 4
            chosen = self.chance.choices(self.items, weights, k=count)
            self.favourites[customer.key] = list(dict.fromkeys(chosen))
            self.due[customer.key] = self.start + timedelta(days=number % 10)

    def _stock_up(self) -> None:
        """Opening stock: about three months of sales, received against purchase orders."""
        with clock.travelling(_at(self.start - timedelta(days=4), 9)):
            by_shelf: dict[str, list[Item]] = defaultdict(list)
            for item in self.items:
                by_shelf[item.department].append(item)
            for warehouse_id, share in zip(self.warehouse_ids, (Decimal(1), Decimal("0.45")),
                                           strict=True):  # fmt: skip
                for shelf, items in by_shelf.items():
                    wanted = [
                        Wanted(item.product.id, _whole(item, share * _three_months(item)))
                        for item in items
                    ]
                    order = self._raise(shelf, warehouse_id, wanted, self.start)
                    self._take_in(order)
            self.session.commit()

    def _order(self, customer: Customer, day: Day) -> None:
        pace = pace_on(customer, day, self.began, self.today)
        if pace < 0.25:
            self.due[customer.key] = self.today + timedelta(days=999)
            return
        wait = customer.every_days / pace * self.chance.uniform(0.7, 1.35)
        self.due[customer.key] = day + timedelta(days=max(1, round(wait)))
        hour = self.chance.randint(8, 13)
        with clock.travelling(_at(day, hour, self.chance.randint(0, 59))):
            order = self._place(customer, day)
        if order is not None and not self._is_recent(day):
            self.to_ship[_next_working(day, self.chance.choice((0, 0, 0, 1)))].append(order.id)

    def _place(self, customer: Customer, day: Day) -> Order | None:
        account = self.accounts[customer.key]
        by = self._orderer(customer, account)
        cart = current_cart(self.session, account, by)
        place = place_for(self.session, self.seller, account, cart.ship_to_id)
        bought = basket(customer, self.favourites[customer.key], self.chance)
        chosen = {item.product.id: Decimal(units) for item, units in bought}
        add_to_cart(
            self.session, cart, chosen, context=pricing_context(account, self.seller),
            warehouse_ids=place.warehouse_ids, by=by,
        )  # fmt: skip
        proposal = propose(self.session, cart, place, lines=cart_lines(self.session, cart))
        submission = Submission(
            key=f"demo-{customer.key}-{day:%Y%m%d}",
            shown_total=proposal.total,
            po_number=f"{customer.key[:2].upper()}-{day:%y%m%d}" if customer.lines > 5 else "",
            payment_means="transfer" if customer.terms == "PREPAY" else "on_account",
            channel="web" if not by.is_staff or by.name == customer.rep else "phone",
        )
        try:
            return place_order(self.session, cart.id, account.id, submission, by=by)
        except Refused:
            self.session.rollback()
            return None

    def _orderer(self, customer: Customer, account: Account) -> Actor:
        if customer.key in self.buyers and self.chance.random() < 0.8:
            return self.buyers[customer.key]
        key = customer.rep if self.chance.random() < 0.6 else "olu"
        person = self.staff[key]
        return Actor(
            id=person.id, name=person.name, is_staff=True, permissions=person.permissions,
            capabilities=ACTING_CAPABILITIES, account_id=account.id,
        )  # fmt: skip

    def _ship(self, day: Day) -> None:
        for order_id in self.to_ship.pop(day, []):
            order = self.session.get_one(Order, order_id)
            self._settle_holds(order, day)
            if order.status not in {"open", "partly_shipped"}:
                continue
            try:
                lists = release_to_picking(self.session, order.id, by=self.staff["sam"])
            except (Refused, Conflict):
                self.to_ship[_next_working(day, 5)].append(order_id)
                continue
            for pick_list in lists:
                confirm_all(self.session, pick_list.id, by=self.staff["sam"])
                pack(self.session, pick_list.shipment_id or 0, [], by=self.staff["sam"])
                invoice = ship_shipment(
                    self.session, pick_list.shipment_id or 0, by=self.staff["sam"]
                )
                if invoice is not None:
                    self._will_pay(order, invoice)
            if order.status == "partly_shipped":
                self.to_ship[_next_working(day, 4)].append(order_id)

    def _settle_holds(self, order: Order, day: Day) -> None:
        if order.status != "on_hold":
            return
        self.session.refresh(order, ["holds"])
        for hold in order.open_holds:
            if hold.code == "awaiting_payment":
                self._prepay(order, day)
                release_hold(self.session, order, hold.code, by=None, reason="Paid by transfer")
            else:
                release_hold(self.session, order, hold.code, by=self.staff["mia"],
                             reason="Known customer, payment promised")  # fmt: skip

    def _prepay(self, order: Order, day: Day) -> None:
        record_payment(
            self.session, self.session.get_one(Account, order.bill_to_account_id),
            seller=self.seller, amount=order.total_amount, means="transfer", received_on=day,
            by=self.staff["nora"], reference=order.number, order=order,
        )  # fmt: skip

    def _will_pay(self, order: Order, invoice: Invoice) -> None:
        if not invoice.open_amount:
            return
        key = next(k for k, a in self.accounts.items() if a.id == order.account_id)
        customer = next(c for c in CUSTOMERS if c.key == key)
        late = round(self.chance.gauss(customer.pays_days, 3))
        self.to_pay[invoice.due_on + timedelta(days=late)].append(invoice.id)

    def _pay(self, day: Day) -> None:
        by_account: dict[int, list[Invoice]] = defaultdict(list)
        for invoice_id in self.to_pay.pop(day, []):
            invoice = self.session.get_one(Invoice, invoice_id)
            if not invoice.open_amount:
                continue
            by_account[invoice.bill_to_account_id].append(invoice)
        for account_id, invoices in by_account.items():
            amounts = {invoice.id: invoice.open_amount for invoice in invoices}
            payment = record_payment(
                self.session, self.session.get_one(Account, account_id), seller=self.seller,
                amount=sum(amounts.values(), Decimal(0)), means="transfer", received_on=day,
                by=self.staff["nora"], reference=" ".join(i.number for i in invoices)[:60],
            )  # fmt: skip
            apply_payment(self.session, payment, amounts, by=self.staff["nora"])

    def _buy(self, day: Day) -> None:
        """Every Wednesday: what has fallen below a month of sales is bought anew."""
        levels = self.session.execute(
            select(Stock.product_id, Stock.warehouse_id, (Stock.on_hand - Stock.allocated))
        )
        coming = self._coming()
        items = {item.product.id: item for item in self.items}
        wanted: dict[tuple[str, int], list[Wanted]] = defaultdict(list)
        for product_id, warehouse_id, free in levels:
            item = items[product_id]
            share = Decimal(1) if warehouse_id == self.warehouse_ids[0] else Decimal("0.45")
            month = share * _three_months(item) / 3
            if free + coming.get((product_id, warehouse_id), 0) < month:
                quantity = _whole(item, month * 3)
                wanted[item.department, warehouse_id].append(Wanted(product_id, quantity))
        for (shelf, warehouse_id), rows in wanted.items():
            lead = self.vendors[shelf].lead_time_days + self.chance.randint(-2, 5)
            arrives = _next_working(day + timedelta(days=lead), 0)
            order = self._raise(shelf, warehouse_id, rows, arrives)
            self.to_receive[arrives].append(order.id)

    def _coming(self) -> dict[tuple[int, int], Decimal]:
        rows = self.session.execute(
            select(
                PurchaseOrderLine.product_id,
                PurchaseOrder.warehouse_id,
                func.sum(PurchaseOrderLine.ordered - PurchaseOrderLine.received),
            )
            .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
            .where(PurchaseOrder.state.in_(("sent", "partly_received")))
            .group_by(PurchaseOrderLine.product_id, PurchaseOrder.warehouse_id)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def _raise(
        self, shelf: str, warehouse_id: int, wanted: list[Wanted], arrives: Day
    ) -> PurchaseOrder:
        order = raise_purchase_order(
            self.session, seller_id=self.seller.id, vendor=self.vendors[shelf],
            warehouse_id=warehouse_id, wanted=wanted, expected_on=arrives,
            submission_key=uuid4().hex, by=self.staff["pat"],
        )  # fmt: skip
        send_purchase_order(self.session, order.id, by=self.staff["pat"])
        return order

    def _receive(self, day: Day) -> None:
        for order_id in self.to_receive.pop(day, []):
            self._take_in(self.session.get_one(PurchaseOrder, order_id))

    def _take_in(self, order: PurchaseOrder) -> None:
        lines = self.session.scalars(
            select(PurchaseOrderLine).where(PurchaseOrderLine.purchase_order_id == order.id)
        ).all()
        receive_goods(
            self.session, order.id, {line.id: line.ordered for line in lines},
            submission_key=f"demo-{order.number}", by=self.staff["pat"],
        )  # fmt: skip


def _at(day: Day, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def _next_working(day: Day, days: int) -> Day:
    current = day + timedelta(days=days)
    while current.isoweekday() > 5:
        current += timedelta(days=1)
    return current


def _three_months(item: Item) -> Decimal:
    return Decimal(round(item.inner * (6 + item.popularity * 12)))


def _whole(item: Item, units: Decimal) -> Decimal:
    return Decimal(max(1, round(units / item.inner)) * item.inner)
