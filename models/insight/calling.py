"""Which account is it? Found by what a caller says: name, person, phone, postcode, number, mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    all_,
    and_,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from models.accounts import Account, Actor, Address, Contact, Permission, visible_accounts

MOST_CALLERS = 8
MOST_WORDS = 8
FEWEST_DIGITS = 5
SUBSCRIBER_DIGITS = 8
"""So many last digits tell two numbers of different countries apart well enough to look."""
CALLING_CODES = {"GB": "44", "IE": "353", "US": "1", "DE": "49", "FR": "33", "NL": "31"}


class Caller(NamedTuple):
    """An account that it may be, with the person where one was found by name, phone or mail, and
    the phone number, place or mail address that it was found by."""

    account_id: int
    number: str
    name: str
    status: str
    person: str
    found_by: str


@dataclass(frozen=True, slots=True)
class PhoneDigits:
    """The digits by which a phone number is looked for, wherever they stand in a stored one."""

    digits: str

    def are_in(self, *numbers: Any) -> ColumnElement[bool]:
        """Whether one of the stored numbers holds them; how it is written does not matter."""
        return or_(
            *(
                func.regexp_replace(number, r"\(0\)|\D", "", "g").contains(self.digits)
                for number in numbers
            )
        )


def phone_digits(text: str, country: str) -> PhoneDigits | None:
    """What of a typed phone number tells it: `020 7946 0018`, `+44 20 7946 0018` and
    `0044 (0)20 79460018` alike. None where it is not one.

    Without the country's own code and the zeros before it. Of another country's number the last
    digits count: it may be kept in its national form.
    """
    if not re.fullmatch(r"[+\d\s().\-/]+", text.strip()):
        return None
    bare = text.replace("(0)", "")
    digits = re.sub(r"\D", "", bare)
    is_international = bare.strip().startswith("+") or digits.startswith("00")
    digits = digits.lstrip("0")
    if is_international:
        home = CALLING_CODES.get(country, "")
        if home and digits.startswith(home):
            digits = digits.removeprefix(home)
        elif len(digits) > SUBSCRIBER_DIGITS:
            digits = digits[-SUBSCRIBER_DIGITS:]
    return PhoneDigits(digits) if len(digits) >= FEWEST_DIGITS else None


def callers(
    session: Session, text: str, actor: Actor, *, country: str, today: date
) -> list[Caller]:
    """The accounts that a caller may mean, the likeliest first, one row each; in one statement."""
    words = " ".join(text.split())[:80]
    if not words:
        return []
    found = _found(words, country).subquery("found")
    best = (
        select(found)
        .ext(distinct_on(found.c.account_id))
        .order_by(found.c.account_id, found.c.rank, found.c.person.desc())
        .subquery("best")
    )
    statement = (
        select(
            Account.id, Account.number, Account.name, Account.status, best.c.person,
            best.c.found_by,
        )
        .join(best, best.c.account_id == Account.id)
        .where(Account.status.in_(("active", "stopped")))
        .order_by(best.c.rank, Account.name, Account.id)
        .limit(MOST_CALLERS)
    )  # fmt: skip
    if not actor.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(Account.id.in_(visible_accounts(actor, on=today)))
    return [Caller(*row) for row in session.execute(statement)]


def is_postcode(column: Any, text: str) -> ColumnElement[bool]:
    """Whether a stored postcode begins with what was typed, blanks and case aside."""
    typed = re.sub(r"[^0-9A-Z]", "", text.upper())
    if len(typed) < 3 or not re.search(r"\d", typed):
        return literal(value=False)
    plain = func.replace(func.upper(column), " ", "")
    return plain.startswith(typed, autoescape=True)


def holds_words(words: str, *texts: Any) -> ColumnElement[bool]:
    """Whether the texts together hold every word, in any order."""
    hay = func.lower(func.concat_ws(" ", *texts))
    return hay.like(all_(_patterns(words)))


def names_person(words: str, person: Any, company: Any) -> ColumnElement[bool]:
    """Whether the words name this person: every one of them, or some and the company's by the
    others."""
    named = func.lower(person).like(any_(_patterns(words)))
    return and_(named, holds_words(words, person, company))


def _patterns(words: str) -> Any:
    """One pattern per word, as an array: the text is made small once, not once per word."""
    plain = re.sub(r"([%_\\])", r"\\\1", words.lower())
    some = [f"%{word}%" for word in plain.split()[:MOST_WORDS]]
    return literal(some, ARRAY(Text))


def _found(words: str, country: str) -> Any:
    """Accounts with how they were found: rank 0 is sure, 3 is a guess."""
    lower, name = words.lower(), func.lower(Account.name)
    digits, of_contact = phone_digits(words, country), aliased(Account)
    person = func.concat_ws(" ", Contact.name, Contact.role)
    ways: list[Select[Any]] = [
        _way(Account.id, 0, "", "").where(func.upper(Account.number) == words.upper()),
        _way(Account.id, 1, "", "").where(name.startswith(lower, autoescape=True)),
        _way(Account.id, 2, "", "").where(holds_words(words, Account.name)),
        _way(Contact.account_id, 2, Contact.name, Contact.role)
        .join(of_contact, of_contact.id == Contact.account_id)
        .where(names_person(words, person, of_contact.name)),
        _way(Address.account_id, 3, "", func.concat_ws(", ", Address.city, Address.postcode)).where(
            Address.replaced_at.is_(None),
            or_(is_postcode(Address.postcode, words), func.lower(Address.city) == lower),
        ),
    ]
    if "@" in words:
        ways.append(
            _way(Contact.account_id, 0, Contact.name, Contact.email).where(
                func.lower(Contact.email) == lower
            )
        )
    if digits is not None:
        ways += [
            _way(
                Contact.account_id, 0, Contact.name,
                func.coalesce(func.nullif(Contact.phone, ""), Contact.mobile),
            ).where(digits.are_in(Contact.phone, Contact.mobile)),
            _way(Account.id, 1, "", Account.phone).where(digits.are_in(Account.phone)),
            _way(Address.account_id, 1, Address.contact, Address.phone).where(
                Address.replaced_at.is_(None), digits.are_in(Address.phone)
            ),
        ]  # fmt: skip
    return union_all(*ways)


def _way(account_id: Any, rank: int, person: Any, found_by: Any) -> Select[Any]:
    return select(
        account_id.label("account_id"),
        literal(rank, Integer).label("rank"),
        cast(literal(person) if isinstance(person, str) else person, Text).label("person"),
        cast(literal(found_by) if isinstance(found_by, str) else found_by, Text).label("found_by"),
    )
