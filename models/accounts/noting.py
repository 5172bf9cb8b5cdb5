"""What there is to know about an account, its addresses and its orders: written, shown, ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from models.accounts.account import Account, Address, Note
from models.accounts.actor import Actor
from models.accounts.permissions import Permission
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused

NOTE_KINDS = ("alert", "picking", "delivery", "invoice", "internal")


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


def add_account_note(
    session: Session, account: Account, kind: str, text: str, *, by: Actor
) -> Note:
    """Something to know about an account, shown where its kind belongs."""
    by.require(Permission.ACCOUNTS_EDIT, "Notes on accounts need the permission to edit them.")
    if kind not in NOTE_KINDS:
        raise Refused("Choose where the note is to be shown.", field="kind")
    if not text.strip():
        raise Refused("Write the note first.", field="text")
    note = Note(
        kind=kind,
        subject_kind="account",
        subject_id=account.id,
        text=text.strip(),
        author_id=by.id,
        created_at=clock.now(),
    )
    session.add(note)
    record(session, "note.added", by=by, subject=note, account_id=account.id, shown=kind)
    return note


def end_note(session: Session, note_id: int, account: Account, *, by: Actor) -> Note:
    """Takes a note of the account off all pages; it stays in the records."""
    by.require(Permission.ACCOUNTS_EDIT, "Notes on accounts need the permission to edit them.")
    note = next(iter(lock(session, Note, [note_id])), None)
    if note is None or (note.subject_kind, note.subject_id) != ("account", account.id):
        raise NotFound("This account has no such note.")
    note.ended_at = note.ended_at or clock.now()
    record(session, "note.ended", by=by, subject=note, account_id=account.id)
    return note
