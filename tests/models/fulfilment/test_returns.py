"""Returns: asked for, decided, received with what becomes of the goods, credited, closed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models.fulfilment import (
    Came,
    GoodsReturn,
    approve_return,
    close_return,
    credit_return,
    propose_return_credit,
    receive_return,
    refuse_return,
    request_return,
)
from models.insight import check_invariants
from models.inventory import Stock, StockMovement
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from models.ledger import JournalEntry, JournalLine, LedgerAccount
from models.orders import OrderEvent, OrderLine
from tests.models.fulfilment.conftest import Desk
from tests.world import World


def ask(desk: Desk, order_id: int, line_id: int, **changes: object) -> GoodsReturn:
    facts = {"reason": "damaged", "note": "", "submission_key": "form", "by": desk.world.bob}
    units = changes.pop("units", Decimal(2))
    return request_return(desk.session, order_id, {line_id: units}, **{**facts, **changes})


def test_a_return_goes_from_the_request_to_its_credit_note(world: World, desk: Desk) -> None:
    trowel = world.product("TR-1", price="10.00", cost="4.00", stock=50)
    order, invoice = desk.shipped({trowel: 10})
    found = desk.approved(order, 4)
    assert (found.number, found.state) == ("RMA-05001", "approved")
    desk.received(found, Came(Decimal(2), Decimal(1), Decimal(1)))
    assert found.state == "received"
    note = credit_return(
        world.session, found.id, reason="Split handles", submission_key="k", by=world.nora
    )[0]
    assert (note.number, note.corrects_id) == ("CN-01001", invoice.id)
    assert (note.net_amount, note.tax_amount, note.total_amount) == (40, 8, 48)
    assert note.open_amount == 0, "it is set against the invoice it corrects"
    assert invoice.open_amount == invoice.total_amount - 48
    assert found.state == "closed"
    line = desk.lines(order)[0]
    assert (line.shipped, line.returned, line.credited) == (10, 4, 4)
    assert check_invariants(world.session) == {}


def test_only_what_is_restocked_comes_back_to_the_shelf_and_each_movement_says_why(
    world: World, desk: Desk
) -> None:
    trowel = world.product("TR-1", cost="4.00", stock=50)
    order, _invoice = desk.shipped({trowel: 10})
    found = desk.approved(order, 4)
    desk.received(found, Came(Decimal(1), Decimal(2), Decimal(1)))
    stock = world.session.scalars(select(Stock).where(Stock.product_id == trowel.id)).one()
    assert stock.on_hand == 41
    moved = world.session.execute(
        select(StockMovement.kind, StockMovement.on_hand_delta, StockMovement.reason)
        .where(StockMovement.document_kind == "return_receipt")
        .order_by(StockMovement.id)
    ).all()
    assert [tuple(row) for row in moved] == [
        ("returned", 4, found.number), ("adjusted", -3, found.number)
    ]  # fmt: skip
    posted = world.session.execute(
        select(LedgerAccount.code, JournalLine.amount)
        .join(JournalLine, JournalLine.ledger_account_id == LedgerAccount.id)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.kind == "return")
        .order_by(LedgerAccount.code)
    ).all()
    assert [tuple(row) for row in posted] == [("1300", 4), ("2110", 4), ("5000", -16), ("5100", 8)]
    assert check_invariants(world.session) == {}


def test_restocked_units_fill_a_waiting_backorder(world: World, desk: Desk) -> None:
    trowel = world.product("TR-1", stock=10)
    order, _invoice = desk.shipped({trowel: 10})
    waiting = world.order(world.globex, world.charlie, {trowel: 6})
    found = desk.approved(order, 6)
    desk.received(found, Came(restocked=Decimal(6)))
    line = desk.lines(waiting)[0]
    world.session.refresh(line)
    assert (line.allocated, line.backordered) == (6, 0)


def test_no_more_can_be_asked_for_than_was_shipped_and_is_not_on_its_way(
    world: World, desk: Desk
) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    line = desk.lines(order)[0]
    desk.requested(order, 7)
    with pytest.raises(Refused, match="TR-1: at most 3 can be returned, not 4"):
        ask(desk, order.id, line.id, units=Decimal(4))
    ask(desk, order.id, line.id, units=Decimal(3))
    with pytest.raises(Refused, match="nothing more of it can be returned"):
        ask(desk, order.id, line.id, units=Decimal(1), submission_key="another")


def test_what_was_refused_may_be_asked_for_again(world: World, desk: Desk) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    first = desk.requested(order, 10)
    refuse_return(world.session, first.id, reason="Used already", by=world.olu)
    assert first.decision == "Used already"
    assert desk.requested(order, 10).state == "requested"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"units": Decimal(0)}, "Enter how many"),
        ({"reason": "because"}, "Choose why"),
        ({"reason": "other"}, "Say in a few words"),
        ({"submission_key": ""}, "Load the form again"),
        ({"note": "x" * 501}, "at most 500"),
    ],
)
def test_an_incomplete_request_is_refused_with_a_sentence(
    world: World, desk: Desk, changes: dict[str, object], sentence: str
) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    with pytest.raises(Refused, match=sentence):
        ask(desk, order.id, desk.lines(order)[0].id, **changes)


def test_a_stranger_finds_no_order_and_no_line_to_return(world: World, desk: Desk) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    other, _other_invoice = desk.shipped({world.product("FK-1"): 3})
    line = desk.lines(order)[0]
    with pytest.raises(NotFound):
        ask(desk, order.id, line.id, by=world.charlie)
    with pytest.raises(NotFound):
        ask(desk, other.id, line.id)
    with pytest.raises(Denied):
        ask(desk, order.id, line.id, by=world.sam)


def test_deciding_receiving_and_crediting_need_their_permissions(world: World, desk: Desk) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    found = desk.requested(order, 2)
    with pytest.raises(Denied):
        approve_return(world.session, found.id, message="", by=world.sam)
    approve_return(world.session, found.id, message="", by=world.mia)
    with pytest.raises(Denied):
        receive_return(world.session, found.id, {}, submission_key="a", by=world.olu)
    with pytest.raises(Denied):
        credit_return(world.session, found.id, reason="x", submission_key="a", by=world.sam)


def test_a_decided_return_is_not_decided_again(world: World, desk: Desk) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    found = desk.approved(order, 2)
    with pytest.raises(Conflict, match="is approved already"):
        refuse_return(world.session, found.id, reason="No", by=world.olu)
    with pytest.raises(Refused, match="Say why"):
        refuse_return(world.session, desk.requested(order, 1).id, reason=" ", by=world.olu)


def test_goods_that_were_not_agreed_are_not_booked_in(world: World, desk: Desk) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    found = desk.requested(order, 2)
    with pytest.raises(Conflict, match="nothing of it is awaited"):
        desk.received(found, Came(restocked=Decimal(1)))
    approve_return(world.session, found.id, message="", by=world.olu)
    with pytest.raises(Refused, match="2 are still to come, not 3"):
        desk.received(found, Came(Decimal(2), Decimal(1)))
    with pytest.raises(Refused, match="Enter what came"):
        desk.received(found, Came())


def test_a_return_may_come_in_parts_and_be_credited_in_parts(world: World, desk: Desk) -> None:
    order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    found = desk.approved(order, 4)
    desk.received(found, Came(restocked=Decimal(1)))
    assert found.state == "partly_received"
    credit_return(world.session, found.id, reason="Damaged", submission_key="a", by=world.nora)
    with pytest.raises(Refused, match="nothing that came waits"):
        credit_return(world.session, found.id, reason="Damaged", submission_key="b", by=world.nora)
    desk.received(found, Came(scrapped=Decimal(3)))
    assert propose_return_credit(world.session, found.id) == 36
    credit_return(world.session, found.id, reason="Damaged", submission_key="b", by=world.nora)
    assert found.state == "closed"
    assert invoice.open_amount == invoice.total_amount - 48


def test_a_return_that_never_comes_is_closed_with_its_reason_and_frees_its_units(
    world: World, desk: Desk
) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    found = desk.approved(order, 10)
    with pytest.raises(Refused, match="Say why it is closed"):
        close_return(world.session, found.id, reason="", by=world.olu)
    close_return(world.session, found.id, reason="Never arrived", by=world.olu)
    assert desk.requested(order, 10).state == "requested"
    with pytest.raises(Conflict, match="there is nothing to close"):
        close_return(world.session, found.id, reason="Again", by=world.olu)


def test_the_units_are_credited_on_the_invoices_they_were_sold_on(world: World, desk: Desk) -> None:
    trowel = world.product("TR-1", price="10.00", stock=6)
    order = world.order(world.acme, world.bob, {trowel: 10})
    first = desk.ship(order)
    from models.fulfilment import adjust_stock

    adjust_stock(
        world.session, seller=world.seller, product=trowel, warehouse_id=world.warehouse.id,
        delta=Decimal(20), reason="Found", by=world.pat,
    )  # fmt: skip
    second = desk.ship(order)
    found = desk.approved(order, 8)
    desk.received(found, Came(restocked=Decimal(8)))
    notes = credit_return(
        world.session, found.id, reason="Not wanted", restocking_fee=Decimal(5),
        submission_key="k", by=world.nora,
    )  # fmt: skip
    assert [(note.corrects_id, note.total_amount) for note in notes] == [
        (first.id, Decimal(66)), (second.id, Decimal(24))
    ]  # fmt: skip
    again = credit_return(
        world.session, found.id, reason="Not wanted", submission_key="k", by=world.nora
    )
    assert [note.id for note in again] == [note.id for note in notes]
    assert check_invariants(world.session) == {}


def test_the_story_is_on_the_orders_timeline(world: World, desk: Desk) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    found = desk.approved(order, 2)
    desk.received(found, Came(restocked=Decimal(2)))
    credit_return(world.session, found.id, reason="Damaged", submission_key="a", by=world.nora)
    kinds = world.session.scalars(
        select(OrderEvent.kind).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    ).all()
    assert kinds[-6:] == [
        "return.requested", "return.approved", "return.received", "credit_note.issued",
        "credit.applied", "return.closed",
    ]  # fmt: skip


def test_the_same_form_twice_is_one_return_and_one_receipt(world: World, desk: Desk) -> None:
    order, _invoice = desk.shipped({world.product("TR-1"): 10})
    line = desk.lines(order)[0]
    first, again = (ask(desk, order.id, line.id) for _ in range(2))
    assert first.id == again.id
    approve_return(world.session, first.id, message="", by=world.olu)
    for _ in range(2):
        receive_return(
            world.session, first.id, {desk.line(first).id: Came(restocked=Decimal(2))},
            submission_key="came", by=world.sam,
        )  # fmt: skip
    assert world.session.scalar(select(func.sum(OrderLine.returned))) == 2
