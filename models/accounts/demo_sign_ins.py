"""The people that a demo offers to sign in as, one click each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts.user import User
from models.kernel.settings import define, get

NOBODY: list[str] = []
DEMO_SIGN_INS = define(
    "demo.sign_ins", NOBODY, "Who can be tried out in the demo: e-mail|role|what to try"
)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """A person to try, with a role's name and what to try as them."""

    email: str
    name: str
    role: str
    try_this: str


DEMO_LOADING = define(
    "demo.loading", False, "The demo company is being loaded; where it stays so, it was broken off"
)


def demo_sign_ins(session: Session) -> list[DemoSignIn]:
    """Those of the setting who exist, in its order. Whether to offer them, the caller decides."""
    rows = [row.split("|") for row in get(session, DEMO_SIGN_INS) if row.count("|") == 2]
    emails = [email.strip().lower() for email, _, _ in rows]
    found = session.execute(
        select(func.lower(User.email), User.name).where(
            func.lower(User.email).in_(emails), User.disabled_at.is_(None)
        )
    )
    names: dict[str, str] = dict(list(found))
    return [
        DemoSignIn(email.strip(), names[email.strip().lower()], role.strip(), line.strip())
        for email, role, line in rows
        if email.strip().lower() in names
    ]
