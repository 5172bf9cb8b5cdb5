"""Killed by `kill -9` on its way to the card, the program takes the money once and gives it back
once. The other end is the stand-in, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import jobs.every_task
from models.insight import check_invariants
from models.kernel.tasks import rescue_abandoned
from models.orders import Order
from models.receivables import Payment, PaymentAttempt, Refund, ask_refund
from tests.proof.conftest import Live
from tests.proof.door import DIED, Caller, changed
from tests.proof.killing import KILLED, Program, Served
from tests.proof.racing import PLACE, Fields
from tests.proof.test_killed import AT_THE_CARD, first_of
from tests.stand_in import KEY, SIGNING, StandIn, stand_in
from tests.world import World, make_world

pytestmark = pytest.mark.concurrency
LEADING = ("payment.session_created", "payment.intent")
RECORDING = ("payment.recorded", "payment.before_record")
REFUNDING = ("refund.sent", "refund.intent", "refund.recorded")
_products = count(1)


@dataclass
class Till:
    """Bob before the shop that takes cards."""

    world: World
    stripe: StandIn
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

    def fill(self) -> Fields:
        """A pad of its own, to be paid by card: its form."""
        product = self.world.product(f"CARD-{next(_products)}", price="100.00", stock=40)
        self.world.fill_cart(self.world.acme, self.world.bob, {product: 1})
        self.world.session.commit()
        return changed(self.bob.form("/order", PLACE), payment_means="card")

    def dies(self, failpoint: str, path: str, fields: Fields) -> None:
        """Sends the form to a server that is killed at the point."""
        with self.program.serving(failpoint) as armed:
            with pytest.raises(DIED):
                armed.caller(self.cookies).post(path, fields)
            assert armed.was_killed(), f"{failpoint} was never reached"

    def attempt(self, fields: Fields) -> PaymentAttempt:
        """The only attempt to pay the order of this form."""
        key = dict(fields)["submission_key"]
        order = self.session.scalars(select(Order).where(Order.submission_key == key)).one()
        found = select(PaymentAttempt).where(PaymentAttempt.order_id == order.id)
        return self.session.scalars(found).one()

    def check(self, attempt: PaymentAttempt) -> tuple[str, Fields]:
        """The form that asks how the payment stands."""
        path = f"/pay/{attempt.key}/check"
        return path, self.bob.form(f"/pay/{attempt.key}", path)

    def paid(self) -> Payment:
        """An order that is placed and paid."""
        fields = self.fill()
        self.stripe.pay(self.bob.post(PLACE, fields).leads_to)
        self.bob.post(*self.check(self.attempt(fields)))
        return self.payment(fields)

    def payment(self, fields: Fields) -> Payment:
        """The only payment of the order of this form."""
        order_id = self.attempt(fields).order_id
        return self.session.scalars(select(Payment).where(Payment.order_id == order_id)).one()


@pytest.fixture(scope="module")
def till(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    assert jobs.every_task.MODULES
    with stand_in(tmp_path_factory.mktemp("stripe")) as stripe, live.sessions() as session:
        world = make_world(session)
        world.acme.credit_limit = Decimal(1_000_000)
        cookies = live.cookies(session, world.bob)
        session.commit()
        settings = replace(
            live.settings, stripe_secret_key=KEY, stripe_webhook_secret=SIGNING,
            stripe_api_base=stripe.base, stripe_checkout_host=stripe.base,
        )  # fmt: skip
        program = Program(settings, tmp_path_factory.mktemp("output"))
        try:
            with program.serving() as clean:
                yield Till(world, stripe, program, clean, cookies)
        finally:
            program.close()


def test_every_failpoint_at_the_card_stands_here() -> None:
    assert {*LEADING, *RECORDING, *REFUNDING} == AT_THE_CARD


@pytest.mark.parametrize("failpoint", first_of(LEADING))
def test_killed_on_the_way_to_the_payment_page_one_order_is_paid_once(
    failpoint: str, till: Till
) -> None:
    fields, charges = till.fill(), till.stripe.count("charge")
    till.dies(failpoint, PLACE, fields)
    answer = till.bob.post(PLACE, fields)
    assert answer.leads_to.startswith(till.stripe.base), answer.text[:2000]
    till.stripe.pay(answer.leads_to)
    till.bob.post(*till.check(till.attempt(fields)))
    assert till.payment(fields).amount == till.attempt(fields).expected_amount
    assert till.stripe.count("charge") == charges + 1
    assert check_invariants(till.session) == {}


@pytest.mark.parametrize("failpoint", first_of(RECORDING))
def test_killed_while_a_payment_is_recorded_it_is_recorded_once(failpoint: str, till: Till) -> None:
    fields = till.fill()
    till.stripe.pay(till.bob.post(PLACE, fields).leads_to)
    form = till.check(till.attempt(fields))
    till.dies(failpoint, *form)
    assert till.attempt(fields).payment_id is None
    till.bob.post(*form)
    assert till.payment(fields).amount == till.attempt(fields).expected_amount
    assert check_invariants(till.session) == {}


@pytest.mark.parametrize("failpoint", first_of(REFUNDING))
def test_a_worker_killed_at_a_refund_gives_the_money_back_once(failpoint: str, till: Till) -> None:
    payment = till.paid()
    given = till.stripe.count("refund")
    refund = ask_refund(
        till.session, payment.id, Decimal(7), reason="Broken", submission_key=failpoint,
        by=till.world.nora,
    )  # fmt: skip
    till.world.session.commit()
    assert till.program.work(failpoint) == KILLED, f"{failpoint} was never reached"
    rescue_abandoned(till.session, silent_seconds=0)
    till.world.session.commit()
    assert till.program.work() == 0
    assert till.session.get_one(Refund, refund.id).state == "succeeded"
    assert till.session.get_one(Payment, payment.id).refunded_amount == 7
    assert till.stripe.count("refund") == given + 1
    assert check_invariants(till.session) == {}
