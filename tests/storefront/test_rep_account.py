"""What a rep is told about an account before going in."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models.accounts import Note, add_note_in_care
from models.catalog import AccountPartNumber
from models.checkout import cart_lines
from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.errors import Denied
from models.orders import Order, place_hold
from models.pricing import PriceEntry
from tests.signing_in import sign_in
from tests.world import World


def promised(shop: World, days: int) -> Order:
    """An order of Acme's that is promised for so many days from now, as it was first."""
    order = shop.order(shop.acme, shop.bob, {shop.product(f"TR-{days + 100}"): 2})
    on = clock.now().date() + timedelta(days=days)
    shop.session.execute(
        update(Order).where(Order.id == order.id).values(promised_on=on, first_promised_on=on)
    )
    return order


def shipped(shop: World, order: Order) -> str:
    """The number of the invoice of the order, sent whole."""
    pick_list = release_to_picking(shop.session, order.id, by=shop.sam)[0]
    confirm_all(shop.session, pick_list.id, by=shop.sam)
    pack(shop.session, pick_list.shipment_id, [], by=shop.sam)
    invoice = ship_shipment(shop.session, pick_list.shipment_id, by=shop.sam)
    assert invoice
    return invoice.number


def card(client: FlaskClient, shop: World) -> str:
    shop.session.commit()
    sign_in(client, shop.session, shop.rita)
    return client.get(f"/rep/accounts/{shop.acme.id}").text


def test_an_order_that_will_come_in_time_is_as_promised(client: FlaskClient, shop: World) -> None:
    promised(shop, 5)
    assert "All as promised." in card(client, shop)


@pytest.mark.parametrize(
    ("code", "words"),
    [("awaiting_payment", "1 waits for its payment."), ("manual", "1 is on hold.")],
)
def test_a_held_order_is_said_to_wait_and_for_what(
    client: FlaskClient, shop: World, code: str, words: str
) -> None:
    place_hold(shop.session, promised(shop, 5), code, by=None)
    text = card(client, shop)
    assert words in text
    assert "All as promised." not in text


def test_an_order_past_its_promise_is_late_whatever_it_waits_for(
    client: FlaskClient, shop: World
) -> None:
    late = promised(shop, -3)
    place_hold(shop.session, late, "awaiting_payment", by=None)
    promised(shop, -1)
    text = card(client, shop)
    assert f"<b>{late.number} is late,</b>" in text
    assert "It waits for its payment." in text
    assert "1 more is late." in text


def test_a_promise_that_moved_is_late_to_come(client: FlaskClient, shop: World) -> None:
    order = promised(shop, 3)
    order.promised_on = clock.now().date() + timedelta(days=9)
    assert f"<b>{order.number} will be late,</b>" in card(client, shop)


def test_open_orders_lead_to_a_page_that_the_rep_may_read(client: FlaskClient, shop: World) -> None:
    order = promised(shop, 5)
    place_hold(shop.session, order, "manual", by=None)
    shop.session.commit()
    address = f"/rep/accounts/{shop.acme.id}/orders/{order.number}"
    sign_in(client, shop.session, shop.rita)
    assert f'href="{address}"' in client.get(f"/rep/accounts/{shop.acme.id}?part=orders").text
    page = client.get(address)
    assert page.status_code == 200
    assert "Product TR-105" in page.text
    assert f'href="/orders/{order.number}/reorder"' not in page.text  # of the shop: by acting alone


def test_an_order_is_read_under_its_own_account_alone(client: FlaskClient, shop: World) -> None:
    order = shop.order(shop.globex, shop.charlie, {shop.product("GX-1"): 2})
    shop.session.commit()
    sign_in(client, shop.session, shop.rita)
    for account in (shop.acme, shop.globex):
        assert client.get(f"/rep/accounts/{account.id}/orders/{order.number}").status_code == 404


def test_open_invoices_lead_to_a_page_that_the_rep_may_read(
    client: FlaskClient, shop: World
) -> None:
    order = shop.order(shop.acme, shop.bob, {shop.product("IV-1"): 2})
    number = shipped(shop, order)
    shop.session.commit()
    sign_in(client, shop.session, shop.rita)
    address = f"/admin/invoices/{number}"
    assert f'href="{address}"' in client.get(f"/rep/accounts/{shop.acme.id}?part=account").text
    assert client.get(address).status_code == 200


