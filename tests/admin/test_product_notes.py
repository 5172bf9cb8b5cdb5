"""Notes on a product: kept on its page, read beside its lines where their kind belongs."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integrations.documents import Documents
from models.accounts import NOTE_KINDS, Note, Permission
from models.catalog import SPECIAL, Product, end_product_note, note_on_product
from models.fulfilment import PickList, Shipment, confirm_all, pack
from models.fulfilment import ship_shipment as ship
from models.kernel.activity import Activity
from models.kernel.errors import Denied, NotFound, Refused
from models.kernel.files import FileStore
from models.receivables import Invoice
from tests.admin.conftest import Way, hidden, reread, statements_of
from tests.admin.test_desk import Desk
from tests.admin.test_place_notes import Browser, all_places, ordered
from tests.integrations.test_documents import text_of
from tests.world import World


def note_each_kind(pat: FlaskClient, product: Product) -> None:
    page = f"/admin/products/{product.id}"
    for kind in NOTE_KINDS:
        answer = pat.post(f"{page}/notes", data={"kind": kind, "text": f"{kind} of it."})
        assert answer.headers["Location"] == f"{page}#notes"


def invoiced(world: World, pick_list: PickList) -> Invoice:
    """The invoice of what is picked, packed and shipped in full."""
    session = world.session
    confirm_all(session, pick_list.id, by=world.sam)
    shipment = pack(session, pick_list.shipment_id or 0, [], by=world.sam)
    invoice = ship(session, shipment.id, by=world.sam)
    session.commit()
    assert invoice is not None
    return invoice


def ways(*lists: Iterable[str]) -> set[tuple[str, ...]]:
    return {tuple(each) for each in lists}


def test_a_note_on_a_product_shows_where_its_kind_belongs_and_on_no_order_without_it(
    world: World, way: Way, as_: Browser, files: FileStore
) -> None:
    trowel, spade = world.product("TR-1", stock=50), world.product("SP-1", stock=50)
    note_each_kind(as_(world.pat), trowel)
    page = as_(world.olu).get(f"/admin/products/{trowel.id}").text
    for kind in NOTE_KINDS:
        assert f"{kind} of it." in page
    assert "Pat" in page
    assert "Add the note" not in page
    assert all_places(way, as_, files, *ordered(way, {trowel: 2}, None), "of it") == {
        "pick page": ["picking"],
        "pick list": ["picking"],
        "order": ["alert"],
        "its change": ["alert"],
        "delivery note": ["delivery"],
        "acknowledgement": [],
        "invoice": ["invoice"],
        "its buyer": [],
    }
    other = all_places(way, as_, files, *ordered(way, {spade: 2}, None), "of it")
    assert ways(*other.values()) == {()}


def test_it_stands_beside_the_line_of_its_product(
    world: World, way: Way, as_: Browser, files: FileStore
) -> None:
    session, papers, sam = world.session, Documents(files), as_(world.sam)
    first, second = world.product("AA-1", stock=50), world.product("BB-1", stock=50)
    order, pick_list = ordered(way, {first: 2, second: 3}, None)
    for kind in ("alert", "picking", "delivery", "invoice"):
        note_on_product(session, second, kind, f"{kind}\nof it.", by=world.pat)
    session.commit()
    assert "BB-1: alert\nof it." in as_(world.olu).get(f"/admin/orders/{order.number}").text
    assert "of it." not in sam.get(f"/floor/pick/{pick_list.id}").text
    line = hidden(sam.get(f"/floor/pick/{pick_list.id}").text, "line")
    sam.post(f"/floor/pick/{pick_list.id}/count", data={"line": line, "quantity": "2"})
    assert "picking\nof it." in sam.get(f"/floor/pick/{pick_list.id}").text
    session.expire_all()
    told = papers.pick_list_page(session, pick_list)
    assert told.index("AA-1") < told.index("BB-1") < told.index("picking\nof it.")
    invoice = invoiced(world, pick_list)
    shipment = session.get_one(Shipment, pick_list.shipment_id)
    told = papers.delivery_note_page(session, shipment)
    assert told.index("AA-1") < told.index("BB-1") < told.index("delivery\nof it.")
    told = as_(world.nora).get(f"/admin/invoices/{invoice.number}").text
    assert told.index("AA-1") < told.index("BB-1") < told.index("invoice\nof it.")
    assert told.count("of it.") == 1
    assert "invoice of it." in text_of(papers.invoice_content(session, invoice))
    for path in (f"/orders/{order.number}", f"/invoices/{invoice.number}"):
        page = as_(world.bob).get(path).text
        for kind in ("alert", "picking", "internal"):
            assert f"{kind}\nof it." not in page


def test_an_issued_invoice_keeps_what_was_said_of_its_products(world: World, way: Way) -> None:
    session = world.session
    trowel, spade = world.product("TR-1", stock=50), world.product("SP-1", stock=50)
    _order, pick_list = ordered(way, {trowel: 2, spade: 1}, None)
    from_account = Note(
        kind="invoice", subject_kind="account", subject_id=world.acme.id, text="Quote our number."
    )
    session.add(from_account)
    noted = note_on_product(session, trowel, "invoice", "Contains nickel.", by=world.pat)
    invoice = invoiced(world, pick_list)
    end_product_note(session, trowel, noted.id, by=world.pat)
    note_on_product(session, spade, "invoice", "Too late.", by=world.pat)
    session.commit()
    session.refresh(invoice, ["lines"])
    assert invoice.note == "Quote our number."
    told = {line.sku: line.note for line in invoice.lines}
    assert told == {"TR-1": "Contains nickel.", "SP-1": ""}


def test_a_delivery_says_it_of_what_is_in_it_alone(
    world: World, way: Way, files: FileStore
) -> None:
    session = world.session
    here, later = world.product("AA-1", stock=50), world.product("BB-1", stock=0)
    _order, pick_list = ordered(way, {here: 2, later: 3}, None)
    for product, text in ((here, "Keep it dry."), (later, "Keep it cool.")):
        note_on_product(session, product, "delivery", text, by=world.pat)
    confirm_all(session, pick_list.id, by=world.sam)
    shipment = session.get_one(Shipment, pick_list.shipment_id)
    page = Documents(files).delivery_note_page(session, shipment)
    assert "Keep it dry." in page
    assert "BB-1" in page
    assert "Keep it cool." not in page


def test_a_note_that_was_taken_off_is_read_nowhere_any_more_and_stays_in_the_records(
    world: World, way: Way, as_: Browser, files: FileStore
) -> None:
    session, pat = world.session, as_(world.pat)
    trowel, spade = world.product("TR-1", stock=50), world.product("SP-1", stock=50)
    note_each_kind(pat, trowel)
    page = f"/admin/products/{trowel.id}"
    notes = session.scalars(select(Note).order_by(Note.id)).all()
    assert pat.post(f"/admin/products/{spade.id}/notes/{notes[0].id}/end").status_code == 404
    assert as_(world.olu).post(f"{page}/notes/{notes[0].id}/end").status_code == 403
    for note in (*notes, notes[0]):
        answer = pat.post(f"{page}/notes/{note.id}/end")
        assert answer.headers["Location"] == f"{page}#notes"
    assert reread(world, Note, notes[0].id).ended_at
    left = all_places(way, as_, files, *ordered(way, {trowel: 2}, None), "of it")
    assert ways(*left.values()) == {()}
    assert "No notes yet. One stands beside this product" in pat.get(page).text
    kept = session.scalars(
        select(Activity).where(Activity.subject_kind == "note").order_by(Activity.id)
    ).all()
    assert [row.kind for row in kept] == ["note.added"] * 5 + ["note.ended"] * 5
    assert {row.details["sku"] for row in kept} == {"TR-1"}
    assert [row.details["shown"] for row in kept[:5]] == list(NOTE_KINDS)
    audit = as_(world.ada).get("/admin/audit").text
    for words in ("Note added", "Note ended", "TR-1"):
        assert words in audit


def test_what_makes_no_note_is_refused_with_what_was_typed(world: World, as_: Browser) -> None:
    pat, trowel = as_(world.pat), world.product("TR-1")
    page = f"/admin/products/{trowel.id}"
    for typed, words in (
        ({"kind": "picking", "text": " "}, "Write the note first."),
        ({"kind": "shouted", "text": "Now!"}, "Not a valid choice"),
        ({"kind": "alert", "text": "x" * 2001}, "2000"),
    ):
        refused = pat.post(f"{page}/notes", data=typed)
        assert refused.status_code == 422
        assert words in refused.text
    assert "x" * 2001 in refused.text
    assert pat.post("/admin/products/999999/notes", data={"text": "x"}).status_code == 404
    assert as_(world.olu).post(f"{page}/notes", data={"kind": "alert"}).status_code == 403
    assert not world.session.scalars(select(Note)).all()


def test_a_special_takes_none_as_its_order_does(world: World, as_: Browser) -> None:
    bench = world.product("SPECIAL-1", lifecycle=SPECIAL)
    with pytest.raises(Refused, match="Write the note on that order"):
        note_on_product(world.session, bench, "alert", "Mind the legs", by=world.pat)
    assert "Add the note" not in as_(world.pat).get(f"/admin/products/{bench.id}").text


def test_only_who_edits_products_writes_on_them_or_takes_a_note_off(world: World) -> None:
    session, trowel, spade = world.session, world.product("TR-1"), world.product("SP-1")
    note = note_on_product(session, trowel, "alert", "Ask Pat", by=world.pat)
    assert not world.olu.can(Permission.PRODUCTS_EDIT)
    for stranger in (world.olu, world.bob):
        with pytest.raises(Denied, match="Notes on products need the permission"):
            note_on_product(session, trowel, "alert", "Mine", by=stranger)
        with pytest.raises(Denied, match="Notes on products need the permission"):
            end_product_note(session, trowel, note.id, by=stranger)
    with pytest.raises(NotFound):
        end_product_note(session, spade, note.id, by=world.pat)
    assert note.ended_at is None


def test_a_product_that_is_added_to_an_order_says_its_alert_to_staff_alone(
    world: World, way: Way, as_: Browser
) -> None:
    session = world.session
    trowel, spade = world.product("TR-1", stock=50), world.product("SP-1", stock=50)
    order = way.placed({trowel: 2})
    note_on_product(session, spade, "alert", "Two people to lift it", by=world.pat)
    session.commit()
    typed = {"do": "look", "add_code": "SP-1", "add_quantity": "1"}
    for person, path, is_told in (
        (world.olu, f"/admin/orders/{order.number}/edit", True),
        (world.bob, f"/orders/{order.number}/change", False),
    ):
        browser = as_(person)
        page = browser.get(path)
        assert page.status_code == 200
        looked = browser.post(path, data={**typed, "version": hidden(page.text, "version")})
        assert "Product SP-1" in looked.text
        assert ("Two people to lift it" in looked.text) is is_told


def test_the_phone_order_asks_to_read_the_alert_of_a_product_that_is_typed(
    world: World, as_: Browser
) -> None:
    note_on_product(world.session, world.product("TR-1"), "alert", "By the tray", by=world.pat)
    world.product("SP-1")
    world.session.commit()
    desk = Desk(world, as_(world.olu))
    desk.post("alerts")
    assert "I have read it" not in desk.type("SP-1", "1")
    typed = desk.client.post(
        f"{desk.href}/add", data={"code": "TR-1", "quantity": "2"}, headers={"HX-Request": "true"}
    )
    for page, takes_focus in ((typed.text, False), (desk.page, True)):
        assert "TR-1: By the tray" in page
        assert ("autofocus" in page[page.index('id="alerts"') :]) is takes_focus
    assert "Read the alert first" in desk.place()
    assert "I have read it" not in desk.post("alerts")
    assert "placed. The acknowledgement" in desk.place()


def test_notes_cost_no_statement_more_for_more_lines(world: World, way: Way, as_: Browser) -> None:
    olu, sam = as_(world.olu), as_(world.sam)
    products = [world.product(f"P-{n}", stock=50) for n in range(4)]
    few, one = ordered(way, {products[0]: 1}, None)
    order, many = ordered(way, dict.fromkeys(products, 1), None)
    for product in products:
        for kind in NOTE_KINDS:
            note_on_product(world.session, product, kind, f"{kind} of it.", by=world.pat)
    world.session.commit()
    for client, path, less, more in (
        (olu, "/admin/orders/{}", few.number, order.number),
        (olu, "/admin/orders/{}/edit", few.number, order.number),
        (sam, "/floor/pick/{}", one.id, many.id),
    ):
        assert statements_of(client, path.format(less)) == statements_of(client, path.format(more))
