"""What must be so after a crash, a retry and an empty queue: nothing lost, nothing double."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from jobs.delivering import CONSUMERS
from models.fulfilment import Carton, Label, PickList, Shipment
from models.insight import check_invariants
from models.inventory import Stock
from models.kernel.mail import MailMessage
from models.kernel.outbox import DomainEvent, EventEffect
from models.receivables import Invoice
from tests.proof.story import Story

UNDONE = text("SELECT task_name, status FROM procrastinate_jobs WHERE status <> 'succeeded'")


def assert_nothing_lost_nothing_double(story: Story, *, units: int, stock: int) -> None:
    """The whole order exists once, from its acknowledgement to its money."""
    session = story.session
    session.rollback()
    session.expire_all()
    order = story.order()
    assert story.heard["place"] == f"/orders/{order.number}/placed"
    assert (order.po_number, order.status) == ("PROOF-1", "paid")
    assert len(session.scalars(select(PickList).where(PickList.order_id == order.id)).all()) == 1
    shipment = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
    assert shipment.state == "shipped"
    cartons = session.scalars(select(Carton).where(Carton.shipment_id == shipment.id)).all()
    labels = session.scalars(
        select(Label).where(Label.carton_id.in_([carton.id for carton in cartons]))
    ).all()
    assert sorted(label.carton_id for label in labels) == sorted(carton.id for carton in cartons)
    assert {label.state for label in labels} == {"bought"}
    assert all(label.document_file_id for label in labels)
    invoice = session.scalars(select(Invoice).where(Invoice.order_id == order.id)).one()
    assert (invoice.open_amount, invoice.total_amount) == (0, order.total_amount)
    assert invoice.document_file_id
    assert invoice.mailed_at
    payment = story.payment()
    assert (payment.amount, payment.unapplied_amount) == (invoice.total_amount, 0)
    assert story.heard["pay"] == f"/admin/payments/{payment.id}"
    level = session.scalars(select(Stock).where(Stock.product_id == story.product.id)).one()
    assert (level.on_hand, level.allocated) == (stock - units, 0)
    _assert_mailed_once(session, order.number, invoice.number)
    assert check_invariants(session) == {}


def _assert_mailed_once(session: Session, order_number: str, invoice_number: str) -> None:
    """One acknowledgement, one notice of the goods, one invoice; none waits."""
    rows = session.scalars(
        select(MailMessage).where(
            MailMessage.subject.contains(order_number)
            | MailMessage.subject.contains(invoice_number)
        )
    ).all()
    assert sorted(row.kind for row in rows) == ["acknowledgement", "invoice", "shipped"]
    assert {row.state for row in rows} == {"sent"}


def assert_outbox_drained(session: Session) -> None:
    """No task waits or gave up, every event reached each of its consumers, once."""
    session.rollback()
    assert session.execute(UNDONE).all() == []
    late = select(DomainEvent.kind).where(DomainEvent.delivered_at.is_(None))
    assert session.scalars(late).all() == []
    wanted = {
        event.id: len(CONSUMERS[event.kind]) for event in session.scalars(select(DomainEvent))
    }
    counted = select(EventEffect.event_id, func.count()).group_by(EventEffect.event_id)
    had = dict(session.execute(counted).all())
    assert {event: count for event, count in wanted.items() if count} == had
