"""A wholesaler's past becomes finished documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.importing import running
from jobs.importing.mapping import DEFAULT, read_mapping
from jobs.importing.running import Written, prepare, write
from models import catalog
from models.accounts import Account
from models.catalog import Product
from models.insight import check_invariants
from models.kernel import clock
from models.kernel.errors import Refused
from models.ledger import Chart, JournalEntry, JournalLine, LedgerAccount
from models.orders import Order, OrderLine, progress_of, status_of
from models.receivables import Application, Invoice, InvoiceCharge, InvoiceLine, Payment, standing
from tests.jobs.importing.conftest import Run
from tests.jobs.importing.messy import REJECTED_LINES, ROWS, readable_totals, write_csv
from tests.world import World

Rows = Callable[[], dict[str, int | None]]


def invoice_of(session: Session, number: str) -> Invoice:
    return session.scalars(select(Invoice).where(Invoice.number == number)).one()


def lines_of(session: Session, number: str) -> list[InvoiceLine]:
    return list(
        session.scalars(
            select(InvoiceLine)
            .join(Invoice)
            .where(Invoice.number == number)
            .order_by(InvoiceLine.position)
        )
    )


def account_of(session: Session, number: str) -> Account:
    return session.scalars(select(Account).where(Account.number == number)).one()


def test_the_kinds_add_up_to_the_files_own_totals(run: Run, past: Path) -> None:
    prepared = run(past, dry=True)
    quantity, amount = readable_totals()
    assert (prepared.total.lines, prepared.total.quantity) == (len(ROWS), quantity)
    assert prepared.total.amount == amount
    counted = prepared.plan.kinds
    assert sum(count.lines for count in counted.values()) == len(ROWS)
    assert sum(count.amount for count in counted.values()) == amount
    assert {kind.value: count.lines for kind, count in counted.items()} == {
        "product_sale": 8, "product_credit": 4, "free_goods": 1, "manual": 1, "sample": 1,
        "gift_voucher": 1, "charge": 1, "discount": 1, "adjustment": 2, "fee": 2,
        "stock_correction": 3, "test": 1, "rejected": 6,
    }  # fmt: skip


def test_every_row_that_cannot_be_placed_is_named_with_its_line_and_reason(
    run: Run, past: Path
) -> None:
    rejections = run(past, dry=True).plan.rejections
    assert [row.line for row in rejections] == REJECTED_LINES
    reasons = [row.reason for row in rejections]
    assert reasons == [
        "The quantity “many” is not a number.",
        "The date “yesterday” does not read as iso.",
        "There is no document number.",
        "There is no product code.",
        "Document 536380 belongs to customer 14911; this row says 17850.",
        "The quantity is zero.",
    ]


def test_a_number_with_two_times_is_one_finished_document(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    order = session.scalars(select(Order).where(Order.number == "536365")).one()
    assert order.placed_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert (order.origin, order.channel, order.tax_amount) == ("imported", "imported", 0)
    assert order.total_amount == Decimal("87.30")
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    ).all()
    assert [(line.sku, line.unit_price, line.line_amount) for line in lines] == [
        ("85123A", Decimal("2.55"), Decimal("15.30")),
        ("85123A", Decimal("2.25"), Decimal("72.00")),
    ]
    assert all(line.ordered == line.shipped == line.invoiced for line in lines)
    assert order.status == status_of(order, progress_of(session, order.id)) == "paid"


def test_an_invoice_keeps_its_number_and_is_settled_when_it_was_due(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    invoice = invoice_of(session, "536366")
    assert (invoice.origin, invoice.series_id, invoice.tax_amount) == ("imported", None, 0)
    assert (invoice.net_amount, invoice.charges_amount) == (Decimal("144.00"), Decimal("18.00"))
    assert (invoice.issued_on, invoice.due_on) == (date(2010, 12, 1), date(2010, 12, 31))
    assert invoice.open_amount == 0
    application = session.scalars(
        select(Application).where(Application.invoice_id == invoice.id)
    ).one()
    payment = session.get_one(Payment, application.payment_id)
    assert (payment.means, payment.reference) == ("imported", "Imported settlement")
    assert (payment.amount, payment.unapplied_amount) == (Decimal("162.00"), 0)
    assert payment.received_on == date(2010, 12, 31)


def test_duplicate_lines_are_kept(run: Run, past: Path, session: Session) -> None:
    run(past)
    assert [line.amount for line in lines_of(session, "536366")] == [Decimal("72.00")] * 2


def test_products_are_one_per_code_with_their_most_frequent_name(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    names = dict(
        session.execute(select(Product.sku, Product.name).where(Product.origin == "imported")).all()
    )
    assert names == {
        "22197": 'POPCORN "BIG", £ HOLDER',
        "22423": "REGENCY CAKESTAND",
        "47566": "PARTY BUNTING",
        "85123A": "WHITE HANGING HEART",
    }
    found = catalog.find(
        session, "cakestand", visible=Product.lifecycle == "active", account_id=None
    )
    assert len(found.hits) == 1


def test_sales_without_a_customer_go_to_the_counter(run: Run, past: Path, session: Session) -> None:
    run(past)
    invoice = invoice_of(session, "536367")
    assert session.get_one(Account, invoice.account_id).name == "Counter sales"
    assert [line.product_id is None for line in lines_of(session, "536367")] == [False, True]


def test_a_customer_has_the_country_it_mostly_appears_under(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    irish = account_of(session, "14911")
    assert (irish.name, irish.country, irish.tax_treatment) == ("Customer 14911", "IE", "export")
    assert account_of(session, "17850").tax_treatment == "domestic"


def test_a_credit_names_the_sale_it_gives_back(run: Run, past: Path, session: Session) -> None:
    run(past)
    credit = invoice_of(session, "C536372")
    (line,) = lines_of(session, "C536372")
    sold = lines_of(session, "536365")
    assert (credit.kind, credit.total_amount, credit.open_amount) == (
        "credit_note", Decimal("5.10"), 0,
    )  # fmt: skip
    assert (line.quantity, line.amount) == (2, Decimal("5.10"))
    assert (line.unmatched, line.credits_line_id) == (False, sold[0].id)
    assert credit.corrects_id == sold[0].invoice_id
    assert session.get_one(OrderLine, sold[0].order_line_id).credited == 3


def test_no_more_counts_as_credited_than_was_sold(run: Run, past: Path, session: Session) -> None:
    run(past)
    (line,) = lines_of(session, "C536373")
    (sold, *_) = lines_of(session, "536368")
    assert (line.quantity, line.unmatched, line.credits_line_id) == (20, False, sold.id)
    assert session.get_one(OrderLine, sold.order_line_id).credited == 16


def test_a_credit_before_any_sale_is_kept_and_marked(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    (line,) = lines_of(session, "C536374")
    assert (line.unmatched, line.credits_line_id) == (True, None)


def test_a_document_that_sells_and_gives_back_becomes_two(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    assert invoice_of(session, "536381").total_amount == Decimal("51.00")
    assert invoice_of(session, "536381-CR").total_amount == Decimal("2.55")


def test_discounts_fees_and_bad_debts_are_charges_not_goods(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    rows = session.execute(
        select(Invoice.number, Invoice.kind, InvoiceCharge.kind, InvoiceCharge.amount)
        .join(InvoiceCharge, InvoiceCharge.invoice_id == Invoice.id)
        .order_by(Invoice.number)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("536366", "invoice", "carriage", Decimal("18.00")),
        ("A563185", "invoice", "adjustment", Decimal("110.62")),
        ("A563186", "credit_note", "adjustment", Decimal("110.62")),
        ("C536375", "credit_note", "discount", Decimal("27.50")),
        ("C536377", "credit_note", "fee", Decimal("135.41")),
        ("C536378", "credit_note", "fee", Decimal("0.001")),
    ]


def test_stock_corrections_and_tests_make_no_document_and_no_movement(
    run: Run, past: Path, session: Session, count_rows: Rows
) -> None:
    before = count_rows()
    run(past)
    assert count_rows()["stock_movement"] == before["stock_movement"]
    for number in ("536369", "536370", "536371", "536379"):
        assert session.scalars(select(Invoice).where(Invoice.number == number)).first() is None


def test_the_ledger_gets_one_balanced_entry_a_month_and_nobody_owes_anything(
    run: Run, past: Path, session: Session
) -> None:
    prepared = run(past)
    entries = session.scalars(
        select(JournalEntry).where(JournalEntry.kind == "imported_history").order_by("posted_on")
    ).all()
    assert [entry.posted_on for entry in entries] == [date(2010, 12, 1), date(2011, 1, 4)]
    balances = dict(
        session.execute(
            select(LedgerAccount.code, func.sum(JournalLine.amount))
            .join(JournalLine, JournalLine.ledger_account_id == LedgerAccount.id)
            .group_by(LedgerAccount.code)
        ).all()
    )
    assert sum(balances.values()) == 0
    assert Chart.RECEIVABLES not in balances
    kinds = prepared.plan.kinds
    imported = prepared.total.amount - sum(
        count.amount for kind, count in kinds.items() if kind in {"rejected", "test"}
    )
    assert abs(balances[Chart.OPENING] - imported) < Decimal("0.01")
    account = account_of(session, "17850")
    assert standing(session, account, today=date(2011, 2, 1)).exposure == 0


def test_everything_that_must_hold_of_the_books_holds_of_an_imported_past(
    run: Run, past: Path, session: Session
) -> None:
    run(past)
    assert check_invariants(session) == {}


def test_a_second_run_changes_nothing(run: Run, past: Path, count_rows: Rows) -> None:
    first = run(past)
    once = count_rows()
    again = run(past)
    assert count_rows() == once
    assert again.plan.kinds == first.plan.kinds


def test_one_killed_halfway_and_started_again_equals_one_run(
    run: Run, past: Path, session: Session, count_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[str] = []

    def die_in_the_third(name: str) -> None:
        batches.append(name)
        if len(batches) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(running, "SOME_DOCUMENTS", 3)
    monkeypatch.setattr(running, "fail_at", die_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        run(past)
    session.rollback()
    assert count_rows()["invoice"] == 6
    assert count_rows()["journal_entry"] == 0
    planned = run(past).plan.documents
    written = session.execute(
        select(Invoice.number, Invoice.total_amount, func.count(InvoiceLine.id))
        .outerjoin(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .group_by(Invoice.id)
        .order_by(Invoice.number)
    )
    assert [tuple(row) for row in written] == sorted(
        (one.number, one.total, len(one.lines)) for one in planned
    )
    (line,) = lines_of(session, "C536372")
    assert line.credits_line_id == lines_of(session, "536365")[0].id
    assert count_rows()["journal_entry"] == 2


def test_a_dry_run_writes_nothing(run: Run, past: Path, count_rows: Rows) -> None:
    before = count_rows()
    prepared = run(past, dry=True)
    assert prepared.plan.documents
    assert count_rows() == before


def test_another_file_adds_an_entry_of_what_it_adds(
    run: Run, past: Path, session: Session, tmp_path: Path
) -> None:
    run(past)
    more = ("540000", "22423", "REGENCY CAKESTAND", "1", "2011-01-31T09:00:00", "12.75", "", "EIRE")
    run(write_csv(tmp_path, [more]))
    (entry,) = session.scalars(
        select(JournalEntry).where(JournalEntry.posted_on == date(2011, 1, 31))
    )
    amounts = session.scalars(select(JournalLine.amount).where(JournalLine.entry_id == entry.id))
    assert sorted(amounts) == [Decimal("-12.75"), Decimal("12.75")]


def test_dates_move_by_whole_weeks_up_to_today_and_stay_there(
    session: Session, world: World, past: Path
) -> None:
    mapping = read_mapping(DEFAULT)
    with clock.travelling(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        prepared = prepare(session, past, mapping, to_today=True, say=str)
        write(session, prepared, say=str)
    last = session.scalar(select(func.max(Invoice.issued_on)))
    assert last == date(2026, 11, 17)
    assert (last - date(2011, 1, 4)).days % 7 == 0
    assert session.scalar(select(func.max(Payment.received_on))) == date(2026, 11, 22)
    with clock.travelling(datetime(2026, 12, 22, 12, tzinfo=UTC)):
        again = prepare(session, past, mapping, to_today=True, say=str)
        assert again.shift == prepared.shift
        assert write(session, again, say=str) == Written()


def test_a_number_that_another_document_has_is_rejected_not_overwritten(
    run: Run, world: World, session: Session, tmp_path: Path
) -> None:
    order = world.order(world.acme, world.bob, {world.product("TR-1"): 2})
    row = (order.number, "22423", "CAKESTAND", "1", "2011-01-04T10:00:00", "12.75", "17850", "EIRE")
    prepared = run(write_csv(tmp_path, [row]))
    assert [each.reason for each in prepared.plan.rejections] == [
        f"Another document has the number {order.number}. Give the imported ones a prefix."
    ]
    assert session.scalars(select(Invoice.number)).all() == []


def test_products_and_accounts_that_are_there_are_used_as_they_are(
    run: Run, world: World, session: Session, tmp_path: Path
) -> None:
    trowel = world.product("TR-1", price="4.86")
    row = ("1", "tr-1", "OLD NAME", "3", "2011-01-04T10:00:00", "4.00", world.acme.number, "France")
    run(write_csv(tmp_path, [row]))
    (line,) = session.scalars(select(OrderLine))
    assert (line.product_id, line.account_id) == (trowel.id, world.acme.id)
    assert (trowel.name, world.acme.country) == ("Product TR-1", "GB")


def test_without_a_company_it_says_what_to_do(session: Session, past: Path) -> None:
    with pytest.raises(Refused, match="No company is set up"):
        prepare(session, past, read_mapping(DEFAULT), to_today=False, say=str)


def test_documents_of_the_future_are_refused(run: Run, tmp_path: Path) -> None:
    row = ("1", "A1", "LATER", "3", "2098-01-04T10:00:00", "4.00", "1", "France")
    with pytest.raises(Refused, match="still to come"):
        run(write_csv(tmp_path, [row]))
