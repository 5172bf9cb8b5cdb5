"""Killed by `kill -9` while an order is changed, or at the tasks that are not on an order's way,
the program does each once: the change, its paper, a statement, a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import jobs.every_task
from jobs.day_mails import MAILING_DAY
from models.accounts import User
from models.catalog import Product
from models.checkout import scan
from models.closing import DayEnd
from models.fulfilment import ask_to_print, papers_of
from models.history import Support, TierProposal, ask_for_tiers
from models.importing import APPLYING, begin, kind_named, look, mapping_from, settle_columns
from models.insight import check_invariants
from models.kernel import clock
from models.kernel.files import FileStore
from models.kernel.mail import MailMessage
from models.kernel.outbox import defer
from models.kernel.tasks import rescue_abandoned
from models.orders import Order, OrderAmendment, OrderLine
from models.pricing import AccountPriceNotice, plan_notice, set_price
from models.receivables import AccountStatement, record_payment, send_statements
from tests.models.history.conftest import Past, two_tiers
from tests.proof.conftest import Live
from tests.proof.door import DIED, Caller, changed, form_of
from tests.proof.killing import KILLED, Program, Served
from tests.proof.racing import PLACE, Fields
from tests.proof.story import REFUSED_AGAIN, SENT
from tests.proof.test_killed import AT_A_CHANGE, first_of
from tests.world import World, make_world

pytestmark = pytest.mark.concurrency
AMENDING = ("amend.before_commit", "amend.stock_moved")
CANCELLING = ("cancel.stock_moved", "cancel.before_commit")
CLOSING = ("day.closed", "counter.before_commit")
AT_TASKS = (
    "acknowledgement.rendered", "statement.sent", "import.applied", "print.made", "day.mailed",
    "price_notice.run", "price_notice.told", "price_tiers.proposed",
)  # fmt: skip
_products = count(1)


@dataclass
class Desk:
    """Bob before the shop, and the program behind it."""

    world: World
    live: Live
    program: Program
    clean: Served
    cookies: dict[str, str]

    @property
    def session(self) -> Session:
        """What is committed now."""
        self.world.session.rollback()
        self.world.session.expire_all()
        return self.world.session

    @property
    def bob(self) -> Caller:
        return self.clean.caller(self.cookies)

    def placed(self) -> Order:
        """An order of five, placed through the door."""
        product = self.world.product(f"CHANGE-{next(_products)}", price="100.00", stock=40)
        self.world.fill_cart(self.world.acme, self.world.bob, {product: 5})
        self.world.session.commit()
        fields = self.bob.form("/order", PLACE)
        assert self.bob.post(PLACE, fields).status == SENT
        key = dict(fields)["submission_key"]
        return self.session.scalars(select(Order).where(Order.submission_key == key)).one()

    def two_fewer(self, order: Order) -> tuple[str, Fields]:
        """The form that changes five to three, looked at and ready to be saved."""
        path = f"/orders/{order.number}/change"
        line = self.line(order)
        wish = changed(self.bob.form(path, path), **{f"quantity-{line.id}": "3", "do": "look"})
        return path, form_of(self.bob.post(path, wish).text, path)

    def cancel(self, order: Order) -> tuple[str, Fields]:
        path = f"/orders/{order.number}/cancel"
        return path, changed(self.bob.form(path, path), reason="Not needed")

    def line(self, order: Order) -> OrderLine:
        return self.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()

    def changes(self, order: Order) -> int:
        counted = select(func.count()).where(OrderAmendment.order_id == order.id)
        return self.session.scalar(counted) or 0

    def dies(self, failpoint: str, path: str, fields: Fields) -> None:
        """Sends the form to a server that is killed at the point."""
        with self.program.serving(failpoint) as armed:
            with pytest.raises(DIED):
                armed.caller(self.cookies).post(path, fields)
            assert armed.was_killed(), f"{failpoint} was never reached"

    def work_killed(self, failpoint: str) -> None:
        """A worker dies at the point; what it had begun is taken up again, and all is done."""
        assert self.program.work(failpoint) == KILLED, f"{failpoint} was never reached"
        rescue_abandoned(self.session, silent_seconds=0)
        self.world.session.commit()
        assert self.program.work() == 0

    def mails(self, kind: str) -> int:
        counted = select(func.count()).where(MailMessage.kind == kind)
        return self.session.scalar(counted) or 0


@pytest.fixture(scope="module")
def desk(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    assert jobs.every_task.MODULES
    with live.sessions() as session:
        world = make_world(session)
        world.acme.credit_limit = Decimal(1_000_000)
        cookies = live.cookies(session, world.bob)
        session.commit()
        program = Program(live.settings, tmp_path_factory.mktemp("output"))
        try:
            with program.serving() as clean:
                yield Desk(world, live, program, clean, cookies)
        finally:
            program.close()


def test_every_failpoint_of_a_change_stands_here() -> None:
    assert {*AMENDING, *CANCELLING, *CLOSING, *AT_TASKS} == AT_A_CHANGE


@pytest.mark.parametrize("failpoint", first_of(AMENDING))
def test_killed_while_an_order_is_changed_it_is_changed_once(failpoint: str, desk: Desk) -> None:
    order = desk.placed()
    form = desk.two_fewer(order)
    desk.dies(failpoint, *form)
    assert (desk.line(order).ordered, desk.changes(order)) == (5, 0)
    assert desk.bob.post(*form).status == SENT
    assert desk.bob.post(*form).status in (SENT, *REFUSED_AGAIN)
    assert (desk.line(order).ordered, desk.changes(order)) == (3, 1)
    assert check_invariants(desk.session) == {}


@pytest.mark.parametrize("failpoint", first_of(CANCELLING))
def test_killed_while_an_order_is_cancelled_it_is_cancelled_once(
    failpoint: str, desk: Desk
) -> None:
    order = desk.placed()
    form = desk.cancel(order)
    desk.dies(failpoint, *form)
    assert (desk.line(order).cancelled, desk.changes(order)) == (0, 0)
    assert desk.bob.post(*form).status == SENT
    assert desk.bob.post(*form).status in (SENT, *REFUSED_AGAIN)
    assert (desk.line(order).cancelled, desk.changes(order)) == (5, 1)
    assert check_invariants(desk.session) == {}


def test_a_worker_killed_at_a_revised_acknowledgement_mails_it_once(desk: Desk) -> None:
    assert desk.program.work() == 0
    before = desk.mails("acknowledgement_revised")
    assert desk.bob.post(*desk.two_fewer(desk.placed())).status == SENT
    desk.work_killed("acknowledgement.rendered")
    assert desk.mails("acknowledgement_revised") == before + 1


def test_a_worker_killed_at_a_statement_makes_and_mails_it_once(desk: Desk) -> None:
    world, today = desk.world, clock.today("Europe/London")
    record_payment(
        desk.session, world.acme, seller=world.seller, amount=Decimal(20), means="cash",
        received_on=today, by=world.nora,
    )  # fmt: skip
    with clock.travelling(clock.now() + timedelta(days=1)):
        assert send_statements(world.session, world.seller, today, today, by=world.nora) == 1
    world.session.commit()
    desk.work_killed("statement.sent")
    made = desk.session.scalars(select(AccountStatement)).one()
    assert made.document_file_id is not None
    assert desk.mails("statement") == 1


@pytest.mark.parametrize("failpoint", ["price_notice.run", "price_notice.told"])
def test_a_worker_killed_at_a_price_notice_tells_each_account_once(
    failpoint: str, desk: Desk
) -> None:
    world, today = desk.world, clock.today("Europe/London")
    assert desk.program.work() == 0
    before = desk.mails("price_notice")
    product = world.product(f"NOTICE-{next(_products)}", stock=0)
    coming = today + timedelta(days=20 + next(_products))
    set_price(
        world.session, world.base.id, product.id, min_quantity=Decimal(1),
        unit_price=Decimal(77), effective_from=coming, by=world.mia,
    )  # fmt: skip
    notice = plan_notice(
        world.session, world.base.id, coming, (coming - today).days, seller=world.seller,
        by=world.mia,
    )  # fmt: skip
    world.session.commit()
    desk.work_killed(failpoint)
    told = desk.session.scalars(
        select(AccountPriceNotice).where(AccountPriceNotice.notice_id == notice.id)
    ).all()
    assert {each.account_id for each in told} == {world.acme.id, world.globex.id}
    assert all(each.document_file_id for each in told)
    assert desk.mails("price_notice") - before == 2


def test_a_worker_killed_while_it_looks_for_tiers_keeps_them_once(desk: Desk) -> None:
    world = desk.world
    past = Past(world)
    past.buyers(17)
    past.sold(world.product(f"TIERS-{next(_products)}", stock=0), two_tiers())
    search = ask_for_tiers(world.session, world.base.id, Support(), by=world.mia)
    world.session.commit()
    desk.work_killed("price_tiers.proposed")
    kept = select(func.count()).where(TierProposal.search_id == search.id)
    assert desk.session.scalar(kept) == 1


def test_a_worker_killed_at_a_file_takes_it_in_once(desk: Desk) -> None:
    session, ada = desk.session, desk.world.ada
    files = FileStore(desk.live.settings.files_dir)
    run = begin(session, files, kind_named("products"), b"sku,name\nNEW-1,One\n", "p.csv", by=ada)
    settle_columns(session, files, run, mapping_from(run.mapping))
    look(session, files, run, by=ada, progress=lambda _done, _of: None)
    run.state = "applying"
    defer(session, APPLYING, run_id=run.id)
    session.commit()
    desk.work_killed("import.applied")
    assert len(desk.session.scalars(select(Product).where(Product.sku == "NEW-1")).all()) == 1
    desk.session.refresh(run)
    assert run.state == "done"


def test_a_worker_killed_at_a_print_makes_it_once_and_no_copy_of_it(desk: Desk) -> None:
    order, session = desk.placed(), desk.session
    run = ask_to_print(
        session, [order.id], ["acknowledgement"], submission_key="k", by=desk.world.sam
    )
    session.commit()
    desk.work_killed("print.made")
    desk.session.refresh(run)
    assert run.document_file_id is not None
    assert [paper.copy for paper in papers_of(desk.session, run)] == [0]


def test_a_worker_killed_at_a_persons_day_mails_it_once(desk: Desk) -> None:
    reader = desk.session.get_one(User, desk.world.olu.id)
    reader.wants_day_mail = True
    defer(desk.world.session, MAILING_DAY, user_id=reader.id)
    desk.world.session.commit()
    desk.work_killed("day.mailed")
    assert desk.mails("today") == 1
    defer(desk.world.session, MAILING_DAY, user_id=reader.id)
    desk.world.session.commit()
    assert desk.program.work() == 0
    assert desk.mails("today") == 1


def test_killed_while_a_day_is_closed_it_is_closed_once(desk: Desk) -> None:
    nora = desk.live.cookies(desk.world.session, desk.world.nora)
    desk.world.session.commit()
    path = "/admin/day-end"
    caller = desk.clean.caller(nora)
    form = changed(caller.form(path, path), reason="Goes on tomorrow")
    with desk.program.serving("day.closed") as armed:
        with pytest.raises(DIED):
            armed.caller(nora).post(path, form)
        assert armed.was_killed()
    counted = select(func.count()).select_from(DayEnd)
    assert desk.session.scalar(counted) == 0
    assert caller.post(path, form).status == SENT
    assert caller.post(path, form).status in REFUSED_AGAIN
    assert desk.session.scalar(counted) == 1


def test_killed_at_the_counter_it_is_sold_once(desk: Desk) -> None:
    world, sku = desk.world, f"COUNTER-{next(_products)}"
    world.product(sku, price="10.00", stock=5)
    scan(world.session, world.acme, sku, "2", by=world.olu)
    olu = desk.live.cookies(world.session, world.olu)
    world.session.commit()
    path = f"/admin/counter/{world.acme.id}"
    caller = desk.clean.caller(olu)
    form = caller.form(path, f"{path}/sell")
    sales = select(func.count()).where(Order.channel == "counter")
    with desk.program.serving("counter.before_commit") as armed:
        with pytest.raises(DIED):
            armed.caller(olu).post(f"{path}/sell", form)
        assert armed.was_killed()
    assert desk.session.scalar(sales) == 0
    assert caller.post(f"{path}/sell", form).status == SENT
    assert caller.post(f"{path}/sell", form).status == SENT
    assert desk.session.scalar(sales) == 1
    assert check_invariants(desk.session) == {}
