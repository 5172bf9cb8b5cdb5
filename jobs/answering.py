"""The answer of the desk reaches whoever wrote by mail."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.delivering import BASE_URL, consumes
from jobs.documenting import mail_document, orderer
from models.accounts import Account, User
from models.kernel.outbox import DomainEvent
from models.kernel.seller import Seller
from models.orders import Order, OrderRequest


@consumes("request.answered")
def mail_answer(session: Session, event: DomainEvent) -> None:
    """To the buyer or rep who wrote; to who ordered where that person is gone."""
    found = session.get_one(OrderRequest, event.facts["request_id"])
    order = session.get_one(Order, found.order_id)
    account = session.get_one(Account, order.account_id)
    writer = session.get(User, found.asked_by_id) if found.asked_by_id else None
    is_there = writer is not None and writer.disabled_at is None
    to = [writer.email] if writer is not None and is_there else orderer(session, order)
    by_rep = writer is not None and is_there and writer.is_staff
    path = f"/rep/accounts/{account.id}/orders/{order.number}" if by_rep else (
        f"/orders/{order.number}"
    )  # fmt: skip
    facts = {
        "found": found,
        "order": order,
        "link": f"{session.info.get(BASE_URL, '')}{path}",
        "seller": session.get_one(Seller, order.seller_id),
    }
    mail_document(session, account, to, "answered", order.number, facts)
