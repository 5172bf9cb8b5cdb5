"""A mail that came back is found again by its report, and by nothing else."""

from __future__ import annotations

from email import message_from_string
from email.message import EmailMessage, Message

import pytest
from sqlalchemy.orm import Session

from jobs.bouncing import report_of
from models.kernel.mail import MailMessage, queue_mail
from models.kernel.mail_queue import mark_bounced
from tests.factories.kernel import make_seller

STATUS = """Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; nobody@acme.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <nobody@acme.example>:
 Recipient address rejected: User unknown
"""


@pytest.fixture
def sent(session: Session) -> MailMessage:
    make_seller(session)
    message = queue_mail(session, to=["nobody@acme.example"], subject="x", text="y", kind="invoice")
    message.state = "sent"
    session.flush()
    return message


def message_id(sent: MailMessage) -> str:
    return f"<mail-{sent.id}-{sent.made_at:%Y%m%d%H%M%S}@shop.example>"


def report(about: str, action: str = "failed", *, whole: bool = True) -> Message:
    """What a mail server writes to the sender."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    parts = (
        "Content-Type: text/plain\n\nI am sorry to have to tell you\n",
        f"Content-Type: message/delivery-status\n\n{STATUS.format(action=action)}",
        f"Content-Type: {kind}\n\nMessage-ID: {about}\nSubject: x\n\n{'y' if whole else ''}\n",
    )
    head = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    return message_from_string(head + "".join(f"--b\n{each}\n" for each in parts) + "--b--\n")


@pytest.mark.parametrize("whole", [True, False])
def test_a_report_names_the_mail_and_the_reason(
    session: Session, sent: MailMessage, whole: bool
) -> None:
    found = report_of(report(message_id(sent), whole=whole))
    assert found is not None
    assert mark_bounced(session, *found)
    assert sent.state == "bounced"
    assert sent.error == (
        "nobody@acme.example: 550 5.1.1 <nobody@acme.example>: Recipient address rejected:"
        " User unknown"
    )


def test_a_mail_that_is_only_late_has_not_come_back(sent: MailMessage) -> None:
    assert report_of(report(message_id(sent), "delayed")) is None


def test_nothing_else_is_taken_for_a_report(session: Session, sent: MailMessage) -> None:
    note = EmailMessage()
    note.set_content(f"About {message_id(sent)}: Action: failed")
    assert report_of(note) is None
    assert report_of(report("<someone@else.example>")) is None
    assert not mark_bounced(session, sent.id, "20200101000000", "forged")
    assert not mark_bounced(session, 999_999_999, "20200101000000", "unknown")
    sent.state = "queued"
    assert not mark_bounced(session, sent.id, f"{sent.made_at:%Y%m%d%H%M%S}", "not gone yet")
