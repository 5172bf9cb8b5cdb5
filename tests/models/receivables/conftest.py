"""Card orders of the world, and the steps of their payment."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.insight import check_invariants
from models.kernel.errors import Refused
from models.ledger import Chart, JournalLine, LedgerAccount
from models.orders import Order, OrderLine
from models.receivables import (
    Expired,
    Payment,
    PaymentAttempt,
    Refund,
    begin_order_payment,
    expire,
    hear_refund,
    note_started,
    refund_request,
    request_of,
    settle,
)
from tests.cards import FakeCards
from tests.world import World, make_world

BACK = "http://shop.test/pay/"


@dataclass
class Till:
    """Bob's card, and what the books say."""

    world: World
    cards: FakeCards = field(default_factory=FakeCards)

    @property
    def session(self) -> Session:
        return self.world.session

    def order(self, wanted: dict[Product, int], **choices: str) -> Order:
        return self.world.order(
            self.world.acme, self.world.bob, wanted, payment_means="card", **choices
        )

    def begin(self, order: Order) -> PaymentAttempt:
        """The intent, and the page that it opens."""
        attempt = begin_order_payment(self.session, order.id, returning_to=BACK, by=self.world.bob)
        if attempt is None:
            raise Refused("Nothing is due.")
        return self.opened(attempt)

    def opened(self, attempt: PaymentAttempt) -> PaymentAttempt:
        return note_started(self.session, attempt.id, self.cards.start(request_of(attempt)))

    def paid(self, attempt: PaymentAttempt) -> Payment:
        return settle(self.session, self.cards.pay(attempt.key), is_live=False)

    def expired(self, attempt: PaymentAttempt) -> None:
        page = self.cards.expire(attempt.session_reference or "", attempt.key)
        expire(self.session, Expired(page.key, page.reference, False), is_live=False)

    def carry_out(self, refund: Refund) -> None:
        request = refund_request(self.session, refund.id)
        assert request is not None
        hear_refund(self.session, self.cards.refund(request), is_live=False)

    def balance(self, account: Chart) -> object:
        """What stands on an account of the ledger."""
        return self.session.scalar(
            select(func.coalesce(func.sum(JournalLine.amount), 0))
            .join(LedgerAccount, LedgerAccount.id == JournalLine.ledger_account_id)
            .where(LedgerAccount.code == account)
        )

    def line(self, order: Order) -> OrderLine:
        return self.session.scalars(
            select(OrderLine)
            .where(OrderLine.order_id == order.id)
            .execution_options(populate_existing=True)
        ).one()

    def is_sound(self) -> bool:
        self.session.flush()
        broken = check_invariants(self.session)
        assert broken == {}
        return True


@pytest.fixture
def till(session: Session) -> Till:
    return Till(make_world(session))
