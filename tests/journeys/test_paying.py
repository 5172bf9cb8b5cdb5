"""Paying by card in a real browser: our pages, the stand-in's page, and the webhook between."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from jobs.app import WORK, Work
from jobs.every_task import MODULES
from models.accounts.user import SignInSession
from models.insight import check_invariants
from models.kernel import clock
from models.kernel.files import FileStore
from models.receivables import InboundEvent, Payment, Refund
from tests.admin.conftest import Way
from tests.journeys.conftest import DESKTOP, PATIENCE_SECONDS, PHONE, Town, faults_of, opened
from tests.journeys.test_late import Held
from tests.stand_in import DECLINED, GOOD, KEY, SIGNING, StandIn, stand_in

pytestmark = pytest.mark.journey
assert MODULES


@dataclass
class Counter:
    """A town whose shop takes cards, the stand-in that charges none, and the worker's hands."""

    town: Town
    stand_in: StandIn
    work: Work

    def hear(self, kind: str) -> None:
        """Waits until the webhook has brought a report of this kind, then acts on all reports."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        brought = select(InboundEvent.id).where(
            InboundEvent.kind == kind, InboundEvent.state == "waiting"
        )
        while not self.all(brought):
            assert time.monotonic() < deadline, f"no {kind} was brought"
            time.sleep(0.1)
        for inbound_id in self.all(select(InboundEvent.id).where(InboundEvent.state == "waiting")):
            WORK["card.event"](self.work, inbound_id=inbound_id)

    def all(self, statement: object) -> list[object]:
        with self.work.session() as session:
            return list(session.scalars(statement))  # type: ignore[call-overload]

    def at_checkout(self, width: int = DESKTOP, theme: str = "light", **options: bool) -> Page:
        """Bob has placed an order by card and stands at the payment page."""
        world = self.town.world
        world.fill_cart(world.acme, world.bob, {world.product("AB-1"): 10})
        world.session.commit()
        page = self.town.open(world.bob, "/", width, theme, **options)
        page.locator("a[href='/order']:visible").first.click()
        page.get_by_label("Payment", exact=True).select_option("card")
        if options.get("java_script_enabled", True):
            expect(page.get_by_text("You pay by card in the next step")).to_be_visible()
        page.locator("#pad-summary").get_by_role("button", name="Place order").click()
        expect(page.get_by_text("no card is charged").first).to_be_visible()
        assert page.url.startswith(self.stand_in.base)
        return page


@pytest.fixture
def counter(
    settings: Settings, committed_sessions: sessionmaker[Session], chromium: Browser, tmp_path: Path
) -> Iterator[Counter]:
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    with stand_in(tmp_path, webhooks=f"{base}/webhooks/stripe") as running:
        with_cards = replace(
            settings, base_url=base, stripe_secret_key=KEY, stripe_webhook_secret=SIGNING,
            stripe_api_base=running.base, stripe_checkout_host=running.base,
        )  # fmt: skip
        work = Work(with_cards, committed_sessions, FileStore(tmp_path / "files"))
        with opened(with_cards, committed_sessions, chromium, port) as town:
            yield Counter(town, running, work)
            with work.session() as session:
                assert check_invariants(session) == {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pay(page: Page, card: str = GOOD) -> None:
    """Types a card on the stand-in's page and pays."""
    page.get_by_label("Card number").fill(card)
    page.get_by_role("button", name="Pay").click()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_an_order_is_paid_by_card_and_its_page_says_so_by_itself(
    counter: Counter, width: int
) -> None:
    page = counter.at_checkout(width)
    pay(page)
    expect(page.get_by_role("heading", name="Waiting for the confirmation")).to_be_visible()
    counter.hear("checkout.session.completed")
    expect(page.get_by_role("heading", name="Paid", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Order SO-")).click()
    expect(page.get_by_text("paid by card").first).to_be_visible()
    expect(page.get_by_role("button", name="Pay by card")).to_have_count(0)
    expect(page.locator(".page-head")).to_contain_text("Open")


def test_an_order_is_paid_from_its_own_page_however_one_came_there(counter: Counter) -> None:
    page = counter.at_checkout()
    page.get_by_role("link", name="Back without paying").click()
    expect(page.get_by_role("heading", name="Not paid yet")).to_be_visible()
    page.goto(counter.town.base + "/")
    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("link", name=re.compile("^SO-")).first.click()
    page.get_by_role("button", name="Pay by card").click()
    pay(page)
    counter.hear("checkout.session.completed")
    expect(page.get_by_role("heading", name="Paid", exact=True)).to_be_visible()


def test_a_declined_card_is_tried_again_with_another_one(counter: Counter) -> None:
    page = counter.at_checkout(PHONE)
    pay(page, DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    page.get_by_role("link", name="Back without paying").click()
    expect(page.get_by_role("heading", name="Not paid yet")).to_be_visible()
    counter.hear("payment_intent.payment_failed")
    page.reload()
    expect(page.get_by_role("heading", name="Not paid yet")).to_be_visible()
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    page.get_by_role("button", name="by card").click()
    pay(page)
    counter.hear("checkout.session.completed")
    expect(page.get_by_role("heading", name="Paid", exact=True)).to_be_visible()


def test_without_scripts_the_page_one_comes_back_to_tells_the_truth(counter: Counter) -> None:
    page = counter.at_checkout(java_script_enabled=False)
    pay(page)
    expect(page.get_by_role("heading", name="Waiting for the confirmation")).to_be_visible()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("heading", name="Paid", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Check again")).to_have_count(0)


def test_a_part_of_an_invoice_is_paid_and_a_part_of_that_given_back(counter: Counter) -> None:
    world = counter.town.world
    number = Way(world).invoiced({world.product("AB-1"): 10}).number
    alice = counter.town.open(world.alice, f"/invoices/{number}")
    alice.get_by_role("textbox", name="Amount to pay").fill("9999")
    alice.get_by_role("button", name="Pay this amount by card").click()
    expect(alice.get_by_role("textbox", name="Amount to pay")).to_have_value("9999")
    expect(alice.get_by_role("region", name="Pay a part")).to_contain_text("has 130.20 GBP open")
    alice.get_by_role("textbox", name="Amount to pay").fill("10.00")
    alice.get_by_role("button", name="Pay this amount by card").click()
    expect(alice.get_by_role("button", name="Pay 10.00 GBP")).to_be_visible()
    pay(alice)
    counter.hear("checkout.session.completed")
    expect(alice.get_by_role("heading", name="Paid", exact=True)).to_be_visible()
    alice.get_by_role("link", name=f"Invoice {number}").click()
    expect(alice.get_by_role("region", name="Paid")).to_contain_text("£10.00")
    refund_at_the_office(counter, "4.00")
    alice.reload()
    expect(alice.get_by_text("£4.00 refunded")).to_be_visible()


def test_a_card_chosen_before_the_scripts_are_here_is_what_the_summary_says(
    counter: Counter,
) -> None:
    world = counter.town.world
    world.fill_cart(world.acme, world.bob, {world.product("AB-1"): 10})
    world.session.commit()
    page = counter.town.open(world.bob, "/")
    held = Held(page, "**/*.js")
    page.goto(counter.town.base + "/order", wait_until="commit")
    page.get_by_label("Payment", exact=True).select_option("card")
    held.let_go()
    expect(page.get_by_text("You pay by card in the next step")).to_be_visible()


def confirm_passwords(counter: Counter) -> None:
    """As after everybody typed their password once more."""
    with counter.work.session() as session:
        session.execute(update(SignInSession).values(sudo_until=clock.now() + timedelta(hours=1)))
        session.commit()


def refund_at_the_office(counter: Counter, amount: str) -> None:
    """Nora gives a part of the only payment back; the worker has the stand-in do it."""
    (payment_id,) = counter.all(select(Payment.id))
    nora = counter.town.open(counter.town.world.nora, f"/admin/payments/{payment_id}")
    confirm_passwords(counter)
    nora.get_by_role("link", name="Refund").click()
    nora.get_by_role("textbox", name="Amount").fill(amount)
    nora.get_by_label("Reason").fill("Broken on arrival")
    nora.get_by_role("button", name="Refund", exact=True).click()
    expect(nora.get_by_text("Under way")).to_be_visible()
    (refund_id,) = counter.all(select(Refund.id))
    WORK["card.refund"](counter.work, refund_id=refund_id)
    nora.reload()
    expect(nora.locator("main")).to_contain_text("Broken on arrival")
    expect(nora.get_by_text("Under way")).to_have_count(0)


def seen_by_the_buyer(counter: Counter, width: int, theme: str) -> Iterator[Page]:
    """Every page between the pad and the paid order, and a part of an invoice begun."""
    page = counter.at_checkout(width, theme)
    yield page
    pay(page, DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    yield page
    page.get_by_role("link", name="Back without paying").click()
    expect(page.get_by_role("heading", name="Not paid yet")).to_be_visible()
    yield page
    page.get_by_role("link", name=re.compile("^Order SO-")).click()
    expect(page.locator(".page-head")).to_contain_text("Awaiting payment")
    yield page
    page.get_by_role("button", name="Pay by card").click()
    pay(page)
    expect(page.get_by_role("heading", name="Waiting for the confirmation")).to_be_visible()
    yield page
    counter.hear("checkout.session.completed")
    expect(page.get_by_role("heading", name="Paid", exact=True)).to_be_visible()
    yield page
    number = Way(counter.town.world).invoiced({counter.town.world.product("AB-2"): 10}).number
    yield counter.town.open(counter.town.world.alice, f"/invoices/{number}", width, theme)


def seen_by_finance(counter: Counter, width: int, theme: str) -> Iterator[Page]:
    """What finance sees of the payment and of a report that does not fit."""
    with counter.work.session() as session:
        session.add(
            InboundEvent(
                provider="stripe", event_id="evt_1", kind="charge.refunded", state="parked",
                payload={}, problem="No payment of ours has this reference.",
            )
        )  # fmt: skip
        session.commit()
    (payment_id,) = counter.all(select(Payment.id))
    nora = counter.town.open(counter.town.world.nora, "/admin/card-payments", width, theme)
    yield nora
    confirm_passwords(counter)
    for path in ("card-payments?state=mismatch", "payments", f"payments/{payment_id}/refund",
                 f"payments/{payment_id}"):  # fmt: skip
        nora.goto(f"{counter.town.base}/admin/{path}")
        yield nora


@pytest.mark.parametrize(("width", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_every_page_about_cards_is_accessible_and_fits(
    counter: Counter, width: int, theme: str
) -> None:
    faults = {}
    for pages in (seen_by_the_buyer, seen_by_finance):
        for page in pages(counter, width, theme):
            if found := faults_of(page):
                faults[page.url] = found
    assert faults == {}
