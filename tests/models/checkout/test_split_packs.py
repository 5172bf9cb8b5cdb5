"""The split-pack charge: proposed where the desk overrides a pack, changed or waived."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from models.catalog import Product
from models.checkout import (
    SPLIT_PACK_CHARGE,
    Addition,
    LineWish,
    Wishes,
    agree_split_pack,
    cart_lines,
    line_of,
    sell_any_quantity,
    sell_as_asked,
    send_as_sample,
    set_quantity,
    shopper_of,
    stored_sums,
    undecided_rows,
)
from models.kernel import settings
from models.kernel.errors import Refused
from models.orders import Order, OrderCharge, OrderEvent
from models.pricing import PriceEntry
from tests.models.checkout.changing import Office
from tests.models.checkout.desk import Desk
from tests.world import World


class SplittingDesk(Desk):
    """Olu's draft with six of a pack of six, to be sold otherwise."""

    def sell(self, quantity: str, reason: str = "For the window") -> None:
        row = cart_lines(self.session, self.draft)[0]
        sell_any_quantity(
            self.session, self.draft, line_of(self.session, self.draft, row.line.id),
            self.session.get_one(Product, row.product.id), Decimal(quantity),
            shopper=shopper_of(self.session, self.draft, self.olu), reason=reason, by=self.olu,
        )  # fmt: skip

    def charged(self) -> list[Decimal]:
        place = shopper_of(self.session, self.draft, self.olu).place
        charges = stored_sums(self.session, self.draft, place).charges
        return [charge.amount for charge in charges if charge.kind == "split_pack"]


@pytest.fixture
def desk(world: World) -> SplittingDesk:
    settings.change(world.session, SPLIT_PACK_CHARGE, Decimal("3.50"), by=None)
    world.product("TR-7", order_minimum=Decimal(6), order_multiple=Decimal(6))
    desk = SplittingDesk(world)
    desk.type(("TR-7", "6"))
    return desk


def test_a_split_pack_is_charged_until_the_pack_holds_again(
    world: World, desk: SplittingDesk
) -> None:
    assert desk.charged() == []
    desk.sell("4")
    assert desk.charged() == [Decimal("3.50")]
    assert desk.total == (Decimal(40) + Decimal("8.50") + Decimal("3.50")) * Decimal("1.2")
    desk.sell("12")
    assert desk.charged() == []
    desk.sell("4")
    order = desk.place()
    assert _charge(world, order) == (Decimal("3.50"), "Split-pack charge", "")


def test_a_pack_that_is_made_whole_by_code_is_no_longer_charged(desk: SplittingDesk) -> None:
    desk.sell("4")
    desk.type(("TR-7", "2"))
    assert desk.charged() == []


def test_the_charge_is_in_whole_pennies(world: World, desk: SplittingDesk) -> None:
    settings.change(world.session, SPLIT_PACK_CHARGE, Decimal("1.255"), by=None)
    desk.sell("4")
    assert desk.charged() == [Decimal("1.26")]


def test_it_is_changed_or_waived_with_a_reason(world: World, desk: SplittingDesk) -> None:
    desk.sell("4")
    for amount, reason in ((Decimal(-1), "Why"), (Decimal(0), " ")):
        with pytest.raises(Refused):
            agree_split_pack(desk.session, desk.draft, amount, reason=reason, by=desk.olu)
    agree_split_pack(desk.session, desk.draft, Decimal(2), reason="Half of it", by=desk.olu)
    assert desk.charged() == [2]
    agree_split_pack(desk.session, desk.draft, None, reason="", by=desk.olu)
    assert desk.charged() == [Decimal("3.50")]
    agree_split_pack(desk.session, desk.draft, Decimal(0), reason="Our mistake", by=desk.olu)
    assert desk.charged() == [0]
    order = desk.place()
    assert _charge(world, order) == (0, "Split-pack charge", "Our mistake")
    kind = OrderEvent.kind == "order.split_pack_agreed"
    assert world.session.scalars(select(OrderEvent).where(kind)).one().facts["amount"] == "0.0000"


