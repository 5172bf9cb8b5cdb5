"""Which price notices there are, and what each account was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.accounts import Account, User
from models.kernel.errors import NotFound
from models.pricing.notice import AccountPriceNotice, PriceNotice
from models.pricing.price_list import PriceList


def price_notices(
    session: Session,
    *,
    today: date,
    notice_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """Notices with their list, who planned them and how many accounts were told, the latest first.

    `is_missed` says of one that waits that its prices have changed before it could go out.
    """
    told = (
        select(func.count()).where(AccountPriceNotice.notice_id == PriceNotice.id).scalar_subquery()
    )
    is_missed = (PriceNotice.state == "scheduled") & (PriceNotice.starts_on <= today)
    query = (
        select(
            PriceNotice.id, PriceNotice.list_id, PriceNotice.starts_on, PriceNotice.send_on,
            PriceNotice.state, PriceNotice.made_at, PriceNotice.sent_at,
            User.name.label("made_by"), PriceList.code, PriceList.name, PriceList.currency,
            told.label("accounts"), is_missed.label("is_missed"),
        )
        .join(PriceList, PriceList.id == PriceNotice.list_id)
        .outerjoin(User, User.id == PriceNotice.made_by_id)
        .order_by(PriceNotice.id.desc())
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    if notice_id is not None:
        query = query.where(PriceNotice.id == notice_id)
    return session.execute(query).all()


def price_notice(session: Session, notice_id: int, *, today: date) -> Any:
    """One of them. NotFound where there is none."""
    found = price_notices(session, today=today, notice_id=notice_id, limit=1)
    if not found:
        raise NotFound("There is no such price notice.")
    return found[0]


def count_notices(session: Session) -> int:
    """How many notices there are."""
    return session.scalar(select(func.count()).select_from(PriceNotice)) or 0


def told_of(session: Session, notice_id: int, *, limit: int = 50, offset: int = 0) -> Sequence[Any]:
    """What each account was told in a notice, by the account's name."""
    return session.execute(
        _told().where(AccountPriceNotice.notice_id == notice_id).limit(limit).offset(offset)
    ).all()


def told_in(session: Session, notice_id: int, told_id: int) -> Any:
    """What one account was told in this notice. NotFound where it was not."""
    found = session.execute(
        _told().where(AccountPriceNotice.notice_id == notice_id, AccountPriceNotice.id == told_id)
    ).first()
    if found is None:
        raise NotFound("That account was told nothing in this notice.")
    return found


def told_by_post(session: Session, notice_id: int) -> list[int]:
    """The files of a notice that go by post, by the account's name."""
    rows = session.scalars(
        select(AccountPriceNotice.document_file_id)
        .join(Account, Account.id == AccountPriceNotice.account_id)
        .where(
            AccountPriceNotice.notice_id == notice_id,
            AccountPriceNotice.means == "post",
            AccountPriceNotice.document_file_id.is_not(None),
        )
        .order_by(func.lower(Account.name), Account.id)
    )
    return [file_id for file_id in rows if file_id is not None]


def notices_of(session: Session, account_id: int, *, most: int = 12) -> Sequence[Any]:
    """The notices that were made for an account and have their file, the latest first."""
    return session.execute(
        select(
            AccountPriceNotice.id, AccountPriceNotice.notice_id, AccountPriceNotice.products,
            AccountPriceNotice.means, AccountPriceNotice.made_at, AccountPriceNotice.mailed_at,
            AccountPriceNotice.document_file_id, PriceNotice.starts_on,
        )
        .join(PriceNotice, PriceNotice.id == AccountPriceNotice.notice_id)
        .where(
            AccountPriceNotice.account_id == account_id,
            AccountPriceNotice.document_file_id.is_not(None),
        )
        .order_by(AccountPriceNotice.id.desc())
        .limit(most)
    ).all()  # fmt: skip


def notice_to(session: Session, told_id: int, account_id: int) -> AccountPriceNotice:
    """What this account was sent. NotFound for what another one was, or has no file yet."""
    found = session.scalars(
        select(AccountPriceNotice).where(
            AccountPriceNotice.id == told_id,
            AccountPriceNotice.account_id == account_id,
            AccountPriceNotice.document_file_id.is_not(None),
        )
    ).first()
    if found is None:
        raise NotFound("There is no such price notice.")
    return found


def _told() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AccountPriceNotice.id, AccountPriceNotice.account_id, AccountPriceNotice.means,
            AccountPriceNotice.products, AccountPriceNotice.prices,
            AccountPriceNotice.document_file_id, AccountPriceNotice.mailed_at,
            Account.name, Account.number,
        )
        .join(Account, Account.id == AccountPriceNotice.account_id)
        .order_by(func.lower(Account.name), Account.id)
    )  # fmt: skip
