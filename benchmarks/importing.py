"""A company's first files: 30,000 products, 3,000 customers and 200,000 prices, all the way in."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.metering import cpu_ms
from benchmarks.results import Result
from jobs.importing.running import without_collecting
from jobs.migrating import upgrade
from models.accounts import Actor, Role, User, permissions_of
from models.company import found_empty
from models.importing import (
    apply,
    ask_to_apply,
    begin,
    kind_named,
    look,
    mapping_from,
    settle_columns,
)
from models.kernel.database import make_engine
from models.kernel.files import FileStore

DATABASE = "bench_imports"
MOST_SECONDS = 120
AMOUNTS = {"small": (3_000, 300, 20_000), "large": (30_000, 3_000, 200_000)}
LISTS = 10
WORDS = (  # noqa: SIM905
    "oak beech ash birch steel brass linen cotton garden kitchen table lamp trowel fork pot vase "
    "tray basket hook shelf"
).split()


def importing(engine: Engine, postmaster: int, size: str) -> Result:
    """Each file read, looked at and applied, in a database of its own that is empty before."""
    products, accounts, prices = AMOUNTS[size]
    files = (
        ("products", _products(products)),
        ("accounts", _accounts(accounts)),
        ("prices", _prices(prices, products)),
    )
    with tempfile.TemporaryDirectory() as folder:
        own = _fresh(engine)
        with Session(own, expire_on_commit=False) as session:
            ada = _founded(session)
            began, app, database = time.perf_counter(), time.process_time(), cpu_ms(postmaster)
            with without_collecting():
                for kind, lines in files:
                    content = "\n".join(lines).encode()
                    _take_in(session, FileStore(Path(folder)), kind, content, ada)
            seconds = time.perf_counter() - began
            app_ms = (time.process_time() - app) * 1000
            database_ms = cpu_ms(postmaster) - database
        own.dispose()
    return Result(
        f"import {products:,} products, {accounts:,} accounts, {prices:,} prices", size,
        app_cpu_ms=app_ms, db_cpu_ms=database_ms, measured=seconds, unit="s",
        target=f"under {MOST_SECONDS} s", ok=seconds < MOST_SECONDS,
    )  # fmt: skip


def _take_in(session: Session, files: FileStore, kind: str, content: bytes, by: Actor) -> None:
    run = begin(session, files, kind_named(kind), content, f"{kind}.csv", by=by)
    settle_columns(session, files, run, mapping_from(run.mapping))
    look(session, files, run, by=by, progress=_silent)
    session.commit()
    ask_to_apply(session, run)
    apply(session, files, run, by=by, progress=_silent)
    session.commit()
    session.expunge_all()


def _fresh(engine: Engine) -> Engine:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {DATABASE}"))
    address = engine.url.set(database=DATABASE).render_as_string(hide_password=False)
    upgrade(address)
    return make_engine(address, settings="-c timezone=UTC -c jit=off")


def _founded(session: Session) -> Actor:
    found_empty(session, name="Bench Wholesale", country="GB", email="ada@example.com")
    session.commit()
    user = session.scalars(select(User)).one()
    rights = permissions_of({Role.ADMINISTRATOR})
    return Actor(user.id, user.name, is_staff=True, permissions=rights)


def _products(count: int) -> Iterator[str]:
    chance = random.Random(1)
    yield "SKU,Name,Description,Category,Brand,Barcode,Base price,Cost,Units in a case,Weight (g)"
    for n in range(count):
        first, second, third = chance.choices(WORDS, k=3)
        price = chance.randint(100, 9999)
        yield (
            f"P-{n:05d},{first.title()} {second} {third} {n},A {first} {second} for every {third},"
            f"Department {n % 20} > Shelf {n % 200},Brand {n % 100},{5_000_000_000_000 + n},"
            f"{price / 100},{price / 250:.2f},{chance.choice((6, 12, 24))},{price}"
        )


def _accounts(count: int) -> Iterator[str]:
    yield "Customer number,Name,Street,Town,Postcode,Phone,Contact,E-mail,Discount,Credit limit"
    for n in range(count):
        yield (
            f"K{n:05d},Customer {n} Ltd,{n} High Street,Town {n % 300},AB{n % 90 + 10} {n % 9}CD,"
            f"01900 {n:06d},Person {n},p{n}@customer{n}.example,{(0, 5, 10)[n % 3]},{n % 20 * 500}"
        )


def _prices(count: int, products: int) -> Iterator[str]:
    yield "SKU,Price,From quantity,Price list"
    for n in range(count):
        tier = 1 + 12 * (n // (products * LISTS))
        yield f"P-{n % products:05d},{100 + n % 9900}.25,{tier},LIST{n // products % LISTS}"


def _silent(_done: int, _of: int) -> None:
    """Nobody looks at the progress."""
