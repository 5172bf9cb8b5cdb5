"""Closing a day: what must have come to zero, and signing for what has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission, User
from models.closing.cash import Drawer, cash_by_person
from models.closing.day_end import DayEnd
from models.insight import Concern, count_waiting, view_figures
from models.kernel import clock
from models.kernel.activity import as_json, record
from models.kernel.errors import Conflict, Refused
from models.kernel.failpoint import fail_at
from models.kernel.seller import Seller

LONGEST_REASON = 1000
CHECKS = ("pack", "ship", "manifest", "invoice", "cards", "cash", "messages")


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a day is still open, check by check, and the cash of each person."""

    checks: tuple[Concern, ...]
    drawers: tuple[Drawer, ...]

    @property
    def open_checks(self) -> list[Concern]:
        return [check for check in self.checks if check.count]

    @property
    def is_at_zero(self) -> bool:
        return not self.open_checks


def standing_of(session: Session, seller: Seller, actor: Actor) -> Standing:
    """Every check as it stands now, by the rules of the lists that they lead to.

    Picked and packed goods that have not left, parcels on no manifest, shipments without an
    invoice, card messages that nobody settled, cash that nobody counted, messages without an
    answer.
    """
    today = clock.today(seller.time_zone)
    orders = view_figures(session, ("pack", "ship", "invoice"), actor, today=today)
    counts = count_waiting(session, today=today)
    drawers = cash_by_person(session, seller, today, actor)
    uncounted = [drawer for drawer in drawers if not drawer.is_counted]
    sums = tuple((drawer.currency, drawer.taken) for drawer in uncounted)
    checks = {
        **orders,
        "manifest": Concern("manifest", counts.to_manifest),
        "cards": Concern("cards", counts.card_trouble),
        "cash": Concern("cash", len(uncounted), sums),
        "messages": Concern("messages", counts.messages),
    }
    return Standing(tuple(checks[key] for key in CHECKS), tuple(drawers))


def close_day(session: Session, seller: Seller, reason: str, *, by: Actor) -> DayEnd:
    """Closes today. What stands open is kept with it, and needs a reason: Refused without.

    Conflict where somebody has closed it already: a day is closed once, for good.
    """
    by.require(Permission.DAY_CLOSE, "Closing the day needs the permission for it.")
    today = clock.today(seller.time_zone)
    before = day_end_of(session, seller, today)
    if before is not None:
        raise Conflict(f"{before.closed_by} has closed this day already.")
    standing = standing_of(session, seller, by)
    words = reason.strip()
    if not standing.is_at_zero and not words:
        raise Refused("Not everything is at zero. Say why it stays open.", field="reason")
    if len(words) > LONGEST_REASON:
        raise Refused("A reason has at most 1,000 characters.", field="reason")
    found = _insert(session, seller, today, standing, words, by)
    record(session, "day.closed", by=by, subject=found, day=today, open=found.stood, reason=words)
    fail_at("day.closed")
    session.flush()
    return found


def day_end_of(session: Session, seller: Seller, day: date) -> Any:
    """The row of a closed day with who closed it; None while it is open."""
    return session.execute(_rows(seller).where(DayEnd.day == day)).first()


def closed_days(
    session: Session, seller: Seller, *, limit: int = 31, offset: int = 0
) -> Sequence[Any]:
    """The days that were closed, latest first."""
    return session.execute(
        _rows(seller).order_by(DayEnd.day.desc()).limit(limit).offset(offset)
    ).all()


def _rows(seller: Seller) -> Any:
    return (
        select(
            DayEnd.day, DayEnd.closed_at, DayEnd.open_count, DayEnd.reason, DayEnd.stood,
            DayEnd.cash, User.name.label("closed_by"),
        )
        .join(User, User.id == DayEnd.closed_by_id)
        .where(DayEnd.seller_id == seller.id)
    )  # fmt: skip


def _insert(
    session: Session, seller: Seller, today: date, standing: Standing, reason: str, by: Actor
) -> DayEnd:
    facts = as_json(
        {
            "stood": [
                {"key": check.key, "count": check.count, "sums": check.sums}
                for check in standing.open_checks
            ],
            "cash": [
                {
                    "name": drawer.name, "currency": drawer.currency, "taken": drawer.taken,
                    "counted": drawer.counted, "reason": drawer.reason,
                }
                for drawer in standing.drawers
            ],
        }
    )  # fmt: skip
    made = session.scalar(
        insert(DayEnd)
        .values(
            seller_id=seller.id, day=today, closed_by_id=by.id, closed_at=clock.now(),
            open_count=sum(check.count for check in standing.open_checks),
            reason=reason if not standing.is_at_zero else "", **facts,
        )
        .on_conflict_do_nothing()
        .returning(DayEnd.id)
    )  # fmt: skip
    if made is None:
        raise Conflict("A colleague has closed this day already.")
    return session.get_one(DayEnd, made)
