"""Settings: typed, per seller or for all, audited."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel import settings
from models.kernel.activity import Activity
from models.kernel.errors import Refused
from models.kernel.settings import Setting, change, get, parse
from tests.factories.kernel import Person, make_seller

DAYS = Setting("test.days", 10, "Days ahead", check=lambda days: days >= 0)
FEE = Setting("test.fee", Decimal("4.50"), "Small-order charge")
SHOWN = Setting("test.shown", "exact", "How stock is shown", choices=("exact", "words"))


def test_the_default_holds_until_somebody_chooses(session: Session) -> None:
    assert get(session, DAYS) == 10


def test_a_sellers_own_value_goes_before_the_one_for_all(session: Session) -> None:
    seller, other = make_seller(session), make_seller(session)
    change(session, DAYS, 5, by=Person())
    change(session, DAYS, 3, by=Person(), seller_id=seller.id)
    session.flush()
    assert get(session, DAYS, seller.id) == 3
    assert get(session, DAYS, other.id) == 5


def test_an_amount_comes_back_exactly(session: Session) -> None:
    change(session, FEE, Decimal("4.10"), by=None)
    session.flush()
    assert get(session, FEE) == Decimal("4.10")


def test_a_change_is_in_the_audit_log_with_before_and_after(session: Session) -> None:
    change(session, DAYS, 5, by=Person(9))
    session.flush()
    entry = session.scalars(select(Activity).where(Activity.kind == "setting.changed")).one()
    assert entry.actor_id == 9
    assert entry.details == {"key": "test.days", "before": 10, "after": 5}


def test_what_a_setting_does_not_allow_is_refused_by_name(session: Session) -> None:
    with pytest.raises(Refused, match="choose one of exact, words") as refusal:
        change(session, SHOWN, "colours", by=None)
    assert refusal.value.problems[0].field == "test.shown"
    with pytest.raises(Refused, match="-1 is not allowed"):
        change(session, DAYS, -1, by=None)
    with pytest.raises(Refused, match="is not a whole number"):
        change(session, DAYS, True, by=None)


def test_what_people_type_is_read_in_the_settings_type() -> None:
    assert parse(DAYS, " 12 ") == 12
    assert parse(FEE, "1.25") == Decimal("1.25")
    assert parse(Setting("test.on", False, "On"), "yes") is True
    with pytest.raises(Refused, match="“soon” is not a whole number"):
        parse(DAYS, "soon")


def test_a_key_is_defined_once() -> None:
    known = next(iter(settings.KNOWN))
    with pytest.raises(ValueError, match="twice"):
        settings.define(known, "x", "again")
