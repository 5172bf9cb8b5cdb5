"""Accounts for tests: just enough of each, everything else by keyword."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from models.accounts import Account, AccountGroup, PaymentTerms, User

_numbers = count(1)


def make_group(session: Session, **facts: Any) -> AccountGroup:
    number = next(_numbers)
    group = AccountGroup(**{"code": f"GROUP-{number}", "name": f"Group {number}"} | facts)
    session.add(group)
    session.flush()
    return group


def make_terms(session: Session, **facts: Any) -> PaymentTerms:
    terms = PaymentTerms(**{"code": f"NET30-{next(_numbers)}", "name": "30 days net"} | facts)
    session.add(terms)
    session.flush()
    return terms


def make_account(session: Session, **facts: Any) -> Account:
    """An active domestic account in pounds with a group and terms of its own."""
    number = next(_numbers)
    if "group_id" not in facts:
        facts["group_id"] = make_group(session).id
    if "terms_id" not in facts:
        facts["terms_id"] = make_terms(session).id
    account = Account(**{"number": f"C{number:05d}", "name": f"Customer {number}"} | facts)
    session.add(account)
    session.flush()
    return account


def make_staff(session: Session, **facts: Any) -> User:
    number = next(_numbers)
    person = User(
        **{"kind": "staff", "email": f"staff{number}@example.com", "name": f"Staff {number}"}
        | {"phone": "", "locale": "en_GB"}
        | facts
    )
    session.add(person)
    session.flush()
    return person
