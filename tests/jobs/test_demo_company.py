"""The demo company: a month of it, lived through the domain, adds up and tells what is promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from stdnum import ean

from integrations.stripe.standin.record import Record
from jobs.demo.loading import (
    LIVED_MONTHS,
    MONTHS,
    ORDERS,
    is_half_loaded,
    is_loaded,
    load,
    sign_ins,
)
from jobs.demo.people import CUSTOMERS, LONGER_WAITS, Tempo
from models.accounts import (
    Account,
    AccountApplication,
    Actor,
    Contact,
    Note,
    Role,
    User,
    demo_sign_ins,
    permissions_of,
)
from models.catalog import Barcode, Category, Product
from models.checkout import Cart
from models.fulfilment import GoodsReturn, PickList, Shipment
from models.insight import check_invariants, count_waiting, rep_accounts
from models.inventory import Bin, Warehouse
from models.kernel import clock
from models.kernel.database import session_factory
from models.kernel.files import FileStore
from models.kernel.mail import MailMessage
from models.orders import Order, OrderHold, OrderLine, told_status
from models.pricing import PriceList, PriceNotice
from models.purchasing import PurchaseOrder, PurchaseOrderLine, Vendor
from models.receivables import Invoice, Payment, PaymentAttempt
from models.reps import Territory
from tests.database import Server

pytestmark = pytest.mark.concurrency
MONDAY_EVENING = datetime(2026, 10, 26, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def card_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stand-in") / "stripe.sqlite"


@pytest.fixture(scope="module")
def company(
    postgres: Server,
    template: str,
    tmp_path_factory: pytest.TempPathFactory,
    card_record: Path,
) -> Iterator[Session]:
    """Three months of the company, the last of them lived; loaded once for all tests here."""
    from models.kernel.database import make_engine

    engine: Engine = make_engine(postgres.clone("demo_company", template))
    with session_factory(engine)() as session, clock.travelling(MONDAY_EVENING):
        assert not is_loaded(session)
        files = FileStore(tmp_path_factory.mktemp("files"))
        load(session, files, lambda _line: None, card_record=card_record, months=3, lived=1)
        yield session
    engine.dispose()
    postgres.drop("demo_company")


def count(company: Session, model: type, *conditions: object) -> int:
    return company.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_it_adds_up(company: Session) -> None:
    assert is_loaded(company)
    assert not is_half_loaded(company)
    assert check_invariants(company) == {}
    assert count(company, MailMessage) == 0, "no mail about the past"


def test_its_goods_are_as_many_as_promised(company: Session) -> None:
    assert 580 <= count(company, Product) <= 620
    assert count(company, Category) > 20
    codes = company.scalars(select(Barcode.code)).all()
    assert all(ean.is_valid(code) for code in codes)
    assert len(codes) == len(set(codes))
    names = company.scalars(select(Product.name)).all()
    assert len(names) == len(set(names)), "no two products of one name"
    assert not count(company, Product, Product.image.is_(None))


def test_its_people_and_places_are_there(company: Session) -> None:
    assert count(company, Account) == 41  # with the one that cash sales go to
    assert count(company, Account, Account.parent_id.is_not(None)) >= 4
    assert count(company, Contact) >= 40
    kinds = Counter(company.scalars(select(PriceList.kind)))
    assert kinds["contract"] == 2
    assert kinds.total() == 6
    assert count(company, Warehouse) == 2
    assert count(company, Bin) > 1000
    assert count(company, Territory) == 3
    assert count(company, Vendor) >= 5
    assert count(company, Note, Note.subject_kind == "product") == 16
    emails = set(company.scalars(select(User.email)))
    assert {email for email, _ in sign_ins()} <= emails
    assert len(demo_sign_ins(company)) >= 7


def test_its_orders_are_about_as_many_as_the_tempo_says(company: Session) -> None:
    wanted = ORDERS * 3 / MONTHS
    assert 0.85 * wanted < count(company, Order) < 1.15 * wanted
    assert count(company, Order, Order.origin == "imported") > 100
    assert count(company, Order, Order.origin == "entered") > 100
    latest = company.scalar(select(func.max(Order.placed_at)))
    assert latest is not None
    assert latest <= MONDAY_EVENING, "nothing has happened that is still to come"


@pytest.mark.parametrize("today", [date(2026, 1, 15), date(2026, 7, 1), date(2026, 11, 27)])
def test_the_tempo_brings_as_many_orders_on_any_day_of_the_year(today: date) -> None:
    began = today - timedelta(days=MONTHS * 365 // 12)
    tempo = Tempo.for_orders(ORDERS, began, today)
    days = [began + timedelta(days=n) for n in range((today - began).days + 1)]
    waits = [(each, each.every_days * LONGER_WAITS) for each in CUSTOMERS]
    by_day = [sum(tempo.of(each, day) / days_ for each, days_ in waits) for day in days]
    assert 2400 < sum(by_day) < 2600
    half = len(days) // 2
    assert sum(by_day[half:]) > sum(by_day[:half]), "the company grows"
    assert LIVED_MONTHS < MONTHS


def test_every_station_has_work(company: Session) -> None:
    waiting = count_waiting(company, today=MONDAY_EVENING.date())
    for view in ("open", "late", "held", "release", "pick", "pack", "ship"):
        assert waiting.orders[view], f"nothing is {view}"
    assert waiting.pick_lists
    assert waiting.to_pack
    assert waiting.to_ship
    assert waiting.overdue_invoices
    assert waiting.unapplied_payments == 2
    assert waiting.applications == 2
    assert waiting.returns_requested
    assert waiting.returns_awaited
    assert waiting.returns_to_credit
    assert waiting.failed_mails == 0
    assert waiting.messages == 3
    assert waiting.card_trouble == 0
    assert waiting.orders["late"] < waiting.orders["open"] / 2, "it is well run all the same"
    assert count(company, AccountApplication, AccountApplication.state == "waiting") == 2
    assert {"packing", "packed"} <= set(company.scalars(select(Shipment.state)))
    assert {"released", "picked"} <= set(company.scalars(select(PickList.state)))


def test_a_rep_finds_a_late_payer_one_over_credit_and_one_due_an_order(company: Session) -> None:
    rita = company.scalars(select(User).where(User.email == "rita@pellow.example")).one()
    actor = Actor(id=rita.id, name="Rita", is_staff=True,
                  permissions=permissions_of({Role.SALES_REP}))  # fmt: skip
    today = MONDAY_EVENING.date()
    lines = rep_accounts(company, actor, today)
    assert any(line.overdue for line in lines)
    assert any(line.over_limit > 0 for line in lines)
    assert any(line.is_due(today) for line in lines)
    assert all(isinstance(line.interval_days, int | None) for line in lines), "whole days"


def test_returns_stand_at_every_step(company: Session) -> None:
    told = set(company.scalars(select(GoodsReturn.state)))
    assert {"requested", "approved", "received", "closed"} <= told
    assert count(company, Invoice, Invoice.kind == "credit_note", Invoice.origin == "entered")


def test_cards_paid_an_order_and_an_invoice_and_one_order_waits(
    company: Session, card_record: Path
) -> None:
    paid = company.scalars(select(PaymentAttempt)).all()
    assert [row.state for row in paid] == ["succeeded", "succeeded"]
    assert len([row for row in paid if row.order_id]) == 1
    order = company.get_one(Order, next(row.order_id for row in paid if row.order_id))
    assert order.status == "paid"
    waits = company.execute(
        select(Order.status, func.array_agg(OrderHold.code))
        .join(OrderHold, OrderHold.order_id == Order.id)
        .where(Order.payment_means == "card", OrderHold.released_at.is_(None))
        .group_by(Order.id)
    ).all()
    assert [told_status(*row) for row in waits] == ["awaiting_payment"]
    record = Record(card_record)
    assert {thing["id"] for thing in record.all("payment_intent")} == {
        row.payment_reference for row in paid
    }, "the stand-in knows them, so that they can be refunded"
    assert record.due_deliveries(newest_first=False) == []
    record.close()


def test_money_comes_in_every_way(company: Session) -> None:
    means = set(company.scalars(select(Payment.means)))
    assert {"card", "cheque", "transfer", "imported"} <= means
    partly = (Invoice.open_amount > 0) & (Invoice.open_amount < Invoice.total_amount)
    assert count(company, Invoice, partly, Invoice.kind == "invoice"), "one is paid in part"


def test_holds_wait_for_credit_and_for_a_transfer(company: Session) -> None:
    open_ones = select(OrderHold.code, Order.payment_means).join(
        Order, Order.id == OrderHold.order_id
    )
    held = {tuple(row) for row in company.execute(open_ones.where(OrderHold.released_at.is_(None)))}
    assert ("awaiting_payment", "transfer") in held
    assert {("credit_limit", "on_account"), ("overdue", "on_account")} & held


def test_a_backorder_is_promised_for_the_day_its_goods_come(company: Session) -> None:
    line = company.scalars(
        select(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.backordered > 0, Order.submission_key.startswith("demo-backorder"))
    ).one()
    assert line.shipped > 0, "what there was has gone"
    comes = company.scalar(
        select(func.min(PurchaseOrder.expected_on))
        .join(PurchaseOrderLine, PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
        .where(
            PurchaseOrderLine.product_id == line.product_id,
            PurchaseOrder.state.in_(("sent", "partly_received")),
        )
    )
    assert comes is not None
    assert line.promised_on is not None
    assert line.promised_on >= comes


def test_a_special_a_sample_a_broken_off_call_and_new_prices_wait(company: Session) -> None:
    bought = company.execute(
        select(OrderLine.backordered, PurchaseOrder.state)
        .join(PurchaseOrderLine, PurchaseOrderLine.order_line_id == OrderLine.id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(OrderLine.sku.like("SP-%"))
    ).one()
    assert tuple(bought) == (2, "draft")
    assert count(company, OrderLine, OrderLine.is_sample) == 1
    assert count(company, Cart, Cart.source == "phone", Cart.order_id.is_(None)) == 1
    notice = company.scalars(select(PriceNotice)).one()
    assert MONDAY_EVENING.date() < notice.send_on < notice.starts_on == date(2026, 12, 1)


def test_accounts_lapse_and_grow() -> None:
    by_key = {customer.key: customer for customer in CUSTOMERS}
    today = MONDAY_EVENING.date()
    began = today - timedelta(days=MONTHS * 365 // 12)
    tempo = Tempo.for_orders(ORDERS, began, today)
    assert tempo.trend_of(by_key["lapsing"], today) == 0
    assert tempo.of(by_key["fernhill"], today) > 2 * tempo.of(by_key["fernhill"], began)
