"""Whatever is changed in whatever order: sums, quantities and every invariant hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from models.catalog import Product
from models.checkout import Wishes
from models.fulfilment import PickLine
from models.insight import check_invariants
from models.kernel.errors import DomainError
from models.kernel.money import line_amount
from models.orders import Order, OrderCharge, lift_hold
from models.pricing import TaxedAmount, tax_breakdown
from models.receivables import tax_of
from tests.models.checkout.changing import Office
from tests.world import make_world

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("more", "more", "less", "less", "drop", "add", "head", "far", "release", "send",
             "short", "receive", "cancel_rest", "lift", "charge", "charge")
        ),
        st.integers(0, 2),
        st.integers(1, 30),
    ),
    min_size=3,
    max_size=9,
)  # fmt: skip


class Story:
    """One order and what happens to it."""

    def __init__(self, office: Office, backorder_choice: str, means: str) -> None:
        world = office.world
        world.acme.credit_limit = Decimal(900)
        self.office = office
        self.goods = [
            world.product("A-1", stock=30), world.product("B-1", price="3.335", stock=10),
            world.product("C-1", price="25.00", stock=5, backorder_policy="deny"),
        ]  # fmt: skip
        office.break_at(self.goods[0], 12, "9.00")
        self.order: Order = office.order(
            {self.goods[0]: 10, self.goods[1]: 6},
            backorder_choice=backorder_choice, payment_means=means,
        )  # fmt: skip
        office.order({self.goods[0]: 25})

    def go(self, step: str, which: int, units: int) -> None:
        product = self.goods[which]
        act: Callable[[Product, int], Any] = getattr(self, step)
        try:
            with self.office.session.begin_nested():
                act(product, units)
            event(f"{step} done")
        except DomainError:
            event(f"{step} refused")
            self.office.session.expire_all()

    def _amend(self, wishes: Wishes) -> None:
        self.office.amend(self.order, wishes)

    def _now(self, product: Product) -> int:
        lines = self.office.lines(self.order)
        return int(next((line.live for line in lines if line.product_id == product.id), 0))

    def more(self, product: Product, units: int) -> None:
        wanted = {product: self._now(product) + units}
        self._amend(self.office.wishes(self.order, wanted, new_price=units % 2 == 0))

    def less(self, product: Product, units: int) -> None:
        wanted = {product: max(0, self._now(product) - units)}
        self._amend(self.office.wishes(self.order, wanted, new_price=units % 3 == 0))

    def drop(self, product: Product, _units: int) -> None:
        self._amend(self.office.wishes(self.order, {product: 0}))

    def add(self, product: Product, units: int) -> None:
        self._amend(self.office.wishes(self.order, add={product: units}))

    def head(self, _product: Product, units: int) -> None:
        freight = "collection" if units % 2 else "delivery"
        wishes = self.office.wishes(self.order, po_number=f"PO-{units}", freight_choice=freight)
        self._amend(wishes)

    def far(self, _product: Product, units: int) -> None:
        day = None if units % 2 else self.order.placed_at.date().replace(year=2027)
        self._amend(self.office.wishes(self.order, requested_on=day))

    def release(self, _product: Product, _units: int) -> None:
        self.office.release(self.order)

    def send(self, _product: Product, _units: int) -> None:
        self.office.send(self.order)

    def short(self, _product: Product, units: int) -> None:
        list_id = self.office.release(self.order)
        wanted = select(PickLine.quantity).where(PickLine.pick_list_id == list_id)
        listed = self.office.session.scalars(wanted.order_by(PickLine.id)).all()
        found = [int(max(0, quantity - (units + at) % 4 * 3)) for at, quantity in enumerate(listed)]
        shipment = self.office.pick_short(list_id, *found)
        if shipment:
            self.office.ship(shipment)

    def charge(self, _product: Product, units: int) -> None:
        kind = ("carriage", "small_order", "split_pack", "fee")[units % 4]
        amount = None if units % 5 == 0 else str(max(0, units - 8))
        self.office.settle(self.order, amount, kind, name=f"Fee {units}")

    def receive(self, product: Product, units: int) -> None:
        self.office.restock(product, units)

    def cancel_rest(self, _product: Product, _units: int) -> None:
        self.office.cancel(self.order, rest=True)

    def lift(self, _product: Product, _units: int) -> None:
        for code in ("credit_limit", "awaiting_payment"):
            try:
                lift_hold(
                    self.office.session, self.order, code, by=self.office.world.ada, reason="Yes."
                )
            except DomainError:
                continue

    def adds_up(self) -> None:
        lines, order = self.office.lines(self.order), self.order
        for line in lines:
            assert line.ordered == line.shipped + line.cancelled + line.open
            assert line.allocated + line.backordered <= line.open
            left = line_amount(line.unit_price, line.live, line.price_per, order.currency)
            assert line.line_amount == left
        assert order.goods_amount == sum((line.line_amount for line in lines), Decimal(0))
        goods = [TaxedAmount(line.line_amount, tax_of(line)) for line in lines]
        found = select(OrderCharge).where(OrderCharge.order_id == order.id)
        charges = [
            TaxedAmount(row.amount, tax_of(row)) for row in self.office.session.scalars(found)
        ]
        assert order.total_amount == tax_breakdown(goods, charges, order.currency).gross
        assert check_invariants(self.office.session) == {}


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    steps=STEPS,
    choice=st.sampled_from(("partial", "complete", "cancel_rest")),
    means=st.sampled_from(("on_account", "on_account", "transfer", "card")),
)
def test_random_changes_leave_everything_sound(
    sessions: sessionmaker[Session], steps: list[tuple[str, int, int]], choice: str, means: str
) -> None:
    with sessions() as session:
        story = Story(Office(make_world(session)), choice, means)
        for step, which, units in steps:
            story.go(step, which, units)
            story.adds_up()
        assert check_invariants(session) == {}
        session.rollback()
