"""Money given back: whole, in part, never too much, and what the books say of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models.kernel import clock
from models.kernel.errors import Denied, Refused
from models.ledger import Chart
from models.orders import Order
from models.receivables import (
    Invoice,
    Mismatch,
    Payment,
    Refund,
    RefundReply,
    ask_refund,
    begin_invoice_payment,
    fail_refund,
    hear_refund,
    record_payment,
)
from tests.models.receivables.conftest import BACK, Till
from tests.models.receivables.test_card_orders import shipped


def paid_order(till: Till) -> tuple[Order, Payment]:
    order = till.order({till.world.product("TR-1"): 10})
    return order, till.paid(till.begin(order))


def give_back(till: Till, payment: Payment, amount: str, key: str = "form-1") -> Refund:
    return ask_refund(
        till.session, payment.id, Decimal(amount), reason="Asked for it", submission_key=key,
        by=till.world.nora,
    )  # fmt: skip


def test_part_of_a_deposit_goes_back_and_the_books_follow(till: Till) -> None:
    _order, payment = paid_order(till)
    refund = give_back(till, payment, "20.00")
    assert (refund.state, payment.refunded_amount) == ("intent", Decimal("20.00"))
    assert till.balance(Chart.REFUNDS_DUE) == Decimal("-20.00")
    assert till.is_sound()
    till.carry_out(refund)
    assert refund.state == "succeeded"
    assert till.balance(Chart.REFUNDS_DUE) == 0
    assert till.balance(Chart.CARD_CLEARING) == payment.amount - 20
    assert till.balance(Chart.CUSTOMER_DEPOSITS) == -(payment.amount - 20)
    assert till.is_sound()


def test_never_more_than_was_captured_and_not_refunded_yet(till: Till) -> None:
    _order, payment = paid_order(till)
    give_back(till, payment, "100.00")
    with pytest.raises(Refused, match="is left to refund"):
        give_back(till, payment, str(payment.amount - Decimal("99.99")), "form-2")
    give_back(till, payment, str(payment.amount - 100), "form-3")
    payment.refunded_amount += 1
    with pytest.raises(IntegrityError):
        till.session.flush()


def test_the_same_form_twice_is_one_refund(till: Till) -> None:
    _order, payment = paid_order(till)
    assert give_back(till, payment, "20.00").id == give_back(till, payment, "20.00").id
    with pytest.raises(Refused, match="made a refund already"):
        give_back(till, payment, "21.00")
    assert till.session.scalar(select(func.count(Refund.id))) == 1


@pytest.mark.parametrize(
    ("amount", "reason"), [("0", "x"), ("-1.00", "x"), ("0.005", "x"), ("1.00", "  ")]
)
def test_it_takes_an_amount_and_a_reason(till: Till, amount: str, reason: str) -> None:
    _order, payment = paid_order(till)
    with pytest.raises(Refused):
        ask_refund(
            till.session, payment.id, Decimal(amount), reason=reason, submission_key="f",
            by=till.world.nora,
        )  # fmt: skip


def test_only_finance_refunds(till: Till) -> None:
    _order, payment = paid_order(till)
    with pytest.raises(Denied):
        ask_refund(
            till.session, payment.id, Decimal(1), reason="x", submission_key="f", by=till.world.olu
        )


def test_money_that_paid_an_invoice_opens_it_again_when_it_goes_back(till: Till) -> None:
    order, payment = paid_order(till)
    invoice = shipped(till, order)
    assert order.status == "paid"
    till.carry_out(give_back(till, payment, "30.00"))
    assert invoice.open_amount == Decimal("30.00")
    assert order.status == "invoiced"
    assert till.balance(Chart.CUSTOMER_DEPOSITS) == 0
    assert till.is_sound()


def test_a_refund_that_fails_leaves_the_money_unapplied(till: Till) -> None:
    _order, payment = paid_order(till)
    refund = give_back(till, payment, "20.00")
    fail_refund(till.session, refund.id, "The card is closed.")
    fail_refund(till.session, refund.id, "The card is closed.")
    assert (refund.state, payment.refunded_amount) == ("failed", 0)
    assert payment.unapplied_amount == payment.amount
    assert till.is_sound()


def test_an_order_waits_while_its_money_goes_back_and_goes_on_where_it_stayed(till: Till) -> None:
    order, payment = paid_order(till)
    refund = give_back(till, payment, "20.00")
    assert order.status == "on_hold"
    fail_refund(till.session, refund.id, "The card is closed")
    till.session.refresh(order)
    assert order.status == "open"
    assert till.is_sound()


def test_a_refund_may_fail_after_it_succeeded(till: Till) -> None:
    _order, payment = paid_order(till)
    refund = give_back(till, payment, "20.00")
    till.carry_out(refund)
    reply = replace(till.cards.refunds[refund.key], state="failed", problem="card closed")
    hear_refund(till.session, reply, is_live=False)
    assert till.balance(Chart.CARD_CLEARING) == payment.amount
    assert till.is_sound()
    hear_refund(till.session, till.cards.refunds[refund.key], is_live=False)
    assert refund.state == "failed", "states only go forward"


def test_a_refund_made_at_stripe_itself_is_taken_into_the_books(till: Till) -> None:
    order, payment = paid_order(till)
    reply = RefundReply(
        "", "re_outside", payment.provider_reference or "", "succeeded", Decimal("12.00"), "GBP",
        "", False,
    )  # fmt: skip
    hear_refund(till.session, reply, is_live=False)
    hear_refund(till.session, reply, is_live=False)
    assert payment.refunded_amount == Decimal("12.00")
    assert order.status == "on_hold", "it does not go out without that money"
    assert till.is_sound()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal("21.00")},
        {"currency": "EUR"},
        {"is_live": True},
        {"payment_reference": "pi_foreign"},
        {"key": "refund-foreign", "reference": "re_foreign"},
    ],
)
def test_news_of_a_refund_that_does_not_fit_changes_nothing(
    till: Till, wrong: dict[str, object]
) -> None:
    _order, payment = paid_order(till)
    refund = give_back(till, payment, "20.00")
    reply = RefundReply(
        refund.key, "re_1", payment.provider_reference or "", "succeeded", Decimal("20.00"),
        "GBP", "", False,
    )  # fmt: skip
    with pytest.raises(Mismatch):
        hear_refund(till.session, replace(reply, **wrong), is_live=False)
    assert refund.state == "intent"


def test_cash_that_came_by_hand_goes_back_by_hand(till: Till) -> None:
    payment = record_payment(
        till.session, till.world.acme, seller=till.world.seller, amount=Decimal("50.00"),
        means="transfer", received_on=clock.today("Europe/London"), by=till.world.nora,
    )  # fmt: skip
    refund = give_back(till, payment, "50.00")
    assert refund.state == "succeeded"
    assert till.balance(Chart.BANK) == 0
    assert till.is_sound()


def two_invoices(till: Till) -> tuple[Invoice, Invoice]:
    world = till.world
    first = world.order(world.acme, world.bob, {world.product("TR-1"): 10})
    second = world.order(world.acme, world.bob, {world.product("FK-1"): 5})
    return shipped(till, first), shipped(till, second)


def test_invoices_are_paid_whole_and_in_part_with_one_card_payment(till: Till) -> None:
    first, second = two_invoices(till)
    attempt = till.opened(
        begin_invoice_payment(
            till.session, till.world.acme,
            {first.id: first.open_amount, second.id: Decimal("10.00")},
            returning_to=BACK, by=till.world.alice,
        )
    )  # fmt: skip
    left = second.open_amount - 10
    payment = till.paid(attempt)
    assert (first.open_amount, second.open_amount, payment.unapplied_amount) == (0, left, 0)
    assert till.is_sound()


def test_what_does_not_fit_any_more_is_unapplied_credit(till: Till) -> None:
    first, _second = two_invoices(till)
    parts = {first.id: first.open_amount}
    attempt = till.opened(
        begin_invoice_payment(
            till.session, till.world.acme, parts, returning_to=BACK, by=till.world.alice
        )
    )
    again = begin_invoice_payment(
        till.session, till.world.acme, parts, returning_to=BACK, by=till.world.alice
    )
    assert again.id == attempt.id
    by_transfer = record_payment(
        till.session, till.world.acme, seller=till.world.seller, amount=Decimal("40.00"),
        means="transfer", received_on=clock.today("Europe/London"), by=till.world.nora,
    )  # fmt: skip
    from models.receivables import apply_payment

    apply_payment(till.session, by_transfer, {first.id: Decimal("40.00")}, by=till.world.nora)
    payment = till.paid(attempt)
    assert first.open_amount == 0
    assert payment.unapplied_amount == Decimal("40.00")
    assert till.is_sound()


def test_more_than_is_open_and_a_strangers_invoice_are_refused(till: Till) -> None:
    from models.kernel.errors import NotFound

    first, _second = two_invoices(till)
    with pytest.raises(Refused, match="Enter that much or less"):
        begin_invoice_payment(
            till.session, till.world.acme, {first.id: first.open_amount + 1}, returning_to=BACK,
            by=till.world.alice,
        )  # fmt: skip
    with pytest.raises(NotFound):
        begin_invoice_payment(
            till.session, till.world.globex, {first.id: Decimal(1)}, returning_to=BACK,
            by=till.world.charlie,
        )  # fmt: skip
