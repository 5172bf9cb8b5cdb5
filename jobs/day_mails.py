"""Today, mailed each morning to the staff who want it."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jobs.app import Work, task
from models.accounts import Actor, User, permissions_of
from models.insight import count_waiting, order_figures, parts_of_day
from models.kernel import clock
from models.kernel.errors import NotFound
from models.kernel.failpoint import fail_at
from models.kernel.mail import queue_mail
from models.kernel.outbox import defer
from models.kernel.seller import first_seller
from web.day import waiting_in_words
from web.i18n import speaking
from web.mail_words import filled, in_force
from web.presenting import day_in_words

MAILING_DAY = "day.mail"
FROM, UNTIL = time(6), time(12)


@task("day.mails_due", cron="4 * * * *")
def find_readers(work: Work) -> None:
    """Every hour of the seller's morning, on working days: who wants Today and has not got it."""
    with work.session() as session:
        try:
            local = _local(session)
        except NotFound:  # no company yet
            return
        if local.isoweekday() > 5 or not FROM <= local.time() < UNTIL:
            return
        for user_id in _due(session, local.date()):
            defer(session, MAILING_DAY, user_id=user_id, queueing_lock=f"day-mail-{user_id}")
        session.commit()


@task(MAILING_DAY, queue="mail")
def mail_day(work: Work, user_id: int) -> None:
    """Mails Today to one person, once a day. A second run changes nothing."""
    with work.session() as session:
        today = _local(session).date()
        user = session.get_one(User, user_id, with_for_update=True)
        if user.id not in _due(session, today):
            return
        session.refresh(user, ["staff_roles"])
        subject, body = _written(session, user, today, work.settings.base_url)
        queue_mail(session, to=[user.email], subject=subject, text=body, kind="today")
        user.day_mailed_on = today
        fail_at("day.mailed")
        session.commit()


def _written(session: Session, user: User, today: date, base_url: str) -> tuple[str, str]:
    permissions = permissions_of(user.roles)
    actor = Actor(user.id, user.name, is_staff=True, permissions=permissions)
    counts = count_waiting(session, today=today)
    figures = order_figures(session, actor, today=today)
    parts = parts_of_day(session, actor, counts, figures, today=today)
    seller = first_seller(session)
    words = in_force(session, "today", user.locale)
    with speaking(user.locale):
        facts = {
            "name": user.name,
            "day": day_in_words(today),
            "what waits": waiting_in_words(parts, base_url),
            "link": f"{base_url}/admin",
            "company": seller.trading_name,
            "phone": seller.phone,
        }
    return filled(words, facts)


def _due(session: Session, today: date) -> list[int]:
    """Who wants it, is there, and has not got today's."""
    not_yet = or_(User.day_mailed_on.is_(None), User.day_mailed_on < today)
    wanted = select(User.id).where(
        User.kind == "staff", User.wants_day_mail, User.disabled_at.is_(None), not_yet
    )
    return list(session.scalars(wanted.order_by(User.id)))


def _local(session: Session) -> datetime:
    return clock.now().astimezone(ZoneInfo(first_seller(session).time_zone))
