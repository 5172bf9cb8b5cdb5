"""Operations measured inside the process: placing, the resolver, pasted orders, documents."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.metering import counted, cpu_ms
from benchmarks.people import actor_of, fill_pad, some_buyers
from benchmarks.reference import place_bare_order
from benchmarks.results import Result, median, percentile
from models.accounts import Account, Actor
from models.checkout import (
    Submission,
    add_rows,
    cart_lines,
    current_cart,
    place_for,
    place_order,
    pricing_context,
    propose,
    read_text,
    shopper_for,
)
from models.kernel.seller import first_seller
from models.pricing import Ask, resolve

MOST_PLACING_RATIO = 8
MOST_PLACING_STATEMENTS = 25
MOST_PASTING_MS = {100: 300, 1000: 1000, 5000: 3000}
FEWEST_PRICES_PER_SECOND = 20_000


def placing(engine: Engine, postmaster: int, size: str, lines: int) -> Result:
    """One order of so many lines, against the bare order of the same size."""
    rounds = 12 if lines < 1000 else 5
    with Session(engine, expire_on_commit=False) as session:
        buyer = actor_of(some_buyers(session, 1, after=41)[0])
        ours: list[tuple[float, float, float]] = []
        bare: list[tuple[float, float, float]] = []
        statements = 0
        for _ in range(rounds):
            cart = fill_pad(session, buyer, lines)
            submission = Submission(uuid4().hex, _total(session, buyer))
            products = session.scalars(
                text("SELECT product_id FROM cart_line WHERE cart_id = :id ORDER BY 1"),
                {"id": cart.id},
            ).all()
            session.commit()
            session.expunge_all()

            def place(cart_id: int = cart.id, form: Submission = submission) -> None:
                place_order(session, cart_id, buyer.account_id or 0, form, by=buyer)
                session.commit()

            with counted(engine) as seen:
                ours.append(_cost(place, postmaster))
            statements = len(seen)
            with engine.connect() as connection:
                bare.append(
                    _cost(
                        lambda connection=connection, products=list(products): place_bare_order(
                            connection, buyer.account_id or 0, products
                        ),
                        postmaster,
                    )
                )
    app, database = median([cost[0] for cost in ours]), sum(cost[1] for cost in ours) / rounds
    plain = median([cost[0] for cost in bare]) + sum(cost[1] for cost in bare) / rounds
    ratio = (app + database) / plain
    times = [cost[2] for cost in ours]
    return Result(
        f"place an order, {lines:,} lines", size,
        p50_ms=median(times), p95_ms=percentile(times, 0.95), p99_ms=percentile(times, 0.99),
        app_cpu_ms=app, db_cpu_ms=database, queries=statements, ratio=ratio,
        target=f"at most {MOST_PLACING_RATIO} x bare, {MOST_PLACING_STATEMENTS} SQL",
        ok=ratio <= MOST_PLACING_RATIO and statements <= MOST_PLACING_STATEMENTS,
    )  # fmt: skip


def pasting(engine: Engine, postmaster: int, size: str, rows: int) -> Result:
    """A pasted list resolved, priced and stocked, as the pad takes it."""
    costs, statements = [], 0
    with Session(engine, expire_on_commit=False) as session:
        buyer = actor_of(some_buyers(session, 1, after=42)[0])
        skus = session.scalars(text("SELECT sku FROM product LIMIT :rows"), {"rows": rows}).all()
        pasted = "\n".join(f"{sku}\t{12}" for sku in skus)

        def paste() -> None:
            account = session.get_one(Account, buyer.account_id or 0)
            cart = current_cart(session, account, buyer)
            shopper = shopper_for(session, account.id, buyer, sees_prices=True)
            add_rows(session, cart, read_text(pasted), shopper, by=buyer)
            propose(session, cart, shopper.place, lines=cart_lines(session, cart))
            session.commit()

        for _ in range(7 if rows < 5000 else 5):
            fill_pad(session, buyer, 1)
            session.expunge_all()
            with counted(engine) as seen:
                costs.append(_cost(paste, postmaster))
            statements = len(seen)
    slow = percentile([cost[2] for cost in costs], 0.95)
    return Result(
        f"quick order, {rows:,} rows", size, p95_ms=slow, queries=statements,
        app_cpu_ms=median([cost[0] for cost in costs]),
        db_cpu_ms=sum(cost[1] for cost in costs) / len(costs),
        target=f"p95 under {MOST_PASTING_MS[rows]:,} ms", ok=slow < MOST_PASTING_MS[rows],
    )  # fmt: skip


def pricing(engine: Engine, _postmaster: int, size: str) -> Result:
    """Prices per second and core of the resolver alone, 1,000 products a call."""
    rates, statements = [], 0
    with Session(engine) as session:
        buyer = some_buyers(session, 1)[0]
        account = session.get_one(Account, actor_of(buyer).account_id or 0)
        context = pricing_context(account, first_seller(session))
        ids = session.scalars(text("SELECT id FROM product ORDER BY id LIMIT 1000")).all()
        asks = [Ask(id_, Decimal(24)) for id_ in ids]
        for _ in range(9):
            gc.collect()
            began = time.process_time()
            with counted(engine) as seen:
                resolve(session, context, asks)
            rates.append(len(asks) / (time.process_time() - began))
            statements = len(seen)
    rate = median(rates)
    return Result(
        "price resolver", size, measured=rate, unit="prices/s", queries=statements,
        target=f"at least {FEWEST_PRICES_PER_SECOND:,}/s", ok=rate >= FEWEST_PRICES_PER_SECOND,
    )  # fmt: skip


def _total(session: Session, by: Actor) -> Decimal:
    account = session.get_one(Account, by.account_id or 0)
    cart = current_cart(session, account, by)
    place = place_for(session, first_seller(session), account, cart.ship_to_id)
    return propose(session, cart, place, lines=cart_lines(session, cart)).total


def _cost(work: Callable[[], None], postmaster: int) -> tuple[float, float, float]:
    """CPU of this process, CPU of the database, clock time; all in milliseconds."""
    before = time.process_time(), cpu_ms(postmaster), time.perf_counter()
    work()
    took = time.perf_counter() - before[2]
    return (
        (time.process_time() - before[0]) * 1000,
        cpu_ms(postmaster) - before[1],
        took * 1000,
    )
