"""The charges of a placed order at the desk, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.orders import Order, OrderCharge, place_hold
from tests.admin.conftest import Way
from tests.admin.test_changing_orders import head, hidden
from tests.world import World

SignIn = Callable[[Actor], FlaskClient]


class Form:
    """The change form of an order, as somebody without scripts sends it."""

    def __init__(self, client: FlaskClient, order: Order) -> None:
        self.client, self.address = client, f"/admin/orders/{order.number}/edit"
        self.page = client.get(self.address).text
        self.fields = head(order)

    def look(self, status: int = 200, **typed: str) -> str:
        self.fields |= {name.replace("__", "-"): text for name, text in typed.items()}
        sent = {**hidden(self.page), **self.fields, "do": "look"}
        answer = self.client.post(self.address, data=sent)
        assert answer.status_code == status
        self.page = answer.text
        return self.page

    def save(self, **typed: str) -> tuple[int, str]:
        answer = self.client.post(self.address, data={**hidden(self.page), **self.fields, **typed})
        return answer.status_code, answer.text


def part_sent(way: Way, world: World) -> Order:
    """Six of ten have left, and are invoiced."""
    order = way.placed({world.product("TR-1", stock=6): 10})
    lists = release_to_picking(world.session, order.id, by=world.sam)
    shipment_id = confirm_all(world.session, lists[0].id, by=world.sam).shipment_id or 0
    pack(world.session, shipment_id, [], by=world.sam)
    ship_shipment(world.session, shipment_id, by=world.sam)
    world.session.commit()
    return order


def test_carriage_is_waived_and_a_charge_added_after_a_look(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    client = signed_in_as(world.olu)
    form = Form(client, order)
    assert "Carriage, United Kingdom" in form.page
    shown = form.look(
        waive__carriage="1", charge_name="Pallet exchange", charge_tax="zero", charge_amount="6.50"
    )
    for words in (
        "Carriage waived, was £8.50", "Pallet exchange £6.50, added", "Save, total £126.50",
        "Say why a charge is changed", 'name="waive-carriage" value="1" checked',
    ):  # fmt: skip
        assert words in shown, words
    session.expire_all()
    assert session.get_one(Order, order.id).revision == 0, "a look saves nothing"
    status, text = form.save()
    assert status == 422
    assert "Say why a charge is changed, for those who look at it later." in text
    assert "Save, total £126.50" in text, "the wishes are shown once more"
    assert form.save(reason="They came to fetch it")[0] == 303
    page = client.get(f"/admin/orders/{order.number}").text
    for words in ("Carriage, waived", "By hand: They came to fetch it", "Pallet exchange"):
        assert words in page, words
    buyer = signed_in_as(world.bob).get(f"/orders/{order.number}").text
    for words in ("Carriage, waived", "Carriage waived, was £8.50", "They came to fetch it"):
        assert words in buyer, words
    assert "They came to fetch it" in signed_in_as(world.ada).get("/admin/audit").text


def test_waived_carriage_is_charged_by_the_rules_again(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    client = signed_in_as(world.olu)
    form = Form(client, order)
    assert "rule-carriage" not in form.page
    form.look(**{"waive-carriage": "1", "reason": "As agreed"})
    assert form.save()[0] == 303
    again = Form(client, order)
    shown = again.look(**{"rule-carriage": "1", "reason": "A mistake"})
    assert "Carriage £8.50, was £0.00" in shown
    assert 'name="rule-carriage" value="1" checked' in shown
    assert again.save()[0] == 303
    session.expire_all()
    assert session.get_one(Order, order.id).total_amount == Decimal("130.20")


def test_another_charge_that_is_there_is_changed(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    client = signed_in_as(world.olu)
    form = Form(client, order)
    form.look(charge_name="Pallets", charge_amount="5", reason="As agreed")
    assert form.save()[0] == 303
    fee = session.scalars(select(OrderCharge).where(OrderCharge.kind == "fee")).one()
    again = Form(client, order)
    assert "Pallets £7.00, was £5.00" in again.look(**{f"charge-{fee.id}": "7"})
    assert again.save(reason="Two of them")[0] == 303
    session.expire_all()
    assert session.get_one(OrderCharge, fee.id).amount == 7
    assert session.get_one(Order, order.id).total_amount == Decimal("138.60")


def test_what_cannot_be_read_is_said_at_its_field(
    world: World, way: Way, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    client = signed_in_as(world.olu)
    for typed, sentence in (
        ({"charge-carriage": "much"}, "“much” is not a price such as 12.50"),
        (
            {"charge-carriage": "3", "waive-carriage": "1"},
            "Type an amount or tick one of the boxes",
        ),
        ({"charge-carriage": "-3"}, "A charge cannot be below zero."),
        ({"charge_name": "Pallets"}, "Type what it costs, without VAT."),
        ({"charge_amount": "3"}, "Say what the charge is for"),
        ({"charge_name": "x", "charge_amount": "3", "charge_tax": "none"}, "Choose the tax."),
    ):
        assert sentence in Form(client, order).look(422, **typed), typed


def test_an_order_that_waits_for_its_carriage_leads_to_where_that_is_settled(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    place_hold(session, order, "address", by=None, reason="No carriage zone covers this address.")
    session.commit()
    client = signed_in_as(world.olu)
    page = client.get(f"/admin/orders/{order.number}").text
    assert f'href="/admin/orders/{order.number}/edit#charges"' in page
    form = Form(client, order)
    form.look(**{"charge-carriage": "45", "reason": "The carrier's offer"})
    assert form.save()[0] == 303
    assert "Settle the carriage" not in client.get(f"/admin/orders/{order.number}").text
    session.expire_all()
    assert session.get_one(Order, order.id).status == "open"


def test_what_is_being_typed_is_no_mistake_yet(
    world: World, way: Way, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    form = Form(signed_in_as(world.olu), order)
    sent = {**hidden(form.page), **form.fields, "charge_name": "Pallets", "do": "look"}
    answer = form.client.post(form.address, data=sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'value="Pallets"' in answer.text


def test_an_invoiced_charge_has_no_field_and_says_what_corrects_it(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = part_sent(way, world)
    form = Form(signed_in_as(world.olu), order)
    assert "a credit note corrects it" in form.page
    assert 'name="charge-carriage"' not in form.page
    assert "correct it with a credit note" in form.look(422, **{"charge-carriage": "1"})


def test_only_who_settles_by_hand_sees_the_charges_and_may_change_them(
    world: World, way: Way, session: Session, signed_in_as: SignIn
) -> None:
    order = way.placed({world.product("TR-1"): 10})
    buyer = signed_in_as(world.bob)
    address = f"/orders/{order.number}/change"
    page = buyer.get(address).text
    assert "charge-carriage" not in page
    typed = {**hidden(page), **head(order), "waive-carriage": "1", "do": "look"}
    assert "Carriage waived" not in buyer.post(address, data=typed).text
    assert 'name="charge-carriage"' in signed_in_as(world.mia).get(
        f"/admin/orders/{order.number}/edit"
    ).text  # fmt: skip
