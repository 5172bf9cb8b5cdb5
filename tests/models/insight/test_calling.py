"""Which account it is, by what a caller says."""

from __future__ import annotations

import pytest

from models.accounts import Address, Contact
from models.insight import Caller, callers
from models.kernel import clock
from tests.world import World


@pytest.fixture
def town(world: World) -> World:
    world.acme.phone = "01904 555 010"
    world.session.add_all(
        [
            Contact(account_id=world.acme.id, name="Jo Marsh", phone="+44 (0)20 7946 0018"),
            Contact(account_id=world.globex.id, name="Ann Wren", mobile="07700 900 123",
                    email="ann@globex.example"),
            Contact(account_id=world.globex.id, name="Uli Kern", phone="030/1234567"),
        ]
    )  # fmt: skip
    place = world.session.query(Address).filter_by(account_id=world.globex.id).one()
    place.postcode, place.city = "LS1 4AB", "Leeds"
    world.session.flush()
    return world


def names(town: World, text: str) -> list[str]:
    return [each.name for each in found(town, text)]


def found(town: World, text: str) -> list[Caller]:
    return callers(town.session, text, town.olu, country="GB", today=clock.today("Europe/London"))


@pytest.mark.parametrize(
    "typed",
    ["020 7946 0018", "+44 20 7946 0018", "0044 20 79460018", "+44 (0)20 7946 0018",
     "02079460018", "(020) 7946-0018", "7946 0018"],
)  # fmt: skip
def test_a_phone_number_is_found_however_it_is_written(town: World, typed: str) -> None:
    assert [(each.name, each.person) for each in found(town, typed)] == [("Acme Gifts", "Jo Marsh")]


def test_mobiles_the_accounts_own_number_and_other_countries_are_found(town: World) -> None:
    assert names(town, "+44 7700 900123") == ["Globex Garden Centres"]
    assert names(town, "01904555010") == ["Acme Gifts"]
    assert [each.person for each in found(town, "+49 30 1234567")] == ["Uli Kern"]


@pytest.mark.parametrize(
    "typed",
    ["C0002", "c0002", "garden", "glob", "ann wren", "wren", "wren ann", "ann globex",
     "centres glob", "ls1 4ab", "LS14AB", "ls1", "leeds", "Ann@Globex.example"],
)  # fmt: skip
def test_an_account_is_found_by_number_name_person_place_and_mail(town: World, typed: str) -> None:
    assert names(town, typed) == ["Globex Garden Centres"]


def test_each_account_comes_once_the_surest_first(town: World) -> None:
    town.session.add(Contact(account_id=town.globex.id, name="Acme Acmeson"))
    town.session.flush()
    assert names(town, "acme") == ["Acme Gifts", "Globex Garden Centres"]


def test_strangers_and_closed_accounts_are_not_found(town: World) -> None:
    today = clock.today("Europe/London")
    assert [
        each.name for each in callers(town.session, "g", town.rita, country="GB", today=today)
    ] == ["Acme Gifts"]
    town.globex.status = "closed"
    town.session.flush()
    assert names(town, "globex") == []
    for nothing in ("", "   ", "1234", "%", "zz9"):
        assert names(town, nothing) == []
