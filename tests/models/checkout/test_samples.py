"""Samples: for nothing, to be tried; no sale, no purchase, and a cost of their own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models.accounts import Permission
from models.catalog import Product
from models.checkout import (
    Addition,
    LineWish,
    Wishes,
    cart_lines,
    line_of,
    propose_change,
    repeats,
    send_as_sample,
    shopper_of,
    undecided_rows,
)
from models.insight import check_invariants, last_prices, margin_percent
from models.kernel.errors import Denied, Refused
from models.ledger import Chart, JournalLine, LedgerAccount
from models.orders import Order, OrderEvent, OrderHold, OrderLine
from models.receivables import Invoice, InvoiceLine
from tests.models.checkout.changing import Office
from tests.models.checkout.desk import Desk
from tests.models.checkout.special_desk import SpecialDesk
from tests.world import World


class SampleDesk(Desk):
    """Olu's draft on which rows become samples."""

    def sample(self, sku: str, reason: str = "To show in the shop") -> None:
        row = next(row for row in cart_lines(self.session, self.draft) if row.product.sku == sku)
        send_as_sample(
            self.session, self.draft, line_of(self.session, self.draft, row.line.id),
            self.session.get_one(Product, row.product.id),
            shopper=shopper_of(self.session, self.draft, self.olu), reason=reason, by=self.olu,
        )  # fmt: skip


@pytest.fixture
def desk(world: World) -> SampleDesk:
    world.product("TR-7", price="10.00", cost="4.00")
    world.product("FK-1", price="20.00", cost="7.00", order_minimum=Decimal(6))
    desk = SampleDesk(world)
    desk.type(("TR-7", "2"), ("FK-1", "6"))
    return desk


def lines(world: World, order: Order) -> list[OrderLine]:
    found = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    return list(world.session.scalars(found.execution_options(populate_existing=True)))


def balance(world: World, account: Chart) -> Decimal:
    total = (
        select(func.coalesce(func.sum(JournalLine.amount), 0))
        .join(LedgerAccount, LedgerAccount.id == JournalLine.ledger_account_id)
        .where(LedgerAccount.code == account)
    )
    return world.session.scalar(total) or Decimal(0)


def test_a_sample_costs_the_customer_nothing_and_goes_to_an_account_of_its_own(
    world: World, desk: SampleDesk
) -> None:
    desk.sample("FK-1")
    assert desk.draft.goods_amount == 20
    order = desk.place()
    sold, sample = lines(world, order)
    assert (sold.is_sample, sample.is_sample) == (False, True)
    assert (sample.unit_price, sample.line_amount) == (0, 0)
    assert (sample.original_price, sample.override_reason) == (20, "To show in the shop")
    assert margin_percent([sold, sample]) == 60
    Office(world).send(order)
    assert (balance(world, Chart.COST_OF_GOODS), balance(world, Chart.SAMPLES)) == (8, 42)
    marks = select(InvoiceLine.is_sample).order_by(InvoiceLine.position)
    assert world.session.scalars(marks).all() == [False, True]
    told = world.session.scalars(select(OrderEvent).where(OrderEvent.kind == "line.sample")).one()
    assert told.audience == "staff"
    assert check_invariants(world.session) == {}


def test_samples_alone_are_sent_without_carriage_and_settled_at_once(
    world: World, desk: SampleDesk
) -> None:
    desk.sample("TR-7")
    desk.sample("FK-1")
    order = desk.place()
    assert (order.total_amount, order.charges_amount) == (0, 0)
    assert world.session.scalars(select(OrderHold)).all() == []
    Office(world).send(order)
    invoice = world.session.scalars(select(Invoice)).one()
    assert (invoice.total_amount, invoice.open_amount) == (0, 0)
    assert invoice.settled_at is not None
    assert check_invariants(world.session) == {}


def test_a_sample_breaks_the_pack_and_is_sold_again_without_a_reason(
    world: World, desk: SampleDesk
) -> None:
    desk.sample("FK-1")
    fork = world.session.scalars(select(Product).where(Product.sku == "FK-1")).one()
    line = next(r.line.id for r in cart_lines(desk.session, desk.draft) if r.product.id == fork.id)
    found = line_of(desk.session, desk.draft, line)
    found.quantity = Decimal(1)
    desk.sample("FK-1")
    assert (found.problem, found.amount) == ("", 0)
    desk.sample("FK-1", reason="")
    assert (found.is_sample, found.override_price) == (False, None)
    assert "6" in found.problem


def test_what_is_typed_of_a_sample_is_asked_about_and_never_given_away(
    desk: SampleDesk,
) -> None:
    desk.sample("TR-7")
    desk.type(("TR-7", "10"))
    ((row, _sku, _name),) = undecided_rows(desk.session, desk.draft)
    assert row.problem == "sample"
    with pytest.raises(Refused, match="stands on this order as a sample"):
        desk.answer("make-10")
    desk.answer("drop")
    held = {row.product.sku: row.line.quantity for row in cart_lines(desk.session, desk.draft)}
    assert held == {"TR-7": 2, "FK-1": 6}


def test_a_sample_is_no_purchase(world: World, desk: SampleDesk) -> None:
    desk.sample("FK-1")
    order = desk.place()
    sold, sample = lines(world, order)
    ids = [sold.product_id or 0, sample.product_id or 0]
    assert list(last_prices(world.session, world.acme.id, ids)) == [sold.product_id]
    shopper = shopper_of(world.session, desk.draft, desk.olu)
    assert [each.sku for each in repeats(world.session, order.id, shopper)] == ["TR-7"]


def test_what_is_added_to_the_order_is_sold_beside_the_sample(
    world: World, desk: SampleDesk
) -> None:
    desk.sample("TR-7")
    order = desk.place()
    sample = lines(world, order)[0]
    added = Wishes(added=(Addition(sample.product_id or 0, Decimal(3)),))
    change = propose_change(world.session, order, added, by=world.alice)
    assert [(plan.after, plan.amount) for plan in change.changed_lines] == [(3, 30)]
    more = Wishes((LineWish(sample.id, Decimal(5)),))
    refused = propose_change(world.session, order, more, by=world.alice)
    assert "This is a sample" in refused.problems[0].sentence
    taken = propose_change(world.session, order, more, by=world.olu)
    assert [(plan.after, plan.amount) for plan in taken.changed_lines] == [(5, 0)]


def test_who_may_not_send_samples_is_told_so_and_a_special_is_none(
    world: World, desk: SampleDesk
) -> None:
    desk.olu = replace(desk.olu, permissions=desk.olu.permissions - {Permission.ORDERS_SAMPLE})
    with pytest.raises(Denied):
        desk.sample("TR-7")
    other = SpecialDesk(world)
    line = line_of(world.session, other.draft, other.special())
    product = world.session.get_one(Product, line.product_id)
    with pytest.raises(Refused, match="bought for this order"):
        send_as_sample(
            world.session, other.draft, line, product, reason="To try", by=other.olu,
            shopper=shopper_of(world.session, other.draft, other.olu),
        )  # fmt: skip
