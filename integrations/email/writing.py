"""A mail about a document, written: the words in force, filled in for its records."""

from __future__ import annotations

from sqlalchemy.orm import Session

from integrations.documents.writing import write
from integrations.email.facts import FACTS, Records, facts_of
from web.i18n import speaking
from web.mail_words import filled, in_force

FIXED = "Subject: "
"""How the template of a kind begins whose words nobody can choose: it is written as it stands."""


def write_mail(session: Session, kind: str, locale: str, records: Records) -> tuple[str, str]:
    """Subject and text of a mail in the language of `locale`."""
    if kind not in FACTS:
        subject, _, body = write(f"emails/{kind}.txt", locale, **records).partition("\n")
        return subject.removeprefix(FIXED), body.strip() + "\n"
    words = in_force(session, kind, locale)
    with speaking(locale):
        return filled(words, facts_of(kind, records))
