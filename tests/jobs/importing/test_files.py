"""Large files: looked at and applied by tasks, whole or not at all, and safe to repeat."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from jobs.app import Work
from jobs.importing.files import apply_all, look_at
from models.catalog import Product
from models.importing import (
    ImportRun,
    ask_to_apply,
    begin,
    find_run,
    kind_named,
    mapping_from,
    settle_columns,
)
from models.insight import check_invariants
from models.kernel import failpoint
from tests.world import World, make_world

ROWS = 2_500


@pytest.fixture
def here(committed_sessions: sessionmaker[Session]) -> World:
    session = committed_sessions()
    world = make_world(session)
    session.commit()
    return world


@pytest.fixture
def started(here: World, work: Work) -> Callable[[str], int]:
    """Takes a file in and settles its columns as guessed; a task is asked to look at it."""

    def start(content: str) -> int:
        session = here.session
        run = begin(session, work.files, kind_named("products"), content.encode(), "p.csv",
                    by=here.ada)  # fmt: skip
        assert settle_columns(session, work.files, run, mapping_from(run.mapping))
        session.commit()
        return run.id

    return start


def products(work: Work) -> int:
    with work.session() as session:
        return session.scalar(select(func.count(Product.id)).where(Product.sku.like("L-%"))) or 0


def state(work: Work, run_id: int) -> ImportRun:
    with work.session() as session:
        return find_run(session, run_id)


def big(price: str = "1.00") -> str:
    return "sku,name,price\n" + "".join(f"L-{n},Thing {n},{price}\n" for n in range(ROWS))


def ask(work: Work, run_id: int, *, leave_out: bool = False) -> None:
    with work.session() as session:
        assert ask_to_apply(session, find_run(session, run_id), leave_out=leave_out)
        session.commit()


def test_it_is_looked_at_and_applied_and_a_repeat_changes_nothing(
    work: Work, started: Callable[[str], int]
) -> None:
    run_id = started(big())
    look_at(work, run_id=run_id)
    assert state(work, run_id).state == "looked"
    assert state(work, run_id).counts["added"] == ROWS
    assert products(work) == 0
    ask(work, run_id)
    apply_all(work, run_id=run_id)
    apply_all(work, run_id=run_id)
    look_at(work, run_id=run_id)
    assert state(work, run_id).state == "done"
    assert state(work, run_id).rows_done == ROWS
    assert products(work) == ROWS
    with work.session() as session:
        assert check_invariants(session) == {}


def test_the_worker_is_told_that_rows_are_left_out(
    work: Work, started: Callable[[str], int]
) -> None:
    run_id = started(big() + "L-X,Thing,dear\n")
    look_at(work, run_id=run_id)
    with work.session() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))  # it was worked off above
        session.commit()
    ask(work, run_id, leave_out=True)
    with work.session() as session:
        told = session.scalars(
            text("SELECT args FROM procrastinate_jobs WHERE task_name = 'imports.apply'")
        ).one()
    apply_all(work, **told)
    assert (state(work, run_id).state, products(work)) == ("done", ROWS)


def test_killed_at_the_last_moment_nothing_is_there_and_the_next_try_does_all(
    work: Work, started: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = started(big())
    look_at(work, run_id=run_id)
    ask(work, run_id)

    def die(_place: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jobs.importing.files.fail_at", die)
    with pytest.raises(KeyboardInterrupt):
        apply_all(work, run_id=run_id)
    assert products(work) == 0
    monkeypatch.setattr("jobs.importing.files.fail_at", failpoint.fail_at)
    apply_all(work, run_id=run_id)
    assert products(work) == ROWS


def test_what_changed_since_it_was_looked_at_is_refused_and_said(
    work: Work, started: Callable[[str], int]
) -> None:
    first, second = started(big()), started(big("2.00"))
    for step in (look_at, ask, apply_all):
        for run_id in (first, second):
            step(work, run_id=run_id)
    assert state(work, first).state == "done"
    refused = state(work, second)
    assert refused.state == "refused"
    assert "changed since you looked" in refused.problem
