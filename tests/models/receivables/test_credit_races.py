"""Returned goods come in once and a credit is given once, however often it is sent at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models.fulfilment import Came, credit_return, receive_return
from models.insight import check_invariants
from models.inventory import Stock
from models.kernel.database import RETRYABLE
from models.kernel.errors import DomainError
from models.orders import OrderLine
from models.receivables import (
    CreditRequest,
    Invoice,
    InvoiceLine,
    LineCredit,
    credit_invoice,
    credit_on_account,
)
from tests.models.fulfilment.conftest import Desk
from tests.world import World, make_world

pytestmark = pytest.mark.concurrency
DOORS = 10


def at_once(sessions: sessionmaker[Session], act: Callable[[Session, int], str]) -> list[str]:
    """What each of ten doors is answered that do this at the same moment, as requests would."""
    gate = Barrier(DOORS)

    def enter(number: int) -> str:
        gate.wait()
        for _ in range(4):
            with sessions() as session:
                try:
                    answer = act(session, number)
                    session.commit()
                except DomainError as refusal:
                    return type(refusal).__name__
                except OperationalError as error:
                    if getattr(error.orig, "sqlstate", None) not in RETRYABLE:
                        raise
                else:
                    return answer
        return "gave up"

    with ThreadPoolExecutor(DOORS) as pool:
        return list(pool.map(enter, range(DOORS)))


@dataclass(frozen=True)
class Sold:
    """Ten trowels sold, of which four are coming back; by their ids."""

    world: World
    invoice: int
    line: int
    goods_return: int
    return_line: int


def sold(sessions: sessionmaker[Session]) -> Sold:
    with sessions() as session:
        world = make_world(session)
        desk = Desk(world)
        order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
        found = desk.approved(order, 4)
        line = session.scalars(
            select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice.id)
        ).one()
        made = Sold(world, invoice.id, line, found.id, desk.line(found).id)
        session.commit()
        return made


@pytest.mark.parametrize("same_form", [True, False])
def test_the_same_goods_received_at_ten_doors_come_in_once(
    committed_sessions: sessionmaker[Session], same_form: bool
) -> None:
    made = sold(committed_sessions)

    def act(session: Session, number: int) -> str:
        key = "form" if same_form else f"form-{number}"
        receipt = receive_return(
            session, made.goods_return, {made.return_line: Came(restocked=Decimal(4))},
            submission_key=key, by=made.world.sam,
        )  # fmt: skip
        return str(receipt.id)

    answers = at_once(committed_sessions, act)
    done = [answer for answer in answers if answer.isdigit()]
    assert len(set(done)) == 1
    assert len(done) == (DOORS if same_form else 1)
    assert set(answers) - set(done) <= {"Conflict"}
    with committed_sessions() as session:
        assert session.scalar(select(Stock.on_hand)) == 94
        assert session.scalar(select(func.sum(OrderLine.returned))) == 4
        assert check_invariants(session) == {}


@pytest.mark.parametrize("same_form", [True, False])
def test_the_same_credit_sent_ten_times_at_once_is_given_once(
    committed_sessions: sessionmaker[Session], same_form: bool
) -> None:
    made = sold(committed_sessions)

    def act(session: Session, number: int) -> str:
        key = "form" if same_form else f"form-{number}"
        request = CreditRequest(key, "Wrong", (LineCredit(made.line, Decimal(10)),))
        return credit_invoice(session, made.invoice, request, by=made.world.nora).number

    answers = at_once(committed_sessions, act)
    assert {answer for answer in answers if answer.startswith("CN-")} == {"CN-01001"}
    if same_form:
        assert set(answers) == {"CN-01001"}
    with committed_sessions() as session:
        notes = session.scalar(select(func.count()).where(Invoice.kind == "credit_note"))
        assert notes == 1
        assert check_invariants(session) == {}


def test_a_return_and_its_invoice_credited_at_once_never_pass_what_was_sold(
    committed_sessions: sessionmaker[Session],
) -> None:
    made = sold(committed_sessions)
    with committed_sessions() as session:
        receive_return(
            session, made.goods_return, {made.return_line: Came(restocked=Decimal(4))},
            submission_key="k", by=made.world.sam,
        )  # fmt: skip
        session.commit()

    def act(session: Session, number: int) -> str:
        if number % 2:
            notes = credit_return(
                session,
                made.goods_return,
                reason="Back",
                submission_key=f"r-{number}",
                by=made.world.nora,
            )
            return notes[0].number
        request = CreditRequest(f"i-{number}", "Wrong", (LineCredit(made.line, Decimal(3)),))
        return credit_invoice(session, made.invoice, request, by=made.world.nora).number

    assert "gave up" not in at_once(committed_sessions, act)
    with committed_sessions() as session:
        assert session.scalar(select(func.sum(OrderLine.credited))) <= 10
        assert check_invariants(session) == {}


def test_credit_on_account_sent_ten_times_is_one_credit_note(
    committed_sessions: sessionmaker[Session],
) -> None:
    made = sold(committed_sessions)

    def act(session: Session, _number: int) -> str:
        return credit_on_account(
            session, made.world.acme.id, seller=made.world.seller, amount=Decimal(20),
            tax_category="standard", reason="Late", submission_key="form", by=made.world.nora,
        ).number  # fmt: skip

    assert set(at_once(committed_sessions, act)) == {"CN-01001"}
    with committed_sessions() as session:
        assert check_invariants(session) == {}
