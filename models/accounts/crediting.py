"""What accounting settles about an account: its terms, its limit, and whether goods may leave."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from models.accounts.account import Account, PaymentTerms
from models.accounts.actor import Actor
from models.accounts.permissions import Permission
from models.kernel.activity import record
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import round_amount

LARGEST_LIMIT = Decimal(100_000_000)


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """An account's terms and limit as somebody wants them, and the version they saw."""

    terms_id: int
    credit_limit: Decimal
    reason: str
    version: int


def change_credit(session: Session, account_id: int, wanted: CreditTerms, *, by: Actor) -> Account:
    """Changes payment terms and credit limit, with before and after in the audit log.

    Denied without the permission; Conflict when somebody changed the account meanwhile; Refused
    without a reason, for a limit below zero or finer than the currency, and for unknown terms.
    """
    account = _locked(session, account_id, by)
    if account.version != wanted.version:
        raise Conflict(
            f"{account.name} was changed meanwhile: its limit is {account.credit_limit:,.2f} now. "
            "Look again, then change it."
        )
    limit = checked_limit(wanted.credit_limit, account.currency, field="limit")
    if session.get(PaymentTerms, wanted.terms_id) is None:
        raise Refused("Choose one of the payment terms.", field="terms")
    reason = _reason(wanted.reason)
    before = {"limit": account.credit_limit, "terms_id": account.terms_id}
    account.credit_limit, account.terms_id = limit, wanted.terms_id
    record(
        session, "account.credit_changed", by=by, subject=account, account_id=account.id,
        before=before, after={"limit": limit, "terms_id": wanted.terms_id}, reason=reason,
    )  # fmt: skip
    return account


def checked_limit(limit: Decimal, currency: str, *, field: str) -> Decimal:
    """A credit limit. Refused, naming the field, below zero, above 100 million, and finer than the
    currency."""
    if limit < 0 or limit > LARGEST_LIMIT or limit != round_amount(limit, currency):
        raise Refused("Enter a limit of zero or more, in whole pence or cents.", field=field)
    return limit


def stop_account(session: Session, account_id: int, *, reason: str, by: Actor) -> Account:
    """Puts the account on stop: orders are taken and held, and no goods leave."""
    account = _locked(session, account_id, by)
    if account.status != "active":
        raise Conflict(f"{account.name} is {account.status}; only an active account is stopped.")
    return _change_status(session, account, "stopped", _reason(reason), by)


def lift_stop(session: Session, account_id: int, *, reason: str, by: Actor) -> Account:
    """Lets goods leave again."""
    account = _locked(session, account_id, by)
    if account.status != "stopped":
        raise Conflict(f"{account.name} is not on stop.")
    return _change_status(session, account, "active", _reason(reason), by)


def close_account(session: Session, account_id: int, *, reason: str, by: Actor) -> Account:
    """Takes no new orders from the account; what is open is finished and paid. Conflict for one
    that is closed, and for one on stop: what is open would leave then, and opening it again would
    lift the stop. Refused without a reason."""
    account = _locked(session, account_id, by)
    if account.status == "stopped":
        raise Conflict(
            f"{account.name} is on stop; closed, its open orders would leave. Lift the stop first, "
            "or leave it on stop."
        )
    if not account.is_open:
        raise Conflict(f"{account.name} is {account.status} already.")
    return _change_status(session, account, "closed", _reason(reason), by)


def reopen_account(session: Session, account_id: int, *, reason: str, by: Actor) -> Account:
    """Takes orders again. Conflict unless it is closed; Refused without a reason."""
    account = _locked(session, account_id, by)
    if account.status != "closed":
        raise Conflict(f"{account.name} is not closed.")
    return _change_status(session, account, "active", _reason(reason), by)


def _locked(session: Session, account_id: int, by: Actor) -> Account:
    by.require(Permission.CREDIT_CHANGE, "Credit is changed by accounting.")
    account = next(iter(lock(session, Account, [account_id])), None)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _change_status(
    session: Session, account: Account, status: str, reason: str, by: Actor
) -> Account:
    before, account.status = account.status, status
    record(
        session, "account.status_changed", by=by, subject=account, account_id=account.id,
        before=before, after=status, reason=reason,
    )  # fmt: skip
    return account


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("Say why, for those who look at it later.", field="reason")
    return text.strip()
