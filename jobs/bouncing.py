"""`flask mail bounced < message`: a mail that came back is noted at the mail that it was.

The mail server, or what fetches the mailbox of the sender's address, hands each message to this
command (docs/operating.md). What is no report about a mail of ours changes nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from email import message_from_binary_file
from email.message import Message

import click
from flask import current_app
from flask.cli import AppGroup

from models.kernel.database import make_engine, session_factory
from models.kernel.mail_queue import mark_bounced

OURS = re.compile(r"<mail-(\d{1,18})-(\d{14})@")
FAILED = re.compile(r"^Action:\s*failed\s*$", re.IGNORECASE | re.MULTILINE)
WHY = re.compile(r"^Diagnostic-Code:\s*(?:[\w-]+;\s*)?(.+(?:\n[ \t].+)*)", re.I | re.MULTILINE)
WHOM = re.compile(r"^Final-Recipient:\s*[\w-]+;\s*(\S+)", re.IGNORECASE | re.MULTILINE)
MOST_BYTES = 1_000_000

mail = AppGroup("mail", help="Mail that came back.")


@mail.command("bounced")
def bounced() -> None:
    """Read a message from standard input; if it says that a mail came back, note that."""
    report = message_from_binary_file(sys.stdin.buffer)
    found = report_of(report)
    if found is None:
        click.echo("This is no report about a mail that came back.")
        return
    message_id, made_at, why = found
    engine = make_engine(current_app.extensions["settings"].database_url, pool_size=1)
    with session_factory(engine)() as session:
        is_ours = mark_bounced(session, message_id, made_at, why)
        session.commit()
    click.echo(f"Mail {message_id} came back." if is_ours else "This mail is not ours.")


def report_of(report: Message) -> tuple[int, str, str] | None:
    """Id and moment of our mail, and why it came back; None for anything else.

    A report that only says that a mail is late is no bounce.
    """
    status = "\n".join(_texts(report, "message/delivery-status"))
    ours = OURS.search("\n".join(_texts(report, "message/rfc822", "text/rfc822-headers")))
    if ours is None or not FAILED.search(status):
        return None
    why, whom = WHY.search(status), WHOM.search(status)
    said = " ".join(why.group(1).split()) if why else "The mail came back."
    return int(ours.group(1)), ours.group(2), f"{whom.group(1)}: {said}" if whom else said


def _texts(report: Message, *kinds: str) -> Iterator[str]:
    """The parts of these kinds as text, cut off where a report would be absurdly long."""
    for part in report.walk():
        if part.get_content_type() in kinds:
            yield part.as_string()[:MOST_BYTES]
