"""Telling accounts beforehand that prices change: planned, called off, sent by the clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, DocumentRecipient, Permission
from models.kernel import activity, clock
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.outbox import defer
from models.kernel.seller import Seller
from models.pricing.coming import (
    ComingChange,
    PriceChange,
    changes_for,
    coming_change,
    coming_days,
    digest_of,
    told_accounts,
)
from models.pricing.editing import lock_list
from models.pricing.notice import AccountPriceNotice, PriceNotice

RUNNING_NOTICE = "price_notice.run"
SENDING_NOTICE = "price_notice.send"
NOTICE_KIND = "price_notice"
USUAL_DAYS_AHEAD = 30
MOST_DAYS_AHEAD = 365
NOT_BEFORE = time(6)
"""From which hour of the seller's day a planned notice goes out."""
MOST_COMPARED = 24_000
"""How many products times sets of accounts a preview reckons at most."""


@dataclass(frozen=True, slots=True)
class Told:
    """An account that a notice is for, and how many of its prices change."""

    id: int
    number: str
    name: str
    means: str
    is_told: bool
    products: int
    prices: int


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """What a notice would say, account by account in order of their names.

    `products` of the list were looked at, the first by SKU where it `is_capped`. `average` and the
    largest rise and fall are in per cent, over the prices of all accounts.
    """

    accounts: tuple[Told, ...]
    products: int
    is_capped: bool
    prices: int
    average: Decimal | None
    rise: PriceChange | None
    fall: PriceChange | None


@dataclass(frozen=True, slots=True)
class _Standing:
    """How an account wants its notices, and what it was told last, of each list, for this day."""

    means: str
    told: frozenset[str]


