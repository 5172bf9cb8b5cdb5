"""Mails as a list, for those who look after them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.kernel.activity import Actor, record
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.files import StoredFile
from models.kernel.mail import STATES, UNDELIVERED, MailMessage, send_again

ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+|[^@\s]+@localhost")
LONGEST_ERROR = 1000


def mail_rows(
    session: Session, state: str = "", *, limit: int = 50, offset: int = 0
) -> Sequence[Any]:
    """One page of mails, latest first; all of them without a state."""
    statement = select(
        MailMessage.id, MailMessage.kind, MailMessage.recipients, MailMessage.subject,
        MailMessage.state, MailMessage.attempts, MailMessage.error, MailMessage.made_at,
        MailMessage.sent_at,
    )  # fmt: skip
    if state:
        statement = statement.where(MailMessage.state == state)
    return session.execute(
        statement.order_by(MailMessage.id.desc()).limit(limit).offset(offset)
    ).all()


def count_mails(session: Session, *, most: int = 2000) -> dict[str, int]:
    """How many mails there are in each state, among the latest `most`."""
    latest = select(MailMessage.state).order_by(MailMessage.id.desc()).limit(most).subquery()
    rows = session.execute(select(latest.c.state, func.count()).group_by(latest.c.state))
    found = dict.fromkeys(STATES, 0)
    for state, count in rows:
        found[state] = count
    return found


def mail_by_id(session: Session, message_id: int) -> MailMessage:
    """A mail. NotFound without one."""
    message = session.get(MailMessage, message_id)
    if message is None:
        raise NotFound("There is no such mail.")
    return message


def attachments_of(session: Session, message: MailMessage) -> Sequence[StoredFile]:
    """The files that go with a mail."""
    return session.scalars(
        select(StoredFile).where(StoredFile.id.in_(message.attachment_ids)).order_by(StoredFile.id)
    ).all()


def undelivered(session: Session, *, except_kinds: Iterable[str], most: int = 200) -> Sequence[Any]:
    """The mails that did not reach anybody, oldest first, without those of some kinds."""
    return session.execute(
        _undelivered(except_kinds)
        .with_only_columns(
            MailMessage.id, MailMessage.kind, MailMessage.recipients, MailMessage.subject,
            MailMessage.state, MailMessage.error, MailMessage.made_at, MailMessage.account_id,
        )
        .order_by(MailMessage.id)
        .limit(most)
    ).all()  # fmt: skip


def count_undelivered(session: Session, *, except_kinds: Iterable[str]) -> int:
    """How many there are, counted up to a thousand."""
    rows = _undelivered(except_kinds).limit(1000).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _undelivered(except_kinds: Iterable[str]) -> Select[int]:
    return select(MailMessage.id).where(
        MailMessage.state.in_(UNDELIVERED), MailMessage.kind.not_in(list(except_kinds))
    )


def send_mail_again(
    session: Session, message_id: int, *, by: Actor, to: Sequence[str] = ()
) -> MailMessage:
    """Queues a mail once more, to other addresses where `to` names some.

    Conflict while it waits to be sent already; Refused for an address that is none.
    """
    message = session.get(MailMessage, message_id, with_for_update=True)
    if message is None:
        raise NotFound("There is no such mail.")
    if message.state == "queued":
        raise Conflict("This mail waits to be sent already.")
    wrong = [each for each in to if not ADDRESS.fullmatch(each)]
    if wrong:
        raise Refused(f"“{wrong[0][:60]}” is no e-mail address.", field="to")
    before, message.recipients = message.recipients, list(to) or message.recipients
    send_again(session, message)
    changed: dict[str, Any] = {"before": before} if before != message.recipients else {}
    record(session, "mail.sent_again", by=by, subject=message, to=message.recipients, **changed)
    return message


def mark_bounced(session: Session, message_id: int, made_at: str, why: str) -> bool:
    """Notes that a mail came back; False for a mail that is not ours or never left.

    `made_at` is the moment in its Message-ID: a number alone could be guessed.
    """
    message = session.get(MailMessage, message_id, with_for_update=True)
    if message is None or f"{message.made_at:%Y%m%d%H%M%S}" != made_at:
        return False
    if message.state not in ("sent", "diverted", "bounced"):
        return False
    message.state, message.error = "bounced", why[:LONGEST_ERROR]
    return True
