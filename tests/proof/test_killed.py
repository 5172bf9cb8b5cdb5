"""Killed by `kill -9` between any two steps, the program loses nothing and does nothing twice.

Every place that the code names with `fail_at` stands in SCENARIOS; a new one without a line here
is red. The form during which the process died is sent again as it was, by a person who has heard
nothing, to a server that was started anew.
"""

from __future__ import annotations

import random
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import jobs.every_task
from models.accounts import Account
from models.catalog import Product
from models.insight import check_invariants
from models.kernel import settings as kept_settings
from models.kernel.mail import MAIL_STATE
from models.kernel.tasks import rescue_abandoned
from models.orders import Order
from models.receivables import Invoice
from tests.jobs.importing.messy import write_csv
from tests.proof.after import assert_nothing_lost_nothing_double, assert_outbox_drained
from tests.proof.conftest import Live
from tests.proof.door import DIED, TOP, Caller
from tests.proof.killing import KILLED, Program, Served
from tests.proof.story import REFUSED_AGAIN, SENT, STEPS, Sending, Story, pick_by_count
from tests.world import World, make_world

pytestmark = pytest.mark.concurrency
PRODUCT_CODE = ("models", "web", "storefront", "admin", "api", "integrations", "jobs")
PLACED = re.compile(r'fail_at\(\s*"([a-z_.]+)"')
QUEUE, IMPORT = "queue", "import"
UNITS, STOCK = 5, 40

SCENARIOS: dict[str, tuple[str, ...]] = {
    "checkout.numbered": ("place",),
    "checkout.order_inserted": ("place",),
    "checkout.allocated": ("place",),
    "checkout.before_commit": ("place",),
    "release.listed": ("release",),
    "pick.stock_moved": ("pick", "pick_by_count"),
    "pick.shipment_made": ("pick",),
    "label.intent": ("pack",),
    "ship.stock_moved": ("ship",),
    "ship.before_invoice": ("ship",),
    "invoice.before_number": ("ship",),
    "invoice.issued": ("ship",),
    "payment.posted": ("pay",),
    "payment.applied": ("pay",),
    "web.committed": ("place", "release", "pick", "pack", "ship", "pay"),
    "event.consumed": (QUEUE,),
    "event.before_delivered": (QUEUE,),
    "task.done": (QUEUE,),
    "label.rendered": (QUEUE,),
    "invoice.rendered": (QUEUE,),
    "mail.handed_over": (QUEUE,),
    "history.batch": (IMPORT,),
    "history.booked": (IMPORT,),
}
"""Each failpoint, and during which steps of the story (or in which program) it is passed."""
AT_THE_CARD = {
    "payment.intent", "payment.session_created", "payment.before_record", "payment.recorded",
    "refund.intent", "refund.sent", "refund.recorded",
}  # fmt: skip
"""Those passed on the way to a card and back: tests/proof/test_killed_cards.py."""
AT_A_CHANGE = {
    "amend.stock_moved", "amend.before_commit", "cancel.stock_moved", "cancel.before_commit",
    "acknowledgement.rendered", "statement.sent", "import.applied", "print.made", "day.mailed",
    "day.closed", "counter.before_commit", "price_notice.run", "price_notice.told",
    "price_tiers.proposed",
}  # fmt: skip
"""Those off the order's way: tests/proof/test_killed_changes.py."""
EVERY_TIME = {
    ("checkout.before_commit", "place"), ("web.committed", "place"), ("release.listed", "release"),
    ("pick.stock_moved", "pick"), ("label.intent", "pack"), ("ship.stock_moved", "ship"),
    ("invoice.issued", "ship"), ("payment.posted", "pay"), ("web.committed", "pay"),
}  # fmt: skip
"""At each step the points that are tried in every run; the others are tried by `--deep`."""
ON_THE_WAY = [
    pytest.param(name, step, marks=() if (name, step) in EVERY_TIME else pytest.mark.deep)
    for name, steps in SCENARIOS.items()
    for step in steps
    if step not in (QUEUE, IMPORT)
]


