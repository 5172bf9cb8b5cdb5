"""What there is to know about accounts, addresses, orders and products: written, shown, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from models.accounts.account import Account, Address, Note
from models.accounts.actor import Actor, visible_accounts
from models.accounts.addresses import RETIRED, version_in_use
from models.accounts.permissions import Permission
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.database import lock
from models.kernel.errors import Conflict, Denied, NotFound, Refused

NOTE_KINDS = ("alert", "picking", "delivery", "invoice", "internal")
LONGEST_NOTE = 2000
NEEDS = "Notes on accounts need the permission to edit them."


@dataclass(frozen=True, slots=True)
class Noted:
    """A record of a context above this one, as its notes know it: what it is, who may note
    something on it, and by what facts the audit log names it."""

    kind: str
    id: int
    permission: Permission
    needs: str
    facts: dict[str, Any]


Subject = Account | Address | Noted


def notes_about(
    account_id: int, address_id: Any, order_id: int | None = None
) -> ColumnElement[bool]:
    """A condition: the notes in force on an account, on an address of it and on an order.

    `address_id` is a number, an expression or None. An edit gives an address a new id; a note on
    any version of it is a note on the address, as one code names all of them.
    """
    named = aliased(Address)
    code = select(named.code).where(named.id == address_id, named.account_id == account_id)
    versions = select(Address.id).where(
        Address.account_id == account_id, Address.code == code.scalar_subquery()
    )
    subjects = or_(
        and_(Note.subject_kind == "account", Note.subject_id == account_id),
        and_(Note.subject_kind == "address", Note.subject_id.in_(versions)),
        false() if order_id is None else and_(
            Note.subject_kind == "order", Note.subject_id == order_id
        ),
    )  # fmt: skip
    return and_(Note.ended_at.is_(None), subjects)


def notes_on_products(product_ids: Any) -> ColumnElement[bool]:
    """A condition: the notes in force on products, by their ids or by a query for these."""
    return and_(
        Note.ended_at.is_(None),
        Note.subject_kind == "product",
        Note.subject_id.in_(product_ids),
    )


def notes_of_kind(
    session: Session, kind: str, account_id: int, address_id: Any, order_id: int | None = None
) -> Sequence[str]:
    """The notes of a kind that `notes_about` finds, oldest first."""
    about = notes_about(account_id, address_id, order_id)
    return session.scalars(
        select(Note.text).where(Note.kind == kind, about).order_by(Note.id)
    ).all()


def note_words(text: str) -> str:
    """What was written, trimmed. Refused when it is empty or longer than 2,000 characters."""
    words = text.strip()
    if not words:
        raise Refused("Write the note first.", field="text")
    if len(words) > LONGEST_NOTE:
        raise Refused("A note has at most 2,000 characters.", field="text")
    return words


def add_note_about(session: Session, subject: Subject, kind: str, text: str, *, by: Actor) -> Note:
    """Something to know about an account, an address of it, an order or a product, shown where
    its kind belongs.

    Conflict for an address that was retired.
    """
    _require(by, subject)
    if kind not in NOTE_KINDS:
        raise Refused("Choose where the note is to be shown.", field="kind")
    words = note_words(text)
    if isinstance(subject, Address) and version_in_use(session, subject) is None:
        raise Conflict(RETIRED)
    return _written(session, subject, kind, words, by)


def add_note_in_care(
    session: Session, account: Account, text: str, *, by: Actor, today: date
) -> Note:
    """What a rep keeps about an account they look after, for colleagues only.

    It asks for less than `add_note_about`, as it changes nothing that others are shown at work.
    """
    by.require(Permission.ACCOUNTS_VIEW, "Notes are written by staff who see accounts.")
    theirs = select(Account.id).where(
        Account.id == account.id, Account.id.in_(visible_accounts(by, on=today))
    )
    if not by.is_staff or session.scalar(theirs) is None:
        raise Denied("This account is not one of yours.")
    return _written(session, account, "internal", note_words(text), by)


def end_note(session: Session, note_id: int, subject: Subject, *, by: Actor) -> Note:
    """Takes a note of the account, of any version of the address, of the order or of the product
    off all pages; it stays in the records."""
    _require(by, subject)
    note = next(iter(lock(session, Note, [note_id])), None)
    if note is None or not _is_about(session, note, subject):
        raise NotFound("There is no such note.")
    if note.ended_at is None:
        note.ended_at = clock.now()
        record(session, "note.ended", by=by, subject=note, **_whose(subject))
    return note


def _require(by: Actor, subject: Subject) -> None:
    if isinstance(subject, Noted):
        by.require(subject.permission, subject.needs)
    else:
        by.require(Permission.ACCOUNTS_EDIT, NEEDS)


def _written(session: Session, subject: Subject, kind: str, words: str, by: Actor) -> Note:
    note = Note(
        kind=kind,
        subject_kind=_kind_of(subject),
        subject_id=subject.id,
        text=words,
        author_id=by.id,
        created_at=clock.now(),
    )
    session.add(note)
    record(session, "note.added", by=by, subject=note, shown=kind, **_whose(subject))
    return note


def _kind_of(subject: Subject) -> str:
    return subject.kind if isinstance(subject, Noted) else subject.__tablename__


def _is_about(session: Session, note: Note, subject: Subject) -> bool:
    if note.subject_kind != _kind_of(subject):
        return False
    if not isinstance(subject, Address):
        return note.subject_id == subject.id
    named = session.get(Address, note.subject_id)
    return named is not None and (named.account_id, named.code) == (
        subject.account_id, subject.code,
    )  # fmt: skip


def _whose(subject: Subject) -> dict[str, Any]:
    if isinstance(subject, Noted):
        return subject.facts
    if isinstance(subject, Account):
        return {"account_id": subject.id}
    return {"account_id": subject.account_id, "address": subject.code}
