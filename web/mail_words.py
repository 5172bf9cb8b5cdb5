"""The words of mails: the company's own where it wrote some, else the built-in ones.

The built-in words of a kind are `templates/emails/<kind>.txt`: the subject, then the text, with the
same placeholders as a company's own (`{order number}`). Both are filled in by the same plain
substitution, `models.company.fill`. Only our own files are templates that run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from models.company import fill, latest_text
from web import i18n

EMAILS = Path(__file__).parents[1] / "templates" / "emails"


def built_in(kind: str, locale: str | None) -> tuple[str, str]:
    """Subject and text of a kind in the language of `locale`, with their placeholders."""
    with i18n.speaking(locale):
        written = _environment().get_template(f"{kind}.txt").render()
    subject, _, body = written.strip().partition("\n")
    return subject.strip(), body.strip()


def in_force(session: Session, kind: str, locale: str | None) -> tuple[str, str]:
    """Subject and text that a mail of this kind has now, with their placeholders."""
    with i18n.speaking(locale):
        own = latest_text(session, kind, i18n.words_language())
    if own is None or own.subject is None or own.body is None:
        return built_in(kind, locale)
    return own.subject, own.body


def filled(words: tuple[str, str], facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text as they are sent."""
    subject, body = words
    return " ".join(fill(subject, facts).split()), fill(body, facts) + "\n"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(EMAILS),
        autoescape=False,  # noqa: S701 - plain text, and nothing is filled in here
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    install: Any = made
    install.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=False)
    made.globals["_"] = i18n.gettext
    return made