def first_of(points: tuple[str, ...]) -> list[Any]:
    """The first is tried in every run, the others by `--deep`."""
    return [points[0], *(pytest.param(name, marks=pytest.mark.deep) for name in points[1:])]


IN_THE_QUEUE = [name for name, steps in SCENARIOS.items() if QUEUE in steps]
_products = count(1)


class Post:
    """A mail server that counts how often it got each mail."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        message = message_from_bytes(envelope.content)  # type: ignore[attr-defined]
        self.received[str(message["Message-ID"])] += 1
        return "250 OK"


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Post, str]]:
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture(scope="module")
def program(
    live: Live, post: tuple[Post, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    assert jobs.every_task.MODULES
    settings = replace(live.settings, smtp_url=post[1])
    made = Program(settings, tmp_path_factory.mktemp("output"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(live: Live, program: Program) -> Iterator[tuple[World, dict[str, dict[str, str]]]]:
    with live.sessions() as session:
        world = make_world(session)
        kept_settings.change(session, MAIL_STATE, "live", by=None)
        world.acme.credit_limit = world.acme.credit_limit * 1000
        names = ("bob", "sam", "nora")
        cookies = {name: live.cookies(session, world.actors[name]) for name in names}
        session.commit()
        yield world, cookies


@pytest.fixture(scope="module")
def clean(program: Program) -> Iterator[Served]:
    """A server that nothing kills."""
    with program.serving() as served:
        yield served


@pytest.fixture
def story(people: tuple[World, dict[str, dict[str, str]]]) -> Story:
    """An order of its own that begins on bob's pad."""
    world, cookies = people
    session: Session = world.session
    session.rollback()
    session.expire_all()
    product = world.product(f"KILL-{next(_products)}", price="100.00", stock=STOCK)
    world.fill_cart(world.acme, world.bob, {product: UNITS})
    session.commit()
    return Story(world, session, product, cookies)


def test_every_failpoint_of_the_code_has_its_scenario() -> None:
    texts = [path.read_text() for part in PRODUCT_CODE for path in (TOP / part).rglob("*.py")]
    placed = {name for text in texts for name in PLACED.findall(text)} - {"invoice.posted"}
    assert len(placed) >= 20
    assert placed == set(SCENARIOS) | AT_THE_CARD | AT_A_CHANGE, (
        "a failpoint needs a line in SCENARIOS: its name, and the step of STEPS (tests/proof/"
        "story.py) that passes it; a line whose failpoint is gone is to be taken out"
    )


@pytest.mark.parametrize(("failpoint", "step"), ON_THE_WAY)
def test_killed_on_the_way_the_order_still_happens_once(
    failpoint: str, step: str, story: Story, program: Program, clean: Served
) -> None:
    tell(story, clean, program, failpoint=failpoint, during=step)
    empty_the_queue(story, program)
    assert_nothing_lost_nothing_double(story, units=UNITS, stock=STOCK)
    assert_outbox_drained(story.session)


@pytest.mark.parametrize("failpoint", IN_THE_QUEUE)
def test_a_worker_killed_at_its_task_loses_no_task_and_does_none_twice(
    failpoint: str, story: Story, program: Program, clean: Served, post: tuple[Post, str]
) -> None:
    tell(story, clean, program)
    assert program.work(failpoint) == KILLED, f"{failpoint} was never reached"
    empty_the_queue(story, program)
    assert_nothing_lost_nothing_double(story, units=UNITS, stock=STOCK)
    assert_outbox_drained(story.session)
    twice = [name for name, times in post[0].received.items() if times > 1]
    assert len(twice) <= 1, "a mail may come twice only when its worker died just then"
    post[0].received.clear()


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(60))
def test_killed_at_any_moment_the_order_still_happens_once(
    seed: int, story: Story, program: Program, clean: Served
) -> None:
    draw = random.Random(seed)
    during = draw.choice([*STEPS])
    tell(story, clean, program, after_seconds=draw.uniform(0, 0.25), during=during)
    empty_the_queue(story, program)
    assert_nothing_lost_nothing_double(story, units=UNITS, stock=STOCK)
    assert_outbox_drained(story.session)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(60))
