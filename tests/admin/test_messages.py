"""Messages of buyers and reps, from their page to the desk's answer, without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from jobs.app import Work
from jobs.delivering import deliver
from models.accounts import AccountRep, Actor, User
from models.kernel.files import FileStore
from models.kernel.mail import MailMessage
from models.kernel.outbox import DomainEvent
from models.orders import Order, open_request, write_message
from tests.admin.conftest import Way, statements_of
from tests.world import LONG_AGO, World

SignIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def order(world: World) -> Order:
    return Way(world).placed({world.product("TR-1"): 10}, po_number="WH-1")


def test_a_buyer_writes_and_reads_the_answer_on_the_order(
    world: World, order: Order, session: Session, as_: SignIn
) -> None:
    bob, olu = as_(world.bob), as_(world.olu)
    page = f"/orders/{order.number}"
    refused = bob.post(f"{page}/message", data={"text": " "})
    assert refused.status_code == 422
    assert "Write the message first." in refused.text
    assert bob.post(f"{page}/message", data={"text": "When does it come?"}).status_code == 303
    assert "Waits for an answer" in bob.get(page).text
    queue = olu.get("/admin/messages").text
    assert "When does it come?" in queue
    assert "When does it come?" in olu.get("/admin").text
    at = f"/admin/orders/{order.number}"
    assert olu.post(f"{at}/message/take").status_code == 303
    assert order.number in olu.get("/admin/messages?queue=mine").text
    assert order.number not in olu.get("/admin/messages?queue=free").text
    assert olu.post(f"{at}/message/assign", data={"owner": "x"}).status_code == 422
    assert olu.post(f"{at}/message/assign", data={"owner": world.mia.id}).status_code == 303
    assert olu.post(f"{at}/message/take").status_code == 409
    assert olu.post(f"{at}/message/close", data={"reason": ""}).status_code == 422
    assert olu.post(f"{at}/answer", data={"answer": "On Friday, by noon."}).status_code == 303
    shown = bob.get(page).text
    assert "On Friday, by noon." in shown
    assert "Waits for an answer" not in shown
    assert "No message waits" in olu.get("/admin/messages").text
    assert "On Friday, by noon." in olu.get("/admin/messages?queue=answered").text


def test_the_answer_is_mailed_once_to_who_wrote(
    world: World, order: Order, session: Session, as_: SignIn,
    settings: Settings, sessions: sessionmaker[Session], files: FileStore,
) -> None:  # fmt: skip
    session.add(AccountRep(account_id=world.acme.id, user_id=world.rita.id, valid_from=LONG_AGO))
    session.commit()
    rita, olu = as_(world.rita), as_(world.olu)
    page = f"/rep/accounts/{world.acme.id}/orders/{order.number}"
    assert rita.post(f"{page}/message", data={"text": ""}).status_code == 422
    assert rita.post(f"{page}/message", data={"text": "They ask when"}).status_code == 303
    assert "They ask when" in rita.get(page).text
    olu.post(f"/admin/orders/{order.number}/answer", data={"answer": "On Friday."})
    write_message(session, order, "And the rest?", by=world.bob)
    session.commit()
    olu.post(f"/admin/orders/{order.number}/answer", data={"answer": "On Monday."})
    work = Work(settings, sessions, files)
    for event in session.scalars(
        select(DomainEvent).where(DomainEvent.kind == "request.answered").order_by(DomainEvent.id)
    ).all():
        deliver(work, event_id=event.id)
        deliver(work, event_id=event.id)
    session.expire_all()
    mails = session.scalars(select(MailMessage).where(MailMessage.kind == "answered")).all()
    rita_mail = session.get_one(User, world.rita.id).email
    assert [mail.recipients for mail in mails] == [[rita_mail], ["bob@example.com"]]
    assert "On Monday." in mails[1].body_text
    assert f"/orders/{order.number}" in mails[1].body_text
    assert "WH-1" in mails[1].subject


def test_a_stranger_does_not_write_and_the_queue_costs_the_same_for_many(
    world: World, order: Order, session: Session, as_: SignIn
) -> None:
    charlie, olu = as_(world.charlie), as_(world.olu)
    answer = charlie.post(f"/orders/{order.number}/message", data={"text": "Hello"})
    assert answer.status_code == 404
    assert open_request(session, order.id) is None
    write_message(session, order, "One", by=world.bob)
    session.commit()
    few = statements_of(olu, "/admin/messages")
    shelf = {world.product("TR-9"): 1}
    for _ in range(5):
        write_message(session, Way(world).placed(shelf), "More", by=world.bob)
    session.commit()
    assert statements_of(olu, "/admin/messages") == few
