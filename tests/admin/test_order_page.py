"""The order page: the next step by state and permission, holds, notes, and what only some see."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from models.orders import Order, OrderEvent
from tests.admin.conftest import Way, reread, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]


def text_of(client: FlaskClient, number: str) -> str:
    response = client.get(f"/admin/orders/{number}")
    assert response.status_code == 200, response.text
    return response.text


def test_the_main_button_is_the_next_step(world: World, way: Way, as_: Browser) -> None:
    trowel = world.product("TR-1", stock=1000)
    ada = as_(world.ada)
    assert "Release 1 line to picking" in text_of(ada, way.placed({trowel: 2}).number)
    steps = {
        "Pick 1 line": way.released({trowel: 2}).order_id,
        "Pack 1 line": way.picked({trowel: 2}).order_id,
        "Ship 1 line": way.packed({trowel: 2}).order_id,
        "Record payment": way.invoiced({trowel: 2}).order_id,
    }
    for words, order_id in steps.items():
        assert words in text_of(ada, world.session.get_one(Order, order_id).number)


def test_somebody_without_the_permission_sees_no_button_for_it(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1"): 2})
    olu = as_(world.olu)
    assert "to picking" not in text_of(olu, order.number)
    assert olu.post(f"/admin/orders/{order.number}/release").status_code == 403


def test_releasing_makes_the_pick_list_and_a_second_time_is_refused(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1"): 2})
    sam = as_(world.sam)
    assert sam.post(f"/admin/orders/{order.number}/release").status_code == 303
    assert reread(world, Order, order.id).status == "picking"
    again = sam.post(f"/admin/orders/{order.number}/release")
    assert again.status_code == 422
    assert "nothing in stock to pick" in again.text
    assert order.number in again.text


def test_a_held_order_is_not_released_but_answers_409(world: World, way: Way, as_: Browser) -> None:
    order = way.placed({world.product("TR-1", stock=1000): 600})
    response = as_(world.sam).post(f"/admin/orders/{order.number}/release")
    assert response.status_code == 409
    assert "is on hold. Release the hold first." in response.text


def test_a_hold_is_released_with_a_reason_and_only_once(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1", stock=1000): 600})
    address = f"/admin/orders/{order.number}/holds/credit_limit/release"
    nora = as_(world.nora)
    assert "Release hold" in text_of(nora, order.number)
    empty = nora.post(address, data={"reason": ""})
    assert empty.status_code == 422
    assert "Say why the order may go on." in empty.text
    assert nora.post(address, data={"reason": "They paid today."}).status_code == 303
    assert reread(world, Order, order.id).status == "open"
    assert nora.post(address, data={"reason": "Again"}).status_code == 409
    assert as_(world.olu).post(address, data={"reason": "x"}).status_code == 403


def test_a_note_is_for_staff_and_stands_on_the_timeline(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1"): 2})
    olu = as_(world.olu)
    posted = olu.post(
        f"/admin/orders/{order.number}/notes", data={"text": "<b>Maya</b> would rather wait."}
    )
    assert posted.status_code == 303
    text = text_of(olu, order.number)
    assert "&lt;b&gt;Maya&lt;/b&gt; would rather wait." in text
    event = world.session.query(OrderEvent).filter_by(kind="note.added").one()
    assert event.audience == "staff"
    assert olu.post(f"/admin/orders/{order.number}/notes", data={"text": " "}).status_code == 422


def test_the_margin_shows_only_with_the_permission_for_costs(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1", price="10.00", cost="4.00"): 2})
    assert "60%" in text_of(as_(world.mia), order.number)
    assert "Margin" not in text_of(as_(world.olu), order.number)


def test_what_is_short_stands_under_backorder_with_its_date(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1", stock=5): 20})
    text = text_of(as_(world.olu), order.number)
    assert "Backorder" in text
    assert "Nothing is on order" in text


def test_an_order_stands_between_its_neighbours_in_the_list(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1")
    first, middle, last = (way.placed({trowel: 1}) for _ in range(3))
    text = as_(world.olu).get(f"/admin/orders/{middle.number}?view=open&sort=number").text
    assert "2 of 3" in text
    assert f"/admin/orders/{first.number}?" in text
    assert f"/admin/orders/{last.number}?" in text


def test_an_unknown_order_is_not_found(world: World, as_: Browser) -> None:
    assert as_(world.olu).get("/admin/orders/SO-999999").status_code == 404


def test_shipping_from_the_page_makes_the_invoice(world: World, way: Way, as_: Browser) -> None:
    shipment = way.packed({world.product("TR-1"): 2})
    sam = as_(world.sam)
    assert sam.post(f"/admin/shipments/{shipment.number}/ship").status_code == 303
    assert reread(world, Order, shipment.order_id).status == "invoiced"
    assert sam.post(f"/admin/shipments/{shipment.number}/ship").status_code == 409


def test_documents_are_pdfs_of_orders_one_may_see(world: World, way: Way, as_: Browser) -> None:
    shipment = way.packed({world.product("TR-1"): 2})
    order = world.session.get_one(Order, shipment.order_id)
    olu = as_(world.olu)
    for address in (
        f"/admin/orders/{order.number}/acknowledgement.pdf",
        f"/admin/shipments/{shipment.number}/delivery-note.pdf",
    ):
        assert olu.get(address).data.startswith(b"%PDF"), address
    assert olu.get("/admin/shipments/DN-1/delivery-note.pdf").status_code == 404
    assert (
        as_(world.bob).get(f"/admin/orders/{order.number}/acknowledgement.pdf").status_code == 403
    )


def test_the_page_takes_as_many_statements_for_fifty_lines_as_for_five(
    world: World, way: Way, as_: Browser
) -> None:
    products = [world.product(f"P-{number}", price="1.00") for number in range(50)]
    small = way.placed(dict.fromkeys(products[:5], 1))
    large = way.placed(dict.fromkeys(products, 1))
    mia = as_(world.mia)
    assert statements_of(mia, f"/admin/orders/{small.number}") == statements_of(
        mia, f"/admin/orders/{large.number}"
    )
