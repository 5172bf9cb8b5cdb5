"""Mail leaves after the commit, or is kept, diverted or held back as the settings say."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from sqlalchemy.orm import Session

from integrations.email.smtp import MailUnavailable
from jobs.app import Work
from jobs.mailing import MOST_ATTEMPTS, send
from models.kernel.errors import Refused
from models.kernel.mail import DIVERT_TO, MAIL_STATE, MailMessage, queue_mail
from models.kernel.settings import change
from tests.factories.kernel import make_seller


class Sink(Handler):
    """A mail server that keeps what it gets, and refuses nobody@."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Message] = []

    def prepare_message(self, session: object, envelope: object) -> Message:
        return message_from_bytes(envelope.content)  # type: ignore[attr-defined]

    def handle_message(self, message: Message) -> None:
        self.received.append(message)

    async def handle_RCPT(
        self, server: object, session: object, envelope: object, address: str, options: object
    ) -> str:
        if address.startswith("nobody@"):
            return "550 No such person"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    handler = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def with_server(work: Work, url: str) -> Work:
    return replace(work, settings=replace(work.settings, smtp_url=url))


def queued(work: Work, state: str, *, to: str = "bob@acme.example", divert_to: str = "") -> int:
    with work.session() as session:
        seller = make_seller(session)
        change(session, MAIL_STATE, state, by=None)
        change(session, DIVERT_TO, divert_to, by=None)
        pdf = work.files.put(
            session,
            b"%PDF-1.7",
            kind="invoice.pdf",
            owner=seller,
            media_type="application/pdf",
            file_name="INV-1.pdf",
        )
        message = queue_mail(
            session,
            to=[to],
            subject="Your invoice\r\nBcc: all@acme.example",
            text="Dear Bob",
            html="<p>Dear Bob</p>",
            attachments=[pdf],
            kind="invoice",
        )
        session.commit()
        return message.id


def fate(work: Work, message_id: int) -> MailMessage:
    with work.session() as session:
        return session.get_one(MailMessage, message_id)


def test_a_live_mail_arrives_with_its_text_and_attachment(
    work: Work, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    message_id = queued(work, "live")
    send(with_server(work, url), message_id)
    assert fate(work, message_id).state == "sent"
    (mail,) = server.received
    assert mail["To"] == "bob@acme.example"
    assert mail["From"] == "office@northgate.example"
    assert mail["Subject"] == "Your invoice Bcc: all@acme.example"
    assert mail["Bcc"] is None
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == ["INV-1.pdf"]


def test_a_mail_is_sent_once_though_the_task_runs_twice(work: Work, sink: tuple[Sink, str]) -> None:
    server, url = sink
    message_id = queued(work, "live")
    send(with_server(work, url), message_id)
    send(with_server(work, url), message_id)
    assert len(server.received) == 1


def test_a_diverted_mail_goes_to_one_address_and_says_whom_it_was_for(
    work: Work, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    message_id = queued(work, "diverted", divert_to="test@northgate.example")
    send(with_server(work, url), message_id)
    assert fate(work, message_id).state == "diverted"
    (mail,) = server.received
    assert (mail["To"], mail["X-Diverted-From"]) == ("test@northgate.example", "bob@acme.example")


@pytest.mark.parametrize(("state", "expected"), [("off", "off"), ("diverted", "kept")])
def test_a_mail_that_may_not_leave_stays(
    work: Work, sink: tuple[Sink, str], state: str, expected: str
) -> None:
    server, url = sink
    message_id = queued(work, state)
    send(with_server(work, url), message_id)
    assert fate(work, message_id).state == expected
    assert server.received == []


def test_without_a_mail_server_mail_is_kept_to_be_read(work: Work) -> None:
    message_id = queued(work, "live")
    send(work, message_id)
    assert fate(work, message_id).state == "kept"


def test_an_unknown_recipient_fails_for_good_with_the_servers_words(
    work: Work, sink: tuple[Sink, str]
) -> None:
    _, url = sink
    message_id = queued(work, "live", to="nobody@acme.example")
    send(with_server(work, url), message_id)
    failed = fate(work, message_id)
    assert failed.state == "failed"
    assert "No such person" in (failed.error or "")


def test_an_absent_mail_server_is_tried_again_and_then_given_up(work: Work) -> None:
    message_id = queued(work, "live")
    absent = with_server(work, "smtp://127.0.0.1:9")
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(MailUnavailable):
            send(absent, message_id)
        assert fate(work, message_id).state == "queued"
    send(absent, message_id)
    assert fate(work, message_id).state == "failed"


def test_a_mail_needs_a_recipient(session: Session) -> None:
    with pytest.raises(Refused, match="no recipient"):
        queue_mail(session, to=[" "], subject="Hello", text="Hello", kind="note")
