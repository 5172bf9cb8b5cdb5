"""What runs by the clock, in UTC. One line per entry; the work itself is one call to the domain."""

from __future__ import annotations

from jobs.app import Work, task
from models.accounts import forget_old_tries
from models.kernel import clock, tasks
from models.kernel.database import lock
from models.kernel.errors import NotFound, Refused
from models.kernel.seller import first_seller
from models.orders import (
    Order,
    end_keeping,
    orders_coming_due,
    orders_kept_too_long,
    pass_on,
    take_what_is_due,
)
from models.receivables import export_for_bookkeeping, lapse, pro_formas_to_remind, remind


@task("tasks.rescue", cron="* * * * *", alone=False)
def rescue(work: Work) -> None:
    """Every minute: work that a dead worker had begun goes back on the queue.

    Not alone: what a worker had begun when it died may be this very task.
    """
    with work.session() as session:
        tasks.rescue_abandoned(session)
        session.commit()


@task("tasks.forget", cron="17 3 * * *")
def forget(work: Work) -> None:
    """Every night: tasks that succeeded long ago leave the table."""
    with work.session() as session:
        tasks.forget_finished(session)
        session.commit()


@task("orders.come_due", cron="7 * * * *")
def come_due(work: Work) -> None:
    """Every hour: orders for a far day get their stock when the day comes into the horizon."""
    with work.session() as session:
        waiting = orders_coming_due(session, clock.now())
    for order_id in waiting:
        with work.session() as session:
            for order in lock(session, Order, [order_id]):
                take_what_is_due(session, order)
            session.commit()


@task("orders.end_keeping", cron="*/10 * * * *")
def stop_keeping(work: Work) -> None:
    """Every ten minutes: orders on hold for too long give their stock back, to those who wait."""
    now = clock.now()
    with work.session() as session:
        waiting = orders_kept_too_long(session, now)
    for order_id in waiting:
        with work.session() as session:
            products = end_keeping(session, order_id, now)
            lapse(session, order_id)
            session.commit()
        with work.session() as session:
            pass_on(session, products, order_id)
            session.commit()


@task("pro_forma.remind", cron="30 7 * * *")
def remind_of_payment(work: Work) -> None:
    """Every morning: orders that wait for their money are reminded of once, before they lapse."""
    with work.session() as session:
        waiting = pro_formas_to_remind(session, clock.now())
    for pro_forma_id in waiting:
        with work.session() as session:
            remind(session, pro_forma_id)
            session.commit()


@task("bookkeeping.export", cron="40 1 * * *")
def export_books(work: Work) -> None:
    """Every night: the bookkeeper's file of what was issued and paid since the last one."""
    with work.session() as session:
        try:
            export_for_bookkeeping(session, work.files, first_seller(session), by=None)
        except (NotFound, Refused):  # no company yet, or nothing new
            return
        session.commit()


@task("sign_in.forget_tries", cron="23 3 * * *")
def forget_tries(work: Work) -> None:
    """Every night: counts of tries to sign in whose window ended long ago."""
    with work.session() as session:
        forget_old_tries(session)
        session.commit()
