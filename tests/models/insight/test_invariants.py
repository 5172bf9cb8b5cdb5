"""Every invariant catches the fault that it is there for: each is planted once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.insight import INVARIANTS, check_invariants
from models.insight.invariants import ownership_invariants
from models.kernel import clock
from models.receivables import Receipt, begin_order_payment, take_payment
from tests.models.checkout.changing import Office
from tests.models.checkout.special_desk import SpecialDesk, follow_due
from tests.world import World, make_world

PLANTS: dict[str, str] = {
    "I1": "UPDATE allocation SET quantity = quantity + 1 WHERE closed_at IS NULL",
    "I2 levels": "UPDATE stock SET on_hand = on_hand + 1",
    "I2 bins": "UPDATE bin_stock SET quantity = quantity + 1",
    "I3 a line's": "DELETE FROM allocation WHERE closed_at IS NULL",
    "I3 what a line": "DELETE FROM open_demand",
    "I3 an order's": "UPDATE order_line SET line_amount = line_amount + 1",
    "I3 a cancelled": "UPDATE sales_order SET cancelled_at = now() WHERE id ="
    " (SELECT order_id FROM order_line WHERE allocated > 0 LIMIT 1)",
    "I12 a form changes": "UPDATE sales_order SET revision = revision + 1",
    "I15 every change": "DELETE FROM activity WHERE kind = 'order.amended'",
    "I4": "UPDATE journal_line SET base_amount = base_amount + 1, amount = amount + 1"
    " WHERE id = (SELECT min(id) FROM journal_line)",
    "I5": "UPDATE invoice SET tax_amount = tax_amount + 0.01, net_amount = net_amount - 0.01",
    "I6 the receivables": "UPDATE payment SET unapplied_amount = unapplied_amount + 1,"
    " amount = amount + 1",
    "I6 an invoice's": "UPDATE application SET amount = amount - 1",
    "I6 a credit note's": "UPDATE invoice SET kind = 'credit_note'",
    "I6 no more is credited": "INSERT INTO invoice_line (invoice_id, position, credits_line_id,"
    " sku, name, quantity, unit, unit_price, amount, tax_category, tax_code, tax_rate)"
    " SELECT invoice_id, position + 90, id, sku, name, quantity, unit, unit_price, amount + 1,"
    " tax_category, tax_code, tax_rate FROM invoice_line",
    "I7 credited units": "UPDATE order_line SET credited = 1 WHERE invoiced > 0",
    "I7 returned units": "UPDATE order_line SET returned = 1 WHERE shipped > 0",
    "I7 what was shipped": "UPDATE invoice_line SET quantity = quantity - 1",
    "I8 gapless": "UPDATE invoice SET sequence = sequence + 1",
    "I6 customer deposits": "UPDATE payment SET order_id = (SELECT min(id) FROM sales_order)",
    "I9 an attempt": "UPDATE payment_attempt SET state = 'succeeded'",
    "I9 a payment through": "UPDATE payment SET provider = 'stripe', provider_reference = 'pi_1'",
    "I9 captured less": "UPDATE payment SET provider = 'stripe', provider_reference = 'pi_1'",
    "I9 a card fee": "UPDATE payment SET provider = 'stripe', provider_reference = 'pi_1',"
    " fee_amount = 1, fee_reference = 'txn_1'",
    "I9 what was refunded": "UPDATE payment SET refunded_amount = refunded_amount + 1",
    "I9 no refund": "UPDATE journal_line SET ledger_account_id ="
    " (SELECT id FROM ledger_account WHERE code = '2310')"
    " WHERE id = (SELECT max(id) FROM journal_line)",
    "I9 what is left": "UPDATE payment SET unapplied_amount = unapplied_amount - 1",
    "I11 an event": "DELETE FROM procrastinate_jobs WHERE task_name = 'outbox.deliver'",
    "I11 every order": "DELETE FROM domain_event WHERE kind = 'order.placed'",
    "I11 every invoice": "DELETE FROM domain_event WHERE kind = 'invoice.issued'",
    "I14 the bill-to": "UPDATE sales_order SET bill_to_account_id ="
    " (SELECT id FROM account WHERE number = 'C0002')",
    "I14 cart.ship_to_id": "UPDATE cart SET ship_to_id = (SELECT a.id FROM address a"
    " JOIN account c ON c.id = a.account_id WHERE c.number = 'C0002')",
    "I14 order_line": "UPDATE order_line SET account_id ="
    " (SELECT id FROM account WHERE number = 'C0002')",
    "I15 every order": "DELETE FROM activity WHERE kind = 'order.placed'",
    "I15 every shipment": "DELETE FROM activity WHERE kind = 'shipment.shipped'",
    "I15 every invoice": "DELETE FROM activity WHERE kind = 'invoice.issued'",
    "I15 every payment": "DELETE FROM activity WHERE kind = 'payment.recorded'",
    "I16 a special": "UPDATE order_line SET product_id = (SELECT product_id FROM special)"
    " WHERE id = (SELECT min(id) FROM order_line)",
    "I16 what is bought": "UPDATE purchase_order_line SET product_id ="
    " (SELECT min(id) FROM product)",
    "I16 what a special's": "UPDATE purchase_order SET state = 'closed'",
    "I16 what came in": "UPDATE special SET order_line_id = (SELECT min(id) FROM order_line)",
}
"""A statement that breaks the invariant whose name begins so, with the triggers asleep."""
REFUSED_BY_THE_DATABASE = {
    "I8 dates", "I10", "I12 a form makes", "I12 a form records", "I12 a pad",
}  # fmt: skip
"""Unique keys stand before these; the checker says it once more."""


@pytest.fixture
def full(session: Session) -> World:
    """An order that is paid, one that waits for stock, one for its card, one with a special that
    came in part, and one on the pad."""
    world = make_world(session)
    product = world.product("INV-1", price="10.00", stock=20)
    done = world.order(world.acme, world.bob, {product: 3}, key="one")
    pick_list = release_to_picking(session, done.id, by=world.sam)[0]
    confirm_all(session, pick_list.id, by=world.sam)
    shipment = pack(session, pick_list.shipment_id or 0, [], by=world.sam)
    invoice = ship_shipment(session, shipment.id, by=world.sam)
    assert invoice
    receipt = Receipt(
        "form", invoice.total_amount, "transfer", clock.today("Europe/London"), "",
        {invoice.id: invoice.total_amount - Decimal(5)},
    )  # fmt: skip
    take_payment(session, world.acme.id, receipt, seller=world.seller, by=world.nora)
    by_card = world.order(world.acme, world.bob, {product: 1}, key="card", payment_means="card")
    begin_order_payment(session, by_card.id, returning_to="https://shop.example/", by=world.bob)
    world.order(world.acme, world.bob, {product: 30}, key="two")
    changed = world.order(world.acme, world.bob, {product: 2}, key="changed")
    office = Office(world)
    office.amend(changed, office.wishes(changed, po_number="PO-2"))
    world.fill_cart(world.acme, world.bob, {product: 1})
    desk = SpecialDesk(world)
    desk.special()
    desk.place("special")
    desk.receive(2)
    follow_due(session)
    session.flush()
    return world


def test_a_sound_company_breaks_none(full: World) -> None:
    assert check_invariants(full.session) == {}


@pytest.mark.parametrize(("name", "plant"), PLANTS.items(), ids=PLANTS)
def test_the_planted_fault_is_found(full: World, name: str, plant: str) -> None:
    session = full.session
    session.execute(text("SET LOCAL session_replication_role = replica"))
    planted = session.connection().execute(text(plant))
    assert planted.rowcount > 0
    broken = check_invariants(session)
    assert any(each.startswith(name) for each in broken), (name, broken)


def test_every_invariant_has_a_fault_or_a_reason(full: World) -> None:
    known = (*PLANTS, *REFUSED_BY_THE_DATABASE)
    assert [each for each in INVARIANTS if not each.startswith(known)] == []
    assert len(ownership_invariants(full.session)) >= 8
