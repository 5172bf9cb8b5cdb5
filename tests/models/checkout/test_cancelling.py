"""An order, or what is open of it, is cancelled: stock, charges and the reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from models.checkout import cancel_order
from models.fulfilment import PickList, take_pick_list
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from models.orders import (
    OrderAmendment,
    OrderHold,
    answer_request,
    ask_desk,
    open_request,
    pass_on,
)
from tests.models.checkout.changing import Office


def test_a_cancelled_order_comes_to_nothing_and_its_stock_goes_to_who_waits(
    office: Office,
) -> None:
    trowel = office.world.product("TR-1", stock=10)
    order, waiting = office.order({trowel: 10}), office.order({trowel: 4})
    office.cancel(order)
    line = office.lines(order)[0]
    assert (line.ordered, line.cancelled, line.allocated) == (10, 10, 0)
    assert (order.status, order.total_amount, office.charges(order)) == ("cancelled", 0, {})
    deferred = office.session.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = 'stock.pass_on'")
    ).scalar_one()
    assert deferred == {"product_ids": [trowel.id], "order_id": order.id}
    pass_on(office.session, [trowel.id], order.id)
    assert office.lines(waiting)[0].allocated == 4
    assert office.is_sound()


def test_a_reason_is_asked_for_and_the_same_form_cancels_once(office: Office) -> None:
    order = office.order({office.world.product("TR-1"): 10})
    with pytest.raises(Refused, match="Say why"):
        cancel_order(office.session, order.id, key="a", reason=" ", by=office.world.olu)
    office.cancel(order, key="form")
    office.cancel(order, key="form")
    with pytest.raises(Conflict, match="is cancelled"):
        office.cancel(order, key="another form")
    made = office.session.scalars(select(OrderAmendment)).one()
    assert (made.kind, made.reason, made.revision) == ("cancelled", "Not needed", 1)


def test_only_who_may_cancels(office: Office) -> None:
    world = office.world
    order = office.order({world.product("TR-1"): 10})
    with pytest.raises(NotFound):
        office.cancel(order, by=world.charlie)
    with pytest.raises(Denied):
        office.cancel(order, by=world.mia)
    office.cancel(order, by=world.bob)
    assert order.status == "cancelled"


def test_a_pick_list_that_nobody_has_begun_is_taken_back(office: Office) -> None:
    order = office.order({office.world.product("TR-1"): 10})
    list_id = office.release(order)
    office.cancel(order)
    assert office.session.get_one(PickList, list_id).state == "cancelled"
    assert (order.status, order.picking_since) == ("cancelled", None)
    assert office.is_sound()


def test_goods_in_somebodys_hands_are_not_cancelled_but_the_rest_is(office: Office) -> None:
    trowel = office.world.product("TR-1", stock=6)
    order = office.order({trowel: 10})
    list_id = office.release(order)
    take_pick_list(office.session, list_id, by=office.world.sam)
    with pytest.raises(Refused, match="is being picked"):
        office.cancel(order)
    office.cancel(order, rest=True)
    line = office.lines(order)[0]
    assert (line.cancelled, line.allocated, line.backordered) == (4, 6, 0)
    shipment = office.pick(list_id)
    with pytest.raises(Refused, match="waits to leave"):
        office.cancel(order)
    with pytest.raises(Refused, match="Nothing is open"):
        office.cancel(order, rest=True)
    office.ship(shipment)
    assert order.status == "invoiced"
    assert order.total_amount == order.invoiced_amount
    with pytest.raises(Conflict, match="has left"):
        office.cancel(order, rest=True)
    assert office.is_sound()


def test_the_open_rest_of_a_part_shipped_order_is_cancelled_and_its_holds_end(
    office: Office,
) -> None:
    trowel = office.world.product("TR-1", stock=6)
    order = office.order({trowel: 10})
    office.send(order)
    assert order.status == "partly_shipped"
    with pytest.raises(Refused, match=r"Part of .* has left"):
        office.cancel(order)
    office.cancel(order, rest=True)
    assert order.status == "invoiced"
    assert order.goods_amount == 60
    kinds = office.session.scalars(select(OrderAmendment.kind)).all()
    assert kinds == ["rest_cancelled"]
    assert office.is_sound()


def test_a_held_order_that_is_cancelled_is_held_by_nothing_any_more(office: Office) -> None:
    order = office.order({office.world.product("TR-1"): 10}, payment_means="transfer")
    assert order.status == "on_hold"
    office.cancel(order)
    hold = office.session.scalars(select(OrderHold)).one()
    assert hold.released_at is not None
    assert order.status == "cancelled"
    assert office.is_sound()


def test_when_it_is_too_late_a_buyer_asks_and_the_desk_answers(office: Office) -> None:
    world = office.world
    order = office.order({world.product("TR-1"): 10})
    office.release(order)
    with pytest.raises(Refused, match="Say what"):
        ask_desk(office.session, order, "cancel", " ", by=world.bob)
    asked = ask_desk(office.session, order, "cancel", "Ordered twice, sorry", by=world.bob)
    assert ask_desk(office.session, order, "cancel", "Again", by=world.bob) is asked
    answer_request(office.session, order, "It is on the van.", by=world.olu)
    assert open_request(office.session, order.id) is None
    with pytest.raises(Conflict, match="answered"):
        answer_request(office.session, order, "No.", by=world.olu)
    ask_desk(office.session, order, "cancel", "Please try", by=world.bob)
    office.cancel(order)
    assert open_request(office.session, order.id) is None
    assert office.is_sound()
