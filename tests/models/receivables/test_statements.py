"""Ageing and statements of account: from the ledger, as of a day, each sent once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import DocumentRecipient
from models.catalog import Product
from models.kernel import clock, settings
from models.kernel.errors import Denied, NotFound, Refused
from models.receivables import (
    AccountStatement,
    AgeingFilter,
    Application,
    CreditRequest,
    Invoice,
    InvoiceLine,
    LineCredit,
    Payment,
    ageing_list,
    ageing_sums,
    apply_payment,
    ask_refund,
    credit_invoice,
    draw_up,
    record_payment,
    send_statements,
    statement_by_id,
    undo_application,
)
from models.receivables.credit import OVERDUE_DAYS
from tests.models.fulfilment.conftest import Desk, keys
from tests.world import World, make_world

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def world(session: Session) -> World:
    """Nothing here is about credit or carriage: Acme gets both freely."""
    made = make_world(session)
    made.acme.carriage_free, made.acme.credit_limit = True, Decimal(100_000)
    settings.change(session, OVERDUE_DAYS, 10_000, by=None)
    return made


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def invoiced(desk: Desk, day: date, units: int) -> Invoice:
    """An invoice of so many trowels at 10.00 and 20% VAT, issued on that day."""
    known = desk.session.scalars(select(Product).where(Product.sku == "TR-1")).first()
    with clock.travelling(on(day)):
        trowel = known or desk.world.product("TR-1", price="10.00", stock=1000)
        return desk.shipped({trowel: units})[1]


def paid(desk: Desk, day: date, amount: str, invoice: Invoice | None = None) -> Payment:
    world = desk.world
    with clock.travelling(on(day)):
        payment = record_payment(
            world.session, world.acme, seller=world.seller, amount=Decimal(amount),
            means="cheque", received_on=day, by=world.nora, reference=f"CHQ {amount}",
        )  # fmt: skip
        if invoice is not None:
            apply_payment(world.session, payment, {invoice.id: payment.amount}, by=world.nora)
    return payment


def test_a_statement_runs_from_the_opening_to_the_closing_balance(desk: Desk) -> None:
    invoice = invoiced(desk, date(2026, 9, 20), 10)
    paid(desk, date(2026, 10, 5), "20.00", invoice)
    second = invoiced(desk, date(2026, 10, 9), 5)
    statement = draw_up(desk.session, desk.world.acme, *OCTOBER)
    assert statement.opening == 120
    assert [(entry.kind, entry.amount, entry.balance) for entry in statement.entries] == [
        ("payment", -20, 100),
        ("invoice", 60, 160),
    ]
    assert statement.entries[0].reference == "CHQ 20.00"
    assert [(item.number, item.open) for item in statement.items] == [
        (invoice.number, 100),
        (second.number, 60),
    ]
    assert (statement.closing, statement.unapplied) == (160, 0)


def test_a_statement_of_a_past_day_shows_what_was_open_then(desk: Desk) -> None:
    invoice = invoiced(desk, date(2026, 10, 9), 10)
    late = paid(desk, date(2026, 11, 3), "120.00", invoice)
    then = draw_up(desk.session, desk.world.acme, *OCTOBER)
    assert [(item.number, item.open) for item in then.items] == [(invoice.number, 120)]
    assert then.ageing.open == then.closing == 120
    now = draw_up(desk.session, desk.world.acme, *NOVEMBER)
    assert (now.opening, now.closing, now.items) == (120, 0, [])
    with clock.travelling(on(date(2026, 12, 2))):
        row = desk.session.scalars(
            select(Application).where(Application.payment_id == late.id)
        ).one()
        undo_application(desk.session, row, by=desk.world.nora)
    assert draw_up(desk.session, desk.world.acme, *NOVEMBER).items == []


def test_money_set_against_nothing_is_named(desk: Desk) -> None:
    invoiced(desk, date(2026, 10, 9), 10)
    paid(desk, date(2026, 10, 12), "50.00")
    statement = draw_up(desk.session, desk.world.acme, *OCTOBER)
    assert (statement.unapplied, statement.closing, statement.ageing.open) == (50, 70, 120)


def test_whatever_happened_a_statement_ends_at_the_ledger_and_the_open_items(desk: Desk) -> None:
    chance, day = Random(7), date(2026, 8, 3)
    invoices: list[Invoice] = []
    credited: set[int] = set()
    for _step in range(25):
        day += timedelta(days=chance.randrange(4))
        choice = chance.choice(("invoice", "pay", "pay some", "credit", "refund"))
        open_ones = [each for each in invoices if each.open_amount > 0]
        if choice == "invoice" or not open_ones:
            invoices.append(invoiced(desk, day, chance.randrange(2, 9)))
        elif choice == "credit" and open_ones[-1].id not in credited:
            credited.add(open_ones[-1].id)
            _credit(desk, day, open_ones[-1])
        elif choice == "refund":
            refunded = paid(desk, day, "30.00")
            with clock.travelling(on(day)):
                ask_refund(
                    desk.session, refunded.id, Decimal("12.50"), reason="Too much",
                    submission_key=f"x-{next(keys)}", by=desk.world.nora,
                )  # fmt: skip
        else:
            part = open_ones[0].open_amount / (1 if choice == "pay" else 2)
            paid(desk, day, f"{part:.2f}", open_ones[0])
    statement = draw_up(desk.session, desk.world.acme, date(2026, 8, 12), day)
    left = desk.session.scalar(select(func.sum(Payment.unapplied_amount)))
    assert statement.unapplied == left
    opened = sum((each.open_amount for each in invoices), Decimal(0))
    notes = desk.session.scalar(
        select(func.coalesce(func.sum(Invoice.open_amount), 0)).where(Invoice.kind != "invoice")
    )
    assert statement.closing == opened - notes - left
    assert draw_up(desk.session, desk.world.acme, date(2026, 8, 1), day).closing == (
        statement.closing
    )


def _credit(desk: Desk, day: date, invoice: Invoice) -> None:
    line = desk.session.scalars(
        select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
    ).one()
    request = CreditRequest(
        lines=(LineCredit(line.id, Decimal(1), Decimal("9.00")),),
        submission_key=f"c-{next(keys)}", reason="Price agreed",
    )  # fmt: skip
    with clock.travelling(on(day)):
        credit_invoice(desk.session, invoice.id, request, by=desk.world.nora)


def test_days_that_make_no_statement_are_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="first day is after the last"):
        draw_up(desk.session, desk.world.acme, OCTOBER[1], OCTOBER[0])
    with pytest.raises(Refused, match="at most two years"):
        draw_up(desk.session, desk.world.acme, date(2020, 1, 1), OCTOBER[1])


def test_a_run_makes_each_accounts_statement_once(desk: Desk) -> None:
    world = desk.world
    invoiced(desk, date(2026, 10, 9), 10)
    with clock.travelling(on(date(2026, 11, 2))):
        assert send_statements(world.session, world.seller, *OCTOBER, by=world.nora) == 1
        assert send_statements(world.session, world.seller, *OCTOBER, by=world.nora) == 0
    made = world.session.scalars(select(AccountStatement)).one()
    assert (made.account_id, made.balance, made.means) == (world.acme.id, 120, "mail")
    assert statement_by_id(world.session, made.id, world.acme.id) is made
    with pytest.raises(NotFound):
        statement_by_id(world.session, made.id, world.globex.id)


@pytest.mark.parametrize(("means", "count"), [("none", 0), ("post", 1)])
def test_a_run_leaves_out_who_wants_none_and_prints_for_who_wants_post(
    desk: Desk, means: str, count: int
) -> None:
    world = desk.world
    invoiced(desk, date(2026, 10, 9), 10)
    world.session.add(
        DocumentRecipient(account_id=world.acme.id, document_kind="statement", means=means)
    )
    with clock.travelling(on(date(2026, 11, 2))):
        assert send_statements(world.session, world.seller, *OCTOBER, by=world.nora) == count
    assert set(world.session.scalars(select(AccountStatement.means))) <= {"post"}


def test_a_run_waits_for_the_last_day_and_needs_its_permission(desk: Desk) -> None:
    world = desk.world
    with clock.travelling(on(date(2026, 10, 31))), pytest.raises(Refused, match="not over yet"):
        send_statements(world.session, world.seller, *OCTOBER, by=world.nora)
    with pytest.raises(Denied):
        send_statements(world.session, world.seller, *OCTOBER, by=world.olu)


def test_ageing_puts_each_open_amount_into_its_bucket(desk: Desk) -> None:
    world, today = desk.world, date(2026, 11, 20)
    old, recent = invoiced(desk, date(2026, 7, 1), 10), invoiced(desk, date(2026, 11, 15), 5)
    paid(desk, date(2026, 11, 16), "30.00")
    row = ageing_list(world.session, AgeingFilter(), world.nora, today=today)[0]
    assert (today - old.due_on).days > 90
    assert (row.older, row.not_due, row.credit) == (120, 60, 30)
    assert (row.overdue, row.balance, row.oldest_due_on) == (120, 150, old.due_on)
    assert recent.due_on >= today
    sums = ageing_sums(world.session, AgeingFilter(state="overdue"), world.nora, today=today)
    assert [(each.currency, each.count, each.balance) for each in sums] == [("GBP", 1, 150)]
    assert not ageing_list(world.session, AgeingFilter(state="credit"), world.nora, today=today)
    assert not ageing_list(world.session, AgeingFilter(text="Globex"), world.nora, today=today)


def test_a_rep_sees_the_ageing_of_their_own_accounts_only(desk: Desk) -> None:
    world, today = desk.world, date(2026, 11, 20)
    invoiced(desk, date(2026, 11, 1), 10)
    mine = ageing_list(world.session, AgeingFilter(), world.rita, today=today)
    assert {row.id for row in mine} == {world.acme.id}
    assert len(ageing_list(world.session, AgeingFilter(), world.mia, today=today)) == 1