def test_a_worker_killed_at_any_pass_of_any_point_loses_nothing(
    seed: int, story: Story, program: Program, clean: Served
) -> None:
    draw = random.Random(seed)
    tell(story, clean, program)
    program.work(f"{draw.choice(IN_THE_QUEUE)}:{draw.randint(1, 6)}")
    empty_the_queue(story, program)
    assert_nothing_lost_nothing_double(story, units=UNITS, stock=STOCK)
    assert_outbox_drained(story.session)


def tell(
    story: Story,
    clean: Served,
    program: Program,
    *,
    failpoint: str = "",
    after_seconds: float | None = None,
    during: str = "",
) -> None:
    """The story from pad to payment; during one step the server is killed, and the form goes to
    another server once more."""
    steps = dict(STEPS)
    if during == "pick_by_count":
        steps["pick"] = pick_by_count

    def look(who: str) -> Caller:
        return clean.caller(story.cookies[who])

    for name, make in steps.items():
        sending = make(story, look)
        was_done = False
        if make is STEPS.get(during) or during == make.__name__:
            with program.serving(failpoint) as armed:
                if after_seconds is None:
                    with pytest.raises(DIED):
                        sending.to(armed.caller(story.cookies[sending.who]))
                    assert armed.was_killed(), f"{failpoint} was never reached"
                else:
                    was_done = _kill_after(after_seconds, story, sending, armed, program)
        answer = sending.to(look(sending.who))
        if answer.status == SENT:
            story.heard.setdefault(name, answer.leads_to)
        else:
            again = during == make.__name__ or was_done
            assert again, f"{name}: {answer.text[:3000]}"
            assert answer.status in REFUSED_AGAIN, f"{name}: {answer.text[:3000]}"


def _kill_after(
    seconds: float, story: Story, sending: Sending, armed: Served, program: Program
) -> bool:
    """Kills the whole server a moment after the form was sent; whether it answered before."""
    with ThreadPoolExecutor(1) as pool:
        sent: Future[object] = pool.submit(sending.to, armed.caller(story.cookies[sending.who]))
        time.sleep(seconds)
        program.kill(armed)
        try:
            return sent.result(30) is not None
        except DIED:
            return False


def empty_the_queue(story: Story, program: Program) -> None:
    """What dead workers had begun is taken up again, as the clock's rescue does; all is done."""
    story.session.rollback()
    rescue_abandoned(story.session, silent_seconds=0)
    story.session.commit()
    assert program.work() == 0


def test_an_import_killed_on_its_way_goes_on_where_it_was(
    people: tuple[World, dict[str, dict[str, str]]], program: Program, tmp_path: Path, live: Live
) -> None:
    path = str(write_csv(tmp_path))
    for failpoint in (name for name, steps in SCENARIOS.items() if IMPORT in steps):
        code, said = program.command("import", "history", path, failpoint=failpoint)
        assert code == KILLED, f"{failpoint} was never reached: {said}"
    code, said = program.command("import", "history", path, "--json")
    assert code == 0, said
    with live.sessions() as session:
        before = rows_of_import(session)
    assert min(before.values()) > 0
    code, said = program.command("import", "history", path)
    assert code == 0, said
    with live.sessions() as session:
        assert rows_of_import(session) == before
        assert check_invariants(session) == {}


def rows_of_import(session: Session) -> dict[str, int]:
    """How many rows came with the file."""
    counts = {
        table.__tablename__: session.scalar(
            select(func.count()).where(table.origin == "imported").select_from(table)
        )
        for table in (Order, Invoice, Product, Account)
    }
    return {table: int(count or 0) for table, count in counts.items()}
