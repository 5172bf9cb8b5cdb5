"""Many rows in one statement: what goes in comes out as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.bulk import insert_rows, update_rows
from models.pricing import PriceEntry
from tests.world import make_world

AWKWARD = [
    "", " ", "NULL", "null", '"', "\\", '\\"', "a,b", "{a}", "it's", "two\nlines", "\t",
    "Größe €", "%s :x",
]  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD)
def test_texts_come_out_as_they_went_in(session: Session, text: str) -> None:
    row = {"kind": text, "details": {text: [text, None, 1]}, "account_id": None}
    rows = [{**row, "at": clock.now()}] * 2
    ids = insert_rows(session, Activity, rows)
    for entry in session.scalars(select(Activity).where(Activity.id.in_(ids))):
        assert entry.kind == text
        assert entry.details == {text: [text, None, 1]}
        assert entry.account_id is None


def test_moments_and_missing_values_come_out_as_they_went_in(session: Session) -> None:
    moment = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
    rows = [
        {"kind": "a", "details": {}, "at": moment, "request_id": None},
        {"kind": "b", "details": {}, "at": moment, "request_id": "r-1"},
    ]
    ids = insert_rows(session, Activity, rows)
    found = [session.get_one(Activity, id_) for id_ in ids]
    assert [(each.kind, each.at, each.request_id) for each in found] == [
        ("a", moment, None), ("b", moment, "r-1"),
    ]  # fmt: skip


def test_figures_and_days_come_out_as_they_went_in(session: Session) -> None:
    world = make_world(session)
    product = world.product("BULK-1")
    prices = [Decimal("0"), Decimal("1E+3"), Decimal("0.0001"), Decimal("99999.9999")]
    rows = [
        {
            "list_id": world.base.id, "product_id": product.id, "min_quantity": Decimal(10 + at),
            "unit_price": price, "floor_price": None, "valid_from": date(2024, 2, 29),
        }
        for at, price in enumerate(prices)
    ]  # fmt: skip
    ids = insert_rows(session, PriceEntry, rows)
    entries = [session.get_one(PriceEntry, id_) for id_ in ids]
    assert [entry.unit_price for entry in entries] == prices
    assert {(entry.floor_price, entry.valid_from) for entry in entries} == {
        (None, date(2024, 2, 29))
    }
    update_rows(session, PriceEntry, [{"id": ids[0], "unit_price": Decimal("2.5")}], add=True)
    session.refresh(entries[0])
    assert entries[0].unit_price == Decimal("2.5")
