"""What the card provider kept of a payment: posted once, against what it owes us."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from models.kernel import clock
from models.ledger import Chart
from models.receivables import CardFee, Mismatch, Payment, book_fee, payments_without_fee
from tests.models.receivables.conftest import Till


@pytest.fixture
def payment(till: Till) -> Payment:
    return till.paid(till.begin(till.order({till.world.product("TR-1"): 10})))


def fee_of(payment: Payment, amount: str = "1.85", **other: str) -> CardFee:
    given = {"reference": f"txn_{payment.id}", "currency": "GBP"} | other
    reference = given.get("payment_reference", payment.provider_reference or "")
    return CardFee(given["reference"], reference, Decimal(amount), given["currency"])


def test_a_fee_is_an_expense_and_lessens_what_the_provider_owes(
    till: Till, payment: Payment
) -> None:
    book_fee(till.session, payment.id, fee_of(payment))
    assert payment.fee_amount == Decimal("1.85")
    assert till.balance(Chart.CARD_FEES) == Decimal("1.85")
    assert till.balance(Chart.CARD_CLEARING) == payment.amount - Decimal("1.85")
    assert till.is_sound()


def test_told_twice_it_is_posted_once(till: Till, payment: Payment) -> None:
    for _ in range(2):
        book_fee(till.session, payment.id, fee_of(payment))
    assert till.balance(Chart.CARD_FEES) == Decimal("1.85")
    assert till.is_sound()


def test_no_fee_at_all_is_known_too(till: Till, payment: Payment) -> None:
    book_fee(till.session, payment.id, fee_of(payment, "0"))
    assert payment.fee_amount == 0
    assert payments_without_fee(till.session, clock.now()) == []
    assert till.is_sound()


@pytest.mark.parametrize(
    ("amount", "other"),
    [
        ("2.00", {}),
        ("1.85", {"reference": "txn_other"}),
        ("1.85", {"payment_reference": "pi_other"}),
    ],
)
def test_another_fee_for_the_same_payment_changes_nothing(
    till: Till, payment: Payment, amount: str, other: dict[str, str]
) -> None:
    book_fee(till.session, payment.id, fee_of(payment))
    with pytest.raises(Mismatch):
        book_fee(till.session, payment.id, fee_of(payment, amount, **other))
    assert till.balance(Chart.CARD_FEES) == Decimal("1.85")
    assert till.is_sound()


def test_a_fee_in_another_currency_is_left_to_the_payouts(till: Till, payment: Payment) -> None:
    with pytest.raises(Mismatch):
        book_fee(till.session, payment.id, fee_of(payment, currency="USD"))
    assert payment.fee_amount is None
    assert till.is_sound()


def test_a_fee_is_asked_for_until_it_is_known_or_too_old(till: Till, payment: Payment) -> None:
    now = clock.now()
    assert payments_without_fee(till.session, now) == [payment.id]
    assert payments_without_fee(till.session, now + timedelta(days=46)) == []
    book_fee(till.session, payment.id, fee_of(payment))
    assert payments_without_fee(till.session, now) == []
