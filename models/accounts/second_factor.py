"""The second factor: a code from an app on the phone (TOTP), and ten recovery codes."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.credentials import end_other_sessions
from models.accounts.signing_in import own_session
from models.accounts.throttling import (
    CODE_IN_5_MINUTES,
    CODE_IN_A_DAY,
    CODE_IN_AN_HOUR,
    count_try,
)
from models.accounts.user import RecoveryCode, User
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Conflict, Refused

STEP_SECONDS = 30
RECOVERY_CODES = 10
WRONG_CODE = "This code is not right, or was used already. Wait for the next one."


def count_code_try(session: Session, user_id: int) -> None:
    """Counts a try of a code. TooManyTries after 5 in five minutes, 20 in an hour, 50 in a day."""
    for limit in (CODE_IN_5_MINUTES, CODE_IN_AN_HOUR, CODE_IN_A_DAY):
        count_try(session, limit, str(user_id))


def begin_set_up(session: Session, *, by: Actor) -> None:
    """Makes a secret for the actor's app. Conflict when they have a confirmed one."""
    user = session.get_one(User, by.id, with_for_update=True)
    if user.has_second_factor:
        raise Conflict("You have a second step already. Remove it first to set up another phone.")
    user.totp_secret = pyotp.random_base32()


def address_for_app(user: User, company: str) -> str:
    """What the QR code holds. Refused before `begin_set_up`."""
    if user.totp_secret is None:
        raise Refused("Start setting up the second step first.")
    return pyotp.TOTP(user.totp_secret).provisioning_uri(name=user.email, issuer_name=company)


def confirm_set_up(
    session: Session, session_id: int, code: str, *, by: Actor
) -> tuple[str, list[str]]:
    """Turns the second factor on with a first code. Other sessions end; this one's new token and
    the recovery codes, shown once, are returned. Refused for a wrong code."""
    user = session.get_one(User, by.id, with_for_update=True)
    row = own_session(session, session_id, by=by)
    if user.has_second_factor:
        raise Conflict("The second step is on already.")
    _use_step(user, code)
    user.totp_confirmed_at = clock.now()
    record(session, "user.second_factor_on", by=by, subject=user)
    return end_other_sessions(session, row, user), renew_recovery_codes(session, user)


def remove_second_factor(session: Session, session_id: int, *, by: Actor) -> str:
    """Turns the actor's own second factor off; other sessions end, this one's new token returned.

    The caller has had the password confirmed.
    """
    user = session.get_one(User, by.id, with_for_update=True)
    row = own_session(session, session_id, by=by)
    clear_second_factor(session, user)
    record(session, "user.second_factor_off", by=by, subject=user)
    return end_other_sessions(session, row, user)


def clear_second_factor(session: Session, user: User) -> None:
    """Forgets a person's app and recovery codes."""
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def check_code(session: Session, user: User, code: str) -> None:
    """Accepts a code of the app or a recovery code, each once. Refused otherwise."""
    session.refresh(user, with_for_update=True)
    plain = code.replace(" ", "").replace("-", "").lower()
    if plain.isdecimal() and len(plain) == 6:
        _use_step(user, plain)
        return
    _use_recovery_code(session, user, plain)


def renew_recovery_codes(session: Session, user: User) -> list[str]:
    """Ten new codes; the old ones are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_digest(code)) for code in codes)
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _use_step(user: User, code: str) -> None:
    """One step before and after the current one is accepted, for clocks that are not quite right;
    never a step that was used, nor one before it."""
    if user.totp_secret is None:
        raise Refused(WRONG_CODE, field="code")
    now = int(clock.now().timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(user.totp_secret)
    given = code.replace(" ", "")
    for step in (now - 1, now, now + 1):
        is_new = user.totp_last_step is None or step > user.totp_last_step
        if is_new and hmac.compare_digest(app.generate_otp(step).encode(), given.encode()):
            user.totp_last_step = step
            return
    raise Refused(WRONG_CODE, field="code")


def _use_recovery_code(session: Session, user: User, code: str) -> None:
    row = session.scalars(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _digest(code),
            RecoveryCode.used_at.is_(None),
        )
    ).first()
    if row is None:
        raise Refused(WRONG_CODE, field="code")
    row.used_at = clock.now()
    record(session, "user.recovery_code_used", by=user, subject=user)


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
