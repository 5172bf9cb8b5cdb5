"""Measures: `bin/bench [NAME...] [--json] [--size small|large]`. A name matches what it is in."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import config
from benchmarks.browsing import answer, first_paint
from benchmarks.company import SIZES, company
from benchmarks.driving import Ask, Server, drive, environment, serving
from benchmarks.importing import importing
from benchmarks.metering import counted, memory_mib, postmaster
from benchmarks.operations import pasting, placing, pricing
from benchmarks.pages import PAGES, Cast, Page, make_cast
from benchmarks.results import HEADING, Result, median, percentile
from jobs.embedded import embedded
from models.kernel.database import make_engine
from wsgi import create_app

ROUNDS = 5
MOST_MEMORY_MIB = 300
Operation = Callable[[Engine, int, str], Result]
OPERATIONS: dict[str, Operation] = {
    **{f"place an order, {n:,} lines": partial(placing, lines=n) for n in (1, 50, 1000)},
    **{f"quick order, {n:,} rows": partial(pasting, rows=n) for n in (100, 1000, 5000)},
    "price resolver": pricing,
    "import a company's files": importing,
    "first page on slow 4G, LCP": first_paint,
    "a quantity stepped, INP": answer,
}


def main() -> int:
    """Measures what is asked for at every size; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names, such as catalogue or place")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--size", choices=sorted(SIZES), action="append", help="one size alone")
    wanted = parser.parse_args()
    if not wanted.json:
        print(HEADING)
    missed = 0
    with ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(_own_server())
        for name in wanted.size or list(SIZES):
            for result in measured(url, name, wanted.names):
                print(result.as_json() if wanted.json else result.as_text(), flush=True)
                missed += result.ok is False
    return 1 if missed else 0


def measured(server_url: str, size: str, names: Sequence[str]) -> Iterator[Result]:
    """Every figure whose name holds one of `names` (all without any), one after the other."""

    def is_wanted(name: str) -> bool:
        return not names or any(each in name for each in names)

    print(f"Preparing the {size} company", file=sys.stderr)
    url = company(server_url, SIZES[size])
    engine = make_engine(url)
    database = postmaster(engine)
    pages = [page for page in PAGES if is_wanted(page.name)]
    if pages or is_wanted("memory"):
        yield from _pages(url, engine, database, size, pages)
    for name, operation in OPERATIONS.items():
        if is_wanted(name):
            yield operation(engine, database, size)
    engine.dispose()


def _own_server() -> AbstractContextManager[str]:
    """The embedded PostgreSQL of the benchmarks; gives its URL."""
    return embedded(Path(os.environ.get("DATA_DIR", "var")).resolve() / "bench", "postgres")


def _pages(
    url: str, engine: Engine, database: int, size: str, pages: Sequence[Page]
) -> Iterator[Result]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        app = create_app(config.load(environment(url, folder)))
        session = stack.enter_context(Session(engine, expire_on_commit=False))
        cast = make_cast(app, session)
        program = stack.enter_context(serving(url))
        reference = stack.enter_context(serving(url, "benchmarks.reference"))
        for page in pages:
            yield _page(page, cast, program, reference, database, size)
        if not pages or len(pages) == len(PAGES):
            yield _memory(program, size)


def _page(
    page: Page, cast: Cast, program: Server, reference: Server, database: int, size: str
) -> Result:
    asks = page.asks(cast)
    cast.session.commit()
    plain = [Ask(f"{page.reference}{'&' if '?' in page.reference else '?'}account={n + 1}")
             for n in range(len(cast.buyers))]  # fmt: skip
    drive(program, database, asks, 16)
    drive(reference, database, plain, 16)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(drive(reference, database, plain, 160))
        ours.append(drive(program, database, asks, page.requests))
    app_cpu = median([each.app_cpu_ms for each in ours])
    db_cpu = median([each.db_cpu_ms for each in ours])
    base = median([each.app_cpu_ms + each.db_cpu_ms for each in theirs])
    times = [took for each in ours for took in each.times_ms]
    queries, ratio = _queries(cast, asks), (app_cpu + db_cpu) / base
    return Result(
        page.name, size, requests_per_s=median([len(e.times_ms) / e.seconds for e in ours]),
        p50_ms=median(times), p95_ms=percentile(times, 0.95), p99_ms=percentile(times, 0.99),
        app_cpu_ms=app_cpu, db_cpu_ms=db_cpu, queries=queries, bytes=ours[0].bytes, ratio=ratio,
        target=f"at most {page.most_ratio:g} x {base:.2f} ms, {page.most_queries} SQL",
        ok=ratio <= page.most_ratio and queries <= page.most_queries,
    )  # fmt: skip


def _queries(cast: Cast, asks: Sequence[Ask]) -> int:
    """The statements of one request, inside this process, once everything is warm."""
    client = cast.app.test_client(use_cookies=False)
    engine: Engine = cast.app.extensions["sessions"].kw["bind"]
    counts = []
    for ask in (asks[0], asks[0]):
        with counted(engine) as seen:
            if ask.form is None:
                client.get(ask.path, headers=ask.headers)
            else:
                client.post(ask.path, headers=ask.headers, data=ask.form)
        counts.append(len(seen))
    return counts[-1]


def _memory(program: Server, size: str) -> Result:
    used = memory_mib(program.pid)
    return Result(
        "memory of two web workers", size, measured=used, unit="MiB PSS",
        target=f"at most {MOST_MEMORY_MIB} MiB", ok=used <= MOST_MEMORY_MIB,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
