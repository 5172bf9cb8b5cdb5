"""Our adapter against the stand-in, over HTTP, with the real library between them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from integrations.stripe import StripeCards
from models.kernel import clock
from models.receivables import CheckoutRequest, Declined, RefundRequest, Unavailable
from tests.stand_in import ASKS_BANK, DECLINED, PENDING_REFUND, POOR, StandIn


@pytest.fixture
def cards(standing_in: StandIn) -> StripeCards:
    return standing_in.cards(retries=0)


def asked(amount: str = "120.50", currency: str = "GBP") -> CheckoutRequest:
    key = uuid4().hex
    return CheckoutRequest(
        key=key, description="SO-100001", amount=Decimal(amount), currency=currency,
        expires_at=clock.now() + timedelta(minutes=31), return_url=f"http://shop.test/pay/{key}",
    )  # fmt: skip


def paid(cards: StripeCards, standing_in: StandIn, card: str = "4242424242424242") -> Any:
    page = cards.start(asked())
    standing_in.pay(page.url, card)
    return cards.find(page.reference)


def test_a_page_is_opened_paid_and_found_paid(cards: StripeCards, standing_in: StandIn) -> None:
    request = asked()
    page = cards.start(request)
    assert (page.key, page.state, page.is_paid) == (request.key, "open", False)
    assert (page.amount, page.currency, page.is_live) == (Decimal("120.50"), "GBP", False)
    back = standing_in.pay(page.url)
    assert back == f"{request.return_url}?from=checkout"
    found = cards.find(page.reference)
    assert (found.state, found.is_paid) == ("complete", True)
    assert found.payment_reference is not None


def test_the_same_key_opens_one_page_and_charges_once(
    cards: StripeCards, standing_in: StandIn
) -> None:
    request, charges = asked(), standing_in.count("charge")
    with ThreadPoolExecutor(10) as pool:
        pages = {page.reference for page in pool.map(cards.start, [request] * 20)}
    assert len(pages) == 1
    page = cards.start(request)
    standing_in.pay(page.url)
    standing_in.pay(page.url)
    assert standing_in.count("charge") == charges + 1


def test_the_same_key_with_another_amount_is_no_refusal_but_an_open_question(
    cards: StripeCards,
) -> None:
    request = asked()
    cards.start(request)
    with pytest.raises(Unavailable, match="same parameters"):
        cards.start(replace(request, amount=Decimal("1.00")))


def test_a_lost_answer_is_asked_again_and_has_one_effect(
    cards: StripeCards, standing_in: StandIn
) -> None:
    request, pages = asked(), standing_in.count("checkout.session")
    standing_in.misbehave(lost_answers=1)
    with pytest.raises(Unavailable):
        cards.start(request)
    assert cards.start(request).state == "open"
    assert standing_in.count("checkout.session") == pages + 1


def test_the_library_itself_repeats_a_lost_call_with_the_same_key(standing_in: StandIn) -> None:
    pages = standing_in.count("checkout.session")
    standing_in.misbehave(lost_answers=1)
    assert standing_in.cards(retries=2).start(asked()).state == "open"
    assert standing_in.count("checkout.session") == pages + 1


@pytest.mark.parametrize("mode", ["rate_limited", "down", "malformed"])
def test_trouble_at_the_other_end_is_unavailable(
    cards: StripeCards, standing_in: StandIn, mode: str
) -> None:
    request = asked()
    standing_in.misbehave(**{mode: 1})
    with pytest.raises(Unavailable):
        cards.start(request)
    assert cards.start(request).state == "open"


def test_nobody_there_is_unavailable() -> None:
    nowhere = StripeCards("sk_test_1", "whsec_1", api_base="http://127.0.0.1:9", retries=0)
    with pytest.raises(Unavailable):
        nowhere.find("cs_test_1")


def test_a_wrong_key_is_unavailable_until_somebody_puts_it_right(standing_in: StandIn) -> None:
    wrong = StripeCards("sk_test_wrong", "whsec_1", api_base=standing_in.base, retries=0)
    with pytest.raises(Unavailable, match="Invalid API Key"):
        wrong.start(asked())


def test_a_page_that_would_close_too_soon_is_declined(cards: StripeCards) -> None:
    with pytest.raises(Declined, match="30 minutes"):
        cards.start(replace(asked(), expires_at=clock.now() + timedelta(minutes=20)))


@pytest.mark.parametrize(("card", "said"), [(DECLINED, "declined"), (POOR, "insufficient funds")])
def test_a_refused_card_leaves_the_page_open_for_another(
    cards: StripeCards, standing_in: StandIn, card: str, said: str
) -> None:
    page = cards.start(asked())
    assert said in standing_in.pay(page.url, card)
    assert cards.find(page.reference).state == "open"
    standing_in.pay(page.url)
    assert cards.find(page.reference).is_paid


def test_the_bank_is_asked_and_may_say_no(cards: StripeCards, standing_in: StandIn) -> None:
    page = cards.start(asked())
    assert "3-D Secure" in standing_in.pay(page.url, ASKS_BANK)
    assert not cards.find(page.reference).is_paid
    assert "unable to authenticate" in standing_in.pay(page.url, ASKS_BANK, bank="no")
    standing_in.pay(page.url, ASKS_BANK, bank="yes")
    assert cards.find(page.reference).is_paid


def test_a_closed_page_takes_no_money_and_a_paid_one_cannot_be_closed(
    cards: StripeCards, standing_in: StandIn
) -> None:
    page = cards.start(asked())
    assert cards.expire(page.reference, page.key).state == "expired"
    assert "expired" in standing_in.pay(page.url)
    done = paid(cards, standing_in)
    assert cards.expire(done.reference, done.key).is_paid


def test_a_refund_goes_back_once_per_key_and_never_beyond_what_was_paid(
    cards: StripeCards, standing_in: StandIn
) -> None:
    page = paid(cards, standing_in)
    request = RefundRequest(uuid4().hex, page.payment_reference, Decimal("100.00"), "GBP")
    first, again = cards.refund(request), cards.refund(request)
    assert (first.state, first.amount, first.key) == ("succeeded", Decimal("100.00"), request.key)
    assert again.reference == first.reference
    with pytest.raises(Declined, match="greater than unrefunded"):
        cards.refund(replace(request, key=uuid4().hex))
    cards.refund(replace(request, key=uuid4().hex, amount=Decimal("20.50")))
    with pytest.raises(Declined, match="already been refunded"):
        cards.refund(replace(request, key=uuid4().hex, amount=Decimal("0.01")))


def test_a_refund_may_take_its_time(cards: StripeCards, standing_in: StandIn) -> None:
    page = paid(cards, standing_in, PENDING_REFUND)
    request = RefundRequest(uuid4().hex, page.payment_reference, Decimal("10.00"), "GBP")
    sent = cards.refund(request)
    assert sent.state == "sent"
    assert cards.find_refund(sent.reference).state == "succeeded"


def test_currencies_are_counted_as_stripe_counts_them(cards: StripeCards) -> None:
    assert cards.start(asked("1200", "JPY")).amount == Decimal(1200)
    assert cards.start(asked("12.345", "KWD")).amount == Decimal("12.345")
    assert cards.start(asked("1200", "ISK")).amount == Decimal(1200)
    with pytest.raises(Unavailable, match="finer"):
        cards.start(asked("0.505", "GBP"))


def test_what_was_kept_of_a_payment_is_known_once_it_is_paid(
    cards: StripeCards, standing_in: StandIn
) -> None:
    page = paid(cards, standing_in)
    fee = cards.fee_of(page.payment_reference)
    assert fee is not None
    assert (fee.payment_reference, fee.currency) == (page.payment_reference, "GBP")
    assert fee.amount == Decimal("2.01")  # 1.5% of 120.50, and 0.20
    assert fee.reference.startswith("txn_")
    assert cards.fee_of(page.payment_reference) == fee


def test_nothing_is_kept_of_a_payment_that_is_unknown(cards: StripeCards) -> None:
    with pytest.raises(Declined):
        cards.fee_of("pi_nobody_knows")
