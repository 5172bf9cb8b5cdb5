"""What the demo's story tells for certain: each has its day, counted back from the last one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from jobs.demo.cards import RETURN_TO, CardTill
from jobs.demo.cast import BY_KEY, Cast
from jobs.demo.people import working_day
from jobs.demo.products import Item, basket
from jobs.demo.supply import Supply
from models.accounts import Note, apply_for_account
from models.catalog import note_on_product
from models.kernel import clock
from models.orders import Order
from models.purchasing import Wanted
from models.receivables import (
    apply_payment,
    begin_invoice_payment,
    begin_order_payment,
    open_invoices,
    record_payment,
)

NOTES = (
    ("oldmill", "alert", "Pays five weeks late. Ask Mia before an order goes out."),
    ("fernhill", "internal", "Opens a second garden centre in the spring and wants pallet prices."),
    ("lapsing", "internal", "No order since the summer. They said prices; a visit is worth it."),
    ("dales", "delivery", "One drop for all five shops; each carton marked with the shop's name."),
)
GOODS_NOTES = (
    ("Vase", "picking", "Each in a box of its own, never on its side."),
    ("Spring bulbs", "delivery", "Unpack on the day, keep dry and cool until they are planted."),
)
"""By what the names of the products begin with."""
APPLICANTS = (
    (3, {"company": "Moss & Fern", "contact": "Leila Haddad", "email": "leila@mossandfern.example",
         "phone": "01423 555 871", "trade": "Plant shop and café", "line1": "8 Montpellier Parade",
         "city": "Harrogate", "postcode": "HG1 2TG", "country": "GB",
         "message": "We open in three weeks and would like to order pots and tools."}),
    (1, {"company": "Staithes Stores", "contact": "Owen Verrill", "email": "owen@staithes.example",
         "phone": "01947 555 204", "trade": "Village shop", "line1": "High Street",
         "city": "Staithes", "postcode": "TS13 5BQ", "country": "GB",
         "message": "Enamel and twine for the season, please."}),
)  # fmt: skip
"""Working days ago, and what they wrote."""
GOODS_COME_IN = timedelta(days=6)
"""How long after today the purchase order of the told backorder comes."""


@dataclass
class Plot:
    """The told events by their day; `to_ship` are orders of theirs that leave on a day."""

    cast: Cast
    supply: Supply
    till: CardTill
    to_ship: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        told: tuple[tuple[int, Callable[[date], None]], ...] = (
            (17, self._order_by_card),
            (14, self._pay_by_cheque),
            (12, self._pay_in_part),
            (10, self._pay_invoice_by_card),
            (9, self._take_notes),
            (5, self._order_more_than_there_is),
            (4, lambda day: self._pay_without_reference("attic", "transfer", "500", day)),
            (2, lambda day: self._pay_without_reference("kendal", "cheque", "820.50", day)),
            (1, self._leave_card_order_unpaid),
            (1, lambda day: self._order_and_wait("oldmill", day)),
            (1, lambda day: self._order_and_wait("carder", day)),
        )
        self._told: dict[date, list[Callable[[date], None]]] = defaultdict(list)
        for ago, event in told:
            self._told[self.cast.working_days_ago(ago)].append(event)
        for ago, facts in APPLICANTS:
            self._told[self.cast.working_days_ago(ago)].append(
                lambda _day, facts=facts: self._apply(facts)
            )

    def on(self, day: date) -> None:
        """Lets happen whatever is told of this day; the clock stands there."""
        for event in self._told.get(day, []):
            event(day)

    def _maya_orders(self, day: date, what: str) -> Order | None:
        customer, cast = BY_KEY["seaglass-rhb"], self.cast
        bought = basket(customer, cast.favourites["seaglass"], cast.chance)
        maya = cast.buyers["seaglass"]
        return cast.place(
            BY_KEY["seaglass"], bought, day, by=maya, means="card", rest="cancel_rest",
            key=f"demo-{what}-{day:%Y%m%d}",
        )  # fmt: skip

    def _order_by_card(self, day: date) -> None:
        """Ordered, paid on the card page, shipped on the next day."""
        order = self._maya_orders(day, "card")
        if order is None:
            return
        session = self.cast.session
        attempt = begin_order_payment(
            session, order.id, returning_to=RETURN_TO, by=self.cast.buyers["seaglass"]
        )
        if attempt is not None:
            self.till.pay(session, attempt)
        self.to_ship[working_day(day + timedelta(days=1))].append(order.id)

    def _leave_card_order_unpaid(self, day: date) -> None:
        """Ordered to be paid by card, and the window was closed before paying."""
        self._maya_orders(day, "unpaid")

    def _pay_invoice_by_card(self, _day: date) -> None:
        account = self.cast.accounts["seaglass"]
        invoice = next(iter(self._open_of("seaglass")), None)
        if invoice is None:
            return
        attempt = begin_invoice_payment(
            self.cast.session, account, {invoice.id: invoice.open_amount},
            returning_to=RETURN_TO, by=self.cast.buyers["seaglass"],
        )  # fmt: skip
        self.till.pay(self.cast.session, attempt)

    def _pay_by_cheque(self, day: date) -> None:
        for invoice in self._open_of("marlow")[:1]:
            self._pay("marlow", invoice, invoice.open_amount, "cheque", "Cheque 004417", day)

    def _pay_in_part(self, day: date) -> None:
        """Half of the newest invoice: the rest stays open."""
        for invoice in self._open_of("quay")[-1:]:
            half = (invoice.open_amount / 2).quantize(Decimal(1))
            self._pay("quay", invoice, half, "transfer", f"{invoice.number}, first half", day)

    def _pay(
        self, key: str, invoice: Any, amount: Decimal, means: str, reference: str, day: date
    ) -> None:
        nora, session = self.cast.staff["nora"], self.cast.session
        payment = record_payment(
            session, self.cast.accounts[key], seller=self.cast.seller, amount=amount,
            means=means, received_on=day, by=nora, reference=reference,
        )  # fmt: skip
        apply_payment(session, payment, {invoice.id: amount}, by=nora)

    def _pay_without_reference(self, key: str, means: str, amount: str, day: date) -> None:
        """Money that nobody can say what for: it waits to be set against invoices."""
        record_payment(
            self.cast.session, self.cast.accounts[key], seller=self.cast.seller,
            amount=Decimal(amount), means=means, received_on=day, by=self.cast.staff["nora"],
            reference="No reference",
        )  # fmt: skip

    def _order_more_than_there_is(self, day: date) -> None:
        """The rest is on order from the vendor, and promised for the day it comes."""
        item, there = self._scarce("marlow")
        more = item.inner * ceil((there + 4 * item.inner) / item.inner)
        others = [(other, other.inner) for other in self.cast.favourites["marlow"][:3]]
        chosen = dict([*others, (item, more)])
        order = self.cast.place(
            BY_KEY["marlow"], list(chosen.items()), day,
            by=self.cast.orderer(BY_KEY["marlow"]), key=f"demo-backorder-{day:%Y%m%d}",
        )  # fmt: skip
        comes = working_day(self.cast.today + GOODS_COME_IN)
        wanted = [Wanted(item.product.id, Decimal(item.inner * 20))]
        self.supply.order(item.department, self.cast.warehouse_ids[0], wanted, comes)
        if order is not None:
            self.to_ship[working_day(day + timedelta(days=1))].append(order.id)

    def _scarce(self, key: str) -> tuple[Item, Decimal]:
        """Of what the account likes and nobody has on order, the item whose whole stock is worth
        least; and how much of it there is."""
        there = self.cast.in_stock()
        coming = {product_id for product_id, _ in self.supply.coming()}
        liked = self.cast.favourites[key]
        item = min(
            [each for each in liked if each.product.id not in coming] or liked,
            key=lambda each: there[each.product.id] * each.product.cost,
        )
        return item, there[item.product.id]

    def _order_and_wait(self, key: str, day: date) -> None:
        """An order that its account's standing, or its terms, keep on hold."""
        cast = self.cast
        bought = basket(BY_KEY[key], cast.favourites[key], cast.chance)
        cast.place(
            BY_KEY[key], bought, day, by=cast.orderer(BY_KEY[key]), key=f"demo-waits-{day:%Y%m%d}"
        )

    def _take_notes(self, _day: date) -> None:
        self.cast.session.add_all(
            Note(kind=kind, subject_kind="account", subject_id=self.cast.accounts[key].id,
                 text=text, author_id=self.cast.staff["olu"].id, created_at=clock.now())
            for key, kind, text in NOTES
        )  # fmt: skip
        for begin, kind, text in GOODS_NOTES:
            for item in self.cast.items:
                if item.product.name.startswith(begin):
                    note_on_product(
                        self.cast.session, item.product, kind, text, by=self.cast.staff["pat"]
                    )

    def _apply(self, facts: dict[str, str]) -> None:
        apply_for_account(self.cast.session, facts, tax_number="", address=facts["postcode"])

    def _open_of(self, key: str) -> Sequence[Any]:
        """The account's open invoices, earliest due first."""
        return open_invoices(self.cast.session, self.cast.accounts[key].id)
