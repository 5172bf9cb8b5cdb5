"""Runs an import: reads, plans, and writes batch by batch, each committed whole.

Killed at any moment, it can be run again: what is there by its number is left alone, the rest is
written. The last step enters the months into the ledger from what the database then holds.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from jobs.importing.mapping import HistoryMapping
from jobs.importing.reading import read_history
from models import history
from models.history import Books, Count, Gathered, PastLine, Plan, Rejection
from models.kernel import activity, clock
from models.kernel.errors import Refused
from models.kernel.failpoint import fail_at

Item = TypeVar("Item")
Say = Callable[[str], None]
SOME_DOCUMENTS, SOME_PRODUCTS, SOME_ACCOUNTS = 500, 500, 1000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read and planned. `total` was counted while reading, apart from the plan's kinds."""

    books: Books
    plan: Plan
    total: Count
    shift: timedelta


@dataclass(slots=True)
class Written:
    """What a run added."""

    products: int = 0
    accounts: int = 0
    documents: int = 0
    entries: int = 0


def prepare(
    session: Session, path: Path, mapping: HistoryMapping, *, to_today: bool, say: Say
) -> Prepared:
    """Reads the file and plans the import. Only asks the database; refuses what cannot be read."""
    books = history.books_of(session, currency=mapping.currency, policy=mapping.policy)
    total, lines, unreadable = _read(path, mapping, say)
    gathered = history.gather(lines)
    prefix = mapping.numbering.prefix
    numbers = [prefix + each.number for each in gathered]
    numbers += [number + mapping.numbering.credit_suffix for number in numbers]
    shift = _shift(session, books, gathered, prefix, to_today=to_today, say=say)
    plan = history.make_plan(
        gathered,
        unreadable,
        rules=mapping.rules,
        numbering=mapping.numbering,
        taken=history.numbers_taken(session, books.seller, numbers),
        shift=shift,
        country_aliases=mapping.countries,
    )
    _require_complete(plan, total)
    return Prepared(books, plan, total, shift)


def write(session: Session, prepared: Prepared, *, say: Say) -> Written:
    """Writes what of the plan is not there yet, committing as it goes."""
    books, plan = prepared.books, prepared.plan
    written = Written()
    for goods in _batches(plan.goods.items(), SOME_PRODUCTS):
        written.products += history.write_goods(session, dict(goods))
        session.commit()
    customers = [*plan.customers.values()]
    if plan.has_counter_sales:
        customers.append(history.counter(books))
    for some in _batches(customers, SOME_ACCOUNTS):
        written.accounts += history.write_accounts(session, books, some)
        session.commit()
    say(f"{written.products:,} products and {written.accounts:,} accounts added.")
    written.documents = _write_documents(session, prepared, say)
    written.entries = history.book_months(session, books)
    if any((written.products, written.accounts, written.documents, written.entries)):
        activity.record(
            session, "history.imported", by=None, subject=books.seller, products=written.products,
            accounts=written.accounts, documents=written.documents, entries=written.entries,
        )  # fmt: skip
    fail_at("history.booked")
    session.commit()
    return written


def _read(
    path: Path, mapping: HistoryMapping, say: Say
) -> tuple[Count, list[PastLine], list[Rejection]]:
    total, lines, unreadable = Count(), [], []
    for row in read_history(path, mapping):
        total.add(row.quantity, row.amount)
        if isinstance(row, PastLine):
            lines.append(row)
        else:
            unreadable.append(row)
        if total.lines % 100_000 == 0:
            say(f"{total.lines:,} lines read.")
    say(f"{total.lines:,} lines read, all of {path.name}.")
    return total, lines, unreadable


def _shift(
    session: Session,
    books: Books,
    gathered: Sequence[Gathered],
    prefix: str,
    *,
    to_today: bool,
    say: Say,
) -> timedelta:
    """The shift of an earlier run of this file, so that one that goes on does as it did."""
    if not gathered:
        return timedelta()
    today = clock.today(books.seller.time_zone)
    last = max(each.at for each in gathered).date()
    wanted = history.whole_weeks(last, today) if to_today else timedelta()
    days = {prefix + each.number: each.at.date() for each in gathered}
    earlier = history.earlier_shift(session, books.seller, days)
    if earlier is not None and earlier != wanted:
        say(f"An earlier run moved the dates by {earlier.days // 7} weeks; this one does too.")
    shift = wanted if earlier is None else earlier
    if last + shift > today:
        raise Refused(
            f"The last document is dated {last + shift:%d %B %Y}, which is still to come. "
            "Correct the dates or the date format, or use --shift-to-today."
        )
    return shift


def _require_complete(plan: Plan, total: Count) -> None:
    """Every line has one kind: their counts add up to the file's own, to the last digit."""
    kinds = plan.kinds.values()
    added = Count(
        sum(kind.lines for kind in kinds),
        sum((kind.quantity for kind in kinds), Count().quantity),
        sum((kind.amount for kind in kinds), Count().amount),
    )
    if added != total:
        raise RuntimeError(f"The kinds add up to {added}, the file to {total}.")


def _write_documents(session: Session, prepared: Prepared, say: Say) -> int:
    books, plan = prepared.books, prepared.plan
    there = history.numbers_there(session, books.seller)
    missing = [each for each in plan.documents if each.number not in there]
    done = len(plan.documents) - len(missing)
    if done:
        say(f"{done:,} of {len(plan.documents):,} documents are there already.")
    today = clock.today(books.seller.time_zone)
    writer = history.Writer(session, books, plan.matches, today=today)
    for number, some in enumerate(_batches(missing, SOME_DOCUMENTS), 1):
        writer.write(some)
        fail_at("history.batch")
        session.commit()
        done += len(some)
        if number % 10 == 0 or done == len(plan.documents):
            say(f"{done:,} of {len(plan.documents):,} documents are there.")
    return len(missing)


def _batches(items: Iterator[Item] | Sequence[Item], size: int) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


@contextmanager
def without_collecting() -> Iterator[None]:
    """Half a million small tuples make no cycles: looking for them would take a third longer."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