def test_an_empty_pad_is_named_in_the_tab_bar_and_not_priced(
    client: FlaskClient, shop: World
) -> None:
    sign_in(client, shop.session, shop.bob)
    tab = re.compile(r'id="tab-order"[^>]*>([^<]*)<')
    assert tab.findall(client.get("/c/garden").text) == ["Order pad"]
    shop.fill_cart(shop.acme, shop.bob, {shop.product("TR-7", price="5.20"): 2})
    shop.session.commit()
    assert tab.findall(client.get("/c/garden").text) == ["£10.40"]


def test_a_floor_is_told_in_whole_pence_and_never_below_itself(
    client: FlaskClient, shop: World
) -> None:
    product = shop.product("FL-1", price="5.20")
    shop.session.execute(
        update(PriceEntry)
        .where(PriceEntry.product_id == product.id)
        .values(floor_price=Decimal("4.4149"))
    )
    cart = shop.fill_cart(shop.acme, shop.rita, {product: 2})
    line = cart_lines(shop.session, cart)[0].line
    shop.session.commit()
    acting = sign_in(client, shop.session, shop.rita)
    acting.post(f"/acting/start/{shop.acme.id}")
    text = acting.get(f"/rep/pricing/{line.id}").text
    assert "£4.42" in text
    assert "4.4149" not in text


def test_an_order_is_changed_from_the_reps_page_and_read_in_the_reps_words(
    client: FlaskClient, shop: World
) -> None:
    trowel = shop.product("TR-7")
    shop.session.add(
        AccountPartNumber(account_id=shop.acme.id, product_id=trowel.id, code="HA4057")
    )
    order = shop.order(shop.acme, shop.bob, {trowel: 2}, po_number="PO 7")
    shop.session.commit()
    sign_in(client, shop.session, shop.rita)
    address = f"/rep/accounts/{shop.acme.id}/orders/{order.number}"
    page = client.get(address).text
    assert "theirs: HA4057" in page
    assert ", with them " in page
    assert "their PO PO 7" in page
    assert "yours: " not in page
    assert '<div class="sku only-s">at £10.00</div>' in page
    assert "Ordered today" in client.get("/rep").text
    for path in ("change", "cancel", "reorder"):
        assert f'name="next" value="/orders/{order.number}/{path}"' in page
    begun = client.post(
        f"/acting/start/{shop.acme.id}", data={"next": f"/orders/{order.number}/change"}
    )
    assert client.get(begun.headers["Location"]).status_code == 200
    assert f'href="/orders/{order.number}/cancel"' in client.get(address).text


def test_a_rep_asks_for_a_change_of_what_the_warehouse_has(
    client: FlaskClient, shop: World
) -> None:
    order = shop.order(shop.acme, shop.bob, {shop.product("TR-7"): 2})
    release_to_picking(shop.session, order.id, by=shop.sam)
    shop.session.commit()
    sign_in(client, shop.session, shop.rita)
    page = client.get(f"/rep/accounts/{shop.acme.id}/orders/{order.number}").text
    assert "Add or change" not in page
    assert "Ask for a change" in page


def test_a_note_that_a_rep_keeps_is_internal_and_recorded(client: FlaskClient, shop: World) -> None:
    sign_in(client, shop.session, shop.rita)
    kept = client.post(f"/rep/accounts/{shop.acme.id}/notes", data={"text": " Ask for Jo "})
    assert kept.headers["Location"] == f"/rep/accounts/{shop.acme.id}"
    note = shop.session.scalars(select(Note)).one()
    assert (note.kind, note.text, note.author_id) == ("internal", "Ask for Jo", shop.rita.id)
    told = shop.session.scalars(select(Activity).where(Activity.kind == "note.added")).one()
    assert (told.actor_id, told.account_id, told.subject_id) == (
        shop.rita.id, shop.acme.id, note.id,
    )  # fmt: skip
    assert told.details == {"shown": "internal"}
    assert "Ask for Jo" in client.get(f"/rep/accounts/{shop.acme.id}").text


def test_a_rep_keeps_no_empty_note_and_none_on_a_colleagues_account(
    client: FlaskClient, shop: World
) -> None:
    sign_in(client, shop.session, shop.rita)
    empty = client.post(f"/rep/accounts/{shop.acme.id}/notes", data={"text": " "})
    assert empty.status_code == 422
    strange = client.post(f"/rep/accounts/{shop.globex.id}/notes", data={"text": "Mine"})
    assert strange.status_code == 404
    today = clock.now().date()
    for by, account in ((shop.rita, shop.globex), (shop.bob, shop.acme)):
        with pytest.raises(Denied):
            add_note_in_care(shop.session, account, "Mine", by=by, today=today)
    assert not shop.session.scalars(select(Note)).all()
