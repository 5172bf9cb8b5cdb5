"""Outgoing mail as the company keeps it: off, diverted or live, and a mail to try it with."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.company.facts import EMAIL
from models.kernel import settings
from models.kernel.errors import Problem, Refused
from models.kernel.mail import (
    DIVERT_TO,
    MAIL_STATE,
    PRACTICE_SINCE,
    SENDER,
    MailMessage,
    queue_mail,
)
from models.kernel.seller import first_seller

TEST = "test"


def change_mail(session: Session, *, state: str, divert_to: str, sender: str, by: Actor) -> None:
    """Decides where mail goes from now on. Refused, at its field, for addresses that are none,
    and for diverting mail nowhere."""
    divert_to, sender = divert_to.strip(), sender.strip()
    problems = [
        Problem(f"“{address}” is no e-mail address.", field)
        for field, address in (("divert_to", divert_to), ("sender", sender))
        if address and not EMAIL.fullmatch(address)
    ]
    if state not in MAIL_STATE.choices:
        problems.append(Problem("Choose where mail goes.", "state"))
    elif state == "live" and settings.get(session, PRACTICE_SINCE):
        problems.append(
            Problem("This is a practice copy: none of its mail goes to customers.", "state")
        )
    if state == "diverted" and not divert_to:
        problems.append(Problem("Enter the address that all mail goes to.", "divert_to"))
    if problems:
        raise Refused(problems[0].sentence, problems=problems)
    for setting, value in ((MAIL_STATE, state), (DIVERT_TO, divert_to), (SENDER, sender)):
        if settings.get(session, setting) != value:
            settings.change(session, setting, value, by=by)


def send_test_mail(session: Session, *, to: str, by: Actor) -> MailMessage:
    """A mail that says that mail works, on the way that all mail takes."""
    to = to.strip()
    if not EMAIL.fullmatch(to):
        raise Refused("Enter the address to send the test to.", field="to")
    name = first_seller(session).trading_name
    return queue_mail(
        session,
        to=[to],
        subject=f"{name}: a test of the outgoing mail",
        text=f"This mail was sent from the set-up page of {name}. Outgoing mail works.\n",
        kind=TEST,
    )
