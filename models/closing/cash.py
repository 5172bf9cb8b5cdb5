"""Cash by person: what each took on a day, what was counted, and why the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission, User
from models.closing.day_end import CashCount
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.database import lock
from models.kernel.errors import Conflict, Refused
from models.kernel.money import minor_unit
from models.kernel.seller import Seller
from models.receivables import Payment, PaymentFilter, payment_conditions

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Drawer:
    """The cash of one person in one currency. `counted` is none where nobody has counted it all."""

    user_id: int
    name: str
    currency: str
    taken: Decimal
    payments: int
    counted: Decimal | None
    reason: str

    @property
    def is_counted(self) -> bool:
        return self.counted is not None

    @property
    def difference(self) -> Decimal:
        """What was counted more than taken; negative where some is missing."""
        return (self.counted or Decimal(0)) - self.taken


def cash_by_person(session: Session, seller: Seller, day: date, actor: Actor) -> list[Drawer]:
    """Who took cash on a day, by name, with its latest count if that still holds."""
    chosen = PaymentFilter(means="cash", recorded_on=day, zone=seller.time_zone)
    taken = (
        select(
            Payment.recorded_by_id.label("user_id"), Payment.currency,
            func.sum(Payment.amount).label("taken"), func.count().label("payments"),
        )
        .where(
            Payment.seller_id == seller.id, Payment.recorded_by_id.is_not(None),
            *payment_conditions(chosen, actor, day),
        )
        .group_by(Payment.recorded_by_id, Payment.currency)
        .subquery()
    )  # fmt: skip
    latest = (
        select(CashCount.counted_amount, CashCount.expected_amount, CashCount.reason)
        .where(
            CashCount.seller_id == seller.id, CashCount.day == day,
            CashCount.user_id == taken.c.user_id, CashCount.currency == taken.c.currency,
        )
        .order_by(CashCount.id.desc())
        .limit(1)
        .lateral("latest")
    )  # fmt: skip
    still_holds = latest.c.expected_amount == taken.c.taken
    rows = session.execute(
        select(
            taken.c.user_id, User.name, taken.c.currency, taken.c.taken, taken.c.payments,
            latest.c.counted_amount, func.coalesce(latest.c.reason, ""),
        )
        .join(User, User.id == taken.c.user_id)
        .outerjoin(latest, still_holds)
        .order_by(func.lower(User.name), taken.c.user_id, taken.c.currency)
    )  # fmt: skip
    return [Drawer(*row) for row in rows]


def count_cash(
    session: Session,
    seller: Seller,
    drawer: tuple[int, str],
    *,
    shown: Decimal,
    counted: Decimal,
    reason: str,
    by: Actor,
) -> CashCount:
    """Writes down what was counted of a person's cash today; `drawer` is (person, currency).

    `shown` is what the records said when the form was opened: Conflict where more has been taken
    since. Refused for a negative amount, and for a difference without a reason. The same count
    twice is one.
    """
    by.require(Permission.DAY_CLOSE, "Counting cash needs the permission to close the day.")
    lock(session, User, [drawer[0]])
    day = clock.today(seller.time_zone)
    found = _drawer(session, seller, day, drawer, by)
    if found.taken != shown:
        raise Conflict("More cash was taken meanwhile. Count again.")
    words = reason.strip()[:LONGEST_REASON]
    if counted < 0 or counted % minor_unit(found.currency):
        raise Refused("Enter the amount that was counted, such as 120.50.", field=_field(drawer))
    if counted != found.taken and not words:
        raise Refused("Say why the cash differs from what was taken.", field=_reason_field(drawer))
    if found.is_counted and (found.counted, found.reason) == (counted, words):
        return _latest(session, seller, day, drawer)
    count = CashCount(
        seller_id=seller.id, day=day, user_id=found.user_id, currency=found.currency,
        expected_amount=found.taken, counted_amount=counted,
        reason=words if counted != found.taken else "", counted_by_id=by.id,
        counted_at=clock.now(),
    )  # fmt: skip
    session.add(count)
    record(
        session, "cash.counted", by=by, subject=count, person=found.name, currency=found.currency,
        taken=found.taken, counted=counted, reason=words,
    )  # fmt: skip
    session.flush()
    return count


def _drawer(
    session: Session, seller: Seller, day: date, drawer: tuple[int, str], by: Actor
) -> Drawer:
    for found in cash_by_person(session, seller, day, by):
        if (found.user_id, found.currency) == drawer:
            return found
    raise Refused("This person has taken no cash today.")


def _latest(session: Session, seller: Seller, day: date, drawer: tuple[int, str]) -> CashCount:
    return session.scalars(
        select(CashCount)
        .where(
            CashCount.seller_id == seller.id, CashCount.day == day,
            CashCount.user_id == drawer[0], CashCount.currency == drawer[1],
        )
        .order_by(CashCount.id.desc())
        .limit(1)
    ).one()  # fmt: skip


def _field(drawer: tuple[int, str]) -> str:
    return f"counted-{drawer[0]}-{drawer[1]}"


def _reason_field(drawer: tuple[int, str]) -> str:
    return f"why-{drawer[0]}-{drawer[1]}"
