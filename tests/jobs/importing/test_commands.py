"""`flask import history` as somebody types it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

import config
from models.orders import Order
from models.receivables import Invoice
from tests.jobs.importing.messy import REJECTED_LINES, ROWS, readable_totals, write_csv
from tests.program import make_program
from tests.world import make_world

REAL_YEAR = Path(__file__).parents[4] / "shared/data/online_retail/2010-2011.csv.gz"
Typed = Callable[..., Result]
needs_real_year = pytest.mark.skipif(
    not REAL_YEAR.exists(),
    reason=f"the real year is not there: {REAL_YEAR.name} beside the checkout",
)


@pytest.fixture
def typed(live_settings: config.Settings, committed_sessions: sessionmaker[Session]) -> Typed:
    """Types `flask import history ...` against a company of its own."""
    with committed_sessions() as session:
        make_world(session)
        session.commit()
    app: Flask = make_program(live_settings, committed_sessions)
    return lambda *words: app.test_cli_runner().invoke(
        args=["import", "history", *(str(word) for word in words)]
    )


def last_line(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return told


def test_the_last_line_is_json_whose_kinds_add_up(typed: Typed, tmp_path: Path) -> None:
    told = last_line(typed(write_csv(tmp_path), "--json"))
    quantity, amount = readable_totals()
    assert told.keys() == {"total", "kinds", "rejected", "seconds"}
    assert told["total"] == {"lines": len(ROWS), "quantity": quantity, "amount": str(amount)}
    assert sum(kind["quantity"] for kind in told["kinds"].values()) == quantity
    assert sum(Decimal(kind["amount"]) for kind in told["kinds"].values()) == amount
    assert told["rejected"] == told["kinds"]["rejected"]["lines"] == len(REJECTED_LINES)


def test_a_dry_run_prints_the_same_and_writes_nothing(
    typed: Typed, tmp_path: Path, committed_sessions: sessionmaker[Session]
) -> None:
    past = write_csv(tmp_path)
    dry = last_line(typed(past, "--dry-run", "--json"))
    with committed_sessions() as session:
        assert session.scalar(select(func.count()).select_from(Invoice)) == 0
    assert list(tmp_path.glob("*.report.csv")) == []
    real = last_line(typed(past, "--json"))
    assert {**dry, "seconds": 0} == {**real, "seconds": 0}


def test_the_report_lists_rejected_and_left_out_rows(typed: Typed, tmp_path: Path) -> None:
    assert typed(write_csv(tmp_path)).exit_code == 0
    with (tmp_path / "past.csv.report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = [row["kind"] for row in rows]
    assert (kinds.count("rejected"), kinds.count("stock_correction"), kinds.count("test")) == (
        6, 3, 1,
    )  # fmt: skip
    assert all(row["line"] and row["reason"] for row in rows)


def test_a_refusal_is_a_sentence_and_a_bad_end(typed: Typed, tmp_path: Path) -> None:
    result = typed(tmp_path / "nothing.csv")
    assert result.exit_code == 1
    assert result.output.startswith("Error: There is no file")


def test_two_imports_at_once_are_refused(
    typed: Typed, tmp_path: Path, committed_database: Engine
) -> None:
    with committed_database.connect() as other:
        other.execute(select(func.pg_advisory_lock(func.hashtextextended("history import", 0))))
        result = typed(write_csv(tmp_path))
    assert "Another import is running" in result.output


@pytest.mark.real_year
@needs_real_year
def test_the_real_years_control_totals_hold_to_the_last_digit(typed: Typed) -> None:
    told = last_line(typed(REAL_YEAR, "--dry-run", "--json"))
    assert told["total"] == {"lines": 541909, "quantity": 5176450, "amount": "9747747.934"}
    kinds = told["kinds"].values()
    assert sum(kind["lines"] for kind in kinds) == 541909
    assert sum(Decimal(kind["amount"]) for kind in kinds) == Decimal("9747747.934")
    assert told["rejected"] == 0


@pytest.mark.deep
@pytest.mark.real_year
@needs_real_year
def test_the_real_year_is_imported_whole_and_once(
    typed: Typed, committed_sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    report = tmp_path / "report.csv"
    assert typed(REAL_YEAR, "--shift-to-today", "--rejects", report).exit_code == 0
    sign = func.sum(Invoice.total_amount).filter
    with committed_sessions() as session:
        sold, back = session.execute(
            select(sign(Invoice.kind == "invoice"), sign(Invoice.kind == "credit_note"))
        ).one()
        assert sold - back == Decimal("9747747.934")
        assert session.scalar(select(func.count()).select_from(Order)) == 19_871
        assert session.scalar(select(func.sum(Invoice.open_amount))) == 0
    again = typed(REAL_YEAR, "--shift-to-today", "--rejects", report)
    assert "Added: 0 products, 0 accounts, 0 documents, 0 entries" in again.output
