"""One-time tokens in mailed links: for one person and purpose, once, for a while."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.accounts.user import OneTimeToken, User
from models.accounts.visit import digest_of
from models.kernel import clock
from models.kernel.activity import Actor as SomeActor
from models.kernel.errors import Refused

SPENT = "This link was used already, is too old, or has been replaced. Ask for a new one."


class Purpose(StrEnum):
    """What a link is for."""

    RESET = "reset"
    INVITATION = "invitation"
    EMAIL = "email"


LIFETIMES = {
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.EMAIL: timedelta(hours=24),
}


def issue_token(
    session: Session, user: User, purpose: Purpose, *, by: SomeActor | None, carries: str = ""
) -> str:
    """A new token; earlier ones of the person for this purpose are worth nothing any more.

    `carries` is kept with it: the new e-mail of an e-mail change.
    """
    now = clock.now()
    session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.user_id == user.id,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeToken(
            token_hash=digest_of(token),
            purpose=purpose,
            user_id=user.id,
            bound_to=f"{_state_of(user)} {carries}".strip(),
            created_by_id=by.id if by else None,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    session.flush()
    return token


def holder_of(session: Session, token: str, purpose: Purpose) -> tuple[User, str]:
    """Whose good token it is, and what it carries. Refused for any other, without saying why."""
    row = _find(session, token, purpose)
    user = session.get_one(User, row.user_id) if row else None
    if row is None or user is None or not _is_good(row, user):
        raise Refused(SPENT)
    return user, row.bound_to.partition(" ")[2]


def spend_token(session: Session, token: str, purpose: Purpose) -> tuple[User, str]:
    """As `holder_of`, and the token is used up: of two at once, one is Refused."""
    row = _find(session, token, purpose, lock=True)
    holder = holder_of(session, token, purpose)
    if row:
        row.used_at = clock.now()
    return holder


def _find(
    session: Session, token: str, purpose: Purpose, *, lock: bool = False
) -> OneTimeToken | None:
    wanted = select(OneTimeToken).where(
        OneTimeToken.token_hash == digest_of(token), OneTimeToken.purpose == purpose
    )
    if lock:
        wanted = wanted.with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).first()


def _is_good(row: OneTimeToken, user: User) -> bool:
    return (
        row.used_at is None
        and row.expires_at > clock.now()
        and user.is_enabled
        and row.bound_to.partition(" ")[0] == _state_of(user)
    )


def _state_of(user: User) -> str:
    """What must not have changed between the mail and the click."""
    state = f"{user.id}\n{user.email.lower()}\n{user.password_hash}\n{user.auth_epoch}"
    return sha256(state.encode()).hexdigest()
