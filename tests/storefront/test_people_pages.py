"""The pages of people, as browsers use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from config import Environment, Settings
from models.accounts import DEMO_SIGN_INS, SECOND_FACTOR_FOR_STAFF, Membership, User, addresses_of
from models.accounts.passwords import hash_password
from models.inventory import Bin, Warehouse
from models.kernel import settings as chosen
from models.kernel.mail import MailMessage
from tests.program import make_program
from tests.signing_in import PASSWORD
from tests.world import World

Sign = Callable[..., FlaskClient]
BUYER_PAGES = [
    "/your-details",
    "/your-details/second-step",
    "/confirm-password",
    "/switch-account",
    "/company/users",
    "/company/addresses",
    "/company/addresses/new",
]
PUBLIC_PAGES = ["/sign-in", "/forgotten-password", "/apply"]


def give_password(session: Session, *people: int) -> None:
    for person in people:
        session.get_one(User, person).password_hash = hash_password(PASSWORD)
    session.commit()


def link_in_last_mail(session: Session) -> str:
    mail = session.scalars(select(MailMessage).order_by(MailMessage.id.desc())).first()
    assert mail is not None
    found = re.search(r"http://localhost:8000(/\S+)", mail.body_text)
    assert found
    return found[1]


def test_a_company_without_a_warehouse_leads_to_the_sign_in_and_staff_to_their_day(
    world: World, client_for: Sign, client: FlaskClient, session: Session
) -> None:
    session.execute(delete(Bin))
    session.execute(delete(Warehouse))
    session.commit()
    assert client.get("/").location == "/sign-in"
    assert client_for(world.ada).get("/").location == "/admin"


@pytest.mark.parametrize("path", BUYER_PAGES)
def test_a_company_admin_sees_each_page(world: World, signed_in_as: Sign, path: str) -> None:
    answer = signed_in_as(world.alice).get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_a_visitor_sees_the_public_pages(world: World, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Northgate" in answer.text or "Trade" in answer.text


def test_a_plain_buyer_is_kept_out_of_the_company_pages(world: World, signed_in_as: Sign) -> None:
    client = signed_in_as(world.bob)
    assert client.get("/company/users").status_code == 403
    assert client.get("/company/addresses").status_code == 403


def test_another_companys_users_and_addresses_are_404(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    address = session.scalars(addresses_of(world.acme.id)).one()
    member = session.scalars(select(Membership).where(Membership.user_id == world.bob.id)).one()
    client = signed_in_as(world.charlie)
    unknown = client.get("/company/addresses/999999")
    foreign = client.get(f"/company/addresses/{address.id}")
    assert (foreign.status_code, len(foreign.data)) == (404, len(unknown.data))
    for path in (
        f"/company/addresses/{address.id}",
        f"/company/addresses/{address.id}/default",
        f"/company/addresses/{address.id}/retire",
        f"/company/users/{member.id}/end",
    ):
        assert client.post(path).status_code == 404
    answer = client.post(f"/company/users/{member.id}/role", data={"role": "buyer"})
    assert answer.status_code == 404


def test_a_forgotten_password_is_chosen_anew_by_a_mailed_link(
    world: World, client: FlaskClient, session: Session
) -> None:
    known = client.post("/forgotten-password", data={"email": "bob@example.com"})
    link = link_in_last_mail(session)
    unknown = client.post("/forgotten-password", data={"email": "bob@example.net"})
    assert known.status_code == unknown.status_code == 200
    assert len(known.data) == len(unknown.data)
    page = client.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": PASSWORD}).location == "/sign-in"
    assert client.get(link).status_code == 422
    answer = client.post("/sign-in", data={"email": "bob@example.com", "password": PASSWORD})
    assert answer.location == "/"


def test_a_mailed_link_never_takes_the_hosts_word(
    world: World, client: FlaskClient, session: Session
) -> None:
    client.post(
        "/forgotten-password", data={"email": "bob@example.com"}, headers={"Host": "evil.example"}
    )
    assert link_in_last_mail(session).startswith("/new-password/")


def test_a_sixth_reset_in_a_day_is_refused_known_or_not(world: World, client: FlaskClient) -> None:
    for email in ("bob@example.com", "nobody@example.com"):
        for _ in range(5):
            assert client.post("/forgotten-password", data={"email": email}).status_code == 200
        assert client.post("/forgotten-password", data={"email": email}).status_code == 429


def test_an_invited_buyer_comes_in_by_the_mailed_link(
    world: World, client_for: Sign, client: FlaskClient, session: Session
) -> None:
    alice = client_for(world.alice)
    data = {"name": "Dora", "email": "dora@example.com", "role": "approver"}
    assert alice.post("/company/users", data=data).status_code == 303
    link = link_in_last_mail(session)
    assert "dora@example.com" in client.get(link).text
    answer = client.post(link, data={"name": "Dora", "password": PASSWORD})
    assert answer.location == "/"
    assert client.get("/your-details").status_code == 200


def test_a_refused_form_keeps_what_was_typed(world: World, signed_in_as: Sign) -> None:
    data = {"name": "Bob", "email": "bob@example.com", "role": "buyer"}
    answer = signed_in_as(world.alice).post("/company/users", data=data)
    assert answer.status_code == 422
    assert "is a user of Acme Gifts already" in answer.text
    assert 'value="bob@example.com"' in answer.text


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(
    world: World, client_for: Sign, session: Session
) -> None:
    give_password(session, world.bob.id)
    here, elsewhere = client_for(world.bob), client_for(world.bob)
    data = {"current": PASSWORD, "new": "an even better passphrase"}
    wrong = here.post("/your-details/password", data={**data, "current": "not it"})
    assert wrong.status_code == 422
    assert here.post("/your-details/password", data=data).status_code == 303
    assert here.get("/your-details").status_code == 200
    assert elsewhere.get("/your-details").status_code == 302


def test_an_email_changes_only_after_the_password_and_the_link(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    give_password(session, world.bob.id)
    client = signed_in_as(world.bob)
    asked = client.post("/your-details/email", data={"email": "robert@example.com"})
    assert asked.location.startswith("/confirm-password")
    assert client.post("/confirm-password", data={"password": "wrong"}).status_code == 422
    assert client.post("/confirm-password", data={"password": PASSWORD}).status_code == 303
    taken = client.post("/your-details/email", data={"email": "ALICE@example.com"})
    assert taken.status_code == 422
    client.post("/your-details/email", data={"email": "robert@example.com"})
    link = link_in_last_mail(session)
    assert client.get(link).status_code == 200
    assert client.post(link).location == "/sign-in"
    session.expire_all()
    assert session.get_one(User, world.bob.id).email == "robert@example.com"
    assert client.get("/your-details").status_code == 302


def test_the_second_step_is_set_up_and_then_asked_for(
    world: World, client_for: Sign, client: FlaskClient, session: Session
) -> None:
    give_password(session, world.nora.id)
    nora = client_for(world.nora)
    nora.post("/confirm-password", data={"password": PASSWORD})
    nora.post("/your-details/second-step/begin")
    assert "data:image/svg+xml" in nora.get("/your-details/second-step").text
    session.expire_all()
    app = pyotp.TOTP(session.get_one(User, world.nora.id).totp_secret or "")
    code = app.now()
    shown = nora.post("/your-details/second-step/confirm", data={"code": code})
    recovery = re.findall(r"<code>([0-9a-f]{5}-[0-9a-f]{5})</code>", shown.text)
    assert len(recovery) == 10
    first = client.post("/sign-in", data={"email": "nora@example.com", "password": PASSWORD})
    assert first.location == "/sign-in/code"
    assert client.get("/your-details").status_code == 302
    assert client.get("/sign-in/code").status_code == 200
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422
    assert client.post("/sign-in/code", data={"code": recovery[0]}).location == "/admin"


def test_the_second_step_cannot_be_had_without_the_first(world: World, client: FlaskClient) -> None:
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.post("/sign-in/code", data={"code": "123456"}).location == "/sign-in"


def test_staff_without_a_second_step_set_it_up_before_anything_else(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    client = signed_in_as(world.nora)
    chosen.change(session, SECOND_FACTOR_FOR_STAFF, True, by=None)
    session.commit()
    assert client.get("/your-details").location == "/your-details/second-step"
    assert client.get("/your-details/second-step").status_code == 200


def test_a_rep_orders_for_a_customer_and_leaves_again(world: World, signed_in_as: Sign) -> None:
    client = signed_in_as(world.rita)
    assert client.post(f"/acting/start/{world.globex.id}").status_code == 404
    assert client.post(f"/acting/start/{world.acme.id}").location == "/"
    assert client.post(f"/acting/start/{world.acme.id}").status_code == 409
    assert client.get("/company/users").status_code == 403
    assert client.post("/acting/stop").location == "/rep"


def test_a_buyer_cannot_act_for_anybody(world: World, signed_in_as: Sign) -> None:
    assert signed_in_as(world.alice).post(f"/acting/start/{world.globex.id}").status_code == 403


def test_an_edited_address_page_saves_a_new_version(
    world: World, signed_in_as: Sign, session: Session
) -> None:
    client = signed_in_as(world.alice)
    old = session.scalars(addresses_of(world.acme.id)).one()
    page = client.get(f"/company/addresses/{old.id}")
    assert page.status_code == 200
    assert 'name="version"' in page.text
    data = {"version": "1", "company": "Acme", "line1": "9 New Road", "city": "York",
            "country": "GB", "is_ship_to": "y"}  # fmt: skip
    assert client.post(f"/company/addresses/{old.id}", data=data).status_code == 303
    assert client.post(f"/company/addresses/{old.id}", data=data).status_code == 409
    assert session.scalars(addresses_of(world.acme.id)).one().line1 == "9 New Road"


def demo_app(settings: Settings, sessions: sessionmaker[Session]) -> Flask:
    made = make_program(replace(settings, environment=Environment.DEMO), sessions)
    made.config.update(TESTING=True)
    return made


def test_a_demos_tile_signs_in_on_a_host_of_its_own(
    world: World, settings: Settings, sessions: sessionmaker[Session], session: Session
) -> None:
    chosen.change(session, DEMO_SIGN_INS, ["rita@example.com|Sales rep|Visit Acme"], by=None)
    session.commit()
    client = demo_app(settings, sessions).test_client()
    page = client.get("/sign-in", base_url="http://localhost:8000")
    assert 'action="http://sales-rep.localhost:8000/sign-in/demo"' in page.text
    assert "http://sales-rep.localhost:8000" in page.headers["Content-Security-Policy"]
    signed = re.search(r'name="tile" value="([^"]+)"', page.text)
    assert signed
    base = "http://sales-rep.localhost:8000"
    answer = client.post("/sign-in/demo", data={"tile": signed[1]}, base_url=base)
    assert answer.location == "/rep"
    assert client.get("/your-details", base_url=base).status_code == 200
    assert client.get("/your-details", base_url="http://localhost:8000").status_code == 302
    forged = client.post("/sign-in/demo", data={"tile": "rita@example.com"}, base_url=base)
    assert forged.status_code == 422
    elsewhere = client.get("/sign-in", base_url="http://demo.example")
    assert 'action="/sign-in/demo"' in elsewhere.text


def test_a_sign_in_forged_by_another_site_is_refused(
    world: World, app: Flask, session: Session
) -> None:
    give_password(session, world.bob.id)
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    data = {"email": "bob@example.com", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token
    assert client.post("/sign-in", data={**data, "csrf_token": token[1]}).location == "/"
    assert client.post("/sign-out", data={"csrf_token": token[1]}).status_code == 400


def test_outside_the_demo_there_are_no_tiles(
    world: World, client: FlaskClient, session: Session
) -> None:
    chosen.change(session, DEMO_SIGN_INS, ["rita@example.com|Sales rep|Visit Acme"], by=None)
    session.commit()
    assert "rita" not in client.get("/sign-in").text.lower()
    assert client.post("/sign-in/demo", data={"tile": "rita@example.com"}).status_code == 404


def test_an_application_reaches_staff_and_its_approval_the_applicant(
    world: World, client_for: Sign, client: FlaskClient, session: Session
) -> None:
    facts = {
        "company": "Initech", "contact": "Peter", "email": "peter@example.com",
        "line1": "1 Mill Lane", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB",
    }  # fmt: skip
    assert client.post("/apply", data={**facts, "company": ""}).status_code == 422
    assert client.post("/apply", data=facts).status_code == 200
    nora = client_for(world.nora)
    listed = nora.get("/admin/applications").text
    path = re.search(r"/admin/applications/\d+", listed)
    assert path
    page = nora.get(path[0])
    assert page.status_code == 200
    options = dict(re.findall(r'name="(group_id|terms_id)".*?<option value="(\d+)"', page.text))
    options |= dict(re.findall(r'name="(\w+_id)"[^>]*><option[^>]*value="(\d+)"', page.text))
    data = {**options, "credit_limit": "250", "rep_id": str(world.rita.id)}
    assert nora.post(f"{path[0]}/approve", data=data).status_code == 303
    link = link_in_last_mail(session)
    assert client.post(link, data={"name": "Peter", "password": PASSWORD}).location == "/"
    assert client_for(world.olu).get("/admin/applications").status_code == 403
