"""After a change: one mail with the revised acknowledgement, and stock for who waits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from jobs.app import Work
from jobs.changing import follow_special, mail_revision, pass_stock_on
from jobs.delivering import deliver
from models.kernel.files import FileStore, StoredFile
from models.kernel.mail import MailMessage
from models.kernel.outbox import DomainEvent
from models.orders import OrderAmendment
from tests.models.checkout.changing import Office
from tests.models.checkout.special_desk import SpecialDesk
from tests.world import make_world


@pytest.fixture
def office(session: Session) -> Office:
    return Office(make_world(session))


@pytest.fixture
def work(settings: Settings, sessions: sessionmaker[Session], files: FileStore) -> Work:
    return Work(settings, sessions, files)


def mails(session: Session, kind: str) -> list[MailMessage]:
    session.expire_all()
    return list(session.scalars(select(MailMessage).where(MailMessage.kind == kind)))


def revisions(session: Session) -> list[OrderAmendment]:
    return list(session.scalars(select(OrderAmendment).order_by(OrderAmendment.revision)))


def test_the_revised_acknowledgement_is_mailed_once_with_its_pdf(
    office: Office, work: Work
) -> None:
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 10}, po_number="WH-7781")
    office.amend(order, office.wishes(order, {trowel: 12}))
    office.session.commit()
    (event,) = office.session.scalars(
        select(DomainEvent).where(DomainEvent.kind == "order.amended")
    )
    deliver(work, event_id=event.id)
    (made,) = revisions(office.session)
    mail_revision(work, amendment_id=made.id)
    mail_revision(work, amendment_id=made.id)
    (mail,) = mails(office.session, "acknowledgement_revised")
    assert mail.recipients == ["bob@example.com"]
    assert mail.subject == f"Your order {order.number}, revision 1 (WH-7781)"
    assert "£154.20 now, £130.20 before" in mail.body_text
    (file_id,) = mail.attachment_ids
    assert office.session.get_one(StoredFile, file_id).file_name == f"{order.number}-1.pdf"


def test_a_change_that_was_overtaken_is_left_to_the_newer_one(office: Office, work: Work) -> None:
    trowel = office.world.product("TR-1")
    order = office.order({trowel: 10})
    for units in (12, 14):
        office.amend(order, office.wishes(order, {trowel: units}))
    office.session.commit()
    for made in revisions(office.session):
        mail_revision(work, amendment_id=made.id)
    (mail,) = mails(office.session, "acknowledgement_revised")
    assert "revision 2" in mail.subject


def test_a_cancelled_order_is_told_and_its_stock_passed_on(office: Office, work: Work) -> None:
    trowel = office.world.product("TR-1", stock=10)
    order, waiting = office.order({trowel: 10}), office.order({trowel: 4})
    office.cancel(order)
    office.session.commit()
    (made,) = revisions(office.session)
    mail_revision(work, amendment_id=made.id)
    (mail,) = mails(office.session, "cancelled")
    assert "is cancelled" in mail.subject
    assert mail.attachment_ids == []
    pass_stock_on(work, product_ids=[trowel.id], order_id=order.id)
    assert office.lines(waiting)[0].allocated == 4


def test_what_is_bought_follows_its_order_in_a_task(office: Office, work: Work) -> None:
    desk = SpecialDesk(office.world)
    desk.special()
    order = desk.place()
    line, _purchase = desk.bought()[0]
    line.ordered = Decimal(1)
    office.session.commit()
    follow_special(work, order_id=order.id)
    office.session.expire_all()
    assert [row.ordered for row, _purchase in desk.bought()] == [3]
