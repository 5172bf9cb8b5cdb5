"""Payment terms, tax rates and charges as the company keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.core import get_global
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import PaymentTerms
from models.accounts.actor import Actor
from models.kernel import activity, database
from models.kernel.errors import NotFound, Problem, Refused
from models.kernel.money import ZERO
from models.kernel.seller import first_seller
from models.pricing import CarriageZone, TaxRule, tax_rules_of

CODE = re.compile(r"[A-Z0-9-]{1,16}")
TERMS_KINDS = ("on_account", "prepayment", "card")
TERMS_BASES = ("invoice_date", "end_of_month")
MOST_DAYS = 365
MOST_AMOUNT = Decimal(9_999_999)


@dataclass(frozen=True, slots=True)
class TermsFacts:
    """What payment terms say; the meanings are those of `PaymentTerms`."""

    name: str
    kind: str
    base: str
    days: int
    day_of_month: int | None = None
    discount_percent: Decimal = ZERO
    discount_days: int = 0


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """What a carriage zone says; the meanings are those of `CarriageZone`."""

    name: str
    countries: list[str]
    postcode_prefixes: list[str]
    flat_charge: Decimal
    free_over: Decimal | None
    transit_days: int
    is_active: bool


def add_terms(session: Session, code: str, facts: TermsFacts, *, by: Actor) -> PaymentTerms:
    """New payment terms. Refused, naming the field, for a code that is taken or malformed."""
    code = code.strip().upper()
    _check_terms(facts)
    _check_code(code)
    if session.scalar(select(PaymentTerms.id).where(func.upper(PaymentTerms.code) == code)):
        raise Refused(f"There are payment terms {code} already.", field="code")
    terms = PaymentTerms(code=code, **asdict(facts))
    session.add(terms)
    activity.record(
        session, "payment_terms.added", by=by, subject=terms, code=code, after=asdict(facts)
    )
    return terms


def change_terms(session: Session, terms_id: int, facts: TermsFacts, *, by: Actor) -> PaymentTerms:
    """Changes terms for the invoices to come; issued ones keep their due date."""
    found = database.lock(session, PaymentTerms, [terms_id])
    if not found:
        raise NotFound("There are no such payment terms.")
    _check_terms(facts)
    _put(session, found[0], asdict(facts), "payment_terms.changed", by)
    return found[0]


def add_zone(session: Session, code: str, facts: ZoneFacts, *, by: Actor) -> CarriageZone:
    """A new carriage zone in the company's currency. Refused as payment terms are."""
    code = code.strip().upper()
    _check_zone(facts)
    _check_code(code)
    currency = first_seller(session).base_currency
    if session.scalar(
        select(CarriageZone.id).where(CarriageZone.code == code, CarriageZone.currency == currency)
    ):
        raise Refused(f"There is a zone {code} already.", field="code")
    zone = CarriageZone(code=code, currency=currency, **asdict(facts))
    session.add(zone)
    activity.record(
        session, "carriage_zone.added", by=by, subject=zone, code=code, after=asdict(facts)
    )
    return zone


def change_zone(session: Session, zone_id: int, facts: ZoneFacts, *, by: Actor) -> CarriageZone:
    """Changes a zone for the orders to come."""
    found = database.lock(session, CarriageZone, [zone_id])
    if not found:
        raise NotFound("There is no such zone.")
    _check_zone(facts)
    _put(session, found[0], asdict(facts), "carriage_zone.changed", by)
    return found[0]


def set_tax_rates(
    session: Session, *, standard: Decimal, reduced: Decimal, valid_from: date, by: Actor
) -> None:
    """The company's rates from a day on; orders and invoices of before keep theirs.

    Refused for rates outside 0 to 100, and for a day on which others begin already.
    """
    for name, rate in (("standard", standard), ("reduced", reduced)):
        if not 0 < rate < 100:
            raise Refused("A rate lies above 0 and below 100 per cent.", field=name)
    seller = first_seller(session)
    begun = select(TaxRule.id).where(
        TaxRule.country == seller.country, TaxRule.valid_from == valid_from
    )
    if session.scalar(begun.limit(1)) is not None:
        raise Refused("Other rates begin on this very day. Choose another day.", field="valid_from")
    session.add_all(tax_rules_of(seller.country, valid_from, str(standard), str(reduced)))
    activity.record(
        session, "tax_rates.set", by=by, subject=seller, standard=standard, reduced=reduced,
        valid_from=valid_from,
    )  # fmt: skip


def _put(
    session: Session,
    row: PaymentTerms | CarriageZone,
    wanted: Mapping[str, Any],
    kind: str,
    by: Actor,
) -> None:
    before, after = activity.put(row, wanted)
    if after:
        activity.record(
            session, kind, by=by, subject=row, code=row.code, before=before, after=after
        )


def _check_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise Refused("A code has up to 16 capital letters, digits and dashes.", field="code")


def _check_terms(facts: TermsFacts) -> None:
    checks = (
        ("name", bool(facts.name.strip()), "Enter a name, such as 30 days net."),
        ("kind", facts.kind in TERMS_KINDS, "Choose one of the list."),
        ("base", facts.base in TERMS_BASES, "Choose one of the list."),
        ("days", 0 <= facts.days <= MOST_DAYS, "Type between 0 and 365 days."),
        ("day_of_month", facts.day_of_month is None or 1 <= facts.day_of_month <= 31,
         "A day of the month lies between 1 and 31."),
        ("discount_percent", 0 <= facts.discount_percent < 100,
         "A discount lies between 0 and 100 per cent."),
        ("discount_days", 0 <= facts.discount_days <= MOST_DAYS, "Type between 0 and 365 days."),
        ("discount_days", not facts.discount_percent or facts.discount_days <= facts.days
         or facts.base == "end_of_month", "The discount ends before the invoice is due."),
    )  # fmt: skip
    _refuse([(field, sentence) for field, is_right, sentence in checks if not is_right])


def _check_zone(facts: ZoneFacts) -> None:
    territories = get_global("territory_zones")
    unknown = [each for each in facts.countries if each not in territories]
    amounts = [each for each in (facts.flat_charge, facts.free_over) if each is not None]
    checks = (
        ("name", bool(facts.name.strip()), "Enter a name, such as mainland UK."),
        ("countries", bool(facts.countries), "Enter at least one country, such as GB."),
        ("countries", not unknown, f"{', '.join(unknown)[:60]}: no country has this code."),
        ("flat_charge", all(0 <= each <= MOST_AMOUNT for each in amounts),
         "Type amounts between 0 and 9,999,999."),
        ("transit_days", 0 <= facts.transit_days <= 60, "Type between 0 and 60 days."),
    )  # fmt: skip
    _refuse([(field, sentence) for field, is_right, sentence in checks if not is_right])


def _refuse(problems: list[tuple[str, str]]) -> None:
    if problems:
        raise Refused(
            problems[0][1], problems=[Problem(sentence, field) for field, sentence in problems]
        )
