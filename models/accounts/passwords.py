"""Passwords: how they are kept (argon2id), and which are good enough."""

from __future__ import annotations

import re
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.kernel.errors import Refused

SHORTEST, LONGEST = 12, 128
FEWEST_DIFFERENT = 6
MEMORY_KIB = 19 * 1024
_hasher = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)
_at_once = BoundedSemaphore(2)
"""Each check takes 19 MiB and a core; more than two at once would starve the other requests."""
_DUMMY = _hasher.hash("nobody has this password")
_OBVIOUS = re.compile(
    r"passwor[dt]|passwort|qwert[yz]|letmein|welcome|willkommen|123456|abcdef|iloveyou|changeme",
    re.IGNORECASE,
)


def hash_password(password: str) -> str:
    """The password as it is kept."""
    with _at_once:
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash it takes as long, and is wrong."""
    with _at_once:
        try:
            fits = _hasher.verify(password_hash or _DUMMY, password[: 4 * LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return fits and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def require_good(password: str, *, email: str, field: str = "password") -> None:
    """Refused, naming the rule, for a password that is short, long, obvious or the person's name.

    There are no rules about kinds of characters: length is what counts.
    """
    name = email.partition("@")[0].lower()
    sentence = ""
    if len(password) < SHORTEST:
        sentence = f"Use at least {SHORTEST} characters. A few unrelated words are easiest."
    elif len(password) > LONGEST:
        sentence = f"Use at most {LONGEST} characters."
    elif len(set(password.lower())) < FEWEST_DIFFERENT:
        sentence = "This password repeats the same few characters. Choose another one."
    elif len(_OBVIOUS.sub("", password)) < SHORTEST // 2:
        sentence = "This password is among the first that people guess. Choose another one."
    elif len(name) > 3 and name in password.lower() and len(password) - len(name) < SHORTEST // 2:
        sentence = "This password is mostly your e-mail address. Choose another one."
    if sentence:
        raise Refused(sentence, field=field)
