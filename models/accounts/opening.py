"""Opening an account: for an applicant, or for a customer who phones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts.account import Account, Address, Contact, PaymentTerms
from models.accounts.actor import Actor, visible_accounts
from models.accounts.crediting import checked_limit
from models.accounts.inviting import EMAIL
from models.accounts.keeping import (
    AccountFacts,
    AccountTerms,
    checked_facts,
    checked_terms,
    give_rep,
    require_taxable,
)
from models.accounts.permissions import Permission
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Refused
from models.kernel.numbering import next_number
from models.kernel.seller import first_seller

MAIN = "MAIN"


@dataclass(frozen=True, slots=True)
class Opening:
    """What is settled for a new account beside what is kept of every account.

    `credit_limit` is in `currency`, which never changes. `head_office` is the number of the
    account that it is a branch of; `head_office_pays` sends its invoices there.
    """

    terms_id: int
    credit_limit: Decimal
    rep_id: int | None
    currency: str = ""
    """Empty: the company's own."""
    locale: str = "en_GB"
    head_office: str = ""
    head_office_pays: bool = True


def open_account(
    session: Session,
    facts: AccountFacts,
    terms: AccountTerms,
    opening: Opening,
    *,
    address: Mapping[str, str],
    by: Actor,
) -> Account:
    """A new account with the next number, its first address (goods and invoices), the contact of
    that address, and its rep.

    Denied without the permission, and for a credit limit without the permission to set one;
    Refused, naming the field, for what makes no sense.
    """
    by.require(Permission.ACCOUNTS_APPROVE, "Your role does not include opening accounts.")
    email = address.get("email", "").strip()
    address = {**address, "email": email}
    if email and not EMAIL.fullmatch(email):
        raise Refused("This is no e-mail address.", field="email")
    account = begun_account(
        session, facts, terms, opening, address=address, origin="entered", by=by
    )
    if address.get("contact"):
        session.add(
            Contact(
                account_id=account.id, name=address["contact"], email=email,
                phone=address.get("phone", ""),
            )
        )  # fmt: skip
    record(
        session, "account.opened", by=by, subject=account, account_id=account.id,
        number=account.number, credit_limit=account.credit_limit,
    )  # fmt: skip
    return account


def begun_account(
    session: Session,
    facts: AccountFacts,
    terms: AccountTerms,
    opening: Opening,
    *,
    address: Mapping[str, str],
    origin: str,
    by: Actor,
) -> Account:
    """The account with its main address and its rep, without a word in the records. Refused as
    `open_account` is; `origin` says where it comes from."""
    seller = first_seller(session)
    currency = opening.currency or seller.base_currency
    if opening.credit_limit:
        by.require(
            Permission.CREDIT_CHANGE, "You may not set a credit limit. Open the account with none."
        )
    limit = checked_limit(opening.credit_limit, currency, field="credit_limit")
    if session.get(PaymentTerms, opening.terms_id) is None:
        raise Refused("Choose payment terms.", field="terms_id")
    kept = checked_facts(facts)
    kept |= checked_terms(session, terms, currency)
    require_taxable(terms.tax_treatment, kept["tax_number"])
    kept |= _family(session, opening, currency, by)
    number = next_number(
        session, seller_id=seller.id, kind="account", on=clock.today(seller.time_zone)
    )
    account = Account(
        number=number.text, currency=currency, locale=opening.locale, terms_id=opening.terms_id,
        credit_limit=limit, origin=origin, **kept,
    )  # fmt: skip
    session.add(account)
    session.flush()
    session.add(
        Address(
            account_id=account.id, code=MAIN, company=account.name, is_ship_to=True,
            is_bill_to=True, is_default=True,
            **{**address, "postcode": address.get("postcode", "").strip().upper()},
        )
    )  # fmt: skip
    give_rep(session, account, opening.rep_id)
    return account


def _family(session: Session, opening: Opening, currency: str, by: Actor) -> dict[str, Any]:
    number = opening.head_office.strip()
    if not number:
        return {}
    head = session.scalars(
        select(Account).where(
            func.upper(Account.number) == number.upper(),
            Account.id.in_(visible_accounts(by, on=clock.today(first_seller(session).time_zone))),
        )
    ).first()
    if head is None:
        raise Refused(f"There is no account {number}.", field="head_office")
    if head.parent_id is not None:
        raise Refused(f"{head.name} is a branch itself. Name its head office.", field="head_office")
    if opening.head_office_pays and head.currency != currency:
        raise Refused(
            f"{head.name} pays in {head.currency}: the branch has to buy in {head.currency} too.",
            field="head_office",
        )
    pays = {"bill_to_id": head.pays_id} if opening.head_office_pays else {}
    return {"parent_id": head.id, **pays}
