"""Never oversold and never ordered twice, through the door that production opens."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor
from models.insight import check_invariants
from models.inventory import Stock
from models.orders import Order, OrderHold, OrderLine
from models.receivables import standing
from tests.proof.conftest import Town
from tests.proof.door import Answer, sentences
from tests.proof.racing import (
    PLACE,
    at_once,
    deadlocks,
    fill_pads,
    forms_of,
    hire_buyer,
    hire_buyers,
    order_number,
    sending,
)
from tests.world import LONG_AGO

pytestmark = pytest.mark.concurrency
BUYERS, UNITS, TIMES = 200, 50, 3


def test_of_two_hundred_buyers_exactly_fifty_get_the_fifty_units(town: Town) -> None:
    product = town.world.product("LAST-1", stock=UNITS, backorder_policy="deny")
    racers = hire_buyers(town.world, BUYERS, "Racer")
    fill_pads(town.world, racers, [product])
    answers = everybody_sends(town, racers, times=TIMES)

    each = [answers[start : start + TIMES] for start in range(0, len(answers), TIMES)]
    led = [{order_number(answer) for answer in three} for three in each]
    assert all(len(numbers) == 1 for numbers in led), "the three of a buyer are told the same"
    winners = [numbers for numbers in led if numbers != {""}]
    assert len(winners) == len(set().union(*winners)) == UNITS
    refused = [answer for answer in answers if answer.leads_to == ""]
    assert {answer.status for answer in refused} == {422}
    assert len(refused) == (BUYERS - UNITS) * TIMES
    for answer in refused:
        words = sentences(answer.text)
        assert "LAST-1" in words
        assert "Sold out" in words or "somebody was faster" in words
    session = fresh(town)
    stock = session.scalars(select(Stock).where(Stock.product_id == product.id)).one()
    assert (stock.on_hand, stock.allocated) == (UNITS, UNITS)
    sold = session.scalars(select(OrderLine).where(OrderLine.product_id == product.id)).all()
    assert [line.allocated for line in sold] == [1] * UNITS
    assert_sound(town)


def test_one_form_sent_twenty_times_at_once_is_one_order_and_all_are_led_to_it(
    town: Town,
) -> None:
    product = town.world.product("ONCE-1")
    bob = hire_buyer(town.world.session, town.world.globex, "once")
    fill_pads(town.world, [bob], [product])
    answers = everybody_sends(town, [bob], times=20)
    line = fresh(town).scalars(select(OrderLine).where(OrderLine.product_id == product.id)).one()
    number = town.world.session.get_one(Order, line.order_id).number
    assert {order_number(answer) for answer in answers} == {number}
    assert f"Order {number} is placed" in town.caller(bob).get(answers[0].leads_to).text
    assert_sound(town)


def test_fifty_orders_at_once_at_the_credit_limit_hold_what_goes_over_and_the_exposure_is_right(
    town: Town,
) -> None:
    """260.00 with tax is 312.00, carriage free; ten fit in 3,120.00, one more goes over by more
    than the 250.00 that are let through."""
    session, acme = town.world.session, town.world.acme
    product = town.world.product("CREDIT-1", price="260.00", stock=500)
    acme.credit_limit = Decimal("3120.00")
    colleagues = [hire_buyer(session, acme, f"colleague{n}") for n in range(50)]
    fill_pads(town.world, colleagues, [product])
    answers = everybody_sends(town, colleagues)
    assert {answer.status for answer in answers} == {303}
    orders = fresh(town).scalars(select(Order).where(Order.account_id == acme.id)).all()
    assert [order.total_amount for order in orders] == [Decimal("312.00")] * 50
    held = session.scalars(
        select(OrderHold.order_id).where(
            OrderHold.code == "credit_limit", OrderHold.order_id.in_([each.id for each in orders])
        )
    ).all()
    assert len(set(held)) == 40
    state = standing(session, session.get_one(Account, acme.id), today=LONG_AGO)
    assert state.open_orders == 0, "none of them ships within a month of that day"
    today = max(order.placed_at for order in orders).date()
    assert standing(session, acme, today=today).exposure == 50 * Decimal("312.00")
    assert_sound(town)


def test_a_hundred_orders_of_three_products_in_any_order_meet_no_deadlock(town: Town) -> None:
    products = [town.world.product(f"ANY-{n}", stock=1000) for n in range(3)]
    racers = hire_buyers(town.world, 100, "Mixer")
    for turn, wanted in enumerate(permutations(products)):
        fill_pads(town.world, racers[turn::6], wanted)
    answers = everybody_sends(town, racers)
    assert {answer.status for answer in answers} == {303}
    assert len({order_number(answer) for answer in answers}) == 100
    assert_sound(town)


def everybody_sends(town: Town, people: list[Actor], *, times: int = 1) -> list[Answer]:
    """Everybody sends their own order form so many times, all in the same moment. No answer is a
    failure of the program, and PostgreSQL had no deadlock to break."""
    before = deadlocks(town.live.engine)
    callers = [town.caller(actor) for actor in people]
    forms = forms_of(callers)
    calls = [
        sending(caller, PLACE, form)
        for caller, form in zip(callers, forms, strict=True)
        for _ in range(times)
    ]
    answers = at_once(calls)
    said = Counter(answer.status for answer in answers)
    assert set(said) <= {303, 422}, f"{said}\n{town.door.said()[-6000:]}"
    assert deadlocks(town.live.engine) == before
    return answers


def fresh(town: Town) -> Session:
    """The world's session, that reads everything anew."""
    town.world.session.rollback()
    town.world.session.expire_all()
    return town.world.session


def assert_sound(town: Town) -> None:
    assert check_invariants(fresh(town)) == {}
    town.world.session.rollback()
