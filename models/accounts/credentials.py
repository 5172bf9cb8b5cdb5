"""A person's own password, e-mail and sessions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.passwords import hash_password, is_right, require_good
from models.accounts.signing_in import find_user, own_session, renew_token
from models.accounts.throttling import RESET, SIGN_IN_OF_ACCOUNT, count_try
from models.accounts.tokens import Purpose, issue_token, spend_token
from models.accounts.user import SignInSession, User
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.errors import Refused

CONFIRMED_FOR = timedelta(minutes=30)
WRONG_PASSWORD = "This is not your current password."  # noqa: S105


def ask_for_reset(session: Session, email: str) -> tuple[User, str] | None:
    """Somebody forgot their password: the person and a token to mail; None where there is nobody.

    The caller answers the same in both cases. TooManyTries after five in a day, for any e-mail.
    """
    count_try(session, RESET, email)
    user = find_user(session, email)
    if user is None or not user.is_enabled:
        return None
    record(session, "user.reset_asked", by=None, subject=user)
    return user, issue_token(session, user, Purpose.RESET, by=None)


def reset_password(session: Session, token: str, password: str) -> User:
    """Sets a new password with a mailed token and ends every session. Refused for a bad token,
    and for a password that is not good enough."""
    user, _ = spend_token(session, token, Purpose.RESET)
    set_password(user, password)
    record(session, "user.password_reset", by=user, subject=user)
    return user


def set_password(user: User, password: str) -> None:
    """Gives somebody a password. All their sessions end. Refused unless it is good enough."""
    require_good(password, email=user.email)
    user.password_hash = hash_password(password)
    user.end_sessions()


def count_password_try(session: Session, by: Actor) -> None:
    """Counts a try of the password by somebody signed in. TooManyTries over the limit."""
    count_try(session, SIGN_IN_OF_ACCOUNT, session.get_one(User, by.id).email)


def confirm_password(session: Session, session_id: int, password: str, *, by: Actor) -> None:
    """Opens the sensitive pages for 30 minutes. Refused for a wrong password."""
    row = own_session(session, session_id, by=by)
    _require_own(session.get_one(User, by.id), password, field="password")
    row.sudo_until = clock.now() + CONFIRMED_FOR
    record(session, "user.confirmed", by=by)


def change_password(session: Session, session_id: int, *, current: str, new: str, by: Actor) -> str:
    """Changes the actor's own password and ends their other sessions; this one goes on under the
    token that is returned. Refused for a wrong current password or a poor new one."""
    user = session.get_one(User, by.id)
    row = own_session(session, session_id, by=by)
    _require_own(user, current, field="current")
    require_good(new, email=user.email, field="new")
    user.password_hash = hash_password(new)
    record(session, "user.password_changed", by=by, subject=user)
    return end_other_sessions(session, row, user)


def end_other_sessions(session: Session, keep: SignInSession, user: User) -> str:
    """Ends all sessions of the person but one, which goes on under the token that is returned."""
    user.end_sessions()
    keep.auth_epoch = user.auth_epoch
    return renew_token(session, keep)


def end_all_others(session: Session, session_id: int, *, by: Actor) -> str:
    """Ends every other session of the actor; this one goes on under the token returned."""
    row = own_session(session, session_id, by=by)
    user = session.get_one(User, by.id)
    record(session, "user.sessions_ended", by=by, subject=user)
    return end_other_sessions(session, row, user)


def sessions_of(user_id: int) -> Select[SignInSession]:
    """The sessions of a person that go on, the one used last first."""
    now = clock.now()
    return (
        select(SignInSession)
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.auth_epoch == User.auth_epoch,
        )
        .order_by(SignInSession.seen_at.desc())
    )


def ask_for_email_change(session: Session, email: str, *, by: Actor) -> str:
    """A token to mail to the new address, which must be confirmed there. Refused if it is taken."""
    email = email.strip()
    _require_free(session, email)
    user = session.get_one(User, by.id)
    return issue_token(session, user, Purpose.EMAIL, by=by, carries=email)


def change_email(session: Session, token: str) -> tuple[User, str]:
    """Moves the person to the confirmed address, and ends all sessions; gives the old one, too."""
    user, email = spend_token(session, token, Purpose.EMAIL)
    _require_free(session, email)
    before, user.email = user.email, email
    user.end_sessions()
    record(session, "user.email_changed", by=user, subject=user, before=before, after=email)
    return user, before


def change_details(
    session: Session,
    *,
    name: str,
    phone: str,
    locale: str,
    wants_day_mail: bool = False,
    by: Actor,
) -> None:
    """The actor's own name, phone and language; of staff, whether Today is mailed to them."""
    user = session.get_one(User, by.id)
    before = _details(user)
    user.name, user.phone, user.locale = name.strip(), phone.strip(), locale
    user.wants_day_mail = wants_day_mail and user.is_staff
    record(
        session, "user.details_changed", by=by, subject=user, before=before, after=_details(user)
    )


def _details(user: User) -> dict[str, object]:
    kept = ("name", "phone", "locale", "wants_day_mail")
    return {name: getattr(user, name) for name in kept}


def _require_own(user: User, password: str, *, field: str) -> None:
    if not is_right(user.password_hash, password):
        raise Refused(WRONG_PASSWORD, field=field)


def _require_free(session: Session, email: str) -> None:
    taken = session.scalar(
        select(func.count()).where(func.lower(User.email) == email.lower()).select_from(User)
    )
    if taken:
        raise Refused("This e-mail cannot be used. Choose another one.", field="email")
