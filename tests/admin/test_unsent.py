"""The queue of mails that did not arrive: resent in one click, the address put right for good."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from models.accounts import Contact, DocumentRecipient
from models.kernel.activity import Activity
from models.kernel.mail import MailMessage, queue_mail
from tests.admin.conftest import reread
from tests.world import World

Browser = Callable[..., FlaskClient]
PAGE = "/admin/unsent"


def failed(world: World, kind: str = "invoice", to: str = "ap@acme.exmaple") -> MailMessage:
    message = queue_mail(
        world.session, to=[to], subject=f"About {kind}", text="x", kind=kind,
        account_id=world.acme.id,
    )  # fmt: skip
    message.state, message.error = "failed", "550 No such domain"
    world.session.commit()
    return message


def test_one_click_sends_it_again(world: World, as_: Browser) -> None:
    message = failed(world)
    olu = as_(world.olu)
    assert "1 mail did not arrive" in olu.get("/admin").text
    assert "550 No such domain" in olu.get(PAGE).text
    assert olu.post(f"{PAGE}/{message.id}", data={"to": "ap@acme.exmaple"}).status_code == 303
    assert reread(world, MailMessage, message.id).state == "queued"
    assert "Every mail arrived" in olu.get(PAGE).text
    assert olu.post(f"{PAGE}/{message.id}").status_code == 409


def test_the_right_address_is_kept_for_the_account_where_that_is_ticked(
    world: World, as_: Browser
) -> None:
    account_id = world.acme.id
    world.session.add_all(
        [
            DocumentRecipient(
                account_id=account_id, document_kind="invoice", email="ap@acme.exmaple"
            ),
            Contact(account_id=account_id, name="Ann", email="ap@acme.exmaple"),
        ]
    )
    message, olu = failed(world), as_(world.olu)
    wrong = olu.post(f"{PAGE}/{message.id}", data={"to": "nobody"})
    assert wrong.status_code == 422
    assert "“nobody” is no e-mail address." in wrong.text
    right = {"to": "ap@acme.example", "keep": "1"}
    assert olu.post(f"{PAGE}/{message.id}", data=right).status_code == 303
    assert reread(world, MailMessage, message.id).recipients == ["ap@acme.example"]
    for model in (DocumentRecipient, Contact):
        emails = world.session.scalars(select(model.email).where(model.email != "")).all()
        assert set(emails) == {"ap@acme.example"}
    kinds = set(world.session.scalars(select(Activity.kind)))
    assert {"mail.sent_again", "account.address_corrected"} <= kinds


def test_who_lets_nobody_in_does_not_see_mails_that_do(world: World, as_: Browser) -> None:
    message = failed(world, "reset")
    olu, ada = as_(world.olu), as_(world.ada)
    assert "About reset" not in olu.get(PAGE).text
    assert olu.post(f"{PAGE}/{message.id}", data={"to": "olu@example.com"}).status_code == 404
    assert "About reset" in ada.get(PAGE).text
    assert as_(world.pat).get(PAGE).status_code == 403
    assert "did not arrive" not in as_(world.pat).get("/admin").text


def test_all_go_again_when_the_mail_server_was_away(world: World, as_: Browser) -> None:
    for n in range(3):
        failed(world, to=f"a{n}@acme.example")
    assert as_(world.nora).post(f"{PAGE}/all").status_code == 303
    states = world.session.scalars(select(MailMessage.state)).all()
    assert set(states) == {"queued"}
