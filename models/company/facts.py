"""What the company says about itself: changed part by part, checked, and each time audited."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from models.accounts import checked_tax_number
from models.accounts.actor import Actor
from models.company.founding import currency_of
from models.kernel import activity, database
from models.kernel.errors import Conflict, NotFound, Problem, Refused
from models.kernel.seller import Seller
from models.ledger import JournalEntry
from models.pricing import PriceList, TaxRule, knows_tax_rates, seed_tax_rules

PARTS: dict[str, tuple[str, ...]] = {
    "details": (
        "trading_name", "legal_name", "address_line_1", "address_line_2", "address_line_3",
        "city", "postcode", "subdivision", "country", "email", "phone", "base_currency",
        "time_zone",
    ),
    "tax": ("company_number", "vat_number"),
    "bank": ("bank_name", "iban", "bic", "sort_code", "account_number"),
    "texts": ("invoice_footer", "terms_text"),
    "look": ("brand_colour",),
}  # fmt: skip
"""Which facts are changed together."""
NEEDED = {
    "trading_name": "Enter the name that customers know.",
    "legal_name": "Enter the legal name, as it stands in the register.",
    "address_line_1": "Enter the street.",
    "city": "Enter the town.",
    "email": "Enter the e-mail that customers write to.",
}
LONGEST, LONGEST_TEXT = 200, 4000
LONG = frozenset({"invoice_footer", "terms_text"})
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def change_company(
    session: Session, part: str, facts: Mapping[str, str], *, version: int, by: Actor
) -> Seller:
    """Changes one part of `PARTS`; documents that were issued keep what they say.

    Refused with every problem at its field. Country and currency are fixed once anything is
    booked or priced. Conflict when somebody else changed the company since `version`.
    """
    seller = _locked(session, version)
    wanted = {name: " ".join(facts.get(name, "").split()) for name in PARTS[part]}
    wanted |= {name: facts.get(name, "").strip() for name in LONG & wanted.keys()}
    problems: list[Problem] = []
    for name in wanted:
        try:
            wanted[name] = _checked(session, seller, name, wanted)
        except Refused as refusal:
            problems.append(Problem(refusal.sentence, name))
    if problems:
        raise Refused(problems[0].sentence, problems=problems)
    before, after = activity.put(seller, wanted)
    if not after:
        return seller
    _know_taxes(session, seller.country)
    activity.record(
        session, "company.changed", by=by, subject=seller, part=part,
        before=before, after=after,
    )  # fmt: skip
    return seller


def is_in_use(session: Session) -> bool:
    """Whether anything is booked or priced, so that country and currency stay as they are."""
    return any(
        session.scalar(select(table.id).limit(1)) is not None for table in (JournalEntry, PriceList)
    )


def _locked(session: Session, version: int) -> Seller:
    first = session.scalar(select(Seller.id).order_by(Seller.id).limit(1))
    if first is None:
        raise NotFound("No company is founded yet.")
    seller = database.lock(session, Seller, [first])[0]
    if seller.version != version:
        raise Conflict("Somebody changed the company meanwhile. Load the page again.")
    return seller


def _checked(session: Session, seller: Seller, name: str, facts: Mapping[str, str]) -> str:
    value = facts[name]
    if len(value) > (LONGEST_TEXT if name in LONG else LONGEST):
        raise Refused("This is too long. Shorten it.")
    if not value:
        if name in NEEDED:
            raise Refused(NEEDED[name])
        if name not in ALSO_NEEDED:
            return ""
    check = CHECKS.get(name)
    value = check(value, facts.get("country", seller.country)) if check else value
    is_moved = name in ("country", "base_currency") and value != getattr(seller, name)
    if is_moved and is_in_use(session):
        raise Refused("It can be changed only while nothing is booked and nothing is priced.")
    return value


def _email(value: str, _country: str) -> str:
    if not EMAIL.fullmatch(value):
        raise Refused(f"“{value}” is no e-mail address.")
    return value


def _country(value: str, _country: str) -> str:
    currency_of(value.upper())
    return value.upper()


def _currency(value: str, _country: str) -> str:
    from babel.numbers import list_currencies

    if value.upper() not in list_currencies():
        raise Refused("Enter the currency's three letters, such as GBP or EUR.")
    return value.upper()


def _time_zone(value: str, _country: str) -> str:
    if value not in available_timezones():
        raise Refused("Choose a time zone, such as Europe/London.")
    return value


def _vat_number(value: str, country: str) -> str:
    return checked_tax_number(value, country)


def _iban(value: str, _country: str) -> str:
    try:
        number: str = iban.validate(value)
    except ValidationError:
        raise Refused("This cannot be an IBAN: check its digits.") from None
    return number


def _bic(value: str, _country: str) -> str:
    try:
        number: str = bic.validate(value)
    except ValidationError:
        raise Refused("A BIC has 8 or 11 letters and digits, such as BUKBGB22.") from None
    return number


def _sort_code(value: str, country: str) -> str:
    digits = re.sub(r"[\s-]", "", value)
    if country == "GB":
        if not re.fullmatch(r"\d{6}", digits):
            raise Refused("A sort code has six digits, such as 20-20-15.")
        return f"{digits[:2]}-{digits[2:4]}-{digits[4:]}"
    return value


def _account_number(value: str, country: str) -> str:
    digits = re.sub(r"[\s-]", "", value)
    if country == "GB" and not re.fullmatch(r"\d{8}", digits):
        raise Refused("An account number has eight digits.")
    return digits if country == "GB" else value


def _colour(value: str, _country: str) -> str:
    if not COLOUR.fullmatch(value):
        raise Refused("A colour is written as # and six digits, such as #14201B.")
    return value.upper()


ALSO_NEEDED = frozenset({"country", "base_currency", "time_zone"})
CHECKS: dict[str, Callable[[str, str], str]] = {
    "email": _email,
    "country": _country,
    "base_currency": _currency,
    "time_zone": _time_zone,
    "vat_number": _vat_number,
    "iban": _iban,
    "bic": _bic,
    "sort_code": _sort_code,
    "account_number": _account_number,
    "brand_colour": _colour,
}


def _know_taxes(session: Session, country: str) -> None:
    """A country that the company moved to before its first entry brings its tax rates along."""
    there = select(TaxRule.id).where(TaxRule.country == country).limit(1)
    if knows_tax_rates(country) and session.scalar(there) is None:
        seed_tax_rules(session, country)
