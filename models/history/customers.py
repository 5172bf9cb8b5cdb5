"""The accounts of the past: one per customer, and one for all that had none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Text, any_, literal, or_, select
from sqlalchemy.orm import Session

from models.accounts import Account, Address
from models.history.books import ORIGIN, Books
from models.history.planning import Customer
from models.kernel.bulk import insert_rows

COUNTER = ""
"""The customer id of what was sold over the counter."""
ADDRESS_UNKNOWN = "Address to be completed"


@dataclass(frozen=True, slots=True)
class Buyer:
    """An account as documents of the past name it. `ship_to` is a copy of its main address."""

    account_id: int
    bill_to_id: int
    address_id: int | None
    ship_to: dict[str, str]
    facts: dict[str, str]


def counter(books: Books) -> Customer:
    """The one account of all sales without a customer."""
    return Customer(COUNTER, books.policy.counter_name, books.seller.country)


def write_accounts(session: Session, books: Books, customers: Sequence[Customer]) -> int:
    """Opens the accounts that are missing, each with a main address; gives how many.

    An account with that number or external id is the customer already and stays as it is.
    """
    there = _accounts(session, books, [customer.id for customer in customers])
    missing = [customer for customer in customers if customer.id not in there]
    ids = insert_rows(session, Account, [_account(books, customer) for customer in missing])
    insert_rows(
        session,
        Address,
        [
            {
                "account_id": id_,
                "code": "MAIN",
                "company": _name(books, customer),
                "line1": ADDRESS_UNKNOWN,
                "city": "",
                "country": customer.country or books.seller.country,
                "is_ship_to": True,
                "is_bill_to": True,
                "is_default": True,
            }
            for id_, customer in zip(ids, missing, strict=True)
        ],
    )
    return len(ids)


def buyers_of(session: Session, books: Books, ids: Collection[str]) -> dict[str, Buyer]:
    """The accounts of these customers, by the file's customer id."""
    accounts = _accounts(session, books, ids)
    addresses: dict[int, Address] = {
        address.account_id: address
        for address in session.scalars(
            select(Address)
            .where(
                Address.account_id.in_([account.id for account in accounts.values()]),
                Address.replaced_at.is_(None),
            )
            .order_by(Address.is_default, Address.id.desc())
        )
    }
    return {id_: _buyer(account, addresses.get(account.id)) for id_, account in accounts.items()}


def _buyer(account: Account, address: Address | None) -> Buyer:
    ship_to = address.copy() if address else {"company": account.name, "country": account.country}
    facts = {
        **ship_to,
        "number": account.number,
        "legal_name": account.legal_name or account.name,
        "tax_number": account.tax_number,
    }
    return Buyer(account.id, account.pays_id, address.id if address else None, ship_to, facts)


def _accounts(session: Session, books: Books, ids: Iterable[str]) -> dict[str, Account]:
    numbers = {_number(books, id_): id_ for id_ in ids}
    wanted = any_(literal(list(numbers), ARRAY(Text)))
    found = session.scalars(
        select(Account)
        .where(or_(Account.number == wanted, Account.external_id == wanted))
        .order_by(Account.external_id.is_(None).desc(), Account.id)
    )
    accounts: dict[str, Account] = {}
    for account in found:
        for key in (account.number, account.external_id):
            if key in numbers:
                accounts[numbers[key]] = account
    return accounts


def _account(books: Books, customer: Customer) -> dict[str, Any]:
    country = customer.country or books.seller.country
    number = _number(books, customer.id)
    return {
        "number": number,
        "external_id": number,
        "name": _name(books, customer),
        "group_id": books.group_id,
        "terms_id": books.terms.id,
        "currency": books.seller.base_currency,
        "country": country,
        "tax_treatment": "domestic" if country == books.seller.country else "export",
        "credit_limit": books.policy.credit_limit,
        "origin": ORIGIN,
    }


def _number(books: Books, id_: str) -> str:
    policy = books.policy
    return policy.number_prefix + id_ if id_ else policy.counter_number


def _name(books: Books, customer: Customer) -> str:
    return customer.name or books.policy.name.format(id=customer.id)
