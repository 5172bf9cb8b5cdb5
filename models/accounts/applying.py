"""Applying for an account: a visitor asks, staff decide."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from models.accounts.account import Account, AccountApplication, Contact
from models.accounts.actor import Actor
from models.accounts.inviting import Invitation, invite_buyer
from models.accounts.keeping import AccountFacts, AccountTerms
from models.accounts.opening import Opening, begun_account
from models.accounts.permissions import BuyerRole, Permission
from models.accounts.tax_numbers import checked_tax_number
from models.accounts.throttling import APPLICATION, count_try
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Conflict, NotFound, Refused

APPLIED_FACTS = (
    "company", "contact", "email", "phone", "trade", "line1", "line2", "city", "postcode",
    "country", "message",
)  # fmt: skip
ADDRESS = ("contact", "phone", "email", "line1", "line2", "city", "postcode", "country")


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
    account = begun_account(
        session, _facts(application), AccountTerms(group_id=settled.group_id),
        Opening(settled.terms_id, settled.credit_limit, settled.rep_id),
        address={name: getattr(application, name) for name in ADDRESS}, origin="applied", by=by,
    )  # fmt: skip
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


def _facts(application: AccountApplication) -> AccountFacts:
    return AccountFacts(
        name=application.company, trade=application.trade, phone=application.phone,
        country=application.country, tax_number=application.tax_number,
    )  # fmt: skip


def _decide(application: AccountApplication, state: str, by: Actor) -> None:
    application.state = state
    application.decided_by_id = by.id
    application.decided_at = clock.now()
