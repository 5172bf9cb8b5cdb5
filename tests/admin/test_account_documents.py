"""How an account gets its documents: settled on a page, obeyed by the mails and the papers."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from integrations.documents import Documents
from jobs.documenting import sent_to
from models.accounts import DocumentRecipient, Wish, document_wishes
from models.fulfilment import Shipment, ship_shipment
from models.kernel.activity import Activity
from models.kernel.files import FileStore
from models.orders import Order
from tests.admin.conftest import Way, hidden, reread
from tests.world import World

Browser = Callable[..., FlaskClient]


def form_of(client: FlaskClient, path: str, **changes: str) -> dict[str, str]:
    form = {"version": hidden(client.get(path).text, "version"), "locale": "en_GB"}
    return form | {key.replace("_of_", "-"): value for key, value in changes.items()}


def test_several_addresses_post_and_nothing_are_settled_and_audited(
    world: World, as_: Browser
) -> None:
    olu, path = as_(world.olu), f"/admin/accounts/{world.acme.id}/documents"
    form = form_of(
        olu, path, means_of_invoice="mail", to_of_invoice="ap@acme.example, boss@acme.example",
        means_of_statement="post", means_of_acknowledgement="none", delivery_note_prices="1",
        means_of_credit_note="usual", to_of_credit_note="cn@acme.example",
    )  # fmt: skip
    form["locale"] = "de_DE"
    assert olu.post(path, data=form).status_code == 303
    found = document_wishes(world.session, world.acme.id)
    assert found["invoice"] == Wish("mail", ("ap@acme.example", "boss@acme.example"))
    assert (found["statement"].means, found["acknowledgement"].means) == ("post", "none")
    assert found["delivery_note"] == Wish()
    assert found["credit_note"] == Wish("mail", ("cn@acme.example",))
    account = reread(world, type(world.acme), world.acme.id)
    assert (account.locale, account.delivery_note_prices) == ("de_DE", True)
    usual = ["bob@example.com"]
    assert sent_to(world.session, account, "statement", usual) == ()
    assert sent_to(world.session, account, "acknowledgement", usual) == ()
    assert sent_to(world.session, account, "delivery_note", usual) == usual
    entry = world.session.scalars(
        select(Activity).where(Activity.kind == "account.documents_changed")
    ).one()
    assert entry.details["after"]["invoice"] == ["mail", "ap@acme.example", "boss@acme.example"]
    assert "boss@acme.example" in olu.get(f"/admin/accounts/{account.id}").text
    assert olu.post(path, data=form).status_code == 409


def test_a_wrong_address_is_named_and_nothing_is_changed(world: World, as_: Browser) -> None:
    olu, path = as_(world.olu), f"/admin/accounts/{world.acme.id}/documents"
    wrong = form_of(olu, path, means_of_invoice="mail", to_of_invoice="a@b.example nobody")
    answer = olu.post(path, data=wrong)
    assert answer.status_code == 422
    assert "“nobody” is no e-mail address." in answer.text
    assert "a@b.example" in answer.text
    empty = olu.post(path, data=wrong | {"to-invoice": ""})
    assert "Enter the address to mail it to." in empty.text
    assert world.session.scalars(select(DocumentRecipient)).all() == []
    assert as_(world.pat).get(path).status_code == 403


def page_of(way: Way, files: FileStore, shipment: Shipment) -> str:
    return Documents(files).delivery_note_page(way.world.session, shipment)


def test_a_delivery_note_shows_prices_only_where_the_account_wants_them(
    world: World, way: Way, files: FileStore
) -> None:
    shipment = way.packed({world.product("TR-1", price="10.00"): 3})
    assert "£" not in page_of(way, files, shipment)
    world.acme.delivery_note_prices = True
    assert "£30.00" in page_of(way, files, shipment)


def test_what_is_to_follow_is_the_same_before_and_after_the_goods_leave(
    world: World, way: Way, files: FileStore
) -> None:
    trowel = world.product("TR-1", stock=4)
    shipment = way.packed({trowel: 10})
    before = page_of(way, files, shipment)
    assert "<b>4</b>" in before
    assert '<td class="num">6<small>' in before
    ship_shipment(world.session, shipment.id, by=world.sam)
    world.session.commit()
    assert '<td class="num">6<small>' in page_of(way, files, shipment)


def test_goods_that_are_fetched_have_a_collection_note(
    world: World, way: Way, files: FileStore
) -> None:
    shipment = way.packed({world.product("TR-1"): 3})
    order = world.session.get_one(Order, shipment.order_id)
    assert "<h1>Delivery note</h1>" in page_of(way, files, shipment)
    order.freight_choice = "collection"
    page = page_of(way, files, shipment)
    assert "<h1>Collection note</h1>" in page
    assert "Vehicle" in page
    assert "Deliver to" not in page
    assert "Handed over" in page
