"""Numbers: gapless where the law asks for it, quick where a checkout waits for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random

import pytest
from sqlalchemy.orm import Session, sessionmaker

from models.kernel.errors import Conflict, NotFound
from models.kernel.numbering import COUNTERS, next_number
from tests.factories.kernel import make_seller, make_series

NEW_YEARS_EVE = date(2026, 12, 31)
NEW_YEARS_DAY = date(2027, 1, 1)


def test_a_number_is_written_as_its_series_says(session: Session) -> None:
    seller = make_seller(session)
    make_series(session, seller, "invoice", prefix="INV-", yearly_reset=True, gapless=True)
    make_series(session, seller, "order", prefix="SO", padding=6, first_sequence=10233)

    invoice = next_number(session, seller_id=seller.id, kind="invoice", on=NEW_YEARS_EVE)
    order = next_number(session, seller_id=seller.id, kind="order", on=NEW_YEARS_EVE)

    assert invoice.text == "INV-2026-00001"
    assert (invoice.year, invoice.sequence) == (2026, 1)
    assert order.text == "SO010233"
    assert order.year == 0


def test_a_yearly_series_starts_again_with_the_year(session: Session) -> None:
    seller = make_seller(session)
    make_series(session, seller, "invoice", yearly_reset=True, gapless=True)
    days = [NEW_YEARS_EVE, NEW_YEARS_EVE, NEW_YEARS_DAY]
    numbers = [next_number(session, seller_id=seller.id, kind="invoice", on=day) for day in days]
    assert [(each.year, each.sequence) for each in numbers] == [(2026, 1), (2026, 2), (2027, 1)]


def test_a_gapless_series_refuses_to_run_backwards_in_time(session: Session) -> None:
    seller = make_seller(session)
    make_series(session, seller, "invoice", gapless=True)
    next_number(session, seller_id=seller.id, kind="invoice", on=NEW_YEARS_DAY)
    with pytest.raises(Conflict, match="cannot be dated 2026-12-31"):
        next_number(session, seller_id=seller.id, kind="invoice", on=NEW_YEARS_EVE)


def test_a_seller_without_the_series_is_told(session: Session) -> None:
    seller = make_seller(session)
    with pytest.raises(NotFound, match="no number series for “quote”"):
        next_number(session, seller_id=seller.id, kind="quote", on=NEW_YEARS_DAY)


def test_an_ungapless_series_taken_by_one_after_the_other_is_dense(session: Session) -> None:
    seller = make_seller(session)
    make_series(session, seller, "order")
    taken = [
        next_number(session, seller_id=seller.id, kind="order", on=NEW_YEARS_DAY).sequence
        for _ in range(3 * COUNTERS)
    ]
    assert taken == list(range(1, 3 * COUNTERS + 1))


@pytest.mark.concurrency
def test_gapless_numbers_have_no_gap_though_transactions_race_and_fail(
    committed_sessions: sessionmaker[Session],
) -> None:
    seller_id = _committed_series(committed_sessions, gapless=True)

    def take(seed: int) -> int | None:
        with committed_sessions() as session:
            number = next_number(session, seller_id=seller_id, kind="paper", on=NEW_YEARS_DAY)
            if Random(seed).random() < 0.3:
                session.rollback()
                return None
            session.commit()
            return number.sequence

    with ThreadPoolExecutor(16) as crowd:
        kept = sorted(each for each in crowd.map(take, range(200)) if each is not None)
    assert len(kept) < 200
    assert kept == list(range(1, len(kept) + 1))


@pytest.mark.concurrency
def test_open_checkouts_do_not_wait_for_each_others_number(
    committed_sessions: sessionmaker[Session],
) -> None:
    seller_id = _committed_series(committed_sessions, gapless=False)
    with committed_sessions() as session:
        next_number(session, seller_id=seller_id, kind="paper", on=NEW_YEARS_DAY)
        session.commit()

    open_sessions = [committed_sessions() for _ in range(COUNTERS)]
    taken = [
        next_number(session, seller_id=seller_id, kind="paper", on=NEW_YEARS_DAY).sequence
        for session in open_sessions
    ]
    for session in open_sessions:
        session.commit()
        session.close()
    assert len(set(taken)) == COUNTERS


@pytest.mark.concurrency
def test_ungapless_numbers_are_unique_in_a_crowd(
    committed_sessions: sessionmaker[Session],
) -> None:
    seller_id = _committed_series(committed_sessions, gapless=False)

    def take(_: int) -> int:
        with committed_sessions() as session:
            number = next_number(session, seller_id=seller_id, kind="paper", on=NEW_YEARS_DAY)
            session.commit()
            return number.sequence

    with ThreadPoolExecutor(30) as crowd:
        taken = list(crowd.map(take, range(300)))
    assert len(set(taken)) == 300


def _committed_series(sessions: sessionmaker[Session], *, gapless: bool) -> int:
    with sessions() as session:
        seller = make_seller(session)
        make_series(session, seller, "paper", gapless=gapless)
        session.commit()
        return seller.id
