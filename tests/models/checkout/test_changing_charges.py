"""The charges of a placed order: changed, waived and added by hand, with a reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models.accounts import Address
from models.checkout import (
    MINIMUM_ORDER,
    SMALL_ORDER_CHARGE,
    Amendment,
    ChargeWish,
    Wishes,
    amend_order,
)
from models.kernel import settings
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from models.orders import Order, OrderAmendment, OrderEvent
from models.receivables import Invoice, InvoiceCharge
from tests.models.checkout.changing import Office
from tests.models.checkout.test_amending import holds

WAIVED = Wishes(charges=(ChargeWish(Decimal(0), "carriage"),))


def ten(office: Office, **choices: str) -> Order:
    """Ten trowels for 100.00, carriage 8.50: 130.20 with VAT."""
    return office.order({office.world.product("TR-1", stock=20): 10}, **choices)


def invoices(office: Office, order: Order) -> list[Invoice]:
    office.session.flush()
    found = select(Invoice).where(Invoice.order_id == order.id).order_by(Invoice.id)
    return list(office.session.scalars(found))


def charged(office: Office, invoice: Invoice) -> dict[str, Decimal]:
    found = select(InvoiceCharge).where(InvoiceCharge.invoice_id == invoice.id)
    return {row.text: row.amount for row in office.session.scalars(found)}


def test_waived_carriage_stays_on_the_order_as_waived_with_who_and_why(office: Office) -> None:
    order = ten(office)
    row = office.charge(order)
    office.settle(order, "0", reason="It came late last time")
    assert office.charge(order) is row, "the same row"
    assert (row.text, row.amount, row.tax_rate) == ("Carriage, waived", 0, 20)
    assert (row.reason, row.changed_by_id) == ("It came late last time", office.world.olu.id)
    assert (order.charges_amount, order.tax_amount, order.total_amount) == (0, 20, 120)
    told = office.session.scalars(
        select(OrderEvent).where(OrderEvent.kind == "order.amended")
    ).one()
    entry = office.session.scalars(select(Activity).where(Activity.kind == "order.amended")).one()
    for facts in (told.facts, entry.details):
        assert facts["reason"] == "It came late last time"
        assert facts["changes"] == [
            {"what": "carriage", "name": "Carriage", "before": "8.5000", "after": "0.00",
             "by_hand": True}
        ]  # fmt: skip
    assert told.audience == "all"
    made = office.session.scalars(select(OrderAmendment)).one()
    assert (made.revision, made.total_before, made.total_after) == (1, Decimal("130.20"), 120)
    assert office.is_sound()


def test_another_amount_is_charged_and_may_be_changed_again(office: Office) -> None:
    order = ten(office)
    office.settle(order, "5.005")
    assert office.charge(order).amount == Decimal("5.01"), "in whole pennies"
    office.settle(order, "0")
    office.settle(order, "12")
    assert (office.charge(order).text, order.total_amount) == (
        "Carriage as agreed", Decimal("134.40")
    )  # fmt: skip
    assert order.revision == 3
    assert office.is_sound()


def test_a_small_order_charge_is_waived_and_one_that_would_come_does_not(office: Office) -> None:
    settings.change(office.session, MINIMUM_ORDER, Decimal(80), by=None)
    settings.change(office.session, SMALL_ORDER_CHARGE, Decimal(6), by=None)
    trowel = office.world.product("TR-1")
    small, shrinks = office.order({trowel: 5}), office.order({trowel: 10})
    assert office.charges(small)["small_order"] == 6
    office.settle(small, "0", "small_order")
    assert office.charge(small, "small_order").text == "Small-order charge, waived"
    less = office.wishes(shrinks, {trowel: 5})
    assert office.propose(shrinks, less).charges[1].amount == 6
    waived = replace(less, charges=(ChargeWish(Decimal(0), "small_order"),))
    office.amend(shrinks, waived)
    assert office.charges(shrinks) == {"carriage": Decimal("8.50"), "small_order": 0}
    assert small.total_amount == shrinks.total_amount == Decimal("70.20")
    assert office.is_sound()


def test_a_split_pack_charge_is_added_and_changed(office: Office) -> None:
    order = ten(office)
    office.settle(order, "3.50", "split_pack")
    office.settle(order, "2", "split_pack")
    row = office.charge(order, "split_pack")
    assert (row.text, row.amount, order.total_amount) == ("Split-pack charge", 2, Decimal("132.60"))
    assert office.is_sound()


@pytest.mark.parametrize(
    ("category", "code", "tax"),
    [("standard", "S", "23.70"), ("reduced", "S", "22.20"), ("zero", "Z", "21.70")],
)
def test_another_charge_has_a_name_and_a_tax_of_its_own(
    office: Office, category: str, code: str, tax: str
) -> None:
    order = ten(office)
    office.settle(order, "10", "fee", name=" Pallet exchange ", tax_category=category)
    row = office.charge(order, "fee")
    assert (row.text, row.amount, row.tax_category, row.tax_code) == (
        "Pallet exchange", 10, category, code
    )  # fmt: skip
    assert order.tax_amount == Decimal(tax)
    office.send(order)
    invoice = invoices(office, order)[0]
    assert charged(office, invoice)["Pallet exchange"] == 10
    assert invoice.total_amount == order.total_amount
    assert office.is_sound()


def test_what_is_set_by_hand_stays_when_the_goods_change(office: Office) -> None:
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 10})
    office.settle(order, "4")
    office.settle(order, "10", "fee", name="Pallets")
    office.amend(order, office.wishes(order, {trowel: 30}))
    assert office.charges(order) == {"carriage": 4, "fee": 10}, "though carriage is free by now"
    office.amend(order, office.wishes(order, freight_choice="collection"))
    assert office.charges(order) == {"carriage": 4, "fee": 10}
    office.settle(order, "0", "fee", charge_id=office.charge(order, "fee").id)
    assert office.charges(order) == {"carriage": 4, "fee": 0}
    assert office.charge(order, "fee").text == "Pallets, waived"
    office.settle(order, "3", "fee", charge_id=office.charge(order, "fee").id)
    assert office.charge(order, "fee").text == "Pallets"
    assert office.is_sound()


def test_a_charge_follows_the_rules_again(office: Office) -> None:
    settings.change(office.session, MINIMUM_ORDER, Decimal(80), by=None)
    settings.change(office.session, SMALL_ORDER_CHARGE, Decimal(6), by=None)
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 5})
    office.settle(order, "0", reason="It was late")
    office.settle(order, "0", "small_order")
    with pytest.raises(Refused, match="Say why"):
        office.settle(order, None, reason="")
    office.settle(order, None)
    row = office.charge(order)
    assert (row.text, row.amount) == ("Carriage, United Kingdom", Decimal("8.50"))
    assert (row.reason, row.changed_by_id) == ("", None)
    assert office.charges(order)["small_order"] == 0, "it stays by hand"
    office.amend(order, office.wishes(order, {trowel: 30}))
    assert office.charges(order) == {"small_order": 0}, "and carriage is free"
    with pytest.raises(Refused, match="Nothing is different"):
        office.settle(order, None)
    office.settle(order, "7", "fee", name="Pallets")
    with pytest.raises(Refused, match="No rule says what this charge costs"):
        office.settle(order, None, "fee", charge_id=office.charge(order, "fee").id)
    assert office.is_sound()


def test_lines_and_charges_change_in_one_step(office: Office) -> None:
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 10})
    office.amend(order, replace(office.wishes(order, {trowel: 12}), charges=WAIVED.charges))
    assert (order.revision, order.total_amount, office.charges(order)) == (1, 144, {"carriage": 0})
    assert office.is_sound()


def test_the_invoice_bears_what_was_set_and_says_what_is_waived(office: Office) -> None:
    order = ten(office)
    office.settle(order, "0")
    office.send(order)
    invoice = invoices(office, order)[0]
    assert charged(office, invoice) == {"Carriage, waived": 0}
    assert (invoice.charges_amount, invoice.total_amount) == (0, 120)
    assert office.is_sound()


def test_what_an_invoice_bears_is_corrected_by_a_credit_note(office: Office) -> None:
    trowel = office.world.product("TR-1", stock=6)
    order = office.order({trowel: 10})
    office.send(order)
    number = invoices(office, order)[0].number
    with pytest.raises(Refused, match=f"on invoice {number} already: correct it with a credit"):
        office.settle(order, "0")
    office.settle(order, "7.50", "fee", name="Second delivery")
    assert charged(office, invoices(office, order)[0]) == {
        "Carriage, United Kingdom": Decimal("8.50")
    }
    office.restock(trowel, 4)
    office.send(order)
    assert charged(office, invoices(office, order)[1]) == {"Second delivery": Decimal("7.50")}
    assert order.total_amount == order.invoiced_amount == Decimal("139.20")
    with pytest.raises(Conflict, match="corrected by a credit note"):
        office.settle(order, "0")
    assert office.is_sound()


def test_a_charge_that_no_invoice_would_bear_is_not_left_behind(office: Office) -> None:
    trowel = office.world.product("TR-1", stock=6)
    cancelled = office.order({trowel: 10})
    office.send(cancelled)
    office.settle(cancelled, "5", "fee", name="Second delivery")
    office.cancel(cancelled, rest=True)
    office.restock(trowel, 6)
    shrunk = office.order({trowel: 10})
    office.send(shrunk)
    office.settle(shrunk, "5", "fee", name="Second delivery")
    less = office.wishes(shrunk, {trowel: 6})
    with pytest.raises(Refused, match="no invoice follows"):
        office.amend(shrunk, replace(less, charges=(ChargeWish(Decimal(9), name="Third"),)))
    office.amend(shrunk, less)
    for order in (cancelled, shrunk):
        assert order.status == "invoiced"
        assert office.charges(order) == {"carriage": Decimal("8.50")}
        assert order.total_amount == order.invoiced_amount == Decimal("82.20")
        last = office.session.scalars(
            select(OrderAmendment).where(OrderAmendment.order_id == order.id)
        ).all()[-1]
        gone = {"what": "fee", "name": "Second delivery", "before": "5.0000", "after": "0"}
        assert gone in last.changes
    assert office.is_sound()


def test_only_who_settles_by_hand_changes_charges_and_says_why(office: Office) -> None:
    world, order = office.world, ten(office)
    acting = replace(world.rita, account_id=world.acme.id)
    for person in (world.bob, acting):
        with pytest.raises(Denied, match="needs the permission"):
            office.settle(order, "0", by=person)
    with pytest.raises(Refused, match="Say why a charge is changed") as refused:
        office.settle(order, "0", reason=" ")
    assert refused.value.problems[0].field == "reason"
    office.settle(order, "0", by=world.mia)
    assert order.revision == 1


@pytest.mark.parametrize(
    ("amount", "facts", "sentence", "field"),
    [
        ("-1", {}, "cannot be below zero", "charge-carriage"),
        ("1000001", {}, "is 1,000,000 at most", "charge-carriage"),
        ("5", {"kind": "fee"}, "Say what the charge is for", "charge_name"),
        ("5", {"kind": "fee", "name": "x" * 81}, "at most 80 signs", "charge_name"),
        ("8.50", {}, "Nothing is different", None),
    ],
)
def test_what_is_no_charge_is_refused(
    office: Office, amount: str, facts: dict[str, Any], sentence: str, field: str | None
) -> None:
    order = ten(office)
    with pytest.raises(Refused, match=sentence) as refused:
        office.settle(order, amount, **facts)
    assert refused.value.problems[0].field == field
    assert order.revision == 0


def test_another_orders_charge_is_not_on_this_one(office: Office) -> None:
    first, second = ten(office), office.order({office.world.product("FK-1"): 3})
    office.settle(first, "3", "fee", name="Pallets")
    theirs = office.charge(first, "fee").id
    for facts in ({"charge_id": theirs}, {"kind": "discount"}):
        with pytest.raises(NotFound):
            office.settle(second, "1", **{"kind": "fee", **facts})


def test_credit_follows_the_charges(office: Office) -> None:
    office.world.acme.credit_limit = Decimal(150)
    order = ten(office)
    assert holds(office, order) == []
    office.settle(order, "300")
    assert holds(office, order) == ["credit_limit"]
    assert office.lines(order)[0].allocated == 10, "it keeps its stock while it waits"
    office.settle(order, "0")
    assert (holds(office, order), order.status) == ([], "open")
    assert office.is_sound()


def test_carriage_to_a_place_without_a_zone_is_settled_here(office: Office) -> None:
    world, order = office.world, ten(office)
    abroad = Address(
        account_id=world.acme.id, code="FR", company="Acme", line1="1 Rue", city="Lille",
        postcode="59000", country="FR",
    )  # fmt: skip
    office.session.add(abroad)
    office.session.flush()
    office.amend(order, office.wishes(order, ship_to_id=abroad.id))
    assert holds(office, order) == ["address"]
    office.settle(order, "5", "fee", name="Customs papers")
    assert holds(office, order) == ["address"], "its carriage is still open"
    office.settle(order, "45")
    assert holds(office, order) == []
    office.settle(order, None)
    assert holds(office, order) == ["address"], "no rule says what carriage costs there"
    office.settle(order, "45")
    assert (holds(office, order), order.status) == ([], "open")
    office.send(order)
    assert charged(office, invoices(office, order)[0])["Carriage as agreed"] == 45
    assert office.is_sound()


def test_an_old_form_is_a_conflict_and_the_same_form_one_change(office: Office) -> None:
    order = ten(office)
    version, total, olu = order.version, office.propose(order, WAIVED).total, office.world.olu
    form = Amendment("form-1", version, total, WAIVED, "They called.")
    for _ in range(2):
        amend_order(office.session, order.id, form, by=olu)
    assert order.revision == 1
    with pytest.raises(Conflict, match="has changed since"):
        amend_order(office.session, order.id, replace(form, key="form-2"), by=olu)
    office.send(order)
    with pytest.raises(Conflict, match="All of this order has left"):
        amend_order(office.session, order.id, replace(form, key="form-3"), by=olu)
    assert office.is_sound()


def test_charges_change_while_goods_are_with_the_warehouse(office: Office) -> None:
    order = ten(office)
    shipment = office.pick(office.release(order))
    office.settle(order, "0")
    office.settle(order, "6", "fee", name="Pallet exchange")
    office.ship(shipment)
    assert charged(office, invoices(office, order)[0]) == {
        "Carriage, waived": 0,
        "Pallet exchange": 6,
    }
    assert order.total_amount == order.invoiced_amount == Decimal("127.20")
    assert office.is_sound()
