"""Ctrl K: records by whatever people call them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.accounts import Actor, Address, Contact
from models.catalog import AccountPartNumber, refresh
from models.fulfilment import Label, Shipment
from models.insight import find_records
from models.kernel import clock
from models.orders import Order
from models.receivables import Invoice
from tests.admin.conftest import Way, counted
from tests.world import World


@pytest.fixture
def shipped(world: World) -> Invoice:
    invoice = Way(world).invoiced({world.product("TR-7"): 12})
    world.session.add(
        Contact(account_id=world.acme.id, name="Jo Marsh", phone="+44 (0)20 7946 0018",
                email="jo@acme.example")
    )  # fmt: skip
    place = world.session.query(Address).filter_by(account_id=world.globex.id).one()
    place.postcode, place.phone = "LS1 4AB", "0113 496 0000"
    world.session.flush()
    return invoice


def found(world: World, text: str, by: Actor | None = None) -> list[tuple[str, str]]:
    rows = find_records(
        world.session, text, by or world.ada, today=clock.today("Europe/London"), country="GB"
    )
    return [(row.kind, row.name) for row in rows]


def test_a_shipment_is_found_by_its_tracking_number_in_any_blocks(
    world: World, shipped: Invoice
) -> None:
    shipment = world.session.scalars(select(Shipment)).one()
    shipment.tracking_number = "1Z 999 AA1"
    world.session.flush()
    assert found(world, "1z999aa1") == [("shipment", shipment.number)]
    shipment.tracking_number = ""
    label = world.session.scalars(select(Label)).first()
    if label is not None:
        label.tracking_number = "JD-0002"
        world.session.flush()
        assert found(world, "jd0002") == [("shipment", shipment.number)]
    assert found(world, "---") == []


@pytest.mark.parametrize("typed", ["154.20", "£154.20"])
def test_an_amount_finds_the_order_and_the_invoice(
    world: World, shipped: Invoice, typed: str
) -> None:
    assert str(shipped.total_amount) in ("154.20", "154.2000")
    assert {kind for kind, _name in found(world, typed)} == {"order", "invoice"}


def test_large_amounts_are_found_with_and_without_their_comma(
    world: World, shipped: Invoice
) -> None:
    order = Way(world).placed({world.product("BIG-1", price="1000.00"): 1}, key="big")
    assert order.total_amount == 1200
    for typed in ("1,200.00", "1200.00", "1200", "£1,200"):
        assert found(world, typed) == [("order", order.number)], typed
    assert found(world, "12,00.00") == []


def test_an_account_is_found_by_postcode_and_phone_and_a_person_by_theirs(
    world: World, shipped: Invoice
) -> None:
    assert found(world, "ls14ab") == [("account", "Globex Garden Centres")]
    assert found(world, "+44 113 496 0000") == [("account", "Globex Garden Centres")]
    for typed in ("020 7946 0018", "marsh", "Jo@acme.example"):
        assert found(world, typed) == [("contact", "Jo Marsh")], typed


def test_who_may_not_see_it_does_not_find_it(world: World, shipped: Invoice) -> None:
    world.globex.name = "Marsh Farm"
    world.session.flush()
    assert found(world, "marsh", world.rita) == [("contact", "Jo Marsh")]
    assert found(world, "154.20", world.sam) == [("order", shipped.order_number)]


def test_a_product_is_found_by_its_words_in_any_order_and_by_a_customers_own_number(
    world: World, shipped: Invoice
) -> None:
    left = world.product("SC-3")
    left.name = "Secateurs, left-handed"
    left.description = "For pruning"
    refresh(world.session, [left.id])
    world.session.add(
        AccountPartNumber(account_id=world.acme.id, product_id=left.id, code="HA-4050")
    )
    world.session.flush()
    for typed in (
        "secateurs left",
        "left-handed secateurs",
        "Left secateur",
        "secatuers",
        "ha4050",
    ):
        assert found(world, typed) == [("product", left.name)], typed
    (row,) = find_records(world.session, "HA4050", world.ada, today=clock.today("Europe/London"))
    assert row.note == "SC-3, HA-4050, Acme Gifts"
    assert found(world, "nothing at all") == []


def test_an_order_and_a_person_are_found_by_names_in_any_order_with_the_company(
    world: World, shipped: Invoice
) -> None:
    order = world.session.scalars(select(Order)).one()
    order.caller = "Pat Lane"
    world.session.flush()
    for typed in ("pat lane", "lane acme", "acme pat"):
        assert found(world, typed) == [("order", order.number)], typed
    for typed in ("marsh jo", "acme marsh", "gifts jo"):
        assert found(world, typed) == [("contact", "Jo Marsh")], typed
    assert found(world, "jo globex") == []


def test_numbers_are_found_as_they_are_spoken(world: World, shipped: Invoice) -> None:
    order = world.session.scalars(select(Order)).one()
    order.po_number = "WH-7781"
    world.session.flush()
    digits = order.number.rpartition("-")[2]
    for typed in (f"SO{digits}", f"so {digits}", f"order {digits}", "wh7781", "WH 77"):
        assert ("order", order.number) in found(world, typed), typed
    invoice = shipped.number.rpartition("-")[2]
    for typed in (f"inv {invoice}", f"invoice {invoice}", shipped.number.replace("-", "")):
        assert found(world, typed) == [("invoice", shipped.number)], typed


def test_finding_takes_as_many_statements_however_much_is_found(
    world: World, shipped: Invoice
) -> None:
    with counted() as one:
        found(world, "TR-7")
    for n in range(8):
        world.product(f"TR-7{n}")
    world.session.flush()
    with counted() as many:
        found(world, "TR-7")
    assert (len(one), len(many)) == (1, 1)
