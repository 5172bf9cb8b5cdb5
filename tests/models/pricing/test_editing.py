"""What staff do to price lists."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Refused
from models.pricing import (
    PriceEntry,
    PriceList,
    activate,
    copy_list,
    create_list,
    end_price,
    search_entries,
    set_price,
)
from tests.factories.accounts import make_staff
from tests.factories.catalog import make_product
from tests.factories.pricing import BEGINNING, make_entry, make_list

TODAY = date(2026, 3, 2)
JUNE = date(2026, 6, 1)


def entries(session: Session, price_list: PriceList) -> list[tuple[Any, ...]]:
    session.flush()
    return list(
        session.execute(
            select(PriceEntry.unit_price, PriceEntry.valid_from, PriceEntry.valid_to)
            .where(PriceEntry.list_id == price_list.id)
            .order_by(PriceEntry.min_quantity, PriceEntry.valid_from)
        )
    )


def change(session: Session, price_list: PriceList, product_id: int, on: date, to: str) -> None:
    set_price(
        session,
        price_list.id,
        product_id,
        min_quantity=Decimal(1),
        unit_price=Decimal(to),
        effective_from=on,
        by=make_staff(session),
    )


def test_a_change_ends_the_old_price_and_keeps_it(session: Session) -> None:
    trade, product = make_list(session), make_product(session).id
    make_entry(session, trade, product, "5")
    change(session, trade, product, JUNE, "6")
    change(session, trade, product, TODAY, "5.50")
    assert entries(session, trade) == [
        (5, BEGINNING, TODAY),
        (Decimal("5.5"), TODAY, JUNE),
        (6, JUNE, None),
    ]


def test_a_price_that_starts_on_the_same_day_is_replaced(session: Session) -> None:
    trade, product = make_list(session), make_product(session).id
    change(session, trade, product, TODAY, "5")
    change(session, trade, product, TODAY, "6")
    assert entries(session, trade) == [(6, TODAY, None)]


def test_the_audit_log_holds_the_price_before_and_after(session: Session) -> None:
    trade, product = make_list(session), make_product(session).id
    make_entry(session, trade, product, "5")
    change(session, trade, product, TODAY, "6")
    session.flush()
    noted = session.scalars(select(Activity).where(Activity.kind == "price.changed")).one()
    assert Decimal(noted.details["before"]["unit_price"]) == 5
    assert Decimal(noted.details["after"]["unit_price"]) == 6
    assert noted.subject_id == trade.id


@pytest.mark.parametrize("price", ["-1", "1.00001", "NaN", "100000000"])
def test_a_price_that_cannot_be_is_refused(session: Session, price: str) -> None:
    trade, product = make_list(session), make_product(session).id
    with pytest.raises(Refused):
        change(session, trade, product, TODAY, price)


def test_ending_keeps_history_and_removes_what_never_began(session: Session) -> None:
    trade, product = make_list(session), make_product(session).id
    current = make_entry(session, trade, product, "5", valid_to=JUNE)
    planned = make_entry(session, trade, product, "6", valid_from=JUNE)
    ada = make_staff(session)
    end_price(session, current.id, effective_from=TODAY, by=ada)
    end_price(session, planned.id, effective_from=TODAY, by=ada)
    assert entries(session, trade) == [(5, BEGINNING, TODAY)]
    with pytest.raises(Refused, match="already ends on 2026-03-02"):
        end_price(session, current.id, effective_from=JUNE, by=ada)


def test_a_copy_is_a_draft_with_what_is_in_force_that_day(session: Session) -> None:
    trade, product = make_list(session, adds_variants=True), make_product(session).id
    make_entry(session, trade, product, "5", valid_to=JUNE)
    make_entry(session, trade, product, "6", valid_from=JUNE)
    copy = copy_list(
        session, trade.id, code="NEXT", name="Next", valid_from=JUNE, by=make_staff(session)
    )
    assert (copy.status, copy.adds_variants) == ("draft", True)
    assert entries(session, copy) == [(6, JUNE, None)]


def test_a_code_is_taken_whatever_its_case(session: Session) -> None:
    make_list(session, code="Trade")
    with pytest.raises(Refused, match="already"):
        create_list(
            session, by=make_staff(session), valid_from=TODAY, code="TRADE", name="", currency="GBP"
        )


def test_a_list_is_activated_once_and_only_as_it_was_seen(session: Session) -> None:
    ada = make_staff(session)
    draft = create_list(session, by=ada, valid_from=TODAY, code="T1", name="T", currency="GBP")
    with pytest.raises(Conflict, match="changed meanwhile"):
        activate(session, draft.id, version=draft.version + 1, by=ada)
    assert activate(session, draft.id, version=draft.version, by=ada).status == "active"
    session.flush()
    with pytest.raises(Conflict, match="in force already"):
        activate(session, draft.id, version=draft.version, by=ada)


def test_entries_are_found_by_sku_and_name_and_paged(session: Session) -> None:
    trade = make_list(session)
    for number in range(3):
        product = make_product(session, sku=f"ZZ-{number}", name=f"Garden_rake {number}")
        make_entry(session, trade, product.id, "5")
    make_entry(session, trade, make_product(session, sku="YY", name="Hose").id, "5")
    found = search_entries(session, trade.id, on=TODAY, text="zz-", limit=2)
    assert [row.sku for row in found] == ["ZZ-0", "ZZ-1"]
    last = found[-1]
    key = (last.sku, last.min_quantity, last.valid_from)
    rest = search_entries(session, trade.id, on=TODAY, text="garden_r", after=key)
    assert [row.sku for row in rest] == ["ZZ-2"]
