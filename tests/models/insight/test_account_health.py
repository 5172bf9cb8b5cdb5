"""How an account pays, as its rep reads it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.insight import AccountFilter, account_rows, days_to_pay, payment_habit
from models.kernel import clock
from models.receivables import Invoice, credit_on_account, standing
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def invoiced(world: World, days_ago: int) -> Invoice:
    """An invoice of so many days ago; Acme pays 30 days net.

    Days are the company's: between summer and winter time they are not all of 24 hours.
    """
    zone = world.seller.time_zone
    day = clock.today(zone) - timedelta(days=days_ago)
    with clock.travelling(datetime.combine(day, time(12), ZoneInfo(zone))):
        order = world.order(world.acme, world.bob, {world.product(f"TR-{days_ago}"): 2})
        pick_list = release_to_picking(world.session, order.id, by=world.sam)[0]
        confirm_all(world.session, pick_list.id, by=world.sam)
        pack(world.session, pick_list.shipment_id or 0, [], by=world.sam)
        invoice = ship_shipment(world.session, pick_list.shipment_id or 0, by=world.sam)
    assert invoice is not None
    return invoice


def test_an_invoice_that_is_overdue_and_open_counts_as_paid_late_so_far(world: World) -> None:
    invoiced(world, 70)
    invoiced(world, 5)
    today = clock.today(world.seller.time_zone)
    habit = payment_habit(world.session, world.acme.id, today)
    assert (habit.settled, habit.late, habit.average_days_late) == (1, 1, 40)


def test_imported_history_says_nothing_about_paying(world: World) -> None:
    invoice = invoiced(world, 70)
    world.session.execute(text("ALTER TABLE invoice DISABLE TRIGGER USER"))
    world.session.execute(
        update(Invoice)
        .where(Invoice.id == invoice.id)
        .values(origin="imported", open_amount=0, settled_at=clock.now())
    )
    habit = payment_habit(world.session, world.acme.id, clock.today(world.seller.time_zone))
    assert habit.settled == 0
    assert days_to_pay(world.session, world.acme.id, today=clock.today("Europe/London")) is None


def test_what_is_owed_is_after_credit_notes_in_the_list_as_on_the_accounts_page(
    world: World,
) -> None:
    invoice = invoiced(world, 5)
    credit_on_account(
        world.session, world.acme.id, seller=world.seller, amount=Decimal(5),
        tax_category="standard", reason="Goodwill", submission_key="k", by=world.nora,
    )  # fmt: skip
    today = clock.today(world.seller.time_zone)
    page = standing(world.session, world.acme, today=today).open_invoices
    rows = account_rows(world.session, AccountFilter(text="Acme"), world.nora, today=today)
    assert rows[0].open == page
    assert page == invoice.total_amount - 6
