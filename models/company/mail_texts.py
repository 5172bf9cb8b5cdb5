"""A company's own words for its mails, by kind and language: every version, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import User
from models.accounts.actor import Actor
from models.accounts.permissions import Permission
from models.company.mail_kinds import MAIL_KINDS, MailKind, check_text
from models.kernel import activity
from models.kernel.base import Base, Id, Moment
from models.kernel.errors import Conflict, NotFound

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:words, 0))")
MAY_NOT = "Only an administrator changes the words of mails."


class MailText(Base):
    """One version of the words of a kind of mail in a language. Versions are only ever added.

    `subject` and `body` None: from this version on the built-in words hold again.
    """

    __tablename__ = "mail_text"
    __table_args__ = (
        UniqueConstraint("kind", "language", "version"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(subject IS NULL) = (body IS NULL)", name="whole"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    subject: Mapped[str | None]
    body: Mapped[str | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[Moment] = mapped_column(server_default=func.now())

    @property
    def is_own(self) -> bool:
        """Whether it holds words of the company's own."""
        return self.body is not None


def mail_kind(key: str) -> MailKind:
    """A kind by its name. NotFound for one whose words cannot be chosen."""
    kind = MAIL_KINDS.get(key)
    if kind is None:
        raise NotFound("There is no such mail.")
    return kind


def latest_text(session: Session, kind: str, language: str) -> MailText | None:
    """The version in force; None where nobody ever changed these words."""
    return session.scalars(
        select(MailText)
        .where(MailText.kind == kind, MailText.language == language)
        .order_by(MailText.version.desc())
        .limit(1)
    ).first()


def latest_texts(session: Session) -> dict[tuple[str, str], tuple[MailText, str]]:
    """The version in force by kind and language, with the name of who wrote it."""
    latest = select(func.max(MailText.id)).group_by(MailText.kind, MailText.language)
    rows = session.execute(
        select(MailText, User.name)
        .join(User, User.id == MailText.made_by_id)
        .where(MailText.id.in_(latest))
    )
    return {(row.MailText.kind, row.MailText.language): (row.MailText, row.name) for row in rows}


def versions_of(session: Session, kind: str, language: str, *, most: int = 50) -> Sequence[Any]:
    """The versions, newest first: (version, name of who wrote it)."""
    return session.execute(
        select(MailText, User.name)
        .join(User, User.id == MailText.made_by_id)
        .where(MailText.kind == kind, MailText.language == language)
        .order_by(MailText.version.desc())
        .limit(most)
    ).all()


def change_mail_text(
    session: Session,
    kind: str,
    language: str,
    *,
    subject: str,
    body: str,
    seen_version: int,
    by: Actor,
) -> MailText:
    """These words hold for the mails to come.

    Refused for a placeholder that the mail does not have, or without one that it needs. Conflict
    when somebody else wrote a version since `seen_version`.
    """
    by.require(Permission.SETTINGS_MANAGE, MAY_NOT)
    body = body.replace("\r\n", "\n")
    check_text(mail_kind(kind), subject, body)
    made = _next(session, kind, language, seen_version, by)
    made.subject, made.body = " ".join(subject.split()), body.strip()
    return _recorded(session, made, "mail_text.changed", by)


def reset_mail_text(
    session: Session, kind: str, language: str, *, seen_version: int, by: Actor
) -> MailText:
    """The built-in words hold again; the company's own stay among the versions."""
    by.require(Permission.SETTINGS_MANAGE, MAY_NOT)
    mail_kind(kind)
    found = latest_text(session, kind, language)
    if found is None or not found.is_own:
        raise Conflict("The built-in words hold already.")
    return _recorded(
        session, _next(session, kind, language, seen_version, by), "mail_text.reset", by
    )


def _next(session: Session, kind: str, language: str, seen_version: int, by: Actor) -> MailText:
    """The next version, empty. Two people who write at once: the unique version lets one through,
    and the lock gives the other a sentence instead of an error."""
    session.execute(_LOCK, {"words": f"mail_text {kind} {language}"})
    found = latest_text(session, kind, language)
    version = found.version if found is not None else 0
    if version != seen_version:
        raise Conflict("Somebody else changed these words meanwhile. Look at theirs first.")
    return MailText(kind=kind, language=language, version=version + 1, made_by_id=by.id)


def _recorded(session: Session, made: MailText, what: str, by: Actor) -> MailText:
    session.add(made)
    activity.record(
        session, what, by=by, subject=made, mail=made.kind, language=made.language,
        version=made.version,
    )  # fmt: skip
    return made
