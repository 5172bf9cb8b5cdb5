"""Numbers and dates as the reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.kernel import clock
from models.kernel.money import Money
from web.i18n import speaking
from web.presenting import (
    day,
    day_in_words,
    days_away,
    moment,
    money,
    percentage,
    quantity,
    unit_price,
)


@pytest.mark.parametrize(
    ("locale", "written"),
    [("en_GB", "£1,234.50"), ("de_DE", "1.234,50\xa0£"), ("en-US", "£1,234.50")],
)
def test_money_is_written_in_the_readers_way(locale: str, written: str) -> None:
    with speaking(locale):
        assert money(Money(Decimal("1234.5"), "GBP")) == written


def test_a_unit_price_shows_only_the_decimals_it_needs() -> None:
    with speaking("en_GB"):
        assert unit_price(Decimal("6.6500"), "GBP") == "£6.65"
        assert unit_price(Decimal("0.0125"), "GBP") == "£0.0125"
        assert unit_price(Decimal("12"), "JPY") == "JP¥12"


def test_quantities_and_rates_lose_their_trailing_zeros() -> None:
    with speaking("en_GB"):
        assert quantity(Decimal("1200.000")) == "1,200"
        assert quantity(Decimal("2.500")) == "2.5"
        assert percentage(Decimal("20.0000")) == "20%"
        assert percentage(Decimal("17.5")) == "17.5%"


def test_dates_have_their_month_in_letters() -> None:
    with speaking("en_GB"):
        assert day(date(2026, 11, 4)) == "4 Nov 2026"
        assert day_in_words(date(2026, 11, 4)) == "Wed 4 Nov"
    with speaking("de_DE"):
        assert day(date(2026, 11, 4)) == "04.11.2026"


def test_a_moment_is_told_to_the_minute_in_the_zone_of_its_place() -> None:
    at = datetime(2026, 7, 1, 23, 30, 59, tzinfo=UTC)
    with speaking("en_GB"):
        assert moment(at, "Europe/London") == "2 Jul 2026, 00:30"
    with speaking("de_DE"):
        assert moment(at, "Europe/Berlin") == "02.07.2026, 01:30"


def test_how_far_a_day_is_counts_business_days_of_the_zone() -> None:
    with clock.travelling(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)), speaking("en_GB"):
        assert days_away(date(2026, 7, 2), "Europe/London") == "today"
        assert days_away(date(2026, 7, 3), "Europe/London") == "tomorrow"
        assert days_away(date(2026, 6, 20), "Europe/London") == "12 days ago"
        assert days_away(date(2026, 7, 12), "Europe/London") == "in 10 days"
