"""How money, quantities and dates are written: by the reader's locale, always through Babel.

A page writes the same few hundred figures again and again, so what Babel answered is remembered:
each of these depends on its arguments and the locale alone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import dates, numbers
from flask import Flask

from models.kernel import clock
from models.kernel.money import Money, round_amount_up
from web.addresses import address_lines, country_name
from web.i18n import _, locale_name, ngettext, parsed_locale

Number = Decimal | int
REMEMBERED = 20_000


def install(app: Flask) -> None:
    """Makes these filters in templates."""
    app.jinja_env.filters.update(
        money=money,
        unit_price=unit_price,
        floor_price=floor_price,
        quantity=quantity,
        percentage=percentage,
        date=day,
        day_of=clock.day_of,
        date_in_words=day_in_words,
        datetime=moment,
        time=clock_time,
        days=day_count,
        days_away=days_away,
        how_long=how_long,
        address_lines=address_lines,
        country=country_name,
    )


def money(amount: Money | Number, currency: str | None = None) -> str:
    """An amount with its currency sign, in the currency's decimals: `£1,234.50`."""
    value, code = _taken_apart(amount, currency)
    return _money(value, code, locale_name())


def unit_price(price: Money | Number, currency: str | None = None) -> str:
    """A price with as many decimals as it needs, the currency's own at least, four at most."""
    value, code = _taken_apart(price, currency)
    return _unit_price(value, code, locale_name())


def floor_price(price: Money | Number, currency: str | None = None) -> str:
    """The lowest price in whole minor units that is not below the floor: `£4.42` for 4.4149."""
    value, code = _taken_apart(price, currency)
    return money(round_amount_up(value, code), code)


def quantity(number: Number) -> str:
    """A quantity with grouping and without trailing zeros: `1,200`, `2.5`."""
    return _quantity(number, locale_name())


def kilograms(grams: Number) -> str:
    """A weight in kilograms to a tenth, without its unit: `15.0`."""
    weight = Decimal(grams).scaleb(-3)
    return numbers.format_decimal(weight, format="#,##0.0", locale=parsed_locale(locale_name()))


def percentage(rate: Number) -> str:
    """A rate where 20 means twenty per cent: `20%`, `17.5%`."""
    return _percentage(Decimal(rate), locale_name())


def day(on: date) -> str:
    """A date with the month in letters, so that nobody misreads it: `4 Nov 2026`."""
    return _day(on, locale_name())


def day_in(at: datetime, time_zone: str) -> str:
    """That day as `day` writes it."""
    return day(clock.day_of(at, time_zone))


def day_in_words(on: date) -> str:
    """A date with its weekday, for promises: `Wed 4 Nov`."""
    return _day_by_skeleton(on, "MMMEd", locale_name())


def day_month(on: date) -> str:
    """A day of the coming months: `4 Dec`."""
    return _day_by_skeleton(on, "MMMd", locale_name())


@lru_cache(REMEMBERED)
def _money(value: Decimal, code: str, locale: str) -> str:
    return numbers.format_currency(value, code, locale=parsed_locale(locale))


@lru_cache(REMEMBERED)
def _unit_price(value: Decimal, code: str, locale: str) -> str:
    least = numbers.get_currency_precision(code)
    needed = max(least, _decimals(value))
    pattern = parsed_locale(locale).currency_formats["standard"].pattern
    wanted = f"#,##0.{'0' * needed}" if needed else "#,##0"
    return numbers.format_currency(
        value,
        code,
        format=pattern.replace("#,##0.00", wanted),
        locale=parsed_locale(locale),
        currency_digits=False,
    )


@lru_cache(REMEMBERED)
def _quantity(number: Number, locale: str) -> str:
    return numbers.format_decimal(number, format="#,##0.###", locale=parsed_locale(locale))


@lru_cache(REMEMBERED)
def _percentage(rate: Decimal, locale: str) -> str:
    pattern = parsed_locale(locale).percent_formats[None].pattern.replace("#,##0", "#,##0.##")
    return numbers.format_percent(rate / 100, format=pattern, locale=parsed_locale(locale))


@lru_cache(REMEMBERED)
def _day(on: date, locale: str) -> str:
    return dates.format_date(on, "medium", locale=parsed_locale(locale))


@lru_cache(REMEMBERED)
def _day_by_skeleton(on: date, skeleton: str, locale: str) -> str:
    return dates.format_skeleton(skeleton, _at_noon(on), locale=parsed_locale(locale))


@lru_cache(REMEMBERED)
def _moment(at: datetime, time_zone: str, name: str) -> str:
    locale, local = parsed_locale(name), at.astimezone(ZoneInfo(time_zone))
    pattern = str(dates.get_datetime_format("medium", locale=locale)).replace("'", "")
    return pattern.format(
        dates.format_time(local, "short", locale=locale),
        dates.format_date(local, "medium", locale=locale),
    )


@lru_cache(REMEMBERED)
def _clock_time(at: datetime, time_zone: str, name: str) -> str:
    return dates.format_time(at, "short", tzinfo=ZoneInfo(time_zone), locale=parsed_locale(name))


def moment(at: datetime, time_zone: str) -> str:
    """Date and time to the minute in a zone: the seller's, or the warehouse's for cut-offs."""
    return _moment(at, time_zone, locale_name())


def clock_time(at: datetime, time_zone: str) -> str:
    """The time of day in a zone, without seconds."""
    return _clock_time(at, time_zone, locale_name())


def day_count(days: int) -> str:
    """So many days: `1 day`, `12 days`."""
    return ngettext("%(num)s day", "%(num)s days", days)


def days_away(on: date, time_zone: str) -> str:
    """How far a date is from today in a zone: `today`, `in 3 days`, `12 days ago`."""
    away = (on - clock.today(time_zone)) // timedelta(days=1)
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if away in near:
        return near[away]
    if away > 0:
        return ngettext("in %(num)s day", "in %(num)s days", away)
    return ngettext("%(num)s day ago", "%(num)s days ago", -away)


def how_long(since: datetime) -> str:
    """How long something has waited: `12 min`, `3 h`, `2 days`."""
    minutes = max(0, int((clock.now() - since).total_seconds() // 60))
    if minutes < 60:
        return _("%(num)s min", num=minutes)
    if minutes < 24 * 60:
        return _("%(num)s h", num=minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60))


def _taken_apart(amount: Money | Number, currency: str | None) -> tuple[Decimal, str]:
    if isinstance(amount, Money):
        return amount.amount, amount.currency
    if currency is None:
        raise TypeError("An amount is shown with its currency: {{ total | money('GBP') }}.")
    return Decimal(amount), currency


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return min(4, max(0, -exponent)) if isinstance(exponent, int) else 0


def _at_noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12)  # noqa: DTZ001
