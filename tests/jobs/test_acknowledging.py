"""Whoever orders gets the acknowledgement, once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.acknowledging import mail_the_acknowledgement
from models.accounts import DocumentRecipient
from models.kernel.mail import MailMessage
from models.kernel.outbox import DomainEvent
from tests.world import make_world


def event_of(session: Session) -> DomainEvent:
    return session.scalars(select(DomainEvent).where(DomainEvent.kind == "order.placed")).one()


def test_the_buyer_is_told_what_they_ordered_and_when_it_comes(session: Session) -> None:
    world = make_world(session)
    trowel = world.product("TR-1", price="4.86", stock=10)
    order = world.order(world.acme, world.bob, {trowel: 24}, po_number="WH-7781")
    mail_the_acknowledgement(session, event_of(session))
    mail = session.scalars(select(MailMessage)).one()
    assert mail.recipients == ["bob@example.com"]
    assert mail.subject == f"Order {order.number}: we have it"
    for body in (mail.body_text, mail.body_html or ""):
        assert "WH-7781" in body
        assert "£116.64" in body
        assert "14 follow" in body


def test_an_order_by_the_rep_goes_to_the_accounts_own_address_only(session: Session) -> None:
    world = make_world(session)
    session.add(
        DocumentRecipient(
            account_id=world.acme.id, document_kind="order_acknowledgement",
            email="orders@acme.example",
        )
    )  # fmt: skip
    from dataclasses import replace

    rita = replace(world.rita, account_id=world.acme.id)
    world.order(world.acme, rita, {world.product("TR-1"): 2})
    mail_the_acknowledgement(session, event_of(session))
    assert session.scalars(select(MailMessage)).one().recipients == ["orders@acme.example"]
