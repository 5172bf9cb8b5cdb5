"""A mail about a document, written: the words in force, filled in for its records."""

from __future__ import annotations

from sqlalchemy.orm import Session

from integrations.email.facts import Records, facts_of
from web.i18n import speaking
from web.mail_words import filled, in_force


def write_mail(session: Session, kind: str, locale: str, records: Records) -> tuple[str, str]:
    """Subject and text of a mail in the language of `locale`."""
    words = in_force(session, kind, locale)
    with speaking(locale):
        return filled(words, facts_of(kind, records))
