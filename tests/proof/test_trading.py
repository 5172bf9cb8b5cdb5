"""Orders, amendments, cancellations, goods, credits, returns and money, several at the same moment.

Each step is a handful of acts over connections of their own that start together. After each, every
invariant holds, and what a book kept by hand would say is what the database says.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.insight import check_invariants
from models.inventory import Stock
from models.kernel.database import make_engine, session_factory
from models.ledger import Chart, JournalLine, LedgerAccount
from models.orders import Order, OrderLine
from models.receivables import Invoice
from tests.database import Server
from tests.models.checkout.acts import attempt
from tests.proof.trading import BEFORE, KINDS, OPENING_STOCK, PRICES, Trade

pytestmark = pytest.mark.concurrency
AT_ONCE = 4
ACTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 7), st.integers(1, 12)),
    min_size=1, max_size=AT_ONCE,
)  # fmt: skip
Drawn = tuple[str, int, int]
CREDITS = ("credit", "reprice", "credit_on_account")
_numbers = count(1)
said: Counter[tuple[str, str]] = Counter()
"""How often each kind of act was done or refused, over all examples."""


class Trading(RuleBasedStateMachine):
    """The trade, and the book that is kept of it by hand."""

    server: Server
    template: str

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        name = f"trading_{next(_numbers)}"
        # A busy machine may leave a transaction alone for longer than the program may.
        patient = "-c timezone=UTC -c jit=off -c lock_timeout=5s"
        url = self.server.clone(name, self.template)
        engine = make_engine(url, pool_size=AT_ONCE + 1, settings=patient)
        self.opened.callback(self.server.drop, name)
        self.opened.callback(engine.dispose)
        self.sessions = session_factory(engine)
        self.trade = Trade(self.sessions)
        self.keys = count(1)
        self.orders = 0
        self.stock = Decimal(OPENING_STOCK * len(PRICES))
        self.shipped = self.bank = Decimal(0)
        self.credited: list[Decimal] = []
        self.captured: dict[int, Decimal] = {}
        self.refunded: dict[str, Decimal] = {}

        for one in BEFORE:
            kind, answer, given = self._go(one)
            assert answer == "done", one
            self._note(kind, given)

    def teardown(self) -> None:
        self.opened.close()

    @rule(acts=ACTS)
    def at_once(self, acts: list[Drawn]) -> None:
        """People do these at the same moment; each is done whole or refused."""
        gate = Barrier(len(acts))

        with ThreadPoolExecutor(len(acts)) as pool:
            for kind, answer, given in pool.map(lambda one: self._go(one, gate), acts):
                said[kind, answer] += 1
                assert answer != "gave up", kind
                if answer == "done":
                    self._note(kind, given)

    def _go(self, one: Drawn, gate: Barrier | None = None) -> tuple[str, str, Any]:
        act = self.trade.act(*one, f"form-{next(self.keys)}")
        if gate:
            gate.wait()
        return one[0], *attempt(self.sessions, act)

    def _note(self, kind: str, given: Any) -> None:
        if kind in ("order", "order_by_card", "special"):
            self.orders += 1
        elif kind == "work":
            self.shipped += given
            self.stock -= given
        elif kind == "pick_short":
            self.stock -= given
        elif kind in ("goods_in", "take_back", "special_in", "special_lost", "special_found"):
            self.stock += given
        elif kind == "pay":
            self.bank += given
        elif kind == "bounce":
            self.bank -= given
        elif kind == "pay_card":
            self.captured[given[0]] = given[1]
        elif kind == "hear_refund":
            self.refunded[given[0]] = given[1]
        elif kind in (*CREDITS, "credit_return"):
            self.credited.append(given)

    @invariant()
    def every_invariant_holds(self) -> None:
        with self.sessions() as session:
            assert check_invariants(session) == {}

    @invariant()
    def the_book_agrees(self) -> None:
        with self.sessions() as session:
            counted: dict[str, object] = {
                "orders": session.scalar(select(func.count(Order.id))),
                "stock": session.scalar(select(func.sum(Stock.on_hand))),
                "shipped": session.scalar(select(func.coalesce(func.sum(OrderLine.shipped), 0))),
                "bank": _balance(session, Chart.BANK),
                "cards": _balance(session, Chart.CARD_CLEARING),
                "credited": session.scalar(
                    select(func.coalesce(func.sum(Invoice.total_amount), 0)).where(
                        Invoice.kind == "credit_note"
                    )
                ),
            }
        cards = sum(self.captured.values(), Decimal(0)) - sum(self.refunded.values(), Decimal(0))
        assert counted == {
            "orders": self.orders,
            "stock": self.stock,
            "shipped": self.shipped,
            "bank": self.bank,
            "cards": cards,
            "credited": sum(self.credited, Decimal(0)),
        }


def _balance(session: Session, account: Chart) -> Decimal:
    lines = select(func.coalesce(func.sum(JournalLine.amount), 0)).join(
        LedgerAccount, LedgerAccount.id == JournalLine.ledger_account_id
    )
    return session.scalar(lines.where(LedgerAccount.code == account)) or Decimal(0)


def _run(postgres: Server, template: str, examples: int, steps: int) -> None:
    Trading.server, Trading.template = postgres, template
    said.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Trading,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), print_blob=True,
        ),
    )  # fmt: skip


def test_whatever_is_done_at_once_the_books_and_the_stock_agree(
    postgres: Server, template: str
) -> None:
    _run(postgres, template, examples=3, steps=15)
    assert sum(n for (_, answer), n in said.items() if answer == "done") > 30, said


@pytest.mark.deep
def test_a_thousand_handfuls(postgres: Server, template: str) -> None:
    _run(postgres, template, examples=40, steps=50)
    never = {kind for kind in KINDS if not said[kind, "done"]}
    assert never == set(), said
