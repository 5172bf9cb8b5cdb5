"""Applying for an account: a visitor asks, staff decide."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.account import (
    Account,
    AccountApplication,
    AccountGroup,
    AccountRep,
    Address,
    Contact,
    PaymentTerms,
)
from models.accounts.actor import Actor
from models.accounts.inviting import Invitation, invite_buyer
from models.accounts.permissions import BuyerRole, Permission
from models.accounts.tax_numbers import checked_tax_number
from models.accounts.throttling import APPLICATION, count_try
from models.accounts.user import StaffRole, User
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.numbering import next_number
from models.kernel.seller import first_seller

APPLIED_FACTS = (
    "company", "contact", "email", "phone", "trade", "line1", "line2", "city", "postcode",
    "country", "message",
)  # fmt: skip

REPS = ("sales_rep", "sales_manager")


@dataclass(frozen=True, slots=True)
class Approval:
    """What staff settle for a new account."""

    group_id: int
    terms_id: int
    credit_limit: Decimal
    rep_id: int | None


def apply_for_account(
    session: Session, facts: dict[str, str], *, tax_number: str, address: str
) -> AccountApplication:
    """A visitor's request, for staff to decide. TooManyTries after five a day from an address;
    Refused for a tax number with a wrong check digit."""
    count_try(session, APPLICATION, address)
    application = AccountApplication(
        **{name: facts.get(name, "").strip() for name in APPLIED_FACTS},
        tax_number=checked_tax_number(tax_number, facts["country"]),
    )
    session.add(application)
    record(session, "application.received", by=None, subject=application)
    return application


def approve(
    session: Session, application_id: int, settled: Approval, *, by: Actor
) -> tuple[Account, Invitation]:
    """Makes the account, its first address, its rep, and invites the applicant as its
    administrator.

    Denied without the permission, and for a credit limit without the permission to set one;
    Conflict for an application that is decided.
    """
    application = _waiting(session, application_id, by)
    if settled.credit_limit:
        by.require(
            Permission.CREDIT_CHANGE, "You may not set a credit limit. Approve it with none."
        )
    account = _account(session, application, settled)
    _address(session, application, account)
    _rep(session, account, settled.rep_id)
    invitation = invite_buyer(
        session, account_id=account.id, email=application.email, name=application.contact,
        role=BuyerRole.COMPANY_ADMIN, by=by,
    )  # fmt: skip
    session.add(
        Contact(
            account_id=account.id, user_id=invitation.user.id, name=application.contact,
            email=application.email, phone=application.phone,
        )
    )  # fmt: skip
    _decide(application, "approved", by)
    application.account_id = account.id
    record(
        session, "application.approved", by=by, subject=application, account_id=account.id,
        credit_limit=settled.credit_limit,
    )  # fmt: skip
    return account, invitation


def decline(session: Session, application_id: int, reason: str, *, by: Actor) -> AccountApplication:
    """Says no, with a reason that the applicant reads. Refused without one."""
    application = _waiting(session, application_id, by)
    if not reason.strip():
        raise Refused("Give a reason: the applicant reads it.", field="reason")
    _decide(application, "declined", by)
    application.reason = reason.strip()
    record(session, "application.declined", by=by, subject=application, reason=reason.strip())
    return application


def _waiting(session: Session, application_id: int, by: Actor) -> AccountApplication:
    by.require(Permission.ACCOUNTS_APPROVE, "Your role does not include approving accounts.")
    application = session.get(AccountApplication, application_id, with_for_update=True)
    if application is None:
        raise NotFound("There is no such application.")
    if application.state != "waiting":
        raise Conflict(f"This application was {application.state} already.")
    return application


def _decide(application: AccountApplication, state: str, by: Actor) -> None:
    application.state = state
    application.decided_by_id = by.id
    application.decided_at = clock.now()


def _account(session: Session, application: AccountApplication, settled: Approval) -> Account:
    seller = first_seller(session)
    if session.get(AccountGroup, settled.group_id) is None:
        raise Refused("Choose a price group.", field="group_id")
    if session.get(PaymentTerms, settled.terms_id) is None:
        raise Refused("Choose payment terms.", field="terms_id")
    if settled.credit_limit < 0:
        raise Refused("A credit limit is zero or more.", field="credit_limit")
    number = next_number(
        session, seller_id=seller.id, kind="account", on=clock.today(seller.time_zone)
    )
    account = Account(
        number=number.text, name=application.company, group_id=settled.group_id,
        terms_id=settled.terms_id, credit_limit=settled.credit_limit,
        currency=seller.base_currency, country=application.country,
        tax_number=application.tax_number, phone=application.phone, trade=application.trade,
        origin="applied",
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def _address(session: Session, application: AccountApplication, account: Account) -> None:
    session.add(
        Address(
            account_id=account.id, code="MAIN", company=application.company,
            contact=application.contact, phone=application.phone, email=application.email,
            line1=application.line1, line2=application.line2, city=application.city,
            postcode=application.postcode, country=application.country,
            is_ship_to=True, is_bill_to=True, is_default=True,
        )
    )  # fmt: skip


def _rep(session: Session, account: Account, rep_id: int | None) -> None:
    if rep_id is None:
        return
    if rep_id not in set(
        session.scalars(select(StaffRole.user_id).where(StaffRole.role.in_(REPS)))
    ):
        raise Refused("Choose a sales rep.", field="rep_id")
    today = clock.today(first_seller(session).time_zone)
    session.add(AccountRep(account_id=account.id, user_id=rep_id, valid_from=today))
    session.flush()


def possible_reps(session: Session) -> list[User]:
    """Who can look after an account, by name."""
    wanted = (
        select(User)
        .where(
            User.disabled_at.is_(None),
            User.id.in_(select(StaffRole.user_id).where(StaffRole.role.in_(REPS))),
        )
        .order_by(User.name)
    )
    return list(session.scalars(wanted))
