"""Turning a copy of the company's database into one to practise in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.accounts.user import SignInSession
from models.company.facts import EMAIL
from models.kernel import settings
from models.kernel.errors import Refused
from models.kernel.mail import DIVERT_TO, MAIL_STATE, PRACTICE_SINCE, MailMessage


def make_practice(session: Session, *, made_at: datetime, mail_to: str = "") -> None:
    """Makes this database, a copy, one whose mail never reaches a customer.

    Mail goes to `mail_to`, or is kept to be read where there is none; what was queued in the
    company itself is kept too, for that one sends it. Everybody signs in anew. Refused where
    `mail_to` is no address. It can not be undone.
    """
    if mail_to and not EMAIL.fullmatch(mail_to):
        raise Refused(f"“{mail_to}” is no e-mail address.", field="mail_to")
    chosen = ((MAIL_STATE, "diverted"), (DIVERT_TO, mail_to), (PRACTICE_SINCE, made_at.isoformat()))
    for setting, value in chosen:
        if settings.get(session, setting) != value:
            settings.change(session, setting, value, by=None)
    session.execute(
        update(MailMessage).where(MailMessage.state == "queued").values(state="kept", error=None)
    )
    session.execute(
        update(SignInSession).where(SignInSession.ended_at.is_(None)).values(ended_at=made_at)
    )
