"""A cheque that bounces: what it paid is owed again, once, and the books say so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.insight import check_invariants
from models.kernel import clock
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from models.ledger import Chart, JournalEntry, JournalLine, LedgerAccount
from models.receivables import (
    Payment,
    apply_payment,
    ask_refund,
    record_payment,
    return_payment,
)
from tests.models.fulfilment.conftest import Desk
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def paid(world: World, amount: Decimal, means: str = "cheque") -> Payment:
    return record_payment(
        world.session, world.acme, seller=world.seller, amount=amount, means=means,
        received_on=clock.today("Europe/London"), by=world.nora,
    )  # fmt: skip


def balance(session: Session, account: Chart) -> Decimal:
    total = session.scalar(
        select(func.coalesce(func.sum(JournalLine.amount), 0))
        .join(LedgerAccount, LedgerAccount.id == JournalLine.ledger_account_id)
        .where(LedgerAccount.code == account)
    )
    return Decimal(total)


def test_what_a_bounced_cheque_had_paid_is_owed_again(world: World, desk: Desk) -> None:
    order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    owed = invoice.total_amount
    cheque = paid(world, owed + 5)
    apply_payment(world.session, cheque, {invoice.id: owed}, by=world.nora)
    assert (order.status, invoice.open_amount) == ("paid", 0)
    return_payment(world.session, cheque.id, reason="Refer to drawer", by=world.nora)
    assert (order.status, invoice.open_amount, order.paid_amount) == ("invoiced", owed, 0)
    assert (cheque.unapplied_amount, cheque.refunded_amount) == (0, owed + 5)
    assert balance(world.session, Chart.CHEQUES) == 0
    assert balance(world.session, Chart.RECEIVABLES) == owed
    kinds = world.session.scalars(
        select(JournalEntry.kind).where(JournalEntry.document_kind == "refund")
    ).all()
    assert kinds == ["payment_returned"]
    assert check_invariants(world.session) == {}


def test_it_bounces_once(world: World, desk: Desk) -> None:
    cheque = paid(world, Decimal(50))
    return_payment(world.session, cheque.id, reason="Refer to drawer", by=world.nora)
    with pytest.raises(Conflict, match="gone back already"):
        return_payment(world.session, cheque.id, reason="Again", by=world.nora)


@pytest.mark.parametrize(
    ("means", "reason", "refunded", "sentence"),
    [
        ("cash", "Lost", "0", "Only a cheque or a transfer"),
        ("cheque", "  ", "0", "Say why the bank returned it"),
        ("transfer", "Recalled", "20", "Part of .* was refunded"),
    ],
)
def test_what_cannot_have_bounced_is_refused_with_a_sentence(
    world: World, desk: Desk, means: str, reason: str, refunded: str, sentence: str
) -> None:
    payment = paid(world, Decimal(50), means)
    if Decimal(refunded):
        ask_refund(
            world.session, payment.id, Decimal(refunded), reason="Too much",
            submission_key="once", by=world.nora,
        )  # fmt: skip
    with pytest.raises(Refused, match=sentence):
        return_payment(world.session, payment.id, reason=reason, by=world.nora)
    assert check_invariants(world.session) == {}


def test_recording_it_needs_the_permission_and_a_payment(world: World, desk: Desk) -> None:
    cheque = paid(world, Decimal(50))
    with pytest.raises(Denied):
        return_payment(world.session, cheque.id, reason="Refer to drawer", by=world.olu)
    with pytest.raises(NotFound):
        return_payment(world.session, 999_999, reason="Refer to drawer", by=world.nora)
