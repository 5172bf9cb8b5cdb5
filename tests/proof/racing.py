"""Sending many forms at the same moment, and what the database counted meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from models.accounts import BUYER_ROLES, Account, Actor, Address, BuyerRole, Membership, User
from models.catalog import Product
from models.checkout import Cart, CartLine
from tests.proof.door import Answer, Caller
from tests.world import World

PLACE = "/order/place"
Fields = list[tuple[str, str]]


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Makes every call in a thread of its own, all at the same moment, and gives their answers."""
    gate = Barrier(len(calls))

    def go(call: Callable[[], Answer]) -> Answer:
        gate.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def sending(caller: Caller, path: str, fields: Fields) -> Callable[[], Answer]:
    """The call that sends this form; each call has a connection of its own."""
    cookies, port = dict(caller.cookies), caller.port
    return lambda: Caller(port, dict(cookies)).post(path, fields)


def order_number(answer: Answer) -> str:
    """The order that an answer leads to; empty where it leads to none."""
    _, orders, rest = answer.leads_to.partition("/orders/")
    return rest.partition("/")[0] if orders else ""


def deadlocks(engine: Engine) -> int:
    """How many deadlocks PostgreSQL has broken in this database so far."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(connection.execute(text(query)).scalar_one())


def hire_buyers(world: World, count: int, name: str) -> list[Actor]:
    """So many companies like Acme, with one buyer each."""
    made = []
    for number in range(count):
        account = Account(
            number=f"{name}{number:04d}", name=f"{name} {number}", group_id=world.acme.group_id,
            terms_id=world.acme.terms_id, credit_limit=Decimal(5000),
        )  # fmt: skip
        world.session.add(account)
        world.session.flush()
        world.session.add(
            Address(
                account_id=account.id, code="MAIN", company=account.name, line1="1 Road",
                city="York", postcode="YO1 7HH", is_default=True, is_bill_to=True,
            )
        )  # fmt: skip
        made.append(hire_buyer(world.session, account, f"{name}{number}".lower()))
    return made


def hire_buyer(session: Session, account: Account, name: str) -> Actor:
    """One more buyer of an account."""
    user = User(kind="buyer", email=f"{name}@example.com", name=name.capitalize())
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, account_id=account.id, role=BuyerRole.BUYER))
    session.flush()
    return Actor(
        id=user.id, name=user.name, is_staff=False, account_id=account.id,
        capabilities=BUYER_ROLES[BuyerRole.BUYER],
    )  # fmt: skip


def fill_pads(world: World, actors: Sequence[Actor], wanted: Sequence[Product]) -> None:
    """One of each product on everybody's pad: filled for the first, copied for the others."""
    first = world.session.get_one(Account, actors[0].account_id)
    pad = world.fill_cart(first, actors[0], dict.fromkeys(wanted, 1))
    lines = list(world.session.scalars(select(CartLine).where(CartLine.cart_id == pad.id)))
    world.session.flush()
    for actor in actors[1:]:
        twin = Cart(**_values(pad, account_id=actor.account_id, owner_id=actor.id))
        world.session.add(twin)
        world.session.flush()
        world.session.add_all(
            CartLine(**_values(line, cart_id=twin.id, account_id=actor.account_id))
            for line in sorted(lines, key=lambda line: line.id)
        )
    world.session.commit()


def _values(row: Cart | CartLine, **others: object) -> dict[str, object]:
    """What the row holds, as another of its kind is made with it."""
    kept = {
        each.key: getattr(row, each.key)
        for each in inspect(type(row)).column_attrs
        if each.key not in ("id", "version", "created_at")
    }
    return {**kept, **{key: value for key, value in others.items() if key in kept}}


def forms_of(callers: Sequence[Caller]) -> list[Fields]:
    """Everybody's order form, as their pad shows it."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda caller: caller.form("/order", PLACE), callers))
