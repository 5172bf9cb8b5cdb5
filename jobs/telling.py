"""An order's acknowledgement and the note of each delivery, mailed with their papers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.documents import PDF, Documents
from jobs.app import Work, task
from jobs.delivering import consumes
from jobs.documenting import mail_document, orderer, sent_to
from models.accounts import Account
from models.fulfilment import Shipment
from models.kernel.files import StoredFile
from models.kernel.outbox import DomainEvent, defer
from models.kernel.seller import Seller
from models.orders import Order

ACKNOWLEDGING = "acknowledgement.send"
SENDING_NOTE = "delivery_note.send"


@consumes("order.placed")
def acknowledge(session: Session, event: DomainEvent) -> None:
    """Mails the acknowledgement to whoever the account wants it sent to, else to who ordered.

    Rendering takes its time: a task of its own. A sale at the counter is done when it is placed:
    its invoice says it all. What was ordered in the system before was acknowledged there.
    """
    order = session.get_one(Order, event.facts["order_id"])
    if order.origin == "entered" and order.channel not in ("counter", "imported"):
        defer(session, ACKNOWLEDGING, order_id=order.id)


@consumes("shipment.shipped")
def announce_shipment(session: Session, event: DomainEvent) -> None:
    """Tells the account that goods are on their way; not of what they took at the counter."""
    shipment = session.get_one(Shipment, event.facts["shipment_id"])
    if session.get_one(Order, shipment.order_id).channel != "counter":
        defer(session, SENDING_NOTE, shipment_id=shipment.id)


@task(ACKNOWLEDGING, queue="documents")
def send_acknowledgement(work: Work, order_id: int) -> None:
    """Mails the acknowledgement, its PDF kept as it was mailed. A second run changes nothing."""
    with work.session() as session:
        order = session.get_one(Order, order_id)
        _send(session, work, order, order, "acknowledgement", "acknowledgement")
        session.commit()


@task(SENDING_NOTE, queue="documents")
def send_delivery_note(work: Work, shipment_id: int) -> None:
    """The same for the delivery or collection note of goods that have left."""
    with work.session() as session:
        shipment = session.get_one(Shipment, shipment_id)
        order = session.get_one(Order, shipment.order_id)
        _send(session, work, order, shipment, "delivery_note", "shipped")
        session.commit()


def _send(
    session: Session, work: Work, order: Order, about: Order | Shipment, paper: str, mail: str
) -> None:
    """Renders first and locks then: the desk does not wait for a long paper."""
    account = session.get_one(Account, order.account_id)
    to = sent_to(session, account, paper, orderer(session, order))
    if not to:
        return
    documents = Documents(work.files)
    if isinstance(about, Shipment):
        content = documents.delivery_note(session, about)
    else:
        content = documents.acknowledgement(session, about)
    session.refresh(about, with_for_update=True)
    if _is_kept(session, f"{paper}.pdf", about):
        return
    stored = work.files.put(
        session, content, kind=f"{paper}.pdf", owner=about, media_type=PDF,
        file_name=f"{about.number}.pdf", account_id=account.id,
    )  # fmt: skip
    facts: dict[str, object] = {
        "order": order,
        "shipment": about,
        "account": account,
        "seller": session.get_one(Seller, order.seller_id),
    }
    mail_document(session, account, to, mail, order.number, facts, [stored])


def _is_kept(session: Session, kind: str, about: Order | Shipment) -> bool:
    found = select(StoredFile.id).where(
        StoredFile.kind == kind,
        StoredFile.owner_kind == about.__tablename__,
        StoredFile.owner_id == about.id,
    )
    return session.scalar(found.limit(1)) is not None
