"""Drafts of the order desk: opened, settled by hand, placed as every order is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models.accounts import Note, Permission, actor_for, add_note_about
from models.catalog import (
    AccountPartNumber,
    Pack,
    Product,
    end_product_note,
    match_codes,
    note_on_product,
)
from models.checkout import (
    Amendment,
    Cart,
    LineWish,
    TypedRow,
    Wishes,
    add_rows,
    agree_carriage,
    agree_ship_day,
    alerts_of,
    amend_order,
    begin_draft,
    cart_lines,
    current_cart,
    discard_draft,
    draft_of,
    line_of,
    open_drafts,
    order_of_draft,
    override_price,
    pads_aside,
    read_alerts,
    sell_any_quantity,
    sell_as_asked,
    set_quantity,
    shopper_of,
    take_back_draft,
    take_up,
    undecided_rows,
    use_product,
)
from models.insight import alerts
from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.errors import Denied, NotFound, Refused
from models.orders import OrderCharge, OrderEvent, OrderLine
from tests.models.checkout.desk import Desk
from tests.world import World


@pytest.fixture
def trowel(world: World) -> Product:
    return world.product("TR-7", order_minimum=Decimal(6), order_multiple=Decimal(6))


def test_what_is_taken_down_is_placed_with_its_caller_and_how_it_came(
    world: World, trowel: Product
) -> None:
    desk = Desk(world, "mail", "  Jo   Marsh ")
    desk.type(("tr7", "12"))
    order = desk.place()
    assert (order.channel, order.caller, order.placed_on_behalf) == ("mail", "Jo Marsh", True)
    assert (order.placed_by_id, order.po_number) == (world.olu.id, "PO 7")
    placed = world.session.scalars(
        select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.kind == "order.placed")
    ).one()
    assert (placed.facts["channel"], placed.facts["caller"]) == ("mail", "Jo Marsh")
    assert order_of_draft(world.session, desk.draft.id, world.olu) == order.number
    assert desk.place("k").id == order.id


def test_a_row_in_packs_is_answered_in_packs(world: World, trowel: Product) -> None:
    desk = Desk(world)
    world.session.add(Pack(product_id=trowel.id, unit="case", quantity=Decimal(12)))
    shopper = shopper_of(desk.session, desk.draft, desk.olu)
    rows = [TypedRow(0, "THEIRS", "2", "case")]
    add_rows(desk.session, desk.draft, rows, shopper, by=desk.olu)
    use_product(
        desk.session, desk.draft, desk.question(), "TR-7", shopper, remember=False, by=desk.olu
    )
    assert (desk.draft.line_count, desk.draft.unit_count) == (1, 24)


def test_drafts_stay_apart_from_pads_and_from_one_another(world: World, trowel: Product) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    other = begin_draft(world.session, world.acme, "phone", "Sue", by=desk.olu)
    pad = current_cart(world.session, world.acme, desk.olu)
    theirs = world.fill_cart(world.acme, world.bob, {trowel: 12})
    assert len({desk.draft.id, other.id, pad.id, theirs.id}) == 4
    assert [row.id for row in open_drafts(world.session, desk.olu)] == [other.id, desk.draft.id]
    assert pads_aside(world.session, world.acme.id, desk.olu) == []
    with pytest.raises(NotFound):
        take_up(world.session, desk.draft.id, world.acme.id, by=desk.olu)
    for stranger in (world.mia, world.bob):
        with pytest.raises(NotFound):
            draft_of(world.session, desk.draft.id, stranger)
    with pytest.raises(NotFound):
        draft_of(world.session, pad.id, desk.olu)
    desk.place()
    assert (theirs.line_count, theirs.ordered_at) == (1, None)


def test_a_draft_on_which_nothing_stands_is_taken_for_the_next_call(world: World) -> None:
    desk = Desk(world)
    again = begin_draft(world.session, world.acme, "mail", "Sue", by=desk.olu)
    assert (again.id, again.source, again.caller) == (desk.draft.id, "mail", "Sue")


def test_who_may_not_take_orders_is_denied(world: World) -> None:
    for person in (world.nora, world.sam, world.rita, world.bob):
        with pytest.raises(Denied):
            actor_for(world.session, world.acme.id, by=person)
    world.acme.status = "closed"
    with pytest.raises(Refused, match="takes no orders"):
        actor_for(world.session, world.acme.id, by=world.olu)


def test_a_discarded_draft_can_be_taken_back_for_a_day(world: World, trowel: Product) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    discard_draft(world.session, desk.draft, by=desk.olu)
    with pytest.raises(NotFound):
        draft_of(world.session, desk.draft.id, desk.olu)
    assert [bool(row.discarded_at) for row in open_drafts(world.session, desk.olu)] == [True]
    with pytest.raises(NotFound):
        take_back_draft(world.session, desk.draft.id, by=world.mia)
    assert take_back_draft(world.session, desk.draft.id, by=desk.olu).line_count == 1
    discard_draft(world.session, desk.draft, by=desk.olu)
    desk.draft.discarded_at = clock.now() - timedelta(days=2)
    world.session.flush()
    assert open_drafts(world.session, desk.olu) == []


def test_an_alert_is_read_before_the_order_goes(world: World, trowel: Product) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    world.session.add(
        Note(kind="alert", subject_kind="account", subject_id=world.acme.id, text="Ask for Jo")
    )
    world.session.flush()
    with pytest.raises(Refused, match="Read the alert"):
        desk.place()
    read_alerts(world.session, desk.draft)
    order = desk.place()
    for person, has_read in ((world.olu, True), (world.mia, False)):
        told = alerts(world.session, order, by=person)
        assert [(row.text, row.is_read) for row in told] == [("Ask for Jo", has_read)]
    assert desk.place("k").id == order.id


def test_a_product_brings_its_alert_unread_however_long_ago_it_was_written(
    world: World, trowel: Product
) -> None:
    desk, session = Desk(world), world.session
    spade, fork = world.product("SP-1"), world.product("FK-1")
    long_ago = clock.now() - timedelta(days=300)
    with clock.travelling(long_ago):
        note_on_product(session, spade, "alert", "Two people to lift it", by=world.pat)
        note_on_product(session, fork, "picking", "Mind the tines", by=world.pat)
    with clock.travelling(long_ago - timedelta(days=1)):
        add_note_about(session, world.acme, "alert", "Ask for Jo", by=world.olu)
    desk.type(("TR-7", "6"))
    read_alerts(session, desk.draft)
    desk.type(("FK-1", "1"), ("TR-7", "6"))
    assert unread(desk) == []
    desk.type(("SP-1", "1"))
    assert unread(desk) == ["SP-1: Two people to lift it"]
    with pytest.raises(Refused, match="Read the alert first"):
        desk.place()
    read_alerts(session, desk.draft)
    desk.type(("SP-1", "2"))
    assert unread(desk) == []
    spades = next(row for row in cart_lines(session, desk.draft) if row.product.id == spade.id)
    for units, left in ((Decimal(0), []), (Decimal(2), ["SP-1: Two people to lift it"])):
        set_quantity(
            session, desk.draft, session.get_one(Product, spades.product.id), units,
            context=shopper_of(session, desk.draft, desk.olu).context, warehouse_ids=(),
            by=desk.olu,
        )  # fmt: skip
        assert unread(desk) == left
    read_alerts(session, desk.draft)
    assert desk.place().number


def test_an_alert_that_is_written_or_ended_while_the_product_stands_there_counts_at_once(
    world: World, trowel: Product
) -> None:
    desk, session = Desk(world), world.session
    desk.type(("TR-7", "6"))
    read_alerts(session, desk.draft)
    note = note_on_product(session, trowel, "alert", "Sold by the tray", by=world.pat)
    for kind in ("picking", "delivery", "invoice", "internal"):
        note_on_product(session, trowel, kind, f"{kind} of it", by=world.pat)
    assert unread(desk) == ["TR-7: Sold by the tray"]
    end_product_note(session, trowel, note.id, by=world.pat)
    assert unread(desk) == []


def unread(desk: Desk) -> list[str]:
    desk.session.flush()
    return [row.text for row in alerts_of(desk.session, desk.draft) if not row.is_read]


def test_less_than_a_pack_is_sold_with_permission_and_a_reason(
    world: World, trowel: Product
) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "4"))
    shopper = shopper_of(world.session, desk.draft, desk.olu)
    row = desk.question()
    with pytest.raises(Refused, match="Say why"):
        sell_as_asked(world.session, desk.draft, row, shopper, reason=" ", by=desk.olu)
    may_not = replace(desk.olu, permissions=desk.olu.permissions - {Permission.ORDERS_OVERRIDE})
    with pytest.raises(Denied):
        sell_as_asked(world.session, desk.draft, row, shopper, reason="Display", by=may_not)
    world.session.expire_all()
    for line in cart_lines(world.session, desk.draft):
        world.session.delete(line_of(world.session, desk.draft, line.line.id))
    world.session.flush()
    sell_as_asked(world.session, desk.draft, row, shopper, reason="Display", by=desk.olu)
    assert undecided_rows(world.session, desk.draft) == []
    order = desk.place()
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    assert (line.ordered, line.line_amount) == (4, 40)
    told = world.session.scalars(
        select(OrderEvent).where(OrderEvent.kind == "line.pack_overridden")
    ).one()
    assert (told.audience, told.facts["quantity"], told.facts["reason"]) == (
        "staff", "4", "Display",
    )  # fmt: skip
    assert _audited(world, "cart.pack_overridden").details["reason"] == "Display"


def test_a_pack_overridden_holds_again_when_the_reason_is_taken_back(
    world: World, trowel: Product
) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    shopper = shopper_of(world.session, desk.draft, desk.olu)
    line = line_of(world.session, desk.draft, cart_lines(world.session, desk.draft)[0].line.id)
    change = sell_any_quantity(
        world.session, desk.draft, line, trowel, Decimal(5), shopper=shopper, reason="Broken case",
        by=desk.olu,
    )  # fmt: skip
    assert (change.problem, desk.draft.goods_amount) == ("", 50)
    change = sell_any_quantity(
        world.session, desk.draft, line, trowel, Decimal(5), shopper=shopper, reason="",
        by=desk.olu,
    )  # fmt: skip
    assert "minimum is 6" in change.problem
    trowel.order_maximum = Decimal(12)
    world.session.flush()
    change = sell_any_quantity(
        world.session, desk.draft, line, trowel, Decimal(50), shopper=shopper, reason="More",
        by=desk.olu,
    )  # fmt: skip
    assert "maximum is 12" in change.problem


def test_carriage_is_agreed_and_stays_so_on_the_order(world: World, trowel: Product) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    assert desk.total == Decimal("82.20")  # (60 + 8.50) and a fifth
    with pytest.raises(Refused, match="Say why"):
        agree_carriage(world.session, desk.draft, Decimal(3), reason="", by=desk.olu)
    with pytest.raises(Refused, match="below zero"):
        agree_carriage(world.session, desk.draft, Decimal(-1), reason="x", by=desk.olu)
    may_not = replace(desk.olu, permissions=frozenset({Permission.ORDERS_TAKE}))
    with pytest.raises(Denied):
        agree_carriage(world.session, desk.draft, Decimal(3), reason="x", by=may_not)
    agree_carriage(world.session, desk.draft, Decimal(3), reason="With the van", by=desk.olu)
    assert desk.total == Decimal("75.60")
    agree_carriage(world.session, desk.draft, Decimal(0), reason="Our mistake", by=desk.olu)
    assert desk.total == Decimal("72.00")
    order = desk.place()
    charge = world.session.scalars(select(OrderCharge).where(OrderCharge.order_id == order.id))
    found = charge.one()
    assert (found.text, found.amount) == ("Carriage, waived", 0)
    assert (found.reason, found.changed_by_id) == ("Our mistake", world.olu.id)
    assert _audited(world, "cart.carriage_agreed", latest=True).details["reason"] == "Our mistake"
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    more = Wishes(lines=(LineWish(line.id, Decimal(12), takes_new_price=False),))
    amend_order(
        world.session, order.id, Amendment("a", order.version, Decimal("144.00"), more, ""),
        by=world.olu,
    )  # fmt: skip
    assert (order.total_amount, order.charges_amount) == (144, 0)


def test_a_ship_day_is_promised_whatever_the_calendar_says(world: World, trowel: Product) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    today = clock.today("Europe/London")
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    with pytest.raises(Refused, match="from today on"):
        agree_ship_day(
            world.session, desk.draft, today - timedelta(days=1), reason="x", today=today,
            by=desk.olu,
        )  # fmt: skip
    agree_ship_day(world.session, desk.draft, saturday, reason="Fair", today=today, by=desk.olu)
    order = desk.place()
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    assert (order.promised_on, line.promised_on) == (saturday, saturday)
    told = world.session.scalars(
        select(OrderEvent).where(OrderEvent.kind == "order.ship_day_agreed")
    ).one()
    assert told.facts == {"day": saturday.isoformat(), "reason": "Fair"}


def test_a_price_changed_by_the_desk_is_told_to_staff(world: World, trowel: Product) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    line = line_of(world.session, desk.draft, cart_lines(world.session, desk.draft)[0].line.id)
    override_price(world.session, desk.draft, line, Decimal("8.00"), reason="Matched", by=desk.olu)
    order = desk.place()
    assert order.goods_amount == 48
    told = world.session.scalars(
        select(OrderEvent).where(OrderEvent.kind == "line.price_overridden")
    ).one()
    assert (told.audience, told.facts["sku"]) == ("staff", "TR-7")


def test_more_of_a_line_costs_what_the_desk_settled_for_it(world: World, trowel: Product) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"))
    line = line_of(world.session, desk.draft, cart_lines(world.session, desk.draft)[0].line.id)
    override_price(world.session, desk.draft, line, Decimal("8.00"), reason="Matched", by=desk.olu)
    desk.type(("TR-7", "6"))
    world.session.refresh(line)
    assert (line.quantity, line.amount, desk.draft.goods_amount) == (12, 96, 96)


def test_an_unknown_code_is_answered_and_remembered_for_the_account(
    world: World, trowel: Product
) -> None:
    desk = Desk(world)
    desk.type(("OURS 44", "12"))
    shopper = shopper_of(world.session, desk.draft, desk.olu)
    with pytest.raises(Refused, match="No product has the code"):
        use_product(
            world.session, desk.draft, desk.question(), "nothing", shopper, remember=True,
            by=desk.olu,
        )  # fmt: skip
    use_product(
        world.session, desk.draft, desk.question(), "TR-7", shopper, remember=True, by=desk.olu
    )
    own = world.session.scalars(select(AccountPartNumber)).one()
    assert (own.account_id, own.product_id, own.code) == (world.acme.id, trowel.id, "OURS 44")
    assert match_codes(world.session, {"ours-44"}, world.acme.id)["ours-44"].product_id == trowel.id
    assert match_codes(world.session, {"OURS 44"}, world.globex.id)["OURS 44"].product_id is None
    desk.type(("ours44", "6"))
    lines = cart_lines(world.session, desk.draft)
    assert [(row.line.quantity, row.own_number) for row in lines] == [(18, "OURS 44")]
    assert _audited(world, "part_number.remembered").account_id == world.acme.id


def test_the_nearest_product_is_taken_and_remembered_by_one_answer(
    world: World, trowel: Product
) -> None:
    desk = Desk(world)
    desk.type(("TR-77", "6"))
    desk.answer(f"keep-{trowel.id}")
    assert world.session.scalars(select(AccountPartNumber.code)).all() == ["TR-77"]
    desk.type(("nothing like it", "6"))
    with pytest.raises(Refused, match="not offered"):
        desk.answer(f"keep-{trowel.id + 1000}")


def test_rows_that_wait_for_a_decision_move_to_a_draft_with_the_same_caller(
    world: World, trowel: Product
) -> None:
    desk = Desk(world)
    desk.type(("TR-7", "6"), ("who knows", "1"))
    desk.place()
    left = world.session.scalars(
        select(Cart).where(Cart.owner_id == world.olu.id, Cart.ordered_at.is_(None))
    ).one()
    assert (left.source, left.caller, left.is_current) == ("phone", "Jo Marsh", False)
    assert len(undecided_rows(world.session, left)) == 1


def _audited(world: World, kind: str, *, latest: bool = False) -> Activity:
    rows = world.session.scalars(
        select(Activity).where(Activity.kind == kind).order_by(Activity.id.desc())
    ).all()
    assert rows if latest else len(rows) == 1, len(rows)
    return rows[0]
