"""Facts, series, warehouses, terms, charges and mail of a company: changed, checked, audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.company import (
    IS_SET_UP,
    TermsFacts,
    WarehouseFacts,
    ZoneFacts,
    add_terms,
    add_warehouse,
    add_zone,
    change_company,
    change_mail,
    change_series,
    change_terms,
    change_warehouse,
    changes_of,
    checklist,
    finish_set_up,
    send_test_mail,
    series_of,
    set_closed_days,
    set_tax_rates,
)
from models.inventory import ClosedDay
from models.kernel import settings
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Refused
from models.kernel.mail import MAIL_STATE
from models.kernel.numbering import next_number
from models.pricing import tax_for
from tests.world import World

TODAY = date(2026, 11, 27)
DETAILS = {
    "trading_name": "Brook", "legal_name": "Brook & Sons Ltd", "address_line_1": "1 Lane",
    "city": "York", "postcode": "YO1 7AA", "country": "GB", "email": "sales@brook.example",
    "base_currency": "GBP", "time_zone": "Europe/London",
}  # fmt: skip
YORK = WarehouseFacts("YRK", "York", {"city": "York"}, "Europe/London", time(13), "12345", 0, 1)
ZONE = ZoneFacts("Mainland", ["GB"], [], Decimal("9.50"), Decimal(250), 1, is_active=True)


def test_facts_are_changed_and_the_audit_log_says_from_what(world: World) -> None:
    seller = world.seller
    change_company(world.session, "details", DETAILS, version=seller.version, by=world.ada)
    assert seller.trading_name == "Brook"
    entry = world.session.scalars(select(Activity).where(Activity.kind == "company.changed")).one()
    assert entry.details["after"]["trading_name"] == "Brook"
    assert entry.details["before"]["trading_name"] != "Brook"
    assert [row.Activity.id for row in changes_of(world.session, "details")] == [entry.id]
    assert changes_of(world.session, "bank") == []


def test_somebody_elses_change_is_not_overwritten(world: World) -> None:
    version = world.seller.version
    change_company(world.session, "details", DETAILS, version=version, by=world.ada)
    world.session.flush()
    with pytest.raises(Conflict, match="meanwhile"):
        change_company(world.session, "bank", {}, version=version, by=world.ada)


@pytest.mark.parametrize(
    ("part", "facts", "field", "words"),
    [
        ("details", DETAILS | {"trading_name": " "}, "trading_name", "customers know"),
        ("details", DETAILS | {"email": "nobody"}, "email", "no e-mail"),
        ("details", DETAILS | {"country": "ZZ"}, "country", "no country"),
        ("details", DETAILS | {"country": "DE"}, "country", "only while nothing"),
        ("details", DETAILS | {"base_currency": "EUR"}, "base_currency", "only while nothing"),
        ("details", DETAILS | {"time_zone": "Mars/Base"}, "time_zone", "time zone"),
        ("tax", {"vat_number": "GB123456789"}, "vat_number", "check its digits"),
        ("bank", {"iban": "GB33BUKB20201555555556"}, "iban", "cannot be an IBAN"),
        ("bank", {"bic": "NOPE"}, "bic", "8 or 11"),
        ("bank", {"sort_code": "12-34"}, "sort_code", "six digits"),
        ("bank", {"account_number": "123"}, "account_number", "eight digits"),
        ("texts", {"invoice_footer": "x" * 4001}, "invoice_footer", "too long"),
        ("look", {"brand_colour": "green"}, "brand_colour", "six digits"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(
    world: World, part: str, facts: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        change_company(world.session, part, facts, version=world.seller.version, by=world.ada)
    assert refusal.value.problems[0].field == field


def test_numbers_are_written_as_the_country_writes_them(world: World) -> None:
    facts = {"sort_code": "202015", "iban": "gb33 bukb 2020 1555 5555 55"}
    change_company(world.session, "bank", facts, version=world.seller.version, by=world.ada)
    assert world.seller.sort_code == "20-20-15"
    assert world.seller.iban == "GB33BUKB20201555555555"


@pytest.mark.parametrize("kind", ["invoice", "order"])
def test_a_series_goes_on_and_never_back(world: World, kind: str) -> None:
    session, seller = world.session, world.seller

    def state():
        return next(each for each in series_of(session, seller) if each.series.kind == kind)

    def take() -> int:
        return next_number(session, seller_id=seller.id, kind=kind, on=TODAY).sequence

    series = state().series
    change_series(session, series.id, prefix="A-", next_sequence=70_000_000, by=world.ada)
    assert [take(), take()] == [70_000_000, 70_000_001]
    assert state().next_sequence == 70_000_002
    assert state().shown == "A-70000002"
    for backwards in (1, 70_000_001):
        with pytest.raises(Refused, match="given already"):
            change_series(session, series.id, prefix="A-", next_sequence=backwards, by=world.ada)
    if kind == "invoice":
        with pytest.raises(Refused, match="without gaps"):
            change_series(session, series.id, prefix="A-", next_sequence=80_000_000, by=world.ada)
    else:
        change_series(session, series.id, prefix="B-", next_sequence=80_000_000, by=world.ada)
        assert take() == 80_000_000
    with pytest.raises(Refused, match="12 letters"):
        change_series(session, series.id, prefix="<b>", next_sequence=90_000_000, by=world.ada)


def test_a_warehouse_is_opened_changed_and_closed_on_days(world: World) -> None:
    session = world.session
    york = add_warehouse(session, YORK, by=world.ada)
    assert york.cut_off == time(13)
    with pytest.raises(Refused, match="already"):
        add_warehouse(session, YORK, by=world.ada)
    change_warehouse(session, york.id, replace(YORK, weekdays="621"), by=world.ada)
    assert york.weekdays == "126"
    text = "2099-12-25 Christmas\n\n2099-12-26\n2001-01-01 long ago"
    assert set_closed_days(session, york.id, text, by=world.ada) == 2
    assert set_closed_days(session, york.id, "2099-12-25 Christmas", by=world.ada) == 1
    session.flush()
    days = session.scalars(select(ClosedDay.name).where(ClosedDay.warehouse_id == york.id))
    assert list(days) == ["Christmas"]
    with pytest.raises(Refused, match="Line 2"):
        set_closed_days(session, york.id, "2099-12-25\nChristmas", by=world.ada)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "york!"}, "code"), ({"name": " "}, "name"), ({"weekdays": ""}, "weekdays"),
        ({"weekdays": "8"}, "weekdays"), ({"time_zone": "Hull"}, "time_zone"),
        ({"lead_time_days": 61}, "lead_time_days"),
    ],
)  # fmt: skip
def test_a_warehouse_that_makes_no_sense_is_refused(
    world: World, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        add_warehouse(world.session, replace(YORK, **change), by=world.ada)
    assert refusal.value.problems[0].field == field


def test_terms_and_zones_are_added_and_changed(world: World) -> None:
    session = world.session
    early = TermsFacts("2/10 net 30", "on_account", "invoice_date", 30, None, Decimal(2), 10)
    terms = add_terms(session, "2-10", early, by=world.ada)
    change_terms(session, terms.id, replace(early, days=45), by=world.ada)
    assert terms.days == 45
    with pytest.raises(Refused, match="already"):
        add_terms(session, "2-10", early, by=world.ada)
    with pytest.raises(Refused, match="before the invoice is due"):
        change_terms(session, terms.id, replace(early, discount_days=60), by=world.ada)
    zone = add_zone(session, "NEW", ZONE, by=world.ada)
    assert zone.currency == "GBP"
    with pytest.raises(Refused, match="no country has this code"):
        add_zone(session, "BAD", replace(ZONE, countries=["UKX"]), by=world.ada)


def test_new_tax_rates_count_from_their_day(world: World) -> None:
    session = world.session
    set_tax_rates(
        session, standard=Decimal(21), reduced=Decimal(6), valid_from=date(2027, 1, 1),
        by=world.ada,
    )  # fmt: skip
    for day, rate in ((date(2026, 12, 31), 20), (date(2027, 1, 1), 21)):
        found = tax_for(session, "GB", "domestic", {"standard"}, day)
        assert found["standard"].rate == rate
    with pytest.raises(Refused, match="this very day"):
        set_tax_rates(
            session, standard=Decimal(22), reduced=Decimal(6), valid_from=date(2027, 1, 1),
            by=world.ada,
        )  # fmt: skip


def test_mail_is_diverted_only_to_somewhere(world: World) -> None:
    session = world.session
    with pytest.raises(Refused, match="all mail goes to"):
        change_mail(session, state="diverted", divert_to="", sender="", by=world.ada)
    with pytest.raises(Refused, match="no e-mail"):
        change_mail(session, state="live", divert_to="", sender="us", by=world.ada)
    change_mail(session, state="live", divert_to="", sender="", by=world.ada)
    assert settings.get(session, MAIL_STATE) == "live"
    assert send_test_mail(session, to="a@b.example", by=world.ada).recipients == ["a@b.example"]


def test_the_set_up_ends_when_what_is_needed_is_there(world: World, session: Session) -> None:
    settings.change(session, IS_SET_UP, False, by=None)
    world.seller.city = ""
    session.flush()
    assert next(p for p in checklist(session) if p.key == "details").missing == ("city",)
    with pytest.raises(Refused) as refusal:
        finish_set_up(session, by=world.ada)
    assert [problem.field for problem in refusal.value.problems] == ["details"]
    world.seller.city = "Hull"
    session.flush()
    finish_set_up(session, by=world.ada)
    assert settings.get(session, IS_SET_UP)
