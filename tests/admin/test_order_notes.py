"""Notes on an order: kept on its page, shown where their kind belongs, for that order alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.accounts import NOTE_KINDS, Note
from models.fulfilment import Shipment, confirm_all, pack
from models.fulfilment import ship_shipment as ship
from models.kernel.activity import Activity
from models.kernel.errors import Denied
from models.kernel.files import FileStore
from models.orders import OrderEvent, add_note, end_order_note, note_on_order
from tests.admin.conftest import Way, reread
from tests.admin.test_place_notes import Browser, all_places, ordered
from tests.world import World


def test_a_note_on_an_order_shows_where_its_kind_belongs_and_on_no_other_order(
    world: World, way: Way, as_: Browser, files: FileStore
) -> None:
    trowel, olu = world.product("TR-1", stock=50), as_(world.olu)
    order, pick_list = ordered(way, {trowel: 2}, None)
    page = f"/admin/orders/{order.number}"
    for kind in NOTE_KINDS:
        answer = olu.post(f"{page}/notes", data={"kind": kind, "text": f"{kind} of this."})
        part = "timeline" if kind == "internal" else "notes"
        assert answer.headers["Location"] == f"{page}#{part}"
    assert all_places(way, as_, files, order, pick_list, "of this") == {
        "pick page": ["picking"],
        "pick list": ["picking"],
        "order": list(NOTE_KINDS),
        "its change": ["alert"],
        "delivery note": ["delivery"],
        "acknowledgement": [],
        "invoice": ["invoice"],
        "its buyer": [],
    }
    assert {note.kind for note in world.session.scalars(select(Note))} == {*NOTE_KINDS} - {
        "internal"
    }
    assert world.session.scalars(
        select(OrderEvent.audience).where(OrderEvent.kind == "note.added")
    ).all() == ["staff"]
    other = all_places(way, as_, files, *ordered(way, {trowel: 2}, None), "of this")
    assert set(map(tuple, other.values())) == {()}


def test_a_note_that_was_taken_off_is_read_nowhere_any_more_and_stays_in_the_records(
    world: World, way: Way, as_: Browser, files: FileStore
) -> None:
    trowel, olu, session = world.product("TR-1", stock=50), as_(world.olu), world.session
    order, pick_list = ordered(way, {trowel: 2}, None)
    other, _list = ordered(way, {trowel: 1}, None)
    page = f"/admin/orders/{order.number}"
    for kind in ("picking", "alert"):
        olu.post(f"{page}/notes", data={"kind": kind, "text": f"{kind} of this."})
    picking, alert = session.scalars(select(Note).order_by(Note.id))
    assert olu.post(f"/admin/orders/{other.number}/notes/{alert.id}/end").status_code == 404
    assert olu.post(f"/admin/accounts/{world.acme.id}/notes/{alert.id}/end").status_code == 404
    for note in (picking, alert, alert):
        answer = olu.post(f"{page}/notes/{note.id}/end")
        assert answer.headers["Location"] == f"{page}#notes"
    assert reread(world, Note, alert.id).ended_at
    left = all_places(way, as_, files, order, pick_list, "of this")
    assert set(map(tuple, left.values())) == {()}
    assert "No notes for picking, delivery or invoices, and no alert." in olu.get(page).text
    kept = session.scalars(
        select(Activity).where(Activity.subject_kind == "note").order_by(Activity.id)
    ).all()
    assert [(row.kind, row.account_id, row.subject_id) for row in kept] == [
        ("note.added", world.acme.id, picking.id), ("note.added", world.acme.id, alert.id),
        ("note.ended", world.acme.id, picking.id), ("note.ended", world.acme.id, alert.id),
    ]  # fmt: skip
    assert {row.details["order"] for row in kept} == {order.number}


def test_an_invoice_keeps_what_was_noted_when_it_was_issued(world: World, way: Way) -> None:
    session = world.session
    order, pick_list = ordered(way, {world.product("TR-1", stock=50): 2}, None)
    note = note_on_order(session, order, "invoice", "Cost centre 7.", by=world.olu)
    confirm_all(session, pick_list.id, by=world.sam)
    shipment = session.get_one(Shipment, pick_list.shipment_id)
    pack(session, shipment.id, [], by=world.sam)
    invoice = ship(session, shipment.id, by=world.sam)
    assert invoice is not None
    end_order_note(session, order, note.id, by=world.olu)
    assert invoice.note == "Cost centre 7."


def test_a_note_that_nobody_would_read_is_refused_with_what_was_typed(
    world: World, way: Way, as_: Browser
) -> None:
    olu, trowel = as_(world.olu), world.product("TR-1", stock=50)
    page = f"/admin/orders/{way.placed({trowel: 1}).number}"
    for typed, words in (
        ({"kind": "picking", "text": " "}, "Write the note first."),
        ({"kind": "shouted", "text": "Now!"}, "Not a valid choice"),
    ):
        refused = olu.post(f"{page}/notes", data=typed)
        assert refused.status_code == 422
        assert words in refused.text
    gone = way.invoiced({trowel: 2}).order_number
    for kind in ("picking", "delivery", "invoice"):
        late = olu.post(f"/admin/orders/{gone}/notes", data={"kind": kind, "text": "Ring first"})
        assert late.status_code == 409
        assert "Nothing of this order is left to be picked, delivered or invoiced" in late.text
        assert "Ring first</textarea>" in late.text
    kept = olu.post(f"/admin/orders/{gone}/notes", data={"kind": "alert", "text": "Ring first"})
    assert kept.status_code == 303
    assert [note.kind for note in world.session.scalars(select(Note))] == ["alert"]


def test_only_staff_who_see_orders_write_on_them_or_take_a_note_off(world: World, way: Way) -> None:
    session, order = world.session, way.placed({world.product("TR-1"): 1})
    note = note_on_order(session, order, "alert", "Ring first", by=world.olu)
    for act in (
        lambda: note_on_order(session, order, "alert", "Mine", by=world.bob),
        lambda: add_note(session, order, "Mine", by=world.bob),
        lambda: end_order_note(session, order, note.id, by=world.bob),
    ):
        with pytest.raises(Denied, match="Notes are written by staff who see orders"):
            act()
