"""After an order was changed: acknowledgement, news, stock for who waits, what is bought for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from integrations.documents import Documents
from jobs.app import Work, task
from jobs.delivering import consumes
from jobs.documenting import mail_document, orderer, sent_to
from models.accounts import Account
from models.checkout import PASSING_ON, cancel_what_is_short
from models.kernel import clock
from models.kernel.failpoint import fail_at
from models.kernel.outbox import DomainEvent, defer
from models.kernel.seller import Seller
from models.orders import CUTTING, FOLLOWING, Order, OrderAmendment, pass_on
from models.purchasing import follow_up

RENDERING = "acknowledgement.render"
KINDS = {
    "amended": "acknowledgement_revised",
    "cancelled": "cancelled",
    "rest_cancelled": "acknowledgement_revised",
}
"""The mail that tells of a change."""


@consumes("order.amended")
def revise_later(session: Session, event: DomainEvent) -> None:
    """Rendering takes its time: a task of its own, so that a failure is tried again alone."""
    defer(session, RENDERING, amendment_id=event.facts["amendment_id"])


@consumes("order.cancelled")
def tell_cancelled(session: Session, event: DomainEvent) -> None:
    """Goes the same way: what is left of it, if anything, is acknowledged."""
    revise_later(session, event)


@task(RENDERING, queue="documents")
def mail_revision(work: Work, amendment_id: int) -> None:
    """Mails the acknowledgement of a change once, with its PDF while something is left of it.

    One that was overtaken by a newer change is left to that one.
    """
    with work.session() as session:
        made = session.get_one(OrderAmendment, amendment_id, with_for_update=True)
        order = session.get_one(Order, made.order_id)
        if made.mailed_at is None and order.revision == made.revision:
            _mail(session, work, order, made)
            made.mailed_at = clock.now()
        fail_at("acknowledgement.rendered")
        session.commit()


@task(PASSING_ON)
def pass_stock_on(work: Work, product_ids: list[int], order_id: int) -> None:
    """What a change freed goes to those who wait for it."""
    with work.session() as session:
        pass_on(session, product_ids, order_id, reason="Another order was changed.")
        session.commit()


@task(CUTTING)
def cut_short(work: Work, order_id: int) -> None:
    """What has gone while an order waited is cancelled, where the order shall not wait for it."""
    with work.session() as session:
        cancel_what_is_short(session, order_id)
        session.commit()


@task(FOLLOWING)
def follow_special(work: Work, order_id: int) -> None:
    """What is bought for an order alone follows what was lost of it, or found."""
    with work.session() as session:
        follow_up(session, order_id)
        session.commit()


def _mail(session: Session, work: Work, order: Order, made: OrderAmendment) -> None:
    account = session.get_one(Account, order.account_id)
    facts = {
        "order": order,
        "made": made,
        "account": account,
        "seller": session.get_one(Seller, order.seller_id),
    }
    files = []
    if made.kind != "cancelled":
        files.append(Documents(work.files).revised_acknowledgement(session, order, made))
    to = sent_to(session, account, "acknowledgement", orderer(session, order))
    mail_document(session, account, to, KINDS[made.kind], order.number, facts, files)
