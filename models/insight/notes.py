"""The notes in force on accounts, addresses, orders and products, with who wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from models.accounts import Address, Note, User


def account_notes(session: Session, account_id: int) -> Sequence[Any]:
    """What there is to know about an account and about its addresses, latest first; `place` is the
    code of the address, None where a note is on the account."""
    is_on_address = and_(Note.subject_kind == "address", Address.id == Note.subject_id)
    return session.execute(
        _in_force()
        .add_columns(Address.code.label("place"))
        .outerjoin(Address, is_on_address)
        .where(
            or_(
                and_(Note.subject_kind == "account", Note.subject_id == account_id),
                Address.account_id == account_id,
            )
        )
    ).all()


def order_notes(session: Session, order_id: int) -> Sequence[Any]:
    """The notes on the order itself, latest first."""
    return _on(session, "order", order_id)


def product_notes(session: Session, product_id: int) -> Sequence[Any]:
    """The notes on a product, latest first."""
    return _on(session, "product", product_id)


def _on(session: Session, kind: str, subject_id: int) -> Sequence[Any]:
    theirs = and_(Note.subject_kind == kind, Note.subject_id == subject_id)
    return session.execute(_in_force().where(theirs)).all()


def _in_force() -> Select[*tuple[Any, ...]]:
    return (
        select(Note.id, Note.kind, Note.text, Note.created_at, User.name.label("author"))
        .outerjoin(User, User.id == Note.author_id)
        .where(Note.ended_at.is_(None))
        .order_by(Note.id.desc())
    )
