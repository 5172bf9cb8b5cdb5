"""Carriage by zone and the small-order charge."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.accounts import Account
from models.pricing import (
    CarriageGround,
    CarriageZone,
    Charges,
    Destination,
    OrderValuePolicy,
    charges_for,
    order_terms,
)
from tests.factories.accounts import make_account, make_group

COMPANY = OrderValuePolicy(Decimal(50), Decimal("7.50"))


@pytest.fixture
def zones(session: Session) -> None:
    for code, charge, countries, prefixes in (
        ("MAINLAND", "12", ["GB"], []),
        ("HIGHLANDS", "25", ["GB"], ["IV27", "KW"]),
        ("ULSTER", "30", ["GB"], ["BT"]),
        ("BRUM", "10", ["GB"], ["B"]),
        ("BAVARIA", "40", ["DE"], ["80", "81"]),
    ):
        session.add(
            CarriageZone(
                code=f"T-{code}",
                name=code.capitalize(),
                countries=countries,
                postcode_prefixes=prefixes,
                flat_charge=Decimal(charge),
                free_over=Decimal(250),
                currency="GBP",
            )
        )
    session.flush()


def charge(session: Session, account: Account, goods: str = "100", **place: Any) -> Charges:
    destination = Destination(**{"country": "GB", "postcode": "LS1 4AP"} | place)
    terms = order_terms(session, account.id, "GB", date(2026, 3, 2))
    return charges_for(terms, goods=Decimal(goods), destination=destination, company=COMPANY)


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize(
    ("place", "carriage"),
    [
        ({"postcode": "LS1 4AP"}, "12"),
        ({"postcode": "iv27 4lx"}, "25"),
        ({"postcode": "IV2 7PA"}, "12"),
        ({"postcode": "KW1 5AA"}, "25"),
        ({"postcode": "BT9 6AA"}, "30"),
        ({"postcode": "B1 1AA"}, "10"),
        ({"country": "DE", "postcode": "80331"}, "40"),
        ({"zone_code": "T-ULSTER"}, "30"),
    ],
)
def test_the_closest_zone_decides_the_carriage(
    session: Session, place: dict[str, str], carriage: str
) -> None:
    assert charge(session, make_account(session), **place).carriage == Decimal(carriage)


@pytest.mark.usefixtures("zones")
def test_a_place_in_no_zone_is_left_to_the_desk(session: Session) -> None:
    found = charge(session, make_account(session), country="DE", postcode="10115")
    assert (found.carriage, found.ground) == (None, CarriageGround.UNKNOWN)


@pytest.mark.usefixtures("zones")
def test_it_says_how_much_is_missing_to_free_carriage(session: Session) -> None:
    acme = make_account(session)
    assert charge(session, acme, "212").to_free_carriage == 38
    free = charge(session, acme, "250")
    assert (free.carriage, free.ground, free.to_free_carriage) == (
        0, CarriageGround.FREE_OVER, None,
    )  # fmt: skip


@pytest.mark.usefixtures("zones")
def test_an_account_may_be_free_or_have_a_threshold_of_its_own(session: Session) -> None:
    free = make_account(session, carriage_free=True)
    assert charge(session, free).ground is CarriageGround.ACCOUNT_FREE
    early = make_account(session, carriage_free_over=Decimal(80))
    assert charge(session, early).carriage == 0
    assert charge(session, early, "79.50").to_free_carriage == Decimal("0.5")


@pytest.mark.usefixtures("zones")
def test_collection_costs_nothing(session: Session) -> None:
    found = charge(session, make_account(session), is_collected=True)
    assert (found.carriage, found.ground) == (0, CarriageGround.COLLECTED)


@pytest.mark.usefixtures("zones")
def test_the_small_order_charge_comes_from_the_nearest_that_states_it(session: Session) -> None:
    acme = make_account(session)
    small = charge(session, acme, "49.99")
    assert (small.small_order_charge, small.to_minimum) == (Decimal("7.50"), Decimal("0.01"))
    assert charge(session, acme, "50").small_order_charge == 0
    group = make_group(session, minimum_order_value=Decimal(100), small_order_charge=Decimal(5))
    grouped = make_account(session, group_id=group.id)
    assert charge(session, grouped, "99").small_order_charge == 5
    spared = make_account(session, group_id=group.id, minimum_order_value=Decimal(0))
    assert charge(session, spared, "1").small_order_charge == 0
