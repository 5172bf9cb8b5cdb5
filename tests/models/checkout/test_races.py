"""Two buyers never get the same unit, and one submission is one order, over real connections."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models.accounts import BUYER_ROLES, Account, Actor, Address, BuyerRole, Membership, User
from models.catalog import Product
from models.checkout import Submission, place_order
from models.insight import check_invariants
from models.inventory import Allocation, Stock, StockMovement
from models.kernel.database import RETRYABLE
from models.kernel.errors import DomainError
from models.orders import Order, OrderLine
from tests.world import World, make_world

pytestmark = pytest.mark.concurrency
BUYERS, UNITS, TIMES, DOORS = 200, 50, 3, 16


def place(
    sessions: sessionmaker[Session], cart_id: int, actor: Actor, key: str, total: Decimal
) -> str:
    """As a request would: one transaction, run again where PostgreSQL asks for it."""
    for _ in range(4):
        with sessions() as session:
            try:
                order = place_order(
                    session, cart_id, actor.account_id or 0, Submission(key, total), by=actor
                )
                number = order.number
                session.commit()
            except DomainError as refusal:
                session.rollback()
                return type(refusal).__name__
            except OperationalError as error:
                session.rollback()
                if getattr(error.orig, "sqlstate", None) not in RETRYABLE:
                    raise
                continue
            else:
                return number
    return "gave up"


def buyers(world: World, product: Product) -> list[tuple[int, Actor, Decimal]]:
    made = []
    template = world.acme
    for number in range(BUYERS):
        account = Account(
            number=f"R{number:04d}", name=f"Racer {number}", group_id=template.group_id,
            terms_id=template.terms_id, credit_limit=Decimal(5000),
        )  # fmt: skip
        user = User(kind="buyer", email=f"racer{number}@example.com", name=f"Racer {number}")
        world.session.add_all([account, user])
        world.session.flush()
        world.session.add_all(
            [
                Address(account_id=account.id, code="MAIN", company=account.name, line1="1 Road",
                        city="York", postcode="YO1 7HH", is_default=True),
                Membership(user_id=user.id, account_id=account.id, role=BuyerRole.BUYER),
            ]
        )  # fmt: skip
        world.session.flush()
        actor = Actor(id=user.id, name=user.name, is_staff=False, account_id=account.id,
                      capabilities=BUYER_ROLES[BuyerRole.BUYER])  # fmt: skip
        cart = world.fill_cart(account, actor, {product: 1})
        made.append((cart.id, actor, world.total_of(cart)))
    world.session.commit()
    return made


@pytest.mark.deep  # the same through the real door: tests/proof/test_never_oversold.py
def test_two_hundred_buyers_share_fifty_units_and_nobody_gets_one_twice(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        product = world.product("LAST-1", stock=UNITS, backorder_policy="deny")
        racers = buyers(world, product)
    gate = Barrier(DOORS)
    tries = [(racer, f"form-{racer[0]}") for racer in racers for _ in range(TIMES)]

    def run(share: list[tuple[tuple[int, Actor, Decimal], str]]) -> list[tuple[str, str]]:
        gate.wait()
        return [
            (key, place(committed_sessions, cart_id, actor, key, total))
            for (cart_id, actor, total), key in share
        ]

    shares = [tries[start::DOORS] for start in range(DOORS)]
    with ThreadPoolExecutor(DOORS) as pool:
        answers = [answer for part in pool.map(run, shares) for answer in part]

    said = Counter("sold" if a.startswith("SO-") else a for _, a in answers)
    winners = {key for key, answer in answers if answer.startswith("SO-")}
    assert len(winners) == UNITS
    assert set(said) <= {"sold", "Refused"}
    assert said["sold"] == UNITS * TIMES, "each submission of a winner is told the same order"
    with committed_sessions() as session:
        stock = session.scalars(select(Stock)).one()
        assert (stock.on_hand, stock.allocated) == (UNITS, UNITS)
        assert session.scalar(select(func.count(Order.id))) == UNITS
        assert session.scalar(select(func.sum(OrderLine.allocated))) == UNITS
        assert session.scalar(select(func.sum(Allocation.quantity))) == UNITS
        assert session.scalar(select(func.sum(StockMovement.allocated_delta))) == UNITS
        assert check_invariants(session) == {}


def test_the_same_form_sent_twenty_times_at_once_makes_one_order(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        cart = world.fill_cart(world.acme, world.bob, {world.product("TR-1"): 2})
        cart_id, bob, total = cart.id, world.bob, world.total_of(cart)
        session.commit()
    gate = Barrier(20)

    def send(_: int) -> str:
        gate.wait()
        return place(committed_sessions, cart_id, bob, "one-form", total)

    with ThreadPoolExecutor(20) as pool:
        numbers = set(pool.map(send, range(20)))
    assert len(numbers) == 1
    with committed_sessions() as session:
        assert session.scalar(select(func.count(Order.id))) == 1


def test_orders_of_the_same_products_in_any_order_end_without_a_deadlock(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        products = [world.product(f"D-{n}", stock=1000) for n in range(3)]
        jobs = []
        for number in range(40):
            turn = products[number % 3 :] + products[: number % 3]
            account, actor = (
                (world.acme, world.bob) if number % 2 else (world.globex, world.charlie)
            )
            cart = world.fill_cart(account, actor, dict.fromkeys(turn, 1))
            jobs.append((cart.id, actor, f"form-{number}", world.total_of(cart)))
            cart.is_current = False
            session.flush()
        session.commit()
    with ThreadPoolExecutor(DOORS) as pool:
        answers = list(pool.map(lambda job: place(committed_sessions, *job), jobs))
    assert all(answer.startswith("SO-") for answer in answers)
    assert len(set(answers)) == len(jobs)
