"""Sends what models/kernel/mail queued, and notes on the row what became of it.

No transaction is open while the mail server is spoken to. A worker that dies in between sends the
mail again with the same Message-ID, by which mail programs recognise it.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from integrations.email.smtp import MailRefused, MailServer, MailUnavailable
from jobs.app import Work, task
from models.kernel import clock, settings
from models.kernel.errors import NotFound
from models.kernel.failpoint import fail_at
from models.kernel.files import StoredFile
from models.kernel.mail import DIVERT_TO, SENDER, SENDING, MailMessage, mail_state
from models.kernel.seller import first_seller

MOST_ATTEMPTS = 6


@task(SENDING, queue="mail")
def send(work: Work, message_id: int) -> None:
    """Sends, diverts or keeps one mail, as the settings say. Does nothing to one that was sent."""
    with work.session() as session:
        row = session.get(MailMessage, message_id, with_for_update=True)
        if row is None or row.state != "queued":
            return
        fate = _fate(session, row, work.settings.smtp_url)
        if fate in ("off", "kept"):
            row.state = fate
            session.commit()
            return
        row.attempts += 1
        attempts = row.attempts
        message = _written(session, work, row, diverted=fate == "diverted")
        session.commit()
    _hand_over(work, message_id, message, fate, is_last=attempts >= MOST_ATTEMPTS)


def _fate(session: Session, row: MailMessage, smtp_url: str) -> str:
    state = mail_state(session)
    if state == "off":
        return "off"
    if not smtp_url or (state == "diverted" and not settings.get(session, DIVERT_TO)):
        return "kept"
    return "diverted" if state == "diverted" else "sent"


def _hand_over(
    work: Work, message_id: int, message: EmailMessage, fate: str, *, is_last: bool
) -> None:
    try:
        MailServer(work.settings.smtp_url).send(message)
        fail_at("mail.handed_over")
    except MailRefused as refusal:
        _note(work, message_id, "failed", str(refusal))
    except MailUnavailable as trouble:
        _note(work, message_id, "failed" if is_last else "queued", str(trouble))
        if not is_last:
            raise
    else:
        _note(work, message_id, fate)


def _note(work: Work, message_id: int, state: str, error: str | None = None) -> None:
    with work.session() as session:
        row = session.get_one(MailMessage, message_id, with_for_update=True)
        row.state, row.error = state, error
        row.sent_at = clock.now() if state in ("sent", "diverted") else None
        session.commit()


def _written(session: Session, work: Work, row: MailMessage, *, diverted: bool) -> EmailMessage:
    message = EmailMessage()
    message["From"] = _sender(session, work)
    message["To"] = settings.get(session, DIVERT_TO) if diverted else ", ".join(row.recipients)
    message["Subject"] = row.subject
    message["Date"] = format_datetime(row.made_at)
    host = urlsplit(work.settings.base_url).hostname
    message["Message-ID"] = f"<mail-{row.id}-{row.made_at:%Y%m%d%H%M%S}@{host}>"
    if diverted:
        message["X-Diverted-From"] = ", ".join(row.recipients)
    message.set_content(row.body_text)
    if row.body_html:
        message.add_alternative(row.body_html, subtype="html")
    for file_id in row.attachment_ids:
        _attach(message, work, session.get_one(StoredFile, file_id))
    return message


def _attach(message: EmailMessage, work: Work, stored: StoredFile) -> None:
    main, _, sub = stored.media_type.partition("/")
    with work.files.open(stored) as content:
        message.add_attachment(
            content.read(), maintype=main, subtype=sub or "octet-stream", filename=stored.file_name
        )


def _sender(session: Session, work: Work) -> str:
    chosen = settings.get(session, SENDER) or work.settings.mail_from
    if chosen:
        return chosen
    try:
        return first_seller(session).email
    except NotFound:
        return f"no-reply@{urlsplit(work.settings.base_url).hostname}"
