"""Whoever opens an order with alerts reads them before the page lets them do anything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.accounts import Account, Note, add_note_about
from models.fulfilment import Shipment
from models.orders import AlertReading, Order, OrderLine, note_on_order, place_hold, write_message
from tests.admin.conftest import Way, hidden, reread, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]
READ, FIRST = "I have read it", "Read the alert on this order first."


def warned(world: World, order: Order, text: str = "Ring Jo first") -> Note:
    note = add_note_about(
        world.session, world.session.get_one(Account, order.account_id), "alert", text, by=world.ada
    )
    world.session.commit()
    return note


def press(client: FlaskClient, address: str) -> None:
    """Sends the form of the unread alerts that stands on the page."""
    form = re.search(r'<form class="banner" id="alerts".*?</form>', client.get(address).text, re.S)
    assert form, "no alert asks to be read"
    action = re.search(r'action="([^"]*)"', form.group())
    assert action
    shown = re.findall(r'name="alert" value="(\d+)"', form.group())
    answer = client.post(action.group(1).replace("&amp;", "&"), data={"alert": shown, "do": "read"})
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize(
    ("who", "state", "actions"),
    [
        ("olu", "placed", ["Edit", "Cancel it", "Copy to a new order"]),
        ("sam", "placed", ["Release 1 line to picking"]),
        ("sam", "released", ["Pick 1 line", "/floor/pick/"]),
        ("sam", "picked", ["Pack 1 line", "/floor/pack/"]),
        ("sam", "packed", ["Ship 1 line", '/ship"']),
        ("olu", "invoiced", ["Enter a return"]),
        ("nora", "invoiced", ["Record payment"]),
        ("nora", "held", ["Release hold", "Release the hold"]),
        ("olu", "asked", ["I answer it", "Hand over", "It needs no answer", "Edit the order"]),
        ("mia", "placed", ["Edit", "Copy to a new order"]),
        ("ada", "packed", ["Ship 1 line", "Copy to a new order"]),
    ],
)
def test_each_role_is_offered_its_actions_once_it_has_read_the_alert(
    world: World, way: Way, as_: Browser, who: str, state: str, actions: list[str]
) -> None:
    session, wanted = world.session, {world.product("TR-1", stock=50): 2}
    if state in ("placed", "held", "asked"):
        order = way.placed(wanted)
    else:
        order = session.get_one(Order, getattr(way, state)(wanted).order_id)
    if state == "held":
        place_hold(session, order, "manual", by=world.olu, reason="Wait")
    if state == "asked":
        write_message(session, order, "When does it come?", by=world.bob)
    note = note_on_order(session, order, "alert", "Ring Jo first", by=world.pat)
    session.commit()
    client, address = as_(getattr(world, who)), f"/admin/orders/{order.number}"
    before = client.get(address).text.partition("<main")[2]
    assert [words for words in actions if words in before] == []
    assert before.count("Ring Jo first") == 2  # the form, and among the order's notes
    assert READ in before
    assert "autofocus" in before
    assert order.po_number in before
    press(client, address)
    after = client.get(address).text.partition("<main")[2]
    assert [words for words in actions if words not in after] == []
    assert READ not in after
    assert re.search(r'<div class="banner" data-tone="warn">.*?Ring Jo first', after)
    kept = session.scalars(select(AlertReading)).one()
    assert (kept.order_id, kept.user_id) == (order.id, getattr(world, who).id)
    assert kept.note_id == note.id


def test_what_is_done_from_the_orders_own_page_is_refused_until_it_is_read(
    world: World, way: Way, as_: Browser
) -> None:
    session, trowel = world.session, world.product("TR-1", stock=50)
    placed, held = way.placed({trowel: 2}), way.placed({trowel: 3}, key="held")
    shipment = way.packed({trowel: 1})
    place_hold(session, held, "manual", by=world.olu, reason="Wait")
    warned(world, placed)
    mia, sam, olu = as_(world.mia), as_(world.sam), as_(world.olu)
    edit = f"/admin/orders/{placed.number}"
    for client, address, data in (
        (sam, f"/admin/orders/{placed.number}/release", {}),
        (mia, f"/admin/orders/{held.number}/holds/manual/release", {"reason": "Fine"}),
        (sam, f"/admin/shipments/{shipment.number}/ship", {}),
        (olu, f"{edit}/cancel", {"reason": "Twice"}),
        (olu, f"{edit}/edit", {"version": placed.version, "shown_total": "1"}),
    ):
        refused = client.post(address, data=data)
        assert refused.status_code == 422, address
        assert FIRST in refused.text
        assert 'href="#alerts"' in refused.text
        assert READ in refused.text
    assert {reread(world, Order, each.id).status for each in (placed, held)} == {"open", "on_hold"}
    assert reread(world, Shipment, shipment.id).state == "packed"
    press(sam, edit)
    assert sam.post(f"{edit}/release").status_code == 303
    press(sam, f"/admin/orders/{session.get_one(Order, shipment.order_id).number}")
    assert sam.post(f"/admin/shipments/{shipment.number}/ship").status_code == 303


def test_an_alert_is_no_hold_for_lists_and_the_floor(world: World, way: Way, as_: Browser) -> None:
    trowel = world.product("TR-1", stock=50)
    order, pick_list = way.placed({trowel: 2}), way.released({trowel: 1})
    warned(world, order)
    sam = as_(world.sam)
    assert sam.post("/admin/orders/release", data={"order": order.number}).status_code == 303
    assert reread(world, Order, order.id).status == "picking"
    assert sam.get(f"/floor/pick/{pick_list.id}").status_code == 200
    assert world.session.scalars(select(AlertReading)).all() == []


def test_the_change_form_and_the_way_to_cancel_come_after_the_alert(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1", stock=50): 2})
    warned(world, order)
    olu = as_(world.olu)
    for part, field in (("edit", "change-form"), ("cancel", 'name="reason"')):
        address = f"/admin/orders/{order.number}/{part}"
        before = olu.get(address).text
        assert field not in before
        assert READ in before
        assert "Back to the order" in before
        press(olu, address)
        after = olu.get(address).text
        assert field in after
        assert "Ring Jo first" in after
        assert READ not in after
        world.session.query(AlertReading).delete()
        world.session.commit()


def test_what_was_typed_stays_while_an_alert_that_came_meanwhile_is_read(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1", stock=50): 2})
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    olu, address = as_(world.olu), f"/admin/orders/{order.number}/edit"
    page = olu.get(address).text
    typed = {
        "submission_key": hidden(page, "submission_key"), "version": hidden(page, "version"),
        f"quantity-{line.id}": "5", "po_number": "PO <9>", "freight_choice": "delivery",
        "reason": "They rang",
    }  # fmt: skip
    looked = olu.post(address, data={**typed, "do": "look"}).text
    typed["shown_total"] = hidden(looked, "shown_total")
    note = warned(world, order)
    refused = olu.post(address, data=typed)
    assert refused.status_code == 422
    assert FIRST in refused.text
    assert "change-form" not in refused.text
    assert hidden(refused.text, f"quantity-{line.id}") == "5"
    assert hidden(refused.text, "po_number") == "PO &lt;9&gt;"
    again = olu.post(address, data={**typed, "alert": note.id, "do": "read"})
    assert again.status_code == 200
    assert READ not in again.text
    assert 'value="PO &lt;9&gt;"' in again.text
    assert "TR-1: 5, was 2" in again.text
    assert reread(world, Order, order.id).version == order.version
    assert olu.post(address, data=typed).status_code == 303
    assert reread(world, OrderLine, line.id).ordered == 5

    cancel = f"/admin/orders/{order.number}/cancel"
    note = warned(world, order, "And another")
    words = {"submission_key": "c", "reason": "Ordered twice"}
    late = olu.post(cancel, data=words)
    assert (late.status_code, hidden(late.text, "reason")) == (422, "Ordered twice")
    again = olu.post(cancel, data={**words, "alert": note.id, "do": "read"})
    assert 'value="Ordered twice"' in again.text
    assert reread(world, Order, order.id).cancelled_at is None
    assert olu.post(cancel, data=words).status_code == 303


def test_only_the_alerts_that_the_page_showed_are_read(
    world: World, way: Way, as_: Browser
) -> None:
    session, trowel = world.session, world.product("TR-1", stock=50)
    order, other = way.placed({trowel: 2}), way.placed({trowel: 1}, key="other")
    shown = warned(world, order)
    delivery = add_note_about(session, world.acme, "delivery", "At the back", by=world.ada)
    elsewhere = note_on_order(session, other, "alert", "On the other", by=world.ada)
    session.commit()
    olu, address = as_(world.olu), f"/admin/orders/{order.number}"
    page = olu.get(f"{address}?view=open&sort=number").text
    assert f'action="{address}/alerts?' in page  # the list that they came from is kept
    warned(world, order, "Written while they read")
    sent = {"alert": [shown.id, delivery.id, elsewhere.id, 10**15, "x", ""]}
    assert olu.post(f"{address}/alerts", data=sent).status_code == 303
    assert olu.post(f"{address}/alerts").status_code == 303
    assert [row.note_id for row in session.scalars(select(AlertReading))] == [shown.id]
    after = olu.get(address).text
    assert "Written while they read" in after
    assert READ in after
    press(olu, address)
    assert READ not in olu.get(address).text
    assert READ in olu.get(f"/admin/orders/{other.number}").text


def test_who_may_not_see_the_order_reads_nothing_of_it(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1", stock=50): 2})
    note = warned(world, order)
    address = f"/admin/orders/{order.number}/alerts"
    for person in (world.bob, world.rita):
        assert as_(person).post(address, data={"alert": note.id}).status_code == 403
    assert as_(world.olu).post("/admin/orders/SO-999999/alerts").status_code == 404
    assert world.session.scalars(select(AlertReading)).all() == []


def test_the_page_takes_as_many_statements_with_alerts_as_without(
    world: World, way: Way, as_: Browser
) -> None:
    order, olu = way.placed({world.product("TR-1", stock=50): 2}), as_(world.olu)
    address = f"/admin/orders/{order.number}"
    without = [statements_of(olu, f"{address}{part}") for part in ("", "/edit")]
    for number in range(5):
        warned(world, order, f"Alert {number}")
    unread = [statements_of(olu, f"{address}{part}") for part in ("", "/edit")]
    press(olu, address)
    assert [statements_of(olu, f"{address}{part}") for part in ("", "/edit")] == without == unread
