"""An empty company: books and nothing in them, and one link for its first administrator."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import (
    Account,
    PaymentTerms,
    Permission,
    accept_invitation,
    invite_first_administrator,
)
from models.catalog import Product
from models.company import IS_SET_UP, found_empty
from models.insight import check_invariants
from models.kernel import settings
from models.kernel.errors import Conflict, Refused
from models.kernel.mail import MAIL_STATE
from models.kernel.numbering import NumberSeries
from models.kernel.seller import first_seller
from models.pricing import TaxRule

PASSWORD = "seven unrelated garden words"


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_it_has_books_terms_and_series_and_nothing_else(session: Session) -> None:
    found_empty(session, name="Brook & Sons", country="gb", email="you@brook.example")
    seller = first_seller(session)
    assert (seller.trading_name, seller.base_currency, seller.time_zone) == (
        "Brook & Sons", "GBP", "Europe/London",
    )  # fmt: skip
    assert count(session, Product) == count(session, Account) == 0
    assert count(session, NumberSeries) > 8
    assert count(session, PaymentTerms) == 5
    assert not settings.get(session, IS_SET_UP)
    assert settings.get(session, MAIL_STATE) == "diverted"
    assert check_invariants(session) == {}


@pytest.mark.parametrize(
    ("country", "currency", "zone", "has_rates"),
    [
        ("DE", "EUR", "Europe/Berlin", True),
        ("US", "USD", "America/New_York", False),
        ("IE", "EUR", "Europe/Dublin", False),
    ],
)
def test_money_and_time_are_the_countrys(
    session: Session, country: str, currency: str, zone: str, has_rates: bool
) -> None:
    found_empty(session, name="Brook", country=country, email="you@brook.example")
    seller = first_seller(session)
    assert (seller.base_currency, seller.time_zone) == (currency, zone)
    assert (count(session, TaxRule) > 0) is has_rates


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"country": "XX"}, "is no country"),
        ({"country": "England"}, "is no country"),
        ({"name": "  "}, "needs a name"),
        ({"email": "nobody"}, "administrator's e-mail"),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, facts: dict[str, str], words: str
) -> None:
    given = {"name": "Brook", "country": "GB", "email": "you@brook.example"} | facts
    with pytest.raises(Refused, match=words):
        found_empty(session, **given)


def test_there_is_one_company(session: Session) -> None:
    found_empty(session, name="Brook", country="GB", email="you@brook.example")
    with pytest.raises(Conflict, match="already"):
        found_empty(session, name="Beck", country="GB", email="you@beck.example")


def test_the_first_administrator_comes_by_the_last_link_and_nobody_else_does(
    session: Session,
) -> None:
    first = found_empty(session, name="Brook", country="GB", email="you@brook.example")
    second = invite_first_administrator(session, email="YOU@brook.example", name="")
    assert first.token
    assert second.token
    assert second.user.id == first.user.id
    with pytest.raises(Refused, match="used already"):
        accept_invitation(session, first.token, PASSWORD, "You")
    user = accept_invitation(session, second.token, PASSWORD, "You")
    session.refresh(user, ["staff_roles"])
    assert Permission.SETTINGS_MANAGE in user.permissions()
    with pytest.raises(Refused, match="can sign in already"):
        invite_first_administrator(session, email="other@brook.example", name="")
