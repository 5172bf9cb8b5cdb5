"""The office's pages of users and audit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import User
from models.kernel.activity import record
from models.kernel.mail import MailMessage
from tests.world import World

Sign = Callable[..., FlaskClient]


def test_an_administrator_finds_people_by_name(world: World, signed_in_as: Sign) -> None:
    client = signed_in_as(world.ada)
    page = client.get("/admin/users").text
    assert "Nora" in page
    assert "Bob" in page
    found = client.get("/admin/users?q=bob&kind=buyer").text
    assert "bob@example.com" in found
    assert "nora@example.com" not in found


@pytest.mark.parametrize("path", ["/admin/users", "/admin/users/1", "/admin/audit"])
def test_only_those_who_may_see_the_pages(world: World, client_for: Sign, path: str) -> None:
    assert client_for(world.olu).get(path).status_code == 403
    assert client_for(world.alice).get(path).status_code == 403


def test_an_invited_member_of_staff_gets_a_mail(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    client = signed_in_as(world.ada)
    data = {"name": "Wim", "email": "wim@example.com", "roles": ["warehouse", "purchasing"]}
    answer = client.post("/admin/users", data=data)
    assert answer.status_code == 303
    assert "Wim" in client.get(answer.location).text
    mail = session.scalars(select(MailMessage)).one()
    assert mail.recipients == ["wim@example.com"]
    assert client.post("/admin/users", data=data).status_code == 422


def test_a_locked_out_person_is_out_at_once_and_may_come_back(
    world: World, client_for: Sign, session: Session
) -> None:
    ada, olu = client_for(world.ada), client_for(world.olu)
    assert olu.get("/your-details").status_code == 200
    assert ada.post(f"/admin/users/{world.olu.id}/disable").status_code == 303
    assert olu.get("/your-details").status_code == 302
    ada.post(f"/admin/users/{world.olu.id}/enable")
    session.expire_all()
    assert session.get_one(User, world.olu.id).is_enabled
    assert ada.post(f"/admin/users/{world.ada.id}/disable").status_code == 422
    for action in ("end-sessions", "remove-second-step", "invite-again"):
        assert ada.post(f"/admin/users/{world.olu.id}/{action}").status_code == 303


def test_roles_are_changed_on_the_persons_page(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    client = signed_in_as(world.ada)
    path = f"/admin/users/{world.olu.id}/roles"
    assert client.post(path, data={"roles": ["finance"]}).status_code == 303
    assert client.post(path, data={"roles": []}).status_code == 422
    assert client.post(path, data={"roles": ["emperor"]}).status_code == 422


def test_the_audit_shows_who_changed_what_from_what_to_what(
    world: World, signed_in_as: Sign
) -> None:
    client = signed_in_as(world.ada)
    client.post(f"/admin/users/{world.olu.id}/roles", data={"roles": ["finance"]})
    page = client.get("/admin/audit?kind=staff.").text
    assert "staff.roles_changed" in page
    assert "<del>customer service</del>" in page.lower()
    assert "<ins>finance</ins>" in page.lower()


def test_the_audit_is_narrowed_by_person_account_and_day(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    record(session, "probe.one", by=world.bob, account_id=world.acme.id)
    record(session, "probe.two", by=world.charlie, account_id=world.globex.id)
    session.commit()
    client = signed_in_as(world.ada)

    def shown(query: str) -> set[str]:
        page = client.get(f"/admin/audit?kind=probe&{query}").text
        return {name for name in ("probe.one", "probe.two") if name in page}

    assert shown("") == {"probe.one", "probe.two"}
    assert shown(f"person={world.bob.id}") == {"probe.one"}
    assert shown("account=C0002") == {"probe.two"}
    assert shown("account=C9999") == set()
    assert shown("since=2020-01-01") == {"probe.one", "probe.two"}
    assert shown("until=2020-01-01") == set()
    assert shown("since=rubbish") == {"probe.one", "probe.two"}


def test_the_audit_goes_on_behind_the_last_entry_shown(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    for number in range(60):
        record(session, f"probe.n{number:02}", by=None)
    session.commit()
    client = signed_in_as(world.ada)
    first = client.get("/admin/audit?kind=probe").text
    assert "probe.n59" in first
    assert "probe.n09" not in first
    older = first.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = client.get(older.replace("&amp;", "&")).text
    assert "probe.n09" in second
    assert "probe.n59" not in second