def preview_notice(session: Session, change: ComingChange) -> NoticePreview:
    """Who would be told how much. Within `MOST_COMPARED`, so that a page answers."""
    sets = told_accounts(session, change)
    room = max(1, MOST_COMPARED // max(1, len(sets)))
    looked_at = list(change.products)[:room]
    standing = _standing(session, change, [each.id for alike in sets for each in alike])
    accounts: list[Told] = []
    moved: list[tuple[PriceChange, Decimal, int]] = []
    prices = 0
    for alike in sets:
        changes = changes_for(session, change, alike[0].id, looked_at)
        if not changes:
            continue
        prices += len(changes) * len(alike)
        moved += [(each, each.percent, len(alike)) for each in changes if each.percent is not None]
        digest, products = digest_of(changes), len({each.product_id for each in changes})
        accounts += [
            Told(each.id, each.number, each.name, standing[each.id].means,
                 digest in standing[each.id].told, products, len(changes))
            for each in alike
        ]  # fmt: skip
    accounts.sort(key=lambda each: (each.name.lower(), each.id))
    weight = sum(times for _each, _percent, times in moved)
    total = sum((percent * times for _each, percent, times in moved), Decimal(0))
    rise = max(moved, key=lambda each: each[1], default=None)
    fall = min(moved, key=lambda each: each[1], default=None)
    return NoticePreview(
        accounts=tuple(accounts),
        products=len(looked_at),
        is_capped=len(looked_at) < len(change.products),
        prices=prices,
        average=total / weight if weight else None,
        rise=rise[0] if rise and rise[1] > 0 else None,
        fall=fall[0] if fall and fall[1] < 0 else None,
    )


def plan_notice(
    session: Session, list_id: int, starts_on: date, days_ahead: int, *, seller: Seller, by: Actor
) -> PriceNotice:
    """A notice that goes out by itself so many days before the prices change.

    Denied without the permission. Refused for a draft, a day on which nothing changes, a day that
    has passed, or where one waits for that day already.
    """
    by.require(Permission.PRICES_EDIT, "Price notices are sent by those who change prices.")
    price_list = lock_list(session, list_id)
    today = clock.today(seller.time_zone)
    if price_list.status == "draft":
        raise Refused(
            f"{price_list.code} is a draft: nobody pays its prices yet. Put it in force from the "
            "day first, then tell the accounts."
        )
    if starts_on not in coming_days(session, list_id, today=today):
        raise Refused(f"No price of {price_list.code} changes on that day.", field="day")
    most = min(MOST_DAYS_AHEAD, (starts_on - today).days)
    if not 1 <= days_ahead <= most:
        raise Refused(f"Choose from 1 to {most} days: the day itself is too late, and what is past "
                      "is past.", field="days_ahead")  # fmt: skip
    _refuse_second(session, price_list.code, list_id, starts_on)
    notice = PriceNotice(
        list_id=list_id, starts_on=starts_on, send_on=starts_on - timedelta(days=days_ahead),
        made_at=clock.now(), made_by_id=by.id,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    activity.record(
        session, "price_notice.planned", by=by, subject=notice, code=price_list.code,
        starts_on=starts_on, send_on=notice.send_on,
    )  # fmt: skip
    if notice.send_on <= today:
        defer(session, RUNNING_NOTICE, notice_id=notice.id)
    return notice


def call_off_notice(session: Session, notice_id: int, *, by: Actor) -> PriceNotice:
    """A planned notice is not sent. Conflict where it went out or was called off meanwhile."""
    by.require(Permission.PRICES_EDIT, "Price notices are called off by those who change prices.")
    notice = _locked(session, notice_id)
    if notice.state != "scheduled":
        raise Conflict("It is not waiting any more: it was sent or called off meanwhile.")
    notice.state = "cancelled"
    activity.record(
        session, "price_notice.called_off", by=by, subject=notice, starts_on=notice.starts_on
    )
    return notice


def notices_due(session: Session, seller: Seller) -> Sequence[int]:
    """The planned notices whose day has come, from six in the morning on, and whose prices have
    not changed yet."""
    local = clock.now().astimezone(ZoneInfo(seller.time_zone))
    if local.time() < NOT_BEFORE:
        return ()
    today = local.date()
    return session.scalars(
        select(PriceNotice.id)
        .where(
            PriceNotice.state == "scheduled",
            PriceNotice.send_on <= today,
            PriceNotice.starts_on > today,
        )
        .order_by(PriceNotice.id)
    ).all()


def send_notice(session: Session, notice_id: int, seller: Seller) -> int:
    """Keeps what each affected account is to be told, and has a task make and send each; how many.

    A second run does nothing. Left out are accounts that want no notices, and those that were told
    exactly these prices for that day before. Nothing is sent once the prices have changed.
    """
    notice = _locked(session, notice_id)
    today = clock.today(seller.time_zone)
    if notice.state != "scheduled" or notice.starts_on <= today:
        return 0
    change = coming_change(session, notice.list_id, today=today, starts_on=notice.starts_on)
    rows = _to_tell(session, notice, change)
    made = insert_rows(session, AccountPriceNotice, rows)
    for told_id in made:
        defer(session, SENDING_NOTICE, told_id=told_id)
    notice.state, notice.sent_at = "sent", clock.now()
    activity.record(
        session, "price_notice.sent", by=None, subject=notice, code=change.price_list.code,
        starts_on=notice.starts_on, count=len(made),
    )  # fmt: skip
    session.flush()
    fail_at("price_notice.run")
    return len(made)


def changes_told(
    session: Session, told: AccountPriceNotice, seller: Seller
) -> tuple[PriceNotice, list[PriceChange]]:
    """The notice, and the prices that the account is to be told of now."""
    notice = session.get_one(PriceNotice, told.notice_id)
    today = clock.today(seller.time_zone)
    change = coming_change(session, notice.list_id, today=today, starts_on=notice.starts_on)
    return notice, changes_for(session, change, told.account_id)


def usual_days_ahead(session: Session, most: int) -> int:
    """How many days the last notice was sent ahead; as many as are left where there are fewer."""
    last = session.execute(
        select(PriceNotice.starts_on, PriceNotice.send_on).order_by(PriceNotice.id.desc()).limit(1)
    ).first()
    usual = (last.starts_on - last.send_on).days if last else USUAL_DAYS_AHEAD
    return max(1, min(usual, most))


def _to_tell(session: Session, notice: PriceNotice, change: ComingChange) -> list[dict[str, Any]]:
    sets = told_accounts(session, change)
    standing = _standing(session, change, [each.id for alike in sets for each in alike])
    rows = []
    for alike in sets:
        wanted = [each for each in alike if standing[each.id].means != "none"]
        changes = changes_for(session, change, wanted[0].id) if wanted else []
        digest, products = digest_of(changes), len({each.product_id for each in changes})
        rows += [
            {
                "notice_id": notice.id,
                "account_id": each.id,
                "means": standing[each.id].means,
                "products": products,
                "prices": len(changes),
                "told": digest,
                "made_at": clock.now(),
            }
            for each in wanted
            if changes and digest not in standing[each.id].told
        ]
    return rows


def _standing(
    session: Session, change: ComingChange, account_ids: Collection[int]
) -> dict[int, _Standing]:
    """Of each account, in one statement."""
    wish = (
        select(func.min(DocumentRecipient.means))
        .where(
            DocumentRecipient.account_id == Account.id,
            DocumentRecipient.document_kind == NOTICE_KIND,
        )
        .scalar_subquery()
    )
    latest = (
        select(AccountPriceNotice.told)
        .ext(distinct_on(PriceNotice.list_id))
        .join(PriceNotice, PriceNotice.id == AccountPriceNotice.notice_id)
        .where(
            AccountPriceNotice.account_id == Account.id,
            PriceNotice.starts_on == change.starts_on,
        )
        .order_by(PriceNotice.list_id, AccountPriceNotice.id.desc())
        .correlate(Account)
    )
    rows = session.execute(
        select(Account.id, func.coalesce(wish, "mail"), func.array(latest.scalar_subquery())).where(
            Account.id == any_(literal(list(account_ids), ARRAY(BigInteger)))
        )
    )
    return {id_: _Standing(means, frozenset(told)) for id_, means, told in rows}


def _refuse_second(session: Session, code: str, list_id: int, starts_on: date) -> None:
    waiting = session.scalar(
        select(PriceNotice.send_on).where(
            PriceNotice.list_id == list_id,
            PriceNotice.starts_on == starts_on,
            PriceNotice.state == "scheduled",
        )
    )
    if waiting is not None:
        raise Refused(
            f"A notice of {code} for that day goes out on {waiting.isoformat()} already. Call it "
            "off first to choose another day.",
            field="day",
        )


def _locked(session: Session, notice_id: int) -> PriceNotice:
    found = lock(session, PriceNotice, [notice_id])
    if not found:
        raise NotFound("There is no such price notice.")
    return found[0]