def test_what_was_charged_stays_when_the_order_is_changed(
    world: World, desk: SplittingDesk
) -> None:
    other = world.product("FK-1")
    desk.sell("4")
    agree_split_pack(desk.session, desk.draft, Decimal(2), reason="Half of it", by=desk.olu)
    order = desk.place()
    office = Office(world)
    office.amend(order, office.wishes(order, add={other: 1}))
    assert _charge(world, order) == (Decimal(2), "Split-pack charge", "Half of it")


def test_the_charge_follows_the_quantity_of_a_placed_order(
    world: World, desk: SplittingDesk
) -> None:
    desk.sell("4")
    order, office = desk.place(), Office(world)
    assert _charge(world, order) == (Decimal("3.50"), "Split-pack charge", "")
    trowel = world.session.scalars(select(Product).where(Product.sku == "TR-7")).one()
    whole = office.amend(order, office.wishes(order, {trowel: 12}))
    assert {"what": "split_pack", "before": "3.5000", "after": "0"} in whole.changes
    assert _charge(world, order) is None
    with pytest.raises(Refused, match="multiples of 6"):
        office.amend(order, office.wishes(order, {trowel: 7}))
    broken = _split(office, order, 7)
    assert office.propose(order, broken).plans[0].may_split
    with pytest.raises(Refused, match="why a pack is split"):
        office.amend(order, broken, reason=" ")
    change = office.amend(order, broken, reason="For the window")
    assert {"what": "split_pack", "before": "0", "after": "3.50"} in change.changes
    assert _charge(world, order) == (Decimal("3.50"), "Split-pack charge", "")
    assert office.lines(order)[0].pack_reason == "For the window"
    office.amend(order, office.wishes(order, {trowel: 5}))  # it was agreed for the line
    assert _charge(world, order) == (Decimal("3.50"), "Split-pack charge", "")
    assert office.is_sound()


def test_the_desk_adds_less_than_a_pack_to_a_placed_order_for_a_reason(
    world: World, desk: SplittingDesk
) -> None:
    fork = world.product("FK-6", order_minimum=Decimal(6), order_multiple=Decimal(6))
    desk.type(("TR-7", "6"))
    order, office = desk.place(), Office(world)
    plain, broken = (
        Wishes(added=(Addition(fork.id, Decimal(2), splits_pack=splits),))
        for splits in (False, True)
    )
    change = office.propose(order, plain)
    assert (change.plans[1].may_split, [each.field for each in change.problems]) == (
        True, [f"added-{fork.id}"],
    )  # fmt: skip
    change = office.propose(order, broken, by=world.alice)
    assert (change.plans[1].may_split, len(change.problems)) == (False, 1)
    with pytest.raises(Refused, match="why a pack is split"):
        office.amend(order, broken, reason="")
    office.amend(order, broken, reason="To try")
    line = office.lines(order)[1]
    assert (line.ordered, line.pack_reason) == (2, "To try")
    assert _charge(world, order) == (Decimal("3.50"), "Split-pack charge", "")
    assert office.is_sound()


def test_a_product_below_its_first_tier_is_added_at_that_tiers_price(
    world: World, desk: SplittingDesk
) -> None:
    stool = world.product("HS-1", price="10.00")
    entry = world.session.scalars(select(PriceEntry).where(PriceEntry.product_id == stool.id)).one()
    entry.min_quantity = Decimal(6)
    desk.type(("TR-7", "6"))
    order, office = desk.place(), Office(world)
    wish = Wishes(added=(Addition(stool.id, Decimal(2)),))
    change = office.propose(order, wish)
    assert (change.plans[1].may_split, len(change.problems)) == (True, 1)
    split = Wishes(added=(Addition(stool.id, Decimal(2), splits_pack=True),))
    assert len(office.propose(order, split, by=world.alice).problems) == 1
    office.amend(order, split, reason="To try")
    line = office.lines(order)[1]
    assert (line.unit_price, line.pack_reason) == (10, "To try")
    assert office.is_sound()


def test_a_charge_that_was_agreed_or_waived_stays_whatever_the_quantity(
    world: World, desk: SplittingDesk
) -> None:
    desk.sell("4")
    agree_split_pack(desk.session, desk.draft, Decimal(0), reason="Our mistake", by=desk.olu)
    order, office = desk.place(), Office(world)
    trowel = world.session.scalars(select(Product).where(Product.sku == "TR-7")).one()
    for units in (5, 12):
        office.amend(order, office.wishes(order, {trowel: units}))
        assert _charge(world, order) == (0, "Split-pack charge", "Our mistake")
    assert office.is_sound()


