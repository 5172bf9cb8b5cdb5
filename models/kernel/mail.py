"""Outgoing mail: a row written with what causes it, sent by a task after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import BigInteger, Text

from models.kernel import clock
from models.kernel.base import Base, BigInt, Id, Moment
from models.kernel.errors import Refused
from models.kernel.files import StoredFile
from models.kernel.outbox import defer
from models.kernel.settings import define, get

SENDING = "mail.send"
STATES = ("queued", "sent", "failed", "diverted", "off", "kept", "bounced")
UNDELIVERED = ("failed", "bounced")
"""Never handed over, or handed over and come back: somebody has to look at the address."""

MAIL_STATE = define(
    "mail.state",
    "diverted",
    "Outgoing mail: off, all diverted to one address, or live",
    choices=("off", "diverted", "live"),
)
DIVERT_TO = define("mail.divert_to", "", "The address that diverted mail goes to")
PRACTICE_SINCE = define(
    "practice.since", "", "When this practice copy was made; none of its mail reaches customers"
)
SENDER = define("mail.sender", "", "The address that mail comes from; empty is the company's own")


class MailMessage(Base):
    """A mail and what became of it.

    `kept` is what happens without a mail server (the demo): it can be read here, and went nowhere.
    `diverted` went to one address instead of its recipients. `bounced` was taken by the mail server
    and came back later.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("cardinality(recipients) > 0", name="recipients"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    recipients: Mapped[list[str]] = mapped_column(ARRAY(Text))
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    attachment_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    account_id: Mapped[BigInt | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="queued", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    sent_at: Mapped[Moment | None]


def mail_state(session: Session) -> str:
    """Where mail goes: off, diverted or live. A practice copy is never live."""
    state = get(session, MAIL_STATE)
    return "diverted" if state == "live" and get(session, PRACTICE_SINCE) else state


def queue_mail(
    session: Session,
    *,
    to: Iterable[str],
    subject: str,
    text: str,
    kind: str,
    html: str | None = None,
    attachments: Iterable[StoredFile] = (),
    account_id: int | None = None,
) -> MailMessage:
    """A mail in the caller's transaction; a task sends it after the commit.

    Refused without a recipient. Line breaks in the subject become blanks.
    """
    recipients = [address.strip() for address in to if address.strip()]
    if not recipients:
        raise Refused("The mail has no recipient. Add an address first.", field="to")
    message = MailMessage(
        kind=kind,
        recipients=recipients,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
        attachment_ids=[stored.id for stored in attachments],
        account_id=account_id,
    )
    session.add(message)
    session.flush()
    send_again(session, message)
    return message


def send_again(session: Session, message: MailMessage) -> None:
    """Queues the mail once more, whatever became of it before."""
    message.state = "queued"
    message.error = None
    defer(session, SENDING, message_id=message.id, queueing_lock=f"mail-{message.id}")
