"""The sign-in page: who gets in, where to, and what a wrong guess learns."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models.accounts import Membership, SignInSession, User
from models.accounts.passwords import hash_password
from models.kernel import clock
from models.kernel.activity import Activity
from tests.signing_in import PASSWORD
from tests.world import World

Sign = Callable[..., FlaskClient]


@pytest.fixture
def cast(world: World, session: Session) -> World:
    """The world, where bob and nora have a password."""
    for actor in (world.bob, world.nora):
        session.get_one(User, actor.id).password_hash = hash_password(PASSWORD)
    session.commit()
    return world


def give(client: FlaskClient, email: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def sessions_of(session: Session, user_id: int) -> list[SignInSession]:
    return list(session.scalars(select(SignInSession).where(SignInSession.user_id == user_id)))


def test_a_buyer_signs_in_to_the_shop(cast: World, client: FlaskClient, session: Session) -> None:
    answer = give(client, "BOB@example.com ")
    assert (answer.status_code, answer.location) == (303, "/")
    (row,) = sessions_of(session, cast.bob.id)
    assert row.account_id == cast.acme.id
    cookie = client.get_cookie("sid")
    assert cookie is not None
    assert row.token_hash not in cookie.value
    assert cookie.http_only


def test_the_way_back_is_kept_but_never_leads_to_another_host(
    cast: World, client: FlaskClient
) -> None:
    assert give(client, "bob@example.com", next="/orders?late=1").location == "/orders?late=1"
    client.post("/sign-out")
    assert give(client, "bob@example.com", next="//evil.example").location == "/"


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(
    cast: World, client: FlaskClient, session: Session
) -> None:
    wrong = give(client, "bob@example.com", "not his password at all")
    unknown = give(client, "bob@example.org", "not his password at all")
    no_password_yet = give(client, "alice@example.com", "not her password at all")
    session.get_one(User, cast.bob.id).disabled_at = clock.now()
    session.commit()
    disabled = give(client, "bob@example.com")
    changing = re.compile(r"[a-z]+@example\.[a-z]+|nonce=\"[^\"]+\"|[\w-]+\.[\w-]+\.[\w-]{20,}")
    pages = {changing.sub("", each.text) for each in (wrong, unknown, no_password_yet, disabled)}
    assert len(pages) == 1
    assert wrong.status_code == unknown.status_code == disabled.status_code == 422


def test_a_failure_is_in_the_audit_log_without_the_typed_email(
    cast: World, client: FlaskClient, session: Session
) -> None:
    give(client, "bob@example.com", "not his password at all").close()
    give(client, "nobody@example.com", "not his password at all").close()
    found = session.scalars(select(Activity).where(Activity.kind == "user.sign_in_failed")).all()
    assert [entry.subject_id for entry in found] == [cast.bob.id, None]
    assert "nobody" not in str([entry.details for entry in found])


def test_the_eleventh_try_in_five_minutes_is_refused_even_with_the_right_password(
    cast: World, client: FlaskClient
) -> None:
    with clock.travelling(clock.now()):
        for _ in range(10):
            assert give(client, "bob@example.com", "wrong wrong wrong").status_code == 422
        answer = give(client, "bob@example.com")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 301


def test_signing_out_ends_the_session_in_the_database(
    cast: World, client: FlaskClient, session: Session
) -> None:
    give(client, "bob@example.com")
    stolen = client.get_cookie("sid")
    assert stolen is not None
    assert client.post("/sign-out").location == "/sign-in"
    client.set_cookie("sid", stolen.value)
    assert client.post("/sign-out").location.startswith("/sign-in")
    assert client.get("/sign-in").status_code == 200


def test_a_session_ends_after_eight_idle_hours(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    client = signed_in_as(world.bob)
    assert client.get("/sign-in").status_code == 303
    (row,) = sessions_of(session, world.bob.id)
    row.seen_at = clock.now() - timedelta(hours=8, seconds=1)
    session.commit()
    assert client.get("/sign-in").status_code == 200


def test_a_staff_session_ends_after_twelve_hours_and_a_buyers_after_seven_days(
    world: World, client_for: Sign, session: Session
) -> None:
    client_for(world.olu)
    client_for(world.bob)
    (staff,), (buyer,) = sessions_of(session, world.olu.id), sessions_of(session, world.bob.id)
    assert staff.expires_at - staff.created_at == timedelta(hours=12)
    assert buyer.expires_at - buyer.created_at == timedelta(days=7)


def test_a_buyer_may_stay_signed_in_for_thirty_days_but_staff_may_not(
    cast: World, client: FlaskClient, session: Session
) -> None:
    give(client, "bob@example.com", remember="y")
    (row,) = sessions_of(session, cast.bob.id)
    assert row.expires_at - row.created_at == timedelta(days=30)
    client.post("/sign-out")
    give(client, "nora@example.com", remember="y")
    (staff,) = sessions_of(session, cast.nora.id)
    assert staff.expires_at - staff.created_at == timedelta(hours=12)


def test_a_session_ends_when_the_rights_it_began_with_change(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    client = signed_in_as(world.bob)
    session.get_one(User, world.bob.id).end_sessions()
    session.commit()
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("name", "home"),
    [("ada", "/admin"), ("nora", "/admin"), ("olu", "/admin"), ("sam", "/floor"), ("rita", "/rep")],
)
def test_staff_go_to_the_shell_they_work_in(
    world: World, signed_in_as: Sign, name: str, home: str
) -> None:
    assert signed_in_as(getattr(world, name)).get("/sign-in").location == home


def test_a_request_learns_who_it_is_by_one_query(
    world: World, app: Flask, signed_in_as: Sign, session: Session
) -> None:
    client = signed_in_as(world.bob)
    seen: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *call: seen.append(call[2]))
    assert client.get("/sign-in").status_code == 303
    asked = [each for each in seen if each.lstrip().upper().startswith("SELECT")]
    assert len(asked) == 1


def test_a_membership_that_ended_gives_no_rights_any_more(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    from models.accounts import find_visit

    client = signed_in_as(world.bob)
    session.scalars(
        select(Membership).where(Membership.user_id == world.bob.id)
    ).one().ended_at = clock.now()
    session.commit()
    with client.session_transaction() as cookie:
        visit = find_visit(session, cookie["_user_id"])
    assert visit is not None
    assert visit.actor.account_id is None
    assert not visit.actor.capabilities