def test_only_who_may_override_packs_splits_one_of_a_placed_order(
    world: World, desk: SplittingDesk
) -> None:
    desk.sell("4")
    order, office = desk.place(), Office(world)
    change = office.propose(order, _split(office, order, 3), by=world.alice)
    assert (change.plans[0].may_split, len(change.problems)) == (False, 1)


def test_a_line_that_is_dropped_takes_its_charge_along(world: World, desk: SplittingDesk) -> None:
    world.product("FK-1")
    desk.type(("FK-1", "1"))
    desk.sell("4")
    order, office = desk.place(), Office(world)
    trowel = world.session.scalars(select(Product).where(Product.sku == "TR-7")).one()
    office.amend(order, office.wishes(order, {trowel: 0}))
    assert _charge(world, order) is None
    assert office.is_sound()


def _split(office: Office, order: Order, units: int) -> Wishes:
    line = office.lines(order)[0]
    return Wishes((LineWish(line.id, Decimal(units), splits_pack=True),))


def test_a_sample_is_no_split_pack(world: World, desk: SplittingDesk) -> None:
    world.product("FK-1")
    desk.type(("FK-1", "1"))
    desk.sell("4")
    row = cart_lines(desk.session, desk.draft)[0]
    send_as_sample(
        desk.session, desk.draft, line_of(desk.session, desk.draft, row.line.id),
        desk.session.get_one(Product, row.product.id), reason="To show", by=desk.olu,
        shopper=shopper_of(desk.session, desk.draft, desk.olu),
    )  # fmt: skip
    assert desk.charged() == []


def _charge(world: World, order: Order) -> tuple[Decimal, str, str] | None:
    row = world.session.scalars(
        select(OrderCharge).where(
            OrderCharge.order_id == order.id, OrderCharge.kind == "split_pack"
        )
    ).first()
    return (row.amount, row.text, row.reason) if row else None


def test_less_than_the_first_tier_costs_what_the_first_tier_does(
    world: World, desk: SplittingDesk
) -> None:
    """The list begins at six: for five it says nothing, and the clerk has to type nothing."""
    entry = world.session.scalars(select(PriceEntry)).one()
    entry.min_quantity = Decimal(6)
    Office(world).break_at(world.session.get_one(Product, entry.product_id), 24, "8.00")
    desk.sell("5")
    row = cart_lines(desk.session, desk.draft)[0]
    assert row.line.unit_price == 10
    assert desk.draft.goods_amount == 50
    order = desk.place()
    office = Office(world)
    line = office.lines(order)[0]
    assert (line.unit_price, line.tier, line.original_price) == (10, 6, None)
    trowel = world.session.get_one(Product, line.product_id)
    office.amend(order, office.wishes(order, {trowel: 4}))
    line = office.lines(order)[0]
    assert (line.unit_price, line.pack_reason) == (10, "For the window")
    assert office.is_sound()


def test_without_the_desks_word_it_stays_on_request_and_reaching_a_tier_ends_it(
    world: World, desk: SplittingDesk
) -> None:
    trowel = world.product("HS-1", price="10.00")
    entry = world.session.scalars(
        select(PriceEntry).where(PriceEntry.product_id == trowel.id)
    ).one()
    entry.min_quantity = Decimal(6)
    desk.type(("HS-1", "5"))
    question = undecided_rows(desk.session, desk.draft)[0][0]
    assert (question.problem, question.offers["first_tier"]) == ("on_request", "6")
    shopper = shopper_of(desk.session, desk.draft, desk.olu)
    with pytest.raises(Refused, match="Say why"):
        sell_as_asked(desk.session, desk.draft, question.id, shopper, reason="", by=desk.olu)
    sell_as_asked(desk.session, desk.draft, question.id, shopper, reason="Their shelf", by=desk.olu)
    row = cart_lines(desk.session, desk.draft)[1]
    assert (row.line.unit_price, row.line.pack_reason) == (10, "Their shelf")
    set_quantity(
        desk.session, desk.draft, trowel, Decimal(7), context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=desk.olu,
    )  # fmt: skip
    assert cart_lines(desk.session, desk.draft)[1].line.pack_reason == ""
