"""Mails as a list, for those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.activity import Actor, record
from models.kernel.errors import Conflict, NotFound
from models.kernel.files import StoredFile
from models.kernel.mail import STATES, MailMessage, send_again


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


def send_mail_again(session: Session, message_id: int, *, by: Actor) -> MailMessage:
    """Queues a mail once more. Conflict while it waits to be sent already."""
    message = session.get(MailMessage, message_id, with_for_update=True)
    if message is None:
        raise NotFound("There is no such mail.")
    if message.state == "queued":
        raise Conflict("This mail waits to be sent already.")
    send_again(session, message)
    record(session, "mail.sent_again", by=by, subject=message, to=message.recipients)
    return message
