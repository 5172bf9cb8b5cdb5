"""How often something may be tried: counted in the database, so that all processes agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.accounts.user import Throttle
from models.kernel import clock
from models.kernel.errors import Refused

MINUTES_5 = timedelta(minutes=5)
DAY = timedelta(days=1)


class TooManyTries(Refused):
    """Refused until the window ends, `retry_after` seconds from now (HTTP 429)."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of `what` from one key in one window; windows begin at fixed moments."""

    what: str
    tries: int
    window: timedelta


SIGN_IN_OF_ACCOUNT = Limit("sign-in account", 10, MINUTES_5)
SIGN_IN_FROM_ADDRESS = Limit("sign-in address", 10, MINUTES_5)
SIGN_IN_OF_ALL = Limit("sign-in all", 1000, MINUTES_5)
RESET = Limit("reset", 5, DAY)
CODE_IN_5_MINUTES = Limit("code 5 min", 5, MINUTES_5)
CODE_IN_AN_HOUR = Limit("code hour", 20, timedelta(hours=1))
CODE_IN_A_DAY = Limit("code day", 50, DAY)
APPLICATION = Limit("application", 5, DAY)
INVITATION = Limit("invitation", 20, DAY)


def count_try(session: Session, limit: Limit, key: str) -> None:
    """Counts one try. TooManyTries at the first one over the limit, whoever tries.

    Commit before the thing itself is tried: then a failure does not take the count back, and
    parallel tries wait for one another only that long.
    """
    now = clock.now()
    start = datetime.fromtimestamp(
        now.timestamp() // limit.window.total_seconds() * limit.window.total_seconds(), UTC
    )
    digest = sha256(f"{limit.what}\n{key.strip().lower()}".encode()).hexdigest()
    counted = (
        insert(Throttle)
        .values(key=digest, window_start=start, tries=1)
        .on_conflict_do_update(
            index_elements=[Throttle.key, Throttle.window_start],
            set_={"tries": Throttle.tries + 1},
        )
        .returning(Throttle.tries)
    )
    if session.scalars(counted).one() > limit.tries:
        raise _too_many((start + limit.window - now).total_seconds())


def forget_old_tries(session: Session) -> None:
    """Deletes the counts of windows that have ended; a daily task calls it."""
    session.execute(delete(Throttle).where(Throttle.window_start < clock.now() - DAY))


def _too_many(seconds: float) -> TooManyTries:
    wait = max(1, int(seconds) + 1)
    minutes = -(-wait // 60)
    words = f"{minutes} minutes" if minutes > 1 else "a minute"
    if minutes > 120:
        words = f"{-(-minutes // 60)} hours"
    return TooManyTries(f"Too many tries. Wait {words}, then try again.", wait)
