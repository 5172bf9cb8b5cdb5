"""Notes on an address: kept on its page, shown where their kind belongs, for what goes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from integrations.documents import Documents
from models.accounts import NOTE_KINDS, Address, Note, add_note_about, addresses_of
from models.checkout import Cart
from models.fulfilment import PickList, Shipment, confirm_all, pack, release_to_picking
from models.fulfilment import ship_shipment as ship
from models.kernel.activity import Activity
from models.kernel.files import FileStore
from models.orders import Order
from tests.admin.conftest import Way, reread
from tests.admin.test_customers import PLACE
from tests.admin.test_moved_addresses import hull
from tests.world import World

Browser = Callable[..., FlaskClient]


def note_each_kind(world: World, olu: FlaskClient) -> Address:
    """A second address of Acme with a note of each kind on it, written on its page."""
    place = f"/admin/accounts/{world.acme.id}/addresses"
    olu.post(f"{place}/new", data=PLACE)
    there = hull(world)
    for kind in NOTE_KINDS:
        sent = {"kind": kind, "text": f"{kind} at Hull."}
        answer = olu.post(f"{place}/{there.id}/notes", data=sent)
        assert answer.headers["Location"] == f"{place}/{there.id}#notes"
    return there


def ordered(way: Way, wanted: dict[Any, int], place: Address | None) -> tuple[Order, PickList]:
    """An order for this address, the main one where none is named, released to be picked."""
    world, session = way.world, way.world.session
    pad = world.fill_cart(world.acme, world.bob, wanted)
    pad.ship_to_id = place.id if place else None
    order = way.placed({})
    pick_list = release_to_picking(session, order.id, by=world.sam)[0]
    session.commit()
    return order, pick_list


def told_in(text: str, on: str = "at Hull") -> list[str]:
    """The kinds whose note stands there."""
    return [kind for kind in NOTE_KINDS if f"{kind} {on}." in text]


def all_places(
    way: Way,
    as_: Browser,
    files: FileStore,
    order: Order,
    pick_list: PickList,
    on: str = "at Hull",
) -> dict[str, list[str]]:
    """Every page and paper of an order, from picking to the invoice, with the notes on it."""
    world, session, papers = way.world, way.world.session, Documents(files)
    said = {
        "pick page": as_(world.sam).get(f"/floor/pick/{pick_list.id}").text,
        "pick list": papers.pick_list_page(session, pick_list),
        "order": as_(world.olu).get(f"/admin/orders/{order.number}").text,
        "its change": as_(world.olu).get(f"/admin/orders/{order.number}/edit").text,
    }
    confirm_all(session, pick_list.id, by=world.sam)
    shipment = session.get_one(Shipment, pick_list.shipment_id)
    pack(session, shipment.id, [], by=world.sam)
    invoice = ship(session, shipment.id, by=world.sam)
    session.commit()
    assert invoice is not None
    said["delivery note"] = papers.delivery_note_page(session, shipment)
    said["acknowledgement"] = papers.acknowledgement_page(session, order)
    session.refresh(invoice, ["lines"])
    said["invoice"] = " ".join([invoice.note, *(line.note for line in invoice.lines)])
    said["its buyer"] = as_(world.bob).get(f"/orders/{order.number}").text
    return {name: told_in(text, on) for name, text in said.items()}


def test_a_note_on_an_address_shows_where_its_kind_belongs_and_only_for_what_goes_there(
    world: World, way: Way, as_: Browser, files: FileStore
) -> None:
    there = note_each_kind(world, as_(world.olu))
    trowel = world.product("TR-1", stock=50)
    assert all_places(way, as_, files, *ordered(way, {trowel: 2}, there)) == {
        "pick page": ["picking"],
        "pick list": ["picking"],
        "order": ["alert", "picking", "delivery"],
        "its change": ["alert"],
        "delivery note": ["delivery"],
        "acknowledgement": [],
        "invoice": ["invoice"],
        "its buyer": [],
    }
    at_home = all_places(way, as_, files, *ordered(way, {trowel: 2}, None))
    assert set(map(tuple, at_home.values())) == {()}


def test_an_invoice_says_what_is_noted_for_who_pays_and_for_who_bought(
    world: World, way: Way
) -> None:
    world.acme.bill_to_id = world.globex.id
    for account, text in ((world.acme, "Bought by Acme."), (world.globex, "Quote our number.")):
        add_note_about(world.session, account, "invoice", text, by=world.olu)
    add_note_about(world.session, world.globex, "delivery", "At the back.", by=world.olu)
    invoice = way.invoiced({world.product("TR-1"): 2})
    assert invoice.note == "Quote our number. Bought by Acme."


def test_the_phone_order_asks_to_read_the_alert_of_where_it_goes(
    world: World, as_: Browser
) -> None:
    olu, session = as_(world.olu), world.session
    there = note_each_kind(world, olu)
    draft = olu.post("/admin/desk", data={"account_id": world.acme.id}).headers["Location"]
    assert told_in(olu.get(draft).text) == []
    session.scalars(select(Cart).where(Cart.owner_id == world.olu.id)).one().ship_to_id = there.id
    session.commit()
    assert told_in(olu.get(draft).text) == ["alert"]


def test_the_page_of_an_address_keeps_its_notes_with_a_record_of_each(
    world: World, as_: Browser
) -> None:
    olu, place = as_(world.olu), f"/admin/accounts/{world.acme.id}/addresses"
    olu.post(f"{place}/new", data=PLACE)
    old = hull(world)
    assert "One on an address counts for the orders that go there." in (
        olu.get(f"{place}/{old.id}").text
    )
    refused = olu.post(f"{place}/{old.id}/notes", data={"kind": "picking", "text": " "})
    assert refused.status_code == 422
    assert "Write the note first." in refused.text
    assert 'value="4 Dock Road"' in refused.text
    olu.post(f"{place}/{old.id}", data={**PLACE, "version": "1", "line1": "9 Quay Street"})
    new = hull(world)

    words = {"kind": "picking", "text": "Pallets of 1.2 m at most"}
    late = olu.post(f"{place}/{old.id}/notes", data=words)
    assert late.headers["Location"] == f"{place}/{new.id}#notes"
    for page in (f"{place}/{new.id}", f"/admin/accounts/{world.acme.id}"):
        assert words["text"] in olu.get(page).text
    note = world.session.scalars(select(Note).where(Note.text == words["text"])).one()
    assert olu.post(f"/admin/accounts/{world.acme.id}/notes/{note.id}/end").status_code == 404
    home = world.session.scalars(addresses_of(world.acme.id)).first()
    assert home is not None
    assert olu.post(f"{place}/{home.id}/notes/{note.id}/end").status_code == 404
    assert olu.post(f"{place}/{new.id}/notes/{note.id}/end").status_code == 303
    assert reread(world, Note, note.id).ended_at
    assert words["text"] not in olu.get(f"{place}/{new.id}").text
    kept = world.session.scalars(
        select(Activity).where(Activity.subject_kind == "note").order_by(Activity.id)
    ).all()
    assert [(row.kind, row.account_id, row.details["address"]) for row in kept] == [
        ("note.added", world.acme.id, "HULL"),
        ("note.ended", world.acme.id, "HULL"),
    ]


def test_a_retired_address_takes_no_more_notes_and_no_stranger_writes_one(
    world: World, as_: Browser
) -> None:
    olu, place = as_(world.olu), f"/admin/accounts/{world.acme.id}/addresses"
    olu.post(f"{place}/new", data=PLACE)
    there = hull(world)
    words = {"kind": "picking", "text": "Pallets of 1.2 m at most"}
    elsewhere = f"/admin/accounts/{world.globex.id}/addresses/{there.id}/notes"
    assert olu.post(elsewhere, data=words).status_code == 404
    assert as_(world.sam).post(f"{place}/{there.id}/notes", data=words).status_code == 403
    olu.post(f"{place}/{there.id}/retire")
    refused = olu.post(f"{place}/{there.id}/notes", data=words)
    assert refused.status_code == 409
    assert "Somebody retired this address meanwhile." in refused.text
    assert not world.session.scalars(select(Note)).all()
