"""Signing in and out. The browser holds a random token, the database its SHA-256."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.accounts.passwords import hash_password, is_outdated, is_right
from models.accounts.throttling import (
    SIGN_IN_FROM_ADDRESS,
    SIGN_IN_OF_ACCOUNT,
    SIGN_IN_OF_ALL,
    count_try,
)
from models.accounts.user import Membership, SignInSession, User
from models.accounts.visit import digest_of
from models.kernel import clock
from models.kernel.activity import Actor as SomeActor
from models.kernel.activity import record
from models.kernel.errors import Denied, Refused

STAFF_LIFETIME = timedelta(hours=12)
BUYER_LIFETIME = timedelta(days=7)
REMEMBERED_LIFETIME = timedelta(days=30)
TOKEN_BYTES = 32
WRONG = "E-mail or password is not right. Check both, or ask for a new password below."


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from, as the list of sessions shows it."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just begun; `token` is known to nobody else and kept nowhere."""

    token: str
    session_id: int


def find_user(session: Session, email: str) -> User | None:
    """The person with this e-mail, without regard to case."""
    wanted = func.lower(email.strip())
    return session.scalars(select(User).where(func.lower(User.email) == wanted)).first()


def count_sign_in_try(session: Session, email: str, browser: Browser) -> None:
    """Counts a try for the person, the address and all. TooManyTries over any of the limits."""
    count_try(session, SIGN_IN_OF_ACCOUNT, email)
    count_try(session, SIGN_IN_FROM_ADDRESS, browser.address)
    count_try(session, SIGN_IN_OF_ALL, "")


def authenticate(session: Session, email: str, password: str) -> User:
    """The person with this e-mail and password.

    Refused with the same sentence, after the same work, for a wrong password, an unknown e-mail,
    and somebody disabled or not yet come through their invitation.
    """
    user = find_user(session, email)
    if not is_right(user.password_hash if user else None, password):
        raise Refused(WRONG, field="email")
    if user is None or not user.is_enabled or user.password_hash is None:
        raise Refused(WRONG, field="email")
    if is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    return user


def sign_in(
    session: Session, user: User, *, browser: Browser, is_remembered: bool = False
) -> Opened:
    """Begins a session for a person who proved who they are. Only buyers are remembered.

    A buyer of several accounts is in the one they used last. Refused for a buyer without any,
    and for somebody disabled.
    """
    if not user.is_enabled:
        raise Refused(WRONG, field="email")
    account_id = None if user.is_staff else _account_of(session, user)
    is_remembered = is_remembered and not user.is_staff
    now = clock.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = SignInSession(
        token_hash=digest_of(token),
        user_id=user.id,
        auth_epoch=user.auth_epoch,
        account_id=account_id,
        remembered=is_remembered,
        address=browser.address,
        agent=browser.agent[:200],
        created_at=now,
        seen_at=now,
        expires_at=now + _lifetime(user, is_remembered),
    )
    session.add(row)
    record(session, "user.signed_in", by=user, subject=user, account_id=account_id)
    session.flush()
    return Opened(token, row.id)


def sign_out(session: Session, session_id: int, *, by: SomeActor) -> None:
    """Ends one of the actor's own sessions, and with it acting for an account."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.user_id == by.id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )
    record(session, "user.signed_out", by=by)


def renew_token(session: Session, row: SignInSession) -> str:
    """A new token for a session whose rights change; the old one is worth nothing from now on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash = digest_of(token)
    session.flush()
    return token


def own_session(session: Session, session_id: int, *, by: SomeActor) -> SignInSession:
    """The actor's session, locked. Denied for anybody else's, and for one that has ended."""
    row = session.scalars(
        select(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.user_id == by.id,
            SignInSession.ended_at.is_(None),
        )
        .with_for_update()
    ).first()
    if row is None:
        raise Denied("You are signed out. Sign in again.")
    return row


def record_failure(session: Session, email: str) -> None:
    """Notes in the audit log that somebody could not sign in; for an unknown e-mail without it."""
    user = find_user(session, email)
    record(session, "user.sign_in_failed", by=None, subject=user)


def _lifetime(user: User, is_remembered: bool) -> timedelta:
    if user.is_staff:
        return STAFF_LIFETIME
    return REMEMBERED_LIFETIME if is_remembered else BUYER_LIFETIME


def _account_of(session: Session, user: User) -> int:
    last_used = (
        select(func.max(SignInSession.id))
        .where(SignInSession.user_id == user.id, SignInSession.account_id == Membership.account_id)
        .scalar_subquery()
    )
    found = session.scalars(
        select(Membership.account_id)
        .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
        .order_by(last_used.desc().nulls_last(), Membership.id)
        .limit(1)
    ).first()
    if found is None:
        raise Refused("You no longer belong to a company here. Ask its administrator, or us.")
    return found
